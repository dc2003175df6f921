"""dbt build in this process, logged before and after."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

import click

from medallion.errors import MedallionError
from medallion.log.write import Report, write_log
from medallion.project import load_project
from medallion.warehouse import release_connections

# dbt's own exit codes: what failed in a node, and what stopped dbt itself.
FAILED, BROKEN = 1, 2


def dbt_build(root: Path, target: str | None, target_path: Path, arguments: Sequence[str]) -> int:
    """Runs `dbt build`; its exit code."""
    from dbt.cli.main import dbtRunner

    command = ["build", *arguments, "--target-path", str(target_path)]
    if stops_early(root) and not {"--fail-fast", "-x", "--no-fail-fast"} & set(arguments):
        command.append("--fail-fast")
    if target:
        command += ["--target", target]
    with chdir(root):
        try:
            result = dbtRunner().invoke(command)
        finally:
            release_connections()
    if result.success:
        return 0
    if result.exception is None:
        return FAILED
    click.echo(f"dbt: {result.exception}", err=True)
    return BROKEN


def stops_early(root: Path) -> bool:
    """Whether a layer's on_failure is fail_fast; control tables with faults ask for nothing."""
    try:
        objects = load_project(root).objects.values()
    except MedallionError:
        return False
    return any(each.settings.on_failure == "fail_fast" for each in objects)


def safe_log(root: Path, target: str | None, target_path: Path) -> Report:
    """Logs; whatever goes wrong with that is a warning, for a log is no reason to fail a run."""
    try:
        return write_log(root, target, target_path)
    except Exception as error:
        return Report(warnings=[f"the log could not be written: {error!r}"])
