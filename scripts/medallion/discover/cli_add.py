"""`medallion add`: propose lines of the control tables from the real source, and write them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from medallion.discover import flow
from medallion.errors import MedallionError


class _Add(click.Command):
    """Errors for the user are shown without a traceback, also without the group around it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MedallionError as error:
            if ctx.parent is not None:
                raise
            click.echo("\n".join(map(str, error.problems)), err=True)
            sys.exit(1)


@click.command(
    "add", cls=_Add,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)  # fmt: skip
@click.argument("name", metavar="SYSTEM[.OBJECT]")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[--OPTION VALUE]...")
@click.option("--dry-run", "--dry_run", is_flag=True, help="Show the proposal, write nothing.")
@click.option("--refresh", is_flag=True, help="Add what the source sends and no line knows yet.")
@click.option("--rows", type=click.IntRange(min=1), default=None, help="Read at most so many rows.")
@click.option("--project-dir", "--project_dir", type=click.Path(path_type=Path), default=Path())
def add(
    name: str, arguments: Sequence[str], dry_run: bool, refresh: bool, rows: int | None,
    project_dir: Path,
) -> None:  # fmt: skip
    """Propose a system or an object from its real source.

    \b
    medallion add erp --kind files --location landing/erp --format json \\
        --cdc-format debezium_postgres
    medallion add erp.orders --source 'orders/*.jsonl' --load cdc --keys order_id
    medallion add erp.orders --refresh

    Every column of systems.csv or objects.csv and every setting is an option
    (--max-delete-fraction 0.5); what is not given is proposed. Lines that are there stay.
    """
    console = Console(markup=False, highlight=False)
    what = flow.Wanted(project_dir, dry_run=dry_run, refresh=refresh, row_limit=rows)
    system, dot, object_name = name.partition(".")
    if dot:
        flow.add_object(console, what, system, object_name, arguments)
    else:
        flow.add_system(console, what, system, arguments)
