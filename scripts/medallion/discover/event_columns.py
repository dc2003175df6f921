"""Columns of a feed that say when and in which order an event happened: no business columns.

Were they in the row, every event would differ from the one before and open a version. They stay
readable as `_sequence` and `valid_from`.
"""

from __future__ import annotations

import re

from medallion.discover import lists, names
from medallion.discover.draft import Draft, mapped
from medallion.discover.model import ColumnProposal
from medallion.metadata.feeds import SQLSERVER_EVENT_TIME
from medallion.metadata.settings import parse_order_item
from medallion.metadata.types import BadType

_SETTINGS = ("epoch", "event_time")
# DMS's own time column: TimestampColumnName, or a transformation rule's AR_H_COMMIT_TIMESTAMP.
_DMS_TIME = re.compile(r"(^|_)(commit|transact|dms|cdc|header)_?(ts|time|timestamp)$")


def take_out(draft: Draft) -> None:
    """Takes them out of the proposed columns; the sequence and the settings then name their types.

    What is a key or named by another setting stays, and so does a time that rows have for
    themselves (`updated_at`)."""
    if draft.load != "cdc" or draft.is_envelope:
        return
    if "event_time" not in draft.settings and (found := _event_time(draft)):
        draft.settings["event_time"] = found
    gone = _gone(draft)
    if not gone:
        return
    draft.sequence = tuple(_with_type(item, gone) for item in draft.sequence)
    for name in _SETTINGS:
        if value := draft.settings.get(name):
            draft.settings[name] = lists.join(_with_type(i, gone) for i in lists.split(value))
    draft.columns = tuple(c for c in draft.columns if c.column not in gone)
    listed = ", ".join(f"`{column.path}`" for column in gone.values())
    draft.notes.append(f"{listed}: of the event, not of the row; see _sequence and valid_from")


def _event_time(draft: Draft) -> str:
    """The event time that the feed's format has; empty when it has none in the row."""
    if draft.cdc_format == "sqlserver" and draft.profile.column(SQLSERVER_EVENT_TIME):
        return SQLSERVER_EVENT_TIME
    if draft.cdc_format == "dms":
        times = [column for column in draft.columns if column.type.startswith("timestamp")]
        return next((c.column for c in times if _DMS_TIME.search(names.words(c.path))), "")
    return ""


def _gone(draft: Draft) -> dict[str, ColumnProposal]:
    """The columns to take out, by name."""
    items = [*draft.sequence]
    for name in _SETTINGS:
        items += lists.split(draft.settings.get(name, ""))
    used = {mapped(_path(item), draft.by_path) for item in items}
    for setting in ("track", "ignore_null"):
        used -= set(lists.split(draft.settings.get(setting, "")))
    return {
        column.column: column
        for column in draft.columns
        if column.column in used and column.column not in draft.keys and not _is_of_the_row(column)
    }


def _is_of_the_row(column: ColumnProposal) -> bool:
    is_time = column.type.startswith(("timestamp", "date"))
    return is_time and names.watermark_rank(column.path) == 0


def _path(item: str) -> str:
    try:
        return parse_order_item(item).path
    except BadType:
        return item


def _with_type(item: str, gone: dict[str, ColumnProposal]) -> str:
    """A part of an order with its type, because no line of columns.csv gives it any more."""
    parsed = parse_order_item(item)
    found = (c for c in gone.values() if parsed.path in (c.column, c.path))
    column = next(found, None)
    if column is None or parsed.type is not None or column.path == SQLSERVER_EVENT_TIME:
        return item
    return f"{column.source_column or column.column} {column.type}"
