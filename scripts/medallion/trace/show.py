"""The life of a key as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from medallion.trace.event import Event, place, started
from medallion.trace.life import Life

STYLES = {
    "rejected": "red", "dropped": "red", "waiting": "yellow", "late": "yellow",
    "conflict": "yellow", "inserted": "green", "updated": "green", "deleted": "magenta",
}  # fmt: skip


def shown(told: Life) -> Iterator[RenderableType]:
    """Events, versions, current row and notes, as far as there are any."""
    key = ", ".join(f"{name} = {value}" for name, value in told.key.items())
    if told.events:
        yield _events(told.events, f"{told.object}: {key}")
    else:
        yield Text(f"{told.object}: {key}: no row of any load has this key")
    if told.versions:
        yield _rows(told.versions, "versions")
    if told.current:
        yield _rows([told.current], "current row")
    elif told.events:
        yield Text("current row: none\n")
    for note in told.notes:
        yield Text(f"- {note}", style="dim")


def _events(events: list[Event], title: str) -> Table:
    table = _table(title)
    is_timed = any(event.event_time not in (None, event.sequence) for event in events)
    for name in ("sequence", *(["event time"] if is_timed else []), "load"):
        table.add_column(name, overflow="fold", min_width=8)
    for name in ("op", "became"):
        table.add_column(name, no_wrap=True)
    for name in ("file:line", "more"):
        table.add_column(name, overflow="fold", min_width=12)
    for event in events:
        times = [text(event.event_time)] if is_timed else []
        table.add_row(
            text(event.sequence), *times, started(event.load_id), event.op or "",
            Text(event.outcome, style=STYLES.get(event.outcome, "")), place(event), event.detail,
        )  # fmt: skip
    return table


def _rows(rows: list[dict[str, Any]], title: str) -> Table:
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    table = _table(title)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(text(row[name]) for name in names))
    return table


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)


def text(value: Any) -> str:
    """A value; nothing for null."""
    return "" if value is None else str(value)
