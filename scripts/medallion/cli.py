"""The console command `medallion`: thin commands around pure functions."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import click

from medallion.errors import MedallionError

# Commands that live beside their code; imported only when they are called.
_LAZY = {
    "add": ("medallion.discover.cli_add", "Propose a system or an object from its real source."),
    "quarantine": (
        "medallion.quarantine.cli",
        "Look at rejected rows; release or discard them.",
    ),
    "reconcile": ("medallion.reconcile.cli", "Compare bronze with what its source has now."),
    "log": ("medallion.log.cli", "Write what became of the last run to ops.load_log and run_log."),
    "run": ("medallion.run.cli", "Run dbt build, write the log and show a summary."),
    "status": ("medallion.log.cli_status", "Show the last load of every object."),
    "trace": ("medallion.trace.cli", "Show the life of one key, event by event."),
    "lint": ("medallion.lint.cli", "Check silver and gold against the rules of the layers."),
}


class _Commands(click.Group):
    """The group of commands; errors for the user are shown without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_LAZY])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _LAZY:
            return super().get_command(ctx, cmd_name)
        command = getattr(importlib.import_module(_LAZY[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            own = self.commands.get(name)
            rows.append((name, own.get_short_help_str(80) if own else _LAZY[name][1]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MedallionError as error:
            click.echo("\n".join(map(str, error.problems)), err=True)
            count = len(error.problems)
            click.echo(f"{count} problem{'' if count == 1 else 's'}", err=True)
            sys.exit(error.exit_code)


_project_dir = click.option(
    "--project-dir",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The dbt project's folder (default: the current one).",
)


@click.group(cls=_Commands)
def main() -> None:
    """From control tables to dbt models."""


@main.command()
@_project_dir
def validate(project_dir: Path) -> None:
    """Check the control tables; shows all problems at once."""
    from medallion.project import load_project, project_root

    project = load_project(project_root(project_dir))
    click.echo(f"{len(project.systems)} systems, {len(project.objects)} objects: no problem found")


@main.command()
@_project_dir
@click.option("--check", is_flag=True, help="Write nothing; fail when a file differs.")
def generate(project_dir: Path, check: bool) -> None:
    """Write the models of staging and bronze from the control tables."""
    from medallion.generate import render, write
    from medallion.project import load_project, project_root

    root = project_root(project_dir)
    result = write(render(load_project(root)), root, check=check)
    for path in result.written:
        click.echo(f"written  {path}")
    for path in result.deleted:
        click.echo(f"deleted  {path}")
    for path in result.hand_written:
        click.echo(f"kept     {path} (hand-written)")
    total = len(result.written) + len(result.unchanged) + len(result.hand_written)
    click.echo(
        f"{total} files: {len(result.written)} written, {len(result.unchanged)} unchanged, "
        f"{len(result.hand_written)} hand-written; {len(result.deleted)} deleted"
    )


@main.command()
@click.argument("name", metavar="SYSTEM.OBJECT")
@_project_dir
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of a table.")
def explain(name: str, project_dir: Path, as_json: bool) -> None:
    """Show every setting of an object with its value and the line it comes from."""
    from medallion.metadata.explain import explain as entries_of
    from medallion.metadata.explain import find, shown
    from medallion.project import load_project, project_root

    item = find(load_project(project_root(project_dir)), name)
    entries = entries_of(item)
    if as_json:
        data = {each.name: {"value": each.value, "origin": each.origin} for each in entries}
        click.echo(
            json.dumps({"object": item.full_name, "settings": data}, ensure_ascii=False, indent=2)
        )
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=item.full_name, title_justify="left", show_lines=False)
    for heading in ("setting", "value", "from"):
        table.add_column(heading, overflow="fold")
    for each in entries:
        table.add_row(each.name, shown(each.value), each.origin)
    Console(markup=False).print(table)


@main.command("docs-reference")
@_project_dir
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is not current.")
def docs_reference(project_dir: Path, check: bool) -> None:
    """Write docs/settings.md and docs/errors.md."""
    from medallion.docs_pages import write_pages
    from medallion.project import project_root

    for path in write_pages(project_root(project_dir), check=check):
        click.echo(f"written  {path}")


if __name__ == "__main__":
    main()
