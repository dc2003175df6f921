"""Events of a key that bronze has: by the ledger where there is one, else by the marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medallion.generate import specs
from medallion.metadata.models import Object
from medallion.trace.event import Event, same, started
from medallion.trace.found import Found, Row

ACTIONS = {
    "insert": "inserted", "update": "updated", "correct": "updated", "delete": "deleted",
    "bury": "unchanged", "refresh": "unchanged", "late": "late", "promote": "unchanged",
}  # fmt: skip


def payload(item: Object) -> list[str]:
    """The columns of bronze that are no keys."""
    return [name for name in specs.stored_types(item) if name not in item.load.keys] + ["_rescued"]


def readings(found: Found) -> list[Row]:
    """The accepted staging rows of the key."""
    return [r for r in found.staged if r["_reject_reason"] is None and r["_op"] != "ignore"]


def by_ledger(item: Object, found: Found) -> Iterator[Event]:
    """Every event of the ledger, and staging rows that did not become one."""
    columns, ledger = payload(item), found.ledger or []
    told: dict[Any, Row] = {}
    for row in readings(found):
        event = next((e for e in ledger if e["_sequence"] == row["_sequence"]), None)
        if event is None:
            yield _without_event(item, found, row)
        elif event["_sequence"] not in told and _became(found, row, event, columns):
            told[event["_sequence"]] = row
        else:
            alike = row["_op"] == event["_op"] and same(row, event, columns)
            yield _reading(row, "duplicate" if alike else "conflict")
    for event in ledger:
        yield _stored(item, found, event, told.get(event["_sequence"]), columns)


def _became(found: Found, row: Row, event: Row, columns: Sequence[str]) -> bool:
    """Whether this reading is the event: its load brought it, or won a tie with it."""
    brought = event["_inserted_load_id"] == found.applied_load or (
        event["_action"] in ("correct", "revise") and event["_load_id"] == found.applied_load
    )
    is_old = row["_load_id"] != found.staged_load  # checkpointed staging keeps earlier reads
    return (brought or is_old) and row["_op"] == event["_op"] and same(row, event, columns)


def _without_event(item: Object, found: Found, row: Row) -> Event:
    if found.applied_load is None:
        return _reading(row, "waiting", "bronze has not applied this load")
    if item.load.load == "delta":
        return _reading(row, "duplicate", "said at this watermark before")
    return _reading(row, "unknown", "not in the ledger")


def _stored(
    item: Object, found: Found, event: Row, reading: Row | None, columns: Sequence[str]
) -> Event:
    load = event["_inserted_load_id"]
    outcome = arrival(event, found.ledger or [], found.truncates, columns)
    said = [validity(item, event)]
    if event["_load_id"] != load:
        said.append(f"{event['_action']} by the load of {started(event['_load_id'])}")
    return Event(
        load, event["_sequence"], event["_op"], outcome, "; ".join(filter(None, said)),
        event["_event_time"],
        reading["_source_file"] if reading else None,
        _line(reading), () if reading else tuple(found.files.get(load, ())),
    )  # fmt: skip


def arrival(event: Row, ledger: Sequence[Row], cuts: Sequence[Row], columns: Sequence[str]) -> str:
    """The class of an event when its load brought it, from what the ledger held then."""
    load, sequence = event["_inserted_load_id"], event["_sequence"]
    newer = [e for e in ledger if e["_sequence"] > sequence]
    if any(e["_inserted_load_id"] < load for e in newer):
        return "late"
    if any(e["_inserted_load_id"] == load for e in newer):
        return "superseded"
    before = [e for e in ledger if e["_inserted_load_id"] < load and e["_sequence"] < sequence]
    last = max(before, key=lambda e: e["_sequence"], default=None)
    was_live = (
        last is not None
        and last["_op"] == "upsert"
        and not any(
            c["_sequence"] >= last["_sequence"] and c["_inserted_load_id"] < load for c in cuts
        )
    )
    hidden = any(c["_sequence"] >= sequence and c["_inserted_load_id"] <= load for c in cuts)
    if event["_op"] == "delete" or hidden:
        return "deleted" if was_live else "unchanged"
    if last is None or not was_live:
        return "inserted"
    return "unchanged" if same(event, last, columns) else "updated"


def validity(item: Object, event: Row) -> str:
    """What the event means to the history."""
    if not item.has_history or event["_op"] == "delete":
        return ""
    if not event["_is_version"]:
        return "no version of its own"
    upto = "now" if event["_is_current"] else event["_valid_to"]
    return f"version from {event['_valid_from']} to {upto}"


def by_marks(item: Object, found: Found) -> Iterator[Event]:
    """The last read's rows beside the stored row, and the marks that they do not explain."""
    stored = next(iter(found.stored or []), None)
    rows = readings(found)
    last = [row for row in rows if row["_load_id"] == found.staged_load]
    newest = max((row["_sequence"] for row in last), default=None)
    told: set[Any] = set()
    for row in rows:
        if row["_load_id"] != found.staged_load:
            yield _reading(row, "read", "by an earlier load")
        elif row["_sequence"] < newest:
            yield _reading(row, "superseded", "a newer event of the key came with it")
        else:
            event = _beside(item, found, row, stored, row["_sequence"] in told)
            told.add(row["_sequence"])
            yield event
    if stored is not None:
        yield from _marks(found, stored, told)


def _beside(item: Object, found: Found, row: Row, stored: Row | None, is_told: bool) -> Event:
    """The newest row of a read beside what is stored after it."""
    if found.applied_load is None:
        return _reading(row, "waiting", "bronze has not applied this load")
    if stored is None:
        return _reading(row, "unknown", "not in the table")
    marks = [m for m in (stored["_sequence"], stored.get("_deleted_sequence")) if m is not None]
    top = max(marks)
    alike = row["_op"] == "delete" or same(row, stored, payload(item))
    if row["_sequence"] < top:
        return _reading(row, "late", "older than what is stored")
    if stored["_load_id"] == found.applied_load and not is_told:
        return _reading(row, ACTIONS.get(str(stored["_action"]), "unknown"))
    if row["_sequence"] > top or item.load.load == "full":
        return _reading(row, "unchanged")
    return _reading(row, "duplicate" if alike else "conflict")


def _marks(found: Found, stored: Row, told: set[Any]) -> Iterator[Event]:
    load = stored["_load_id"]
    files = tuple(found.files.get(load, ()))
    marks = {"upsert": stored["_sequence"], "delete": stored.get("_deleted_sequence")}
    for op, sequence in marks.items():
        if sequence is not None and sequence not in told:
            text = f"the newest {op} that is known; the row was written last by this load"
            yield Event(
                load, sequence, op, "stored", text,
                stored["_event_time"] if op == "upsert" else None, files=files,
            )  # fmt: skip


def _reading(row: Row, outcome: str, detail: str = "") -> Event:
    return Event(
        row["_load_id"], row["_sequence"], row["_op"], outcome, detail, row["_event_time"],
        row["_source_file"], _line(row),
    )  # fmt: skip


def _line(row: Row | None) -> int | None:
    value = row["_source_line"] if row else None
    return None if value is None else int(str(value))
