"""Compare an object's columns with what its source sends now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medallion.discover import types
from medallion.discover.model import ColumnProfile, ColumnProposal, Profile
from medallion.discover.names import field_of
from medallion.metadata.tables import Row
from medallion.metadata.types import BadType, parse_type


def type_changes(rows: Sequence[Row], profile: Profile, *, debezium: bool) -> list[str]:
    """Columns whose values no longer fit the type of their line."""
    found = []
    for row in rows:
        column = profile.column(field_of(row["source_column"] or row["column"]))
        if column is None or not _filled(column):
            continue
        now, why = types.infer(column, debezium=debezium)
        if not fits(row["type"], now, column):
            reason = f" ({why})" if why else ""
            found.append(
                f"{row.origin}: `{row['column']}` is {row['type']}, the source sends {now}{reason};"
                " values that do not cast go to _rescued; change the line if it is meant"
            )
    return found


def _filled(column: ColumnProfile) -> int:
    return sum(stats.count for form, stats in column.classes.items() if form != "null")


def fits(stored: str, seen: str, column: ColumnProfile) -> bool:
    """Whether the values of a column, read as `seen`, fit a type of columns.csv."""
    if stored == seen or stored == "text":
        return True
    try:
        old, new = parse_type(stored), parse_type(seen)
    except BadType:
        return True  # validation reports it
    if old.encoding != new.encoding:
        # An integer may be an epoch to the one who wrote the line.
        return bool(old.encoding) and new.name in ("bigint", "integer", "text")
    wider = {
        "bigint": ("integer",),
        "double": ("integer", "bigint", "decimal"),
        "timestamp": ("date",),
    }
    if new.name in wider.get(old.name, ()):
        return True
    if old.name == "decimal" and new.name in ("decimal", "integer", "bigint"):
        whole = max((s.int_digits for s in column.classes.values()), default=0)
        scale = max((s.scale for s in column.classes.values()), default=0)
        return whole <= (old.precision or 0) - (old.scale or 0) and scale <= (old.scale or 0)
    if old.name == "integer" and new.name == "bigint":
        bounds = [s for s in column.classes.values() if s.maximum is not None]
        return all((s.minimum or 0) >= -(2**31) and (s.maximum or 0) < 2**31 for s in bounds)
    return False


def no_longer_sent(rows: Sequence[Row], profile: Profile) -> list[str]:
    """Columns of the metadata that the source has no more."""
    known = {column.name for column in profile.columns}
    missing = []
    for row in rows:
        path = row["source_column"] or row["column"]
        if field_of(path) not in known and path.partition(".")[0] not in known:
            missing.append(row["column"])
    return [f"the source does not send `{name}`" for name in missing]


def merged(
    now: Iterable[ColumnProposal], rescued: Iterable[ColumnProposal]
) -> tuple[ColumnProposal, ...]:
    """Columns of the source and of `_rescued`; a type holds the values of both."""
    found = {column.path: column for column in now}
    for column in rescued:
        known = found.get(column.path)
        if known is None:
            found[column.path] = column
        elif known.type != column.type and column.why != "no value seen":
            kind = column.type if known.why == "no value seen" else None
            found[column.path] = ColumnProposal(
                known.column, known.source_column,
                kind or types.merge([known.type, column.type]), known.classification,
                known.description, "the source and _rescued differ" if kind is None else "",
            )  # fmt: skip
    return tuple(found.values())
