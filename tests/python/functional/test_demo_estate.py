"""The whole demo estate on another engine: three deliveries, the last one built twice, ends with
what DuckDB ends with, value by value. `crm`, a SQLite file, is a catalog's table there.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import demo
from support.engine import SparkSql
from support.project import REPOSITORY, Project, without_vectors
from support.same import assert_same

pytestmark = pytest.mark.other_engines

SCHEMAS = ("bronze", "silver", "gold_reporting", "gold_history")
# Periods of a snapshot; a delta load's order ends with the time of its file or read.
TIMES = {
    "snp_sales__customer": ("valid_from", "valid_to"),
    "customer_profile_history": ("valid_from", "valid_to"),
    "brz_crm__customers": ("_sequence",),
    "brz_web__events": ("_sequence",),
}
# dbt-spark runs Python models in a workspace only: what depends on one is left out.
ABOVE_PYTHON = (
    "slv_sales__customer", "slv_sales__customer_match", "slv_sales__order", "slv_web__event",
    "slv_sales__order_line", "dim_customer", "fct_order_line", "customer_activity",
    "snp_sales__customer", "customer_profile_history",
)  # fmt: skip


def estate(root: Path, target: str) -> Project:
    """The repository's own metadata and models."""
    project = Project(root, target)
    for name in ("models", "seeds", "snapshots"):
        shutil.copytree(REPOSITORY / name, root / name, dirs_exist_ok=True)
    shutil.copy(REPOSITORY / ".dbtignore", root)
    if target == "spark":
        for model in (root / "models" / "bronze").rglob("*.sql"):
            text = model.read_text(encoding="utf-8")
            model.write_text(without_vectors(text), encoding="utf-8")
    return project


def crm(project: Project) -> str:
    """Where the customers of `crm` are: the SQLite file, or a schema with its table."""
    file = project.root / "landing" / "crm.sqlite"
    if not isinstance(project.engine, SparkSql):
        return str(file)
    schema = f"{project.engine.prefix}crm"
    with closing(sqlite3.connect(file)) as database:
        read = database.execute("select * from customers")
        names = [column[0] for column in read.description]
        rows = [tuple(None if v is None else str(v) for v in row) for row in read]
    quoted = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)
    project.engine.run(f"create schema if not exists {schema}")
    project.engine.run(
        f"create or replace table {schema}.customers using delta as"
        f" select * from values {quoted} as t({', '.join(names)})"
    )
    return f"catalog:{schema}"


def _literal(value: str | None) -> str:
    if value is None:
        return "cast(null as string)"
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def build(project: Project, *arguments: str, tests: bool = False) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDALLION_LOCATION_CRM", crm(project))
        project.build(*arguments, tests=tests)


def play(project: Project) -> Project:
    """The three deliveries of the demo, a build after each; the last one with the tests, but on
    Spark, where a test takes seconds and what has most of them is left out.
    """
    for number in (1, 2):
        demo.deliver(number, project.root)
        build(project)
    demo.deliver(3, project.root)
    if project.target == "spark":
        build(project)
    else:
        build(project, "--exclude-resource-type", "unit_test", tests=True)
    return project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    return play(estate(tmp_path_factory.mktemp("estate"), target))


def test_tables_equal_those_of_duckdb(project: Project, tmp_path: Path) -> None:
    absent = ABOVE_PYTHON if project.target == "spark" else ()
    twin = play(estate(tmp_path, "dev"))
    assert_same(project, twin, SCHEMAS, absent=absent, left_out=TIMES)


def test_repeated_build_changes_nothing(project: Project) -> None:
    """Not even a load id of bronze: nothing is written."""
    before = {schema: project.tables_of(schema) for schema in SCHEMAS}
    assert sum(len(rows) for _, rows in before["bronze"].values()) > 500
    build(project)
    assert {schema: project.tables_of(schema) for schema in SCHEMAS} == before
