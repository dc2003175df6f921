"""`medallion lint`: the rules that look at silver and gold as a whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import yaml
from rich.console import Console
from rich.table import Table

from medallion.errors import MedallionError
from medallion.lint.personal_columns import (
    PersonalColumn,
    personal_columns,
    unsaid,
)
from medallion.lint.project import read_project
from medallion.lint.silver_not_a_copy import silver_not_a_copy


@click.command()
@click.option("--project-dir", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read this manifest instead of parsing the project.",
)
@click.option("--allow-copies", is_flag=True, help="Let silver models copy bronze tables.")
@click.option("--list", "show", is_flag=True, help="List the gold columns with personal data.")
def lint(project_dir: Path, manifest: Path | None, allow_copies: bool, show: bool) -> None:
    """Check silver (no mere copies of bronze) and gold (personal data is named)."""
    project = read_project(read_manifest(project_dir, manifest))
    columns = personal_columns(project)
    problems = unsaid(columns)
    if not (allow_copies or copies_allowed(project_dir)):
        problems = silver_not_a_copy(project) + problems
    if show:
        show_columns(columns)
    if problems:
        raise MedallionError(problems)
    click.echo(f"Silver and gold are clean; {len(columns)} gold columns carry personal data.")


def read_manifest(project_dir: Path, path: Path | None) -> dict[str, Any]:
    """The manifest at `path`; without one that of a fresh `dbt parse`."""
    if path is None:
        from dbt.cli.main import dbtRunner

        arguments = ["--quiet", "parse", "--project-dir", str(project_dir)]
        result = dbtRunner().invoke([*arguments, "--profiles-dir", str(project_dir)])
        if not result.success:
            raise click.ClickException(f"dbt cannot parse the project: {result.exception}")
        path = project_dir / "target/manifest.json"
    if not path.is_file():
        raise click.ClickException(f"There is no manifest at {path}: run `dbt parse` first.")
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def copies_allowed(project_dir: Path) -> bool:
    """What the var medallion__allow_silver_copies of dbt_project.yml says."""
    path = project_dir / "dbt_project.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return bool((settings.get("vars") or {}).get("medallion__allow_silver_copies", False))


def show_columns(columns: list[PersonalColumn]) -> None:
    """A table of gold's personal columns."""
    table = Table("gold column", "data", "from", "said")
    for column in columns:
        name, sources = f"{column.model}.{column.column}", "\n".join(column.sources)
        table.add_row(name, column.classification, sources, "yes" if column.is_said else "NO")
    Console().print(table)
