"""What the commands say about loads and about a log."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from medallion.log.rows import Row
from medallion.log.write import Report

STYLES = {"applied": "green", "empty": "dim", "failed": "bold red"}
_QUOTED = 600
# The classes of staged rows that are told, in this order; rejected ones are told by reason.
CLASSES = (
    "inserted", "updated", "deleted", "unchanged", "duplicate", "superseded", "late", "conflict",
    "truncate", "ignored", "dropped",
)  # fmt: skip


def told(report: Report) -> str:
    """What was logged, in one line."""
    text = f"logged {_number(len(report.loads), 'load')} and {_number(report.new_nodes, 'node')}"
    if report.recovered:
        text += f"; {len(report.recovered)} of the loads from earlier runs"
    if report.posted:
        text += f"; {report.posted} entries that had waited were posted"
    if report.spooled:
        text += f"; {report.spooled} entries wait to be posted"
    return text


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def load_table(loads: Sequence[Row], title: str) -> Table:
    """Loads, a line each: what came, what became of it, what was rejected."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for name in ("object", "status"):
        table.add_column(name, no_wrap=True)
    table.add_column("staged", justify="right", no_wrap=True)
    table.add_column("rows by class", min_width=16)
    table.add_column("rejected", min_width=11)
    table.add_column("seconds", justify="right", no_wrap=True)
    for row in loads:
        table.add_row(
            f"{row['system']}.{row['object']}", styled(row["status"]), number(row["rows_staged"]),
            classes(row), rejected(row), seconds(row["seconds"]),
        )  # fmt: skip
    return table


def quoted(message: str, indent: str) -> str:
    """An engine's or dbt's words, shortened; dbt's trace of its macros is left out."""
    lines = [line for line in message.strip().split("\n") if not line.strip().startswith("> ")]
    text = "\n".join(lines).strip()[:_QUOTED]
    return "\n".join(f"{indent}{line}" for line in text.split("\n"))


def styled(status: str) -> Text:
    return Text(status, style=STYLES.get(status, "yellow"))


def number(count: int | None) -> str:
    """A count; nothing where it is not known."""
    return "" if count is None else f"{count:,}"


def seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def classes(row: Row) -> str:
    """`inserted 5, late 2, unchanged 40`."""
    counts = ((name, row[f"rows_{name}"]) for name in CLASSES)
    return ", ".join(f"{name} {count:,}" for name, count in counts if count)


def rejected(row: Row) -> str:
    """`malformed 3, null_key 1`."""
    reasons: dict[str, int] = json.loads(row["rejected_by_reason"] or "{}")
    return ", ".join(f"{name} {count:,}" for name, count in sorted(reasons.items()))
