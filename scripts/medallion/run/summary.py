"""The summary of a run: rows by object, then what failed and what was skipped for it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from medallion.log.artifacts import FAILED
from medallion.log.rows import Row
from medallion.log.show import load_table, quoted
from medallion.log.write import Report


def summary(report: Report) -> Group:
    """What to print of a run's report."""
    parts: list[RenderableType] = []
    loads = [row for row in report.loads if row["invocation_id"] == report.invocation_id]
    if brought := [row for row in loads if row["status"] != "empty"]:
        parts.append(load_table(brought, "Loads of this run"))
    if empty := len(loads) - len(brought):
        parts.append(Text(f"Nothing waited for {empty} object{'' if empty == 1 else 's'}."))
    parts += _failed([row for row in report.nodes if row["status"] in FAILED])
    parts += _named("Warned", [row for row in report.nodes if row["status"] == "warn"])
    parts += _named("Skipped", [row for row in report.nodes if row["status"] == "skipped"])
    return Group(*parts)


def _failed(rows: Sequence[Row]) -> list[RenderableType]:
    if not rows:
        return []
    parts: list[RenderableType] = [Text(f"\nFailed ({len(rows)})", style="bold red")]
    for row in rows:
        parts.append(Text(f"  {row['node_name']}"))
        parts.append(Text(quoted(str(row["message"] or row["status"]), "    ")))
    return parts


def _named(title: str, rows: Sequence[Row]) -> list[RenderableType]:
    if not rows:
        return []
    names = ", ".join(row["node_name"] for row in rows)
    return [Text(f"\n{title} ({len(rows)})", style="bold"), Text(f"  {names}")]
