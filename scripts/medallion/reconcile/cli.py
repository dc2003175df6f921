"""`medallion reconcile`: bronze beside what its source has now."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from medallion.errors import MedallionError
from medallion.reconcile.result import Result


@click.command()
@click.argument("names", metavar="[SYSTEM.OBJECT | SYSTEM]...", nargs=-1)
@click.option("--sum", "sums", multiple=True, metavar="COLUMN", help="Compare this column's sum.")
@click.option("--target", help="The dbt target (default: the profile's).")
@click.option("--project-dir", type=click.Path(path_type=Path), default=Path())
@click.option("--json", "as_json", is_flag=True, help="As JSON instead of a table.")
def reconcile(
    names: tuple[str, ...],
    sums: tuple[str, ...],
    target: str | None,
    project_dir: Path,
    as_json: bool,
) -> None:
    """Compare bronze with what its source has now: rows, control totals, keys.

    Exit code 0: equal, or explained by the source's own rejected, dropped and repeated rows;
    1: differences, or an object that could not be compared; 2: wrong use, or no warehouse.
    """
    from medallion.project import load_project, project_root
    from medallion.reconcile.choose import choose
    from medallion.reconcile.compare import reconcile as compare
    from medallion.reconcile.totals import check_asked
    from medallion.warehouse import open_warehouse

    try:
        root = project_root(project_dir)
        project = load_project(root)
        items = choose(project, names)
        check_asked(items, sums)
        with open_warehouse(root, target) as warehouse:
            found = compare(warehouse, project, items, sums)
    except MedallionError as error:
        error.exit_code = 2  # 1 means differences here
        raise
    _show(found, as_json)
    if not all(result.is_good for result in found):
        sys.exit(1)


def _show(found: list[Result], as_json: bool) -> None:
    from medallion.reconcile.show import plain, shown

    if as_json:
        click.echo(json.dumps([plain(each) for each in found], ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    console = Console(markup=False, highlight=False)
    for part in shown(found):
        console.print(part)
