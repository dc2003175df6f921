"""`medallion trace`: the life of one key."""

from __future__ import annotations

import json
from pathlib import Path

import click

from medallion.metadata.explain import find as find_object
from medallion.project import load_project, project_root
from medallion.trace import found, key
from medallion.trace.life import as_json as plain
from medallion.trace.life import life
from medallion.warehouse import open_warehouse


@click.command()
@click.argument("name", metavar="SYSTEM.OBJECT")
@click.argument("texts", metavar="KEY...", nargs=-1, required=True)
@click.option("--target", help="The dbt target (default: the profile's).")
@click.option("--project-dir", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of tables.")
def trace(
    name: str, texts: tuple[str, ...], target: str | None, project_dir: Path, as_json: bool
) -> None:
    """Show the life of one key, event by event, and the rows that follow.

    KEY is the value of the key column; of several columns `a|b`, or `name=value` for each.
    """
    root = project_root(project_dir)
    item = find_object(load_project(root), name)
    values = key.parse(item, texts)
    with open_warehouse(root, target) as warehouse:
        key.check(warehouse, item, values)
        told = life(item, values, found.find(warehouse, item, values))
    if as_json:
        click.echo(json.dumps(plain(told), ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    from medallion.trace.show import shown

    console = Console(markup=False, highlight=False)
    for part in shown(told):
        console.print(part)
