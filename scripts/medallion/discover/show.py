"""Show proposals and plans on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table

from medallion.discover import lists
from medallion.discover.model import Proposal
from medallion.discover.plan import Plan


def proposal(console: Console, shown: Proposal) -> None:
    """The object's line, its columns with the reasons, and the candidates."""
    line = Table(title=f"{shown.system}.{shown.object}", title_justify="left", show_header=False)
    line.add_column("cell")
    line.add_column("value", overflow="fold")
    cells = {
        "source": shown.source, "load": shown.load, "keys": lists.join(shown.keys),
        "sequence": lists.join(shown.sequence), "history": shown.history,
        "description": shown.description, **shown.settings,
        "key candidates": ", ".join(lists.join(key) for key in shown.key_candidates),
        "watermark candidates": "" if shown.load == "cdc" else ", ".join(
            shown.watermark_candidates
        ),
        "rows read": str(shown.rows),
    }  # fmt: skip
    for name, value in cells.items():
        if value or name in ("keys", "sequence"):
            line.add_row(name, value)
    console.print(line)
    columns = Table(title="columns", title_justify="left")
    for heading in ("column", "source_column", "type", "classification", "why"):
        columns.add_column(heading, overflow="fold")
    for column in shown.columns:
        columns.add_row(
            column.column, column.source_column, column.type, column.classification, column.why
        )
    console.print(columns)


def changes(console: Console, plan: Plan, *, dry_run: bool) -> None:
    """The lines that are written (or would be), table by table, and what is left as it is."""
    verb = "would be added" if dry_run else "added"
    for table in ("systems", "objects", "settings", "columns"):
        rows = plan.of(table)
        if rows:
            console.print(f"{table}: {len(rows)} line{'s' if len(rows) > 1 else ''} {verb}")
        if table == "settings":
            told(console, (f"{row['setting']} = {row['value']}" for row in rows))
        if table == "columns":
            told(console, (_column(row) for row in rows))
    told(console, plan.kept, "left as it is: ")
    if plan.is_empty:
        console.print("nothing to add: the control tables have everything")


def _column(row: Mapping[str, str]) -> str:
    source = f" (from {row['source_column']})" if row["source_column"] else ""
    return f"{row['column']} {row['type']}{source}"


def told(console: Console, texts: Iterable[str], prefix: str = "") -> None:
    for text in texts:
        console.print(f"  - {prefix}{text}")
