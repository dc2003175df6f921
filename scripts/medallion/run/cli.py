"""The command `medallion run`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from medallion.log.cli import project_dir_option, target_folder, target_option, target_path_option

if TYPE_CHECKING:
    from medallion.log.write import Report

# Options of dbt that say what to build.
SELECTS = frozenset({"--select", "-s", "--models", "--model", "-m", "--selector"})


@click.command(context_settings={"ignore_unknown_options": True})
@project_dir_option
@target_option
@target_path_option
@click.option(
    "--changed",
    is_flag=True,
    help="Leave out objects for which nothing waits: no new or changed file, commit or released "
    "row, and nothing that the last run left undone. A database or a catalog is always read.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[DBT BUILD OPTIONS]...")
def run(
    project_dir: Path,
    target: str | None,
    target_path: Path | None,
    changed: bool,
    arguments: tuple[str, ...],
) -> None:
    """Run `dbt build`, write the log and show a summary.

    What an earlier run left unlogged, because it was killed, is logged first. Any option of `dbt
    build` may follow. The exit code is dbt's.
    """
    from rich.console import Console

    from medallion.log.show import told
    from medallion.project import project_root
    from medallion.run.build import dbt_build, safe_log
    from medallion.run.news import Unfinished, choose
    from medallion.run.summary import summary

    root = project_root(project_dir)
    folder = target_folder(root, target_path)
    if changed and (given := {each.split("=")[0] for each in arguments} & SELECTS):
        raise click.UsageError(f"--changed selects by itself; leave out {', '.join(sorted(given))}")
    before = safe_log(root, target, folder)
    if changed:
        unfinished = Unfinished.of(folder, target)
        chosen, left_out = choose(root, target, before, unfinished.read())
        click.echo(f"{left_out} objects are left out: nothing waits for them")
        if not chosen:
            _tell(before)
            sys.exit(0)
        unfinished.write(chosen)
        arguments = ("--select", *chosen, *arguments)
    code = dbt_build(root, target, folder, arguments)
    report = safe_log(root, target, folder)
    if report.invocation_id != before.invocation_id:  # dbt came as far as to leave results
        if changed:
            unfinished.clear()
        Console(markup=False, highlight=False).print(summary(report))
    _tell(before)
    _warn([text for text in report.warnings if text not in before.warnings])
    click.echo(told(report))
    sys.exit(code)


def _tell(before: Report) -> None:
    """What the log before the run had to say."""
    from medallion.log.show import told

    _warn(before.warnings)
    if before.loads:
        click.echo(f"before the run: {told(before)}")


def _warn(texts: Sequence[str]) -> None:
    for text in texts:
        click.echo(f"warning: {text}", err=True)
