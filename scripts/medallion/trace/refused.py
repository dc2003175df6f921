"""Events of a key that never reached bronze: rejected, dropped and ignored rows."""

from __future__ import annotations

from collections.abc import Iterator

from medallion.trace.event import Event, rules, started
from medallion.trace.found import Found, Row

MARK = "quarantine:"


def refused(found: Found) -> Iterator[Event]:
    """Entries of the quarantine, then what only the last read's staging rows tell."""
    staged = [row for row in found.staged if row["_reject_reason"] or row["_op"] == "ignore"]
    listed = set()
    for entry in found.rejected:
        twin = next((row for row in staged if _is_entry(row, entry)), None)
        listed.add(id(twin))
        yield Event(
            entry["load_id"],
            twin["_sequence"] if twin else None,
            twin["_op"] if twin else None,
            "rejected",
            _said(entry),
            twin["_event_time"] if twin else None,
            entry["source_file"],
            _line(entry["source_line"]),
        )
    for row in staged:
        if id(row) not in listed:
            yield _staged(row)


def _is_entry(row: Row, entry: Row) -> bool:
    texts = (entry["raw"], entry["released_as"])
    return (
        row["_reject_reason"] == entry["reason"]
        and row["_source_file"] == entry["source_file"]
        and row["_source_line"] == entry["source_line"]
        and row["_raw"] in texts
    )


def _said(entry: Row) -> str:
    text = f"{entry['reason']}{rules(entry['rules'])}; {entry['status']}"
    if entry["read_again_load_id"]:
        text += f" by the load of {started(entry['read_again_load_id'])}"
    return f"{text}; entry {entry['entry_id'][:12]}"


def _staged(row: Row) -> Event:
    reason = row["_reject_reason"]
    outcome = {None: "ignored", "dropped": "dropped"}.get(reason, "rejected")
    detail = "" if outcome != "rejected" else str(reason)
    return Event(
        row["_load_id"], row["_sequence"], row["_op"], outcome,
        f"{detail}{rules(row['_failed_rules'])}".strip(), row["_event_time"],
        row["_source_file"], _line(row["_source_line"]),
    )  # fmt: skip


def _line(value: object) -> int | None:
    return None if value is None else int(str(value))
