"""What `medallion status` prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from medallion.log.rows import Row
from medallion.log.show import classes, number, quoted, rejected, seconds, styled
from medallion.log.status import Status


def shown(found: Sequence[Status], *, one: bool) -> RenderableType:
    """A table of loads; for one object everything that the log says of its last load."""
    if not found:
        return Text("No object to show.")
    parts: list[RenderableType] = [_table(found)]
    parts += [_details(each) for each in found if one and each.load]
    messages = [each for each in found if each.is_failed and each.load and each.load["message"]]
    for each in messages if not one else ():
        assert each.load is not None
        parts.append(Text(f"{each.item.full_name}: {each.status}", style="bold"))
        parts.append(Text(quoted(each.load["message"], "  ")))
    parts.append(Text(_totals(found)))
    return Group(*parts)


def _table(found: Sequence[Status]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("object", "status", "age"):
        table.add_column(name, no_wrap=True)
    table.add_column("staged", justify="right", no_wrap=True)
    table.add_column("rows by class", min_width=16)
    table.add_column("rejected", min_width=11)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("watermark")
    for each in found:
        load = each.load
        cells: list[str | Text] = [each.item.full_name, _status(each), _age(each)]
        if load:
            cells += [
                number(load["rows_staged"]), classes(load), rejected(load),
                seconds(load["seconds"]), load["watermark_captured"] or "",
            ]  # fmt: skip
        table.add_row(*cells)
    return table


def _status(each: Status) -> Text:
    text = styled(each.status)
    if each.failed_nodes and each.status not in ("failed", "skipped"):
        text.append(f", {each.failed_nodes} failed", style="bold red")
    return text


def _age(each: Status) -> Text:
    """`3 h`, and red where that is more than what is expected."""
    text = Text(duration(each.age) if each.age is not None else "")
    if each.is_late:
        text.append(f" late (every {each.item.settings.expected_every})", style="bold red")
    return text


def duration(length: timedelta) -> str:
    """A length of time in its greatest unit: `45 s`, `3 h`, `2 d`."""
    whole = max(int(length.total_seconds()), 0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if whole >= size:
            return f"{whole // size} {unit}"
    return f"{whole} s"


def _details(each: Status) -> RenderableType:
    load: Row = each.load or {}
    lines = [f"{name}: {_value(name, given)}" for name, given in load.items() if given is not None]
    return Text("\n".join(lines) + "\n")


def _value(name: str, given: object) -> str:
    text = str(given)
    if name in ("rejected_by_reason", "failed_by_rule"):
        counts: dict[str, int] = json.loads(text)
        return ", ".join(f"{key} {count:,}" for key, count in sorted(counts.items())) or "none"
    return text if name != "message" else "\n" + quoted(text, "  ")


def _totals(found: Sequence[Status]) -> str:
    counts = {
        "failed, skipped or interrupted": sum(each.is_failed for each in found),
        "late": sum(each.is_late for each in found),
    }
    text = f"{len(found)} object{'' if len(found) == 1 else 's'}"
    return ", ".join([text, *(f"{count} {what}" for what, count in counts.items())])
