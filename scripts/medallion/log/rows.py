"""The columns of ops.load_log and ops.run_log, and what identifies a row of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

Table = Literal["load_log", "run_log"]
Kind = Literal["text", "bigint", "double", "timestamp"]
Row = dict[str, Any]
Key = tuple[Any, ...]

# What the counting macro gives of a load, besides its identity.
COUNTED: dict[str, Kind] = {
    "bronze_load_id": "text",
    "rows_staged": "bigint",
    "rows_rejected": "bigint",
    "rejected_by_reason": "text",
    "failed_by_rule": "text",
    "rows_dropped": "bigint",
    "rows_ignored": "bigint",
    "rows_truncate": "bigint",
    "rows_rescued": "bigint",
    "rows_duplicate": "bigint",
    "rows_conflict": "bigint",
    "rows_superseded": "bigint",
    "rows_late": "bigint",
    "rows_inserted": "bigint",
    "rows_updated": "bigint",
    "rows_deleted": "bigint",
    "rows_unchanged": "bigint",
    "rows_incomplete": "bigint",
    "rows_unaccounted": "bigint",
    "keys_before": "bigint",
    "keys_after": "bigint",
    "watermark_used": "text",
    "watermark_captured": "text",
    "source_version": "text",
}
COLUMNS: dict[Table, dict[str, Kind]] = {
    "load_log": {
        "system": "text",
        "object": "text",
        "load_pattern": "text",
        "load_id": "text",
        "attempt": "bigint",
        "status": "text",
        "message": "text",
        "failed_nodes": "bigint",
        "files_read": "bigint",
        "rows_read": "bigint",
        **COUNTED,
        "started_at": "timestamp",
        "finished_at": "timestamp",
        "seconds": "double",
        "expected_every_seconds": "bigint",
        "invocation_id": "text",
        "environment": "text",
        "code_version": "text",
        "metadata_hash": "text",
        "logged_at": "timestamp",
    },
    "run_log": {
        "invocation_id": "text",
        "node_id": "text",
        "attempt": "bigint",
        "node_name": "text",
        "resource_type": "text",
        "layer": "text",
        "system": "text",
        "object": "text",
        "command": "text",
        "status": "text",
        "started_at": "timestamp",
        "finished_at": "timestamp",
        "seconds": "double",
        "failures": "bigint",
        "message": "text",
        "run_started_at": "timestamp",
        "environment": "text",
        "code_version": "text",
        "metadata_hash": "text",
        "dbt_version": "text",
        "logged_at": "timestamp",
    },
}
KEYS: dict[Table, tuple[str, ...]] = {
    "load_log": ("system", "object", "load_id", "attempt"),
    "run_log": ("invocation_id", "node_id"),
}
# What a known row is looked up by: the one part of the key that few rows share a value of.
LOOKUP: dict[Table, str] = {"load_log": "load_id", "run_log": "invocation_id"}
MESSAGE_LENGTH = 4000


def key(table: Table, row: Mapping[str, Any]) -> Key:
    """What a row is about; two rows of one key say the same."""
    return tuple(row[name] for name in KEYS[table])


def truncated(message: str | None) -> str | None:
    """A message as it is logged: at most 4,000 characters, with a mark where it was cut, and none
    that PostgreSQL cannot store."""
    if message is None:
        return None
    message = message.replace("\0", "")
    if len(message) <= MESSAGE_LENGTH:
        return message
    return message[: MESSAGE_LENGTH - 3] + "..."


def to_text(kind: Kind, value: Any) -> str | None:
    """A value as text that every engine casts to the column's type."""
    if value is None:
        return None
    if kind == "timestamp":
        return str(value.isoformat(sep=" ", timespec="microseconds"))
    return str(int(value)) if kind == "bigint" else str(value)


def from_text(kind: Kind, text: str | None) -> Any:
    """The value that `to_text` wrote."""
    if text is None or kind == "text":
        return text
    if kind == "timestamp":
        return datetime.fromisoformat(text)
    return int(text) if kind == "bigint" else float(text)
