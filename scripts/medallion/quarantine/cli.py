"""`medallion quarantine list | show | release | discard`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import click

from medallion.project import load_project, project_root
from medallion.quarantine.entries import (
    Entry,
    Filter,
    QuarantineError,
    check_fixed,
    decide,
    found,
    grouped,
    shown,
)
from medallion.quarantine.history import history
from medallion.warehouse import Warehouse, open_warehouse

Command = TypeVar("Command", bound=Callable[..., Any])
STATUSES = ("open", "released", "settled", "discarded")


def _common(command: Command) -> Command:
    for option in (
        click.option("--target", help="The dbt target (default: the profile's)."),
        click.option("--project-dir", type=click.Path(path_type=Path), default=Path()),
    ):
        command = option(command)
    return command


def _filters(command: Command) -> Command:
    for option in (
        click.option("--object", help="Of this SYSTEM or SYSTEM.OBJECT."),
        click.option("--reason", help="Rejected for this reason."),
        click.option("--rule", help="Broke this expectation."),
        click.option("--load", help="First rejected by this load."),
    ):
        command = option(command)
    return command


@contextmanager
def _opened(project_dir: Path, target: str | None) -> Iterator[Warehouse]:
    with open_warehouse(project_root(project_dir), target) as warehouse:
        yield warehouse


@click.group()
def quarantine() -> None:
    """Look at rejected rows; release or discard them."""


@quarantine.command("list")
@_common
@_filters
@click.option("--status", type=click.Choice(STATUSES), help="With this status (default: all).")
@click.option("--json", "as_json", is_flag=True, help="Every entry as JSON instead of a table.")
def list_entries(
    project_dir: Path,
    target: str | None,
    as_json: bool,
    **about: str | None,
) -> None:
    """Count rejected rows by object, reason and status."""
    with _opened(project_dir, target) as warehouse:
        entries = found(warehouse, Filter((), **about))
    if as_json:
        click.echo(json.dumps([shown(each) for each in entries], ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{len(entries)} rejected rows", title_justify="left")
    for heading in ("system.object", "reason", "status", "rows", "last load", "for example"):
        table.add_column(heading, justify="right" if heading == "rows" else "left")
    for group in grouped(entries):
        table.add_row(
            f"{group['system']}.{group['object']}", group["reason"], group["status"],
            str(group["rows"]), group["last_load_id"][:15], group["example"][:12],
        )  # fmt: skip
    Console(markup=False).print(table)


@quarantine.command()
@click.argument("entry")
@_common
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(entry: str, project_dir: Path, target: str | None, as_json: bool) -> None:
    """Show one rejected row and what was done about it; the beginning of its id is enough."""
    with _opened(project_dir, target) as warehouse:
        entries = found(warehouse, Filter((entry,)))
        steps = [history(warehouse, each) for each in entries]
    if as_json:
        told = [
            {**shown(each), "history": [shown(asdict(step)) for step in done]}
            for each, done in zip(entries, steps, strict=True)
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for each, done in zip(entries, steps, strict=True):
        for name, value in shown(each).items():
            if value is not None:
                click.echo(f"{name:>20}  {value}")
        for step in done:
            click.echo(f"{'':>20}  {step}")
        click.echo()


@quarantine.command()
@click.argument("entries", nargs=-1)
@_common
@_filters
@click.option("--fixed", help="The row as it should have been (what `raw` shows, mended).")
def release(
    entries: tuple[str, ...],
    project_dir: Path,
    target: str | None,
    fixed: str | None,
    **about: str | None,
) -> None:
    """Read rows again with the next run, through the same checks."""
    count = _decided(project_dir, target, Filter(entries, **about), "release", fixed)
    click.echo(f"{count} rows released: the next run reads them again")


@quarantine.command()
@click.argument("entries", nargs=-1)
@_common
@_filters
def discard(
    entries: tuple[str, ...], project_dir: Path, target: str | None, **about: str | None
) -> None:
    """Mark rows as done with; they stay in the table."""
    count = _decided(project_dir, target, Filter(entries, **about), "discard", None)
    click.echo(f"{count} rows discarded")


def _decided(
    project_dir: Path, target: str | None, wanted: Filter, decision: str, fixed: str | None
) -> int:
    if wanted.is_empty:
        raise click.UsageError("say which: entry ids, --object, --reason, --rule or --load")
    project = load_project(project_root(project_dir))
    with _opened(project_dir, target) as warehouse:
        entries: list[Entry] = found(warehouse, wanted)
        if fixed is not None:
            if len(entries) != 1:
                raise click.UsageError(f"--fixed is for one row, {len(entries)} are meant")
            check_fixed(fixed)
        return decide(warehouse, project, entries, decision, fixed)


__all__ = ["QuarantineError", "quarantine"]
