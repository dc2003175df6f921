"""The command `medallion run`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from medallion.log.cli import project_dir_option, target_folder, target_option, target_path_option


@click.command(context_settings={"ignore_unknown_options": True})
@project_dir_option
@target_option
@target_path_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[DBT BUILD OPTIONS]...")
def run(
    project_dir: Path, target: str | None, target_path: Path | None, arguments: tuple[str, ...]
) -> None:
    """Run `dbt build`, write the log and show a summary.

    What an earlier run left unlogged, because it was killed, is logged first. Any option of `dbt
    build` may follow. The exit code is dbt's.
    """
    from rich.console import Console

    from medallion.log.show import told
    from medallion.project import project_root
    from medallion.run.build import dbt_build, safe_log
    from medallion.run.summary import summary

    root = project_root(project_dir)
    folder = target_folder(root, target_path)
    before = safe_log(root, target, folder)
    code = dbt_build(root, target, folder, arguments)
    report = safe_log(root, target, folder)
    if report.invocation_id != before.invocation_id:  # dbt came as far as to leave results
        Console(markup=False, highlight=False).print(summary(report))
    for text in dict.fromkeys([*before.warnings, *report.warnings]):
        click.echo(f"warning: {text}", err=True)
    if before.loads:
        click.echo(f"before the run: {told(before)}")
    click.echo(told(report))
    sys.exit(code)
