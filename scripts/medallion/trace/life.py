"""The life of a key, put together from what the tables hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from medallion.metadata.models import Object
from medallion.trace.accepted import by_ledger, by_marks, payload
from medallion.trace.event import Event, in_order
from medallion.trace.found import Found, Row
from medallion.trace.key import Key
from medallion.trace.refused import refused


@dataclass(frozen=True)
class Life:
    """Events in order, versions (with history), the current row if live, and what is not known."""

    object: str
    key: Key
    events: list[Event]
    versions: list[Row]
    current: Row | None
    notes: list[str]


def life(item: Object, key: Key, found: Found) -> Life:
    """What became of a key."""
    accepted = by_marks(item, found) if found.ledger is None else by_ledger(item, found)
    events = in_order([*refused(found), *accepted, *_truncates(found)])
    return Life(
        item.full_name, key, events, _versions(item, found), _current(item, found),
        _notes(item, found, events),
    )  # fmt: skip


def _truncates(found: Found) -> list[Event]:
    return [
        Event(
            row["_inserted_load_id"], row["_sequence"], "truncate", "truncate",
            "emptied the whole table as of its sequence",
            files=tuple(found.files.get(row["_inserted_load_id"], ())),
        )
        for row in found.truncates
    ]  # fmt: skip


def _versions(item: Object, found: Found) -> list[Row]:
    if not item.has_history:
        return []
    rows = [row for row in found.ledger or [] if row["_is_version"]]
    return [
        {
            "valid_from": row["_valid_from"], "valid_to": row["_valid_to"],
            "is_current": row["_is_current"], **{name: row[name] for name in payload(item)},
        }
        for row in sorted(rows, key=lambda row: row["_start_sequence"])
    ]  # fmt: skip


def _current(item: Object, found: Found) -> Row | None:
    row = next(iter(found.current), None)
    if row is None:
        return None
    names = [*item.load.keys, *payload(item), "_sequence", "_event_time", "_load_id"]
    return {name: row[name] for name in names}


def _notes(item: Object, found: Found, events: list[Event]) -> list[str]:
    """What the tables cannot tell."""
    notes = []
    if item.settings.staging == "none":
        notes.append("staging is none: rejected rows and their places are not kept")
    if found.ledger is None:
        notes.append(
            "no history is kept: of earlier loads only the newest upsert and delete are known"
        )
    elif any(event.files for event in events):
        notes.append("lines are known of the last read only; of earlier ones the load's files are")
    if any(rule.action == "drop" for rule in item.expectations):
        notes.append("rows that an expectation dropped are known of the last read only")
    if found.staged_load and found.applied_load is None:
        notes.append(f"bronze has not applied load {found.staged_load}, which staging read last")
    if found.unreadable:
        count = found.unreadable
        notes.append(
            f"{count} rejected row{'' if count == 1 else 's'} of this object ha"
            f"{'s' if count == 1 else 've'} no readable key: medallion quarantine list"
        )
    return notes


def as_json(told: Life) -> dict[str, Any]:
    """A life as JSON can hold it."""
    plain: dict[str, Any] = _plain(asdict(told))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value
