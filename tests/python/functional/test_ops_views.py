"""The views that answer an operator's questions, over a log that is empty, filled and damaged."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from medallion.log.rows import COLUMNS, Row, Table
from medallion.log.sink import WarehouseSink
from medallion.warehouse import open_warehouse
from support.column import Column
from support.invoke import dbt_at
from support.project import REPOSITORY, Project

NOW = datetime.now(UTC).replace(tzinfo=None)
VIEWS = ("loads", "node_runs", "failed_nodes", "unusual_loads", "late_objects", "rejections")
DAY = 86400


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("ops_views"), target, artifacts=True)
    shutil.copytree(REPOSITORY / "models/ops", project.root / "models/ops")
    project.system("src")
    project.object("src", "feed", {"a": Column()}, [], "full", ["_file_number"])
    project.generate()
    project.build("--select", "ops")
    return project


@pytest.fixture(scope="module")
def empty(project: Project) -> dict[str, int]:
    return {view: len(project.rows(f"ops.{view}")) for view in VIEWS}


@pytest.fixture(scope="module")
def filled(project: Project, empty: dict[str, int]) -> Project:
    loads = [load("erp", "orders", hours=24 * 9 - n, rows_staged=100 + n) for n in range(6)]
    loads += [load("erp", "orders", hours=1, rows_staged=1000)]
    loads += [load("erp", "lines", hours=9 - n, rows_staged=(100, 20)[n == 5]) for n in range(6)]
    loads += [load("erp", "young", hours=9 - n, rows_staged=10 ** (n + 1)) for n in range(4)]
    late = {"expected_every_seconds": DAY}
    loads += [load("web", "events", hours=30, **late)]
    loads += [load("web", "events", hours=1, status="failed", message="gone", **late)]
    loads += [load("web", "fresh", hours=23, **late)]
    loads += [load("web", "fresh", hours=1, status="empty", **late)]
    loads += [load("web", "never", hours=1, status="failed", **late)]
    rejects = {"rejected_by_reason": '{"malformed": 3, "expectation": 2}'}
    loads += [load("ref", "prices", hours=5, failed_by_rule='{"is positive": 2}', **rejects)]
    loads += [load("ref", "prices", hours=4, rejected_by_reason="{}", failed_by_rule="{}")]
    loads += [load("ref", "prices", hours=3, rejected_by_reason='{"malformed": 1}')]
    loads += [load("ref", "prices", hours=24 * 40, rejected_by_reason='{"malformed": 50}')]
    failed = load("ref", "retried", hours=5, status="failed")
    loads += [failed, failed | {"status": "applied", "attempt": 2}, failed]
    nodes = [
        node("a", hours=30, status="error"),
        node("b", hours=9, status="error", message="no space"),
        node("b", hours=8, status="success"),
        node("c", hours=7, status="success"),
        node("c", hours=6, status="fail", failures=3),
        node("d", hours=6, status="skipped"),
    ]
    append(project, "load_log", loads)
    append(project, "run_log", [*nodes, nodes[1]])
    return project


def load(system: str, object: str, hours: float, **more: Any) -> Row:
    started = NOW - timedelta(hours=hours)
    row: Row = dict.fromkeys(COLUMNS["load_log"])
    row |= {"system": system, "object": object, "load_id": f"{started:%Y%m%dT%H%M%S}Z-0a1b2c3d"}
    row |= {"attempt": 1, "status": "applied", "started_at": started, "logged_at": started}
    return row | more


def node(name: str, hours: float, **more: Any) -> Row:
    started = NOW - timedelta(hours=hours)
    row: Row = dict.fromkeys(COLUMNS["run_log"])
    row |= {"invocation_id": f"run {hours}", "node_id": f"model.{name}", "node_name": name}
    row |= {"attempt": 1, "run_started_at": started, "logged_at": started}
    return row | more


def append(project: Project, table: Table, rows: Sequence[Row]) -> None:
    with (
        dbt_at(project.root, **project.engine.variables),
        open_warehouse(project.root, project.target) as warehouse,
    ):
        WarehouseSink(warehouse, project.target).append(table, rows)


def test_on_an_empty_log_they_are_empty(empty: dict[str, int]) -> None:
    assert empty == dict.fromkeys(VIEWS, 0)


def test_what_failed_last_night(filled: Project) -> None:
    columns = ["node_name", "status", "failures", "message", "is_mended"]
    assert filled.rows("ops.failed_nodes", columns) == [
        ("b", "error", None, "no space", True),
        ("c", "fail", 3, None, False),
    ]


def test_what_grew_unusually(filled: Project) -> None:
    columns = ["object", "direction", "rows_staged", "earlier_loads"]
    assert filled.rows("ops.unusual_loads", columns) == [
        ("lines", "fewer", 20, 5),
        ("orders", "more", 1000, 6),
    ]


def test_which_object_is_late(filled: Project) -> None:
    columns = ["object", "last_status", "last_message", "fresh_at is null"]
    assert filled.rows("ops.late_objects", columns) == [
        ("events", "failed", "gone", False),
        ("never", "failed", None, True),
    ]
    ((age,),) = filled.query("select age_seconds from ops.late_objects where object = 'events'")
    assert 30 * 3600 <= age < 31 * 3600


def test_which_rule_rejects_most(filled: Project) -> None:
    columns = ["kind", "cause", "affected_rows", "load_count"]
    assert filled.rows("ops.rejections", columns) == [
        ("reason", "expectation", 2, 1),
        ("reason", "malformed", 4, 2),
        ("rule", "is positive", 2, 1),
    ]


def test_an_entry_that_was_written_twice_counts_once(filled: Project) -> None:
    columns = ["attempt", "status"]
    assert filled.rows("ops.loads", columns, "object = 'retried'") == [(2, "applied")]
    assert len(filled.rows("ops.node_runs", ["node_name"], "node_name = 'b'")) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "alter table ops.{0} alter attempt type blob using encode(attempt::varchar)",
        "alter table ops.{0} drop column status",
        "create or replace table ops.{0} (x integer)",
        "drop table ops.{0}",
    ],
)
def test_a_damaged_log_stops_no_build(filled: Project, target: str, damage: str) -> None:
    if target != "dev":
        pytest.skip("a damaged table looks the same to every engine: its columns are asked for")
    with duckdb.connect(str(filled.root / "warehouse/test.duckdb")) as connection:
        for table in ("load_log", "run_log"):
            connection.execute(damage.format(table))
    filled.build("--select", "ops")
    for view in VIEWS:
        filled.rows(f"ops.{view}")
