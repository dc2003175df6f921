"""A log that cannot be written: the build does not notice, the entries arrive later and once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from support.column import Column
from support.logged import count, entries, log
from support.project import Project

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
DAMAGE = {
    "missing": "drop table ops.{0}",
    "other columns": "create or replace table ops.{0} (x integer)",
    "a column gone": "alter table ops.{0} drop column message",
    "another type": "alter table ops.{0} alter attempt type blob using encode(attempt::varchar)",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project", artifacts=True)
    project.system("src", format="json", cdc_format="generic")
    columns = {"id": Column("bigint"), "a": Column()}
    project.object("src", "feed", columns, ["id"], "cdc", ["seq bigint"])
    project.generate()
    deliver(project, 1)
    project.build()
    return project


def deliver(project: Project, number: int) -> None:
    row = {"op": "U", "seq": number, "id": number, "a": "x"}
    project.deliver_json("src", "feed", f"{number:04}.jsonl", [row])


def damage(project: Project, *statements: str) -> None:
    with duckdb.connect(str(project.root / "warehouse/test.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def waiting(project: Project, sink: str) -> list[Path]:
    return sorted((project.root / "target/medallion_spool" / sink).glob("*"))


@contextmanager
def held(project: Project) -> Iterator[None]:
    """Another process has DuckDB's file."""
    path = str(project.root / "warehouse/test.duckdb")
    command = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.communicate("\n")


def check_once(project: Project, *statuses: str) -> None:
    assert [status for (status,) in entries(project, ["status"])] == list(statuses)
    for table in ("load_log", "run_log"):
        rows, different = count(project, table)
        assert rows == different


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_table(project: Project, kind: str) -> None:
    damage(project, *(DAMAGE[kind].format(table) for table in ("load_log", "run_log")))
    report = log(project)
    assert len(report.warnings) == 2 and report.spooled > 2
    assert log(project).spooled == 0
    tables = project.bronze()
    project.build()  # makes a missing table anew
    assert project.bronze() == tables
    damage(project, "drop table ops.load_log", "drop table ops.run_log")
    deliver(project, 2)
    project.build()
    assert log(project).posted > 2
    assert waiting(project, "warehouse.dev") == []
    check_once(project, "applied", "applied")
    ((rows,),) = project.query("select count(*) from ops.run_log where node_name = 'stg_src__feed'")
    assert rows == 2


def test_a_file_that_another_process_holds(project: Project) -> None:
    with held(project):
        report = log(project)
        assert "another process holds" in report.warnings[0]
        assert report.spooled > 0
    (project.root / "target/run_results.json").unlink()
    report = log(project)
    assert report.posted > 0 and report.warnings == []
    check_once(project, "applied")
    # What the spool kept tells of the load, though dbt's results are gone.
    assert entries(project, ["invocation_id is not null", "rows_inserted"]) == [(True, 1)]


def test_a_database_that_is_away(project: Project) -> None:
    path = project.root / "away" / "log.db"
    url = f"sqlite:///{path}"
    report = log(project, MEDALLION_METADATA_DB=url)
    assert report.spooled > 0 and len(report.loads) == 1
    assert waiting(project, "warehouse.dev") == []
    check_once(project, "applied")
    path.parent.mkdir()
    deliver(project, 2)
    project.build()
    assert log(project, MEDALLION_METADATA_DB=url).warnings == []
    assert log(project, MEDALLION_METADATA_DB=url).warnings == []
    assert waiting(project, "database") == []
    with sa.create_engine(url).connect() as connection:
        found = connection.execute(sa.text("select object, status, rows_inserted from load_log"))
        assert [tuple(row) for row in found] == [("feed", "applied", 1)] * 2
        nodes: int = connection.execute(sa.text("select count(*) from run_log")).scalar_one()
    assert nodes == count(project, "run_log")[0]


@pytest.mark.parametrize("url", ["no url", "postgresql+nodriver://x/y", "postgresql://u:pw@h:1/d"])
def test_a_database_that_cannot_be_used(project: Project, url: str) -> None:
    report = log(project, MEDALLION_METADATA_DB=url)
    assert report.spooled > 0 and report.warnings
    assert "pw" not in " ".join(report.warnings)
    check_once(project, "applied")


def test_the_command_does_not_fail(project: Project) -> None:
    damage(project, "drop table ops.load_log")
    assert "entries wait to be posted" in project.medallion("log")
