"""One thing that happened to a key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from medallion.trace.found import Row


@dataclass(frozen=True)
class Event:
    """`outcome` is a class of load-semantics section 3, or `waiting`; `detail` says more.

    `files` are those of the load where the event's own file is not known; then `line` is None.
    """

    load_id: str | None
    sequence: Any
    op: str | None
    outcome: str
    detail: str = ""
    event_time: Any = None
    file: str | None = None
    line: int | None = None
    files: tuple[str, ...] = ()


def place(event: Event) -> str:
    """`file:line`, as far as it is known."""
    if event.file:
        return event.file if event.line is None else f"{event.file}:{event.line}"
    if len(event.files) > 2:
        return f"one of {len(event.files)} files"
    return " or ".join(event.files)


def same(a: Row, b: Row, columns: Iterable[str]) -> bool:
    """Whether two rows say the same; a column that `a` did not send says nothing."""
    unsent = a.get("_not_sent") or ""
    return all(a[name] == b[name] for name in columns if f"|{name}|" not in unsent)


def in_order(events: Iterable[Event]) -> list[Event]:
    """By sequence, those without one behind; then by load."""
    listed = list(events)
    known = [event for event in listed if event.sequence is not None]
    unknown = [event for event in listed if event.sequence is None]
    known.sort(key=lambda event: (event.sequence, event.load_id or ""))
    return known + sorted(unknown, key=lambda event: event.load_id or "")


def rules(text: str | None) -> str:
    """`|a|b|` as ` (a, b)`."""
    names: Sequence[str] = [name for name in (text or "").split("|") if name]
    return f" ({', '.join(names)})" if names else ""


def started(load_id: str | None) -> str:
    """When a load started, from its id: `2013-01-05 10:00:00`."""
    if not load_id or len(load_id) < 15:
        return load_id or ""
    day, time = load_id[:8], load_id[9:15]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"
