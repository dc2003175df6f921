"""Which columns identify a row: candidates by name, checked against the rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from medallion.discover import names, sql
from medallion.discover.frame import Frame
from medallion.discover.model import ColumnProfile

# Columns tried together, and how many of them at a time.
_PARTS = 6
_SIZE = 3
# Keys that are tried, and found, before the search ends: each is a scan.
_TRIED = 24
_FOUND = 4
# A longer list of columns that are filled in every delete is a full image, not a key.
_WIDEST = 4

Check = Callable[[tuple[str, ...]], bool]


@dataclass(frozen=True)
class Events:
    """The rows of a feed: a relation, the expression of the op code, and what codes mean."""

    relation: str
    operation: str
    inserts: tuple[str, ...]
    deletes: tuple[str, ...]
    truncates: int = 0


def find(candidates: Iterable[tuple[str, ...]], fits: Check) -> tuple[tuple[str, ...], ...]:
    """The candidates that fit, likeliest first; none contains another."""
    found: list[tuple[str, ...]] = []
    for key in itertools.islice(dict.fromkeys(candidates), _TRIED):
        if any(set(one) <= set(key) for one in found):
            continue
        if fits(key):
            found.append(key)
            if len(found) == _FOUND:
                break
    return tuple(found)


def candidates(
    columns: Sequence[ColumnProfile],
    object_name: str,
    *,
    images: Sequence[Sequence[str]] = (),
    without: Iterable[str] = (),
    empty_rows: int = 0,
) -> Iterator[tuple[str, ...]]:
    """Column combinations that may be a key: what delete images hold (`images`), then columns by
    their names, then combinations of them (times last), then the first column. `empty_rows` rows
    may be without a key (truncates); columns of `without` are never part of one."""
    left_out = set(without)
    filled = {c.name: c for c in columns if _is_filled(c, empty_rows) and c.name not in left_out}
    for image in images:
        key = tuple(name for name in image if name in filled)
        if key and len(key) <= _WIDEST and len(key) < len(columns):
            yield key
    ranks = {name: names.key_rank(name, object_name) for name in filled}
    likely = [
        name
        for name in sorted(filled, key=lambda one: _rank(ranks[one]))
        if ranks[name] is not None
    ]
    for name in likely:
        yield (name,)
    times = [name for name, column in filled.items() if _is_time(column)]
    parts = [*likely[:_PARTS], *(name for name in times[:2] if name not in likely)]
    order = list(filled)
    for size in range(2, _SIZE + 1):
        for some in itertools.combinations(parts, size):
            yield tuple(sorted(some, key=order.index))
    first = columns[0].name if columns else ""
    if first in ranks and ranks[first] is None and not _is_time(filled[first]):
        yield (first,)


def _rank(rank: int | None) -> int:
    return 99 if rank is None else rank


def _is_filled(column: ColumnProfile, empty_rows: int) -> bool:
    is_document = "json" in column.classes or column.declared == "json"
    missing = column.nulls + column.placeholders
    return bool(column.rows) and missing <= empty_rows and not is_document


def _is_time(column: ColumnProfile) -> bool:
    return "text_timestamp" in column.classes or column.declared.startswith("timestamp")


def is_unique(con: duckdb.DuckDBPyConnection, rows: Frame, key: Sequence[str]) -> bool:
    """Whether no file (each may be a snapshot of its own) holds two rows of one key."""
    cells = ", ".join(rows.value(name) for name in key)
    return _is_empty(
        con, f"select 1 from {rows.relation} group by file, {cells} having count(*) > 1 limit 1"
    )


def fits_feed(
    con: duckdb.DuckDBPyConnection, rows: Frame, key: Sequence[str], events: Events
) -> bool:
    """Whether a key fits a feed: no key is inserted again without a delete (or truncate) between.

    Counted, not ordered, so that it holds in any arrival order; a repeated insert counts once."""
    cells = [f"{rows.value(name)} as k{i}" for i, name in enumerate(key)]
    inserts, deletes = _listed(events.inserts), _listed(events.deletes)
    both = _listed([*events.inserts, *events.deletes])
    return _is_empty(
        con,
        f"""
        select 1 from (
            select {events.operation} as op_code, {rows.whole()} as whole, {", ".join(cells)}
            from {events.relation} where {events.operation} in {both}
        )
        group by {", ".join(f"k{i}" for i in range(len(key)))}
        having count(distinct whole) filter (where op_code in {inserts})
            > count(*) filter (where op_code in {deletes}) + 1 + {events.truncates}
        limit 1
    """,
    )


def _listed(codes: Iterable[str]) -> str:
    return "(" + ", ".join(sql.literal(code) for code in codes) + ")"


def _is_empty(con: duckdb.DuckDBPyConnection, query: str) -> bool:
    return con.execute(query).fetchone() is None
