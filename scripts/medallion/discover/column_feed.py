"""Change feeds in columns: their operation, technical and order columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import duckdb

from medallion.discover import names, sql
from medallion.discover.frame import Frame
from medallion.discover.model import ColumnProfile, FeedProfile
from medallion.metadata.feeds import FEEDS

INSERTS = ("I", "c", "insert", "2")
DELETES = tuple(dict.fromkeys(
    code for feed in FEEDS.values() for code, meaning in feed.operations.items()
    if meaning == "delete"
))  # fmt: skip
_TRUNCATES = ("T", "t")
_NO_OPERATION = 99
# More distinct codes than this are no operation codes.
_MAX_CODES = 20

# Names of operation columns, the surest first.
_OPERATIONS = (
    "__$operation", "_change_type", "op", "__op", "operation", "_op", "_operation", "op_type",
    "optype", "op_code", "operation_type", "dml_type", "change_type", "cdc_operation", "cdc_op",
    "change_operation", "action", "event_type",
)  # fmt: skip
_CODES = frozenset(code for feed in FEEDS.values() for code in feed.operations)
# Columns that only transport: never business columns of a feed.
_TECHNICAL = re.compile(
    r"__\$.*|_change_type|_commit_version|_commit_timestamp|__deleted|__op|__lsn|__source_.*"
)
_ORDER = (
    r"(^|_)(change_seq|transact_id|commit_lsn|start_lsn|lsn|scn|sequence|seq|seq_no|seqno|seqnum"
    r"|position|pos|offset|commit_version|change_number|change_version|event_no|event_number"
    r"|row_version|version)$",
    r"(^|_)(event_id|change_id|transaction_id|tx_id|log_id)$",
)


def find(
    con: duckdb.DuckDBPyConnection, rows: Frame, columns: Sequence[ColumnProfile]
) -> FeedProfile | None:
    """The feed, recognised by an operation column whose codes are known; None if there is none."""
    for name in sorted(rows.names(), key=operation_rank):
        if operation_rank(name) == _NO_OPERATION:
            return None
        operations = codes(con, rows, name)
        if are_operations(name, operations):
            feed = FeedProfile("columns", name, operations)
            return replace(feed, delete_images=_delete_images(con, rows, columns, feed))
    return None


def codes(con: duckdb.DuckDBPyConnection, rows: Frame, name: str) -> dict[str, int]:
    """The values of an operation column, counted; null is left out."""
    counts = con.execute(
        f"select {rows.value(name)} as code, count(*) from {rows.relation} "
        f"group by code order by code limit {_MAX_CODES}"
    ).fetchall()
    return {str(code): int(number) for code, number in counts if code is not None}


def _delete_images(
    con: duckdb.DuckDBPyConnection, rows: Frame, columns: Sequence[ColumnProfile],
    feed: FeedProfile,
) -> tuple[tuple[str, ...], ...]:  # fmt: skip
    """The columns that are filled in every delete row, when others are not."""
    left_out = set(not_keys(columns, feed))
    named = [name for name in rows.names() if name not in left_out]
    deletes = [code for code in DELETES if code in feed.operations]
    if not named or not deletes:
        return ()
    filled = ", ".join(f"count(nullif(trim({rows.value(name)}), ''))" for name in named)
    listed = ", ".join(sql.literal(code) for code in deletes)
    found = con.execute(
        f"select count(*), {filled} from {rows.relation} "
        f"where {rows.value(feed.operation)} in ({listed})"
    ).fetchone()
    total, counts = (found[0], found[1:]) if found else (0, ())
    image = tuple(name for name, number in zip(named, counts, strict=True) if number == total)
    return (image,) if image and len(image) < len(named) else ()


def not_keys(columns: Sequence[ColumnProfile], feed: FeedProfile) -> list[str]:
    """The columns of a feed that cannot be keys: technical ones, and those that order it."""
    everything = [column.name for column in columns]
    order = set(order_columns(everything))
    return [
        name for name in everything
        if name in order or is_technical(name, "", feed.operation)
    ]  # fmt: skip


def truncates(feed: FeedProfile) -> int:
    return sum(feed.operations.get(code, 0) for code in _TRUNCATES)


def operation_rank(name: str) -> int:
    """Where a name stands among the names of operation columns; _NO_OPERATION if it does not."""
    lower = name.lower()
    return _OPERATIONS.index(lower) if lower in _OPERATIONS else _NO_OPERATION


def are_operations(name: str, counts: Mapping[str, int]) -> bool:
    """Whether a column's values are operation codes: most are known, and there are few."""
    if not counts:
        return False
    known = sum(number for code, number in counts.items() if code in _CODES)
    words = {code for code in counts if code in _CODES and (len(code) > 1 or not code.isdigit())}
    return bool(words or name == "__$operation") and known >= 0.5 * sum(counts.values())


def cdc_format(operation: str) -> str:
    """The cdc_format that an operation column's name belongs to."""
    by_name = {feed.operation: name for name, feed in FEEDS.items() if not feed.envelope}
    return by_name.get(operation, "generic")


def is_technical(name: str, cdc: str, operation: str) -> bool:
    """Whether a column of a feed only transports."""
    return name == operation or bool(_TECHNICAL.fullmatch(name)) or (cdc == "dms" and name == "Op")


def order_columns(candidates: Iterable[str]) -> list[str]:
    """Columns that may order a feed, the likeliest first."""
    known = list(candidates)
    return [name for pattern in _ORDER for name in known if re.search(pattern, names.words(name))]
