"""The command `medallion status`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from medallion.log.cli import project_dir_option


@click.command()
@click.argument("name", metavar="[SYSTEM[.OBJECT]]", required=False)
@project_dir_option
@click.option("--target", help="dbt's target (default: the profile's).")
@click.option("--failed", is_flag=True, help="Only what failed, was skipped or interrupted.")
@click.option("--late", is_flag=True, help="Only what is older than its `expected_every`.")
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of a table.")
def status(
    name: str | None,
    project_dir: Path,
    target: str | None,
    failed: bool,
    late: bool,
    as_json: bool,
) -> None:
    """Show the last load of every object, of a system or of one object.

    From ops.load_log, which `medallion run` and `medallion log` write.
    """
    from medallion.log.show_status import shown
    from medallion.log.status import chosen, statuses
    from medallion.metadata.explain import find
    from medallion.project import load_project, project_root
    from medallion.warehouse import open_warehouse

    root = project_root(project_dir)
    project = load_project(root)
    if name and name not in project.systems:
        find(project, name)  # raises, and names what there is
    objects = [each for each in project.objects.values() if each.settings.enabled]
    with open_warehouse(root, target) as warehouse:
        every = statuses(warehouse, objects)
    found = chosen(every, name, failed=failed, late=late)
    if as_json:
        data = [each.as_json() for each in found]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    Console(markup=False, highlight=False).print(shown(found, one=len(found) == 1 and bool(name)))
