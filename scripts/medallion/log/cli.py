"""The commands `medallion log` and `medallion status`."""

from __future__ import annotations

import os
from pathlib import Path

import click

project_dir_option = click.option(
    "--project-dir",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The dbt project's folder (default: the current one).",
)
target_option = click.option("--target", help="dbt's target (default: the last run's).")
target_path_option = click.option(
    "--target-path",
    type=click.Path(path_type=Path),
    help="dbt's target folder, with its artifacts (default: DBT_TARGET_PATH, else target).",
)


def target_folder(root: Path, given: Path | None) -> Path:
    """dbt's target folder; a relative one counts from the project."""
    return (root / (given or os.environ.get("DBT_TARGET_PATH") or "target")).resolve()


@click.command()
@project_dir_option
@target_option
@target_path_option
def log(project_dir: Path, target: str | None, target_path: Path | None) -> None:
    """Write what became of the last run to ops.load_log and ops.run_log.

    Loads of earlier runs that were killed before they could be logged are made up for. A log that
    cannot be written is no error: the entries wait below the target folder for the next time.
    """
    from medallion.log.show import told
    from medallion.log.write import write_log
    from medallion.project import project_root

    root = project_root(project_dir)
    report = write_log(root, target, target_folder(root, target_path))
    for text in report.warnings:
        click.echo(f"warning: {text}", err=True)
    click.echo(told(report))
