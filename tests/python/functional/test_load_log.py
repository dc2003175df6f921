"""What `medallion log` writes about runs that succeed, find nothing, fail, are taken up again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from medallion.log.rows import COLUMNS
from medallion.warehouse import open_warehouse
from support.column import Column
from support.invoke import dbt_at
from support.logged import count, entries, log
from support.project import Project

COLUMNS_OF_EVENT = {"id": Column("bigint"), "a": Column()}


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("load_log"), target, artifacts=True)
    project.system("src", format="json", cdc_format="generic")
    for name in ("feed", "other"):
        project.object("src", name, COLUMNS_OF_EVENT, ["id"], "cdc", ["seq bigint"])
    project.setting("src", "feed", "expected_every", "2 hours")
    project.setting("src", "feed", "max_reject_fraction", "0.5")
    project.expectation("src", "feed", "short", "length(a) < 5", "quarantine")
    project.generate()
    return project


def deliver(project: Project, number: int, *rows: Any, name: str = "feed") -> None:
    project.deliver_json("src", name, f"{number:04}.jsonl", rows)


def event(id: int | None, seq: int, a: str = "x", op: str = "U") -> dict[str, Any]:
    return {"op": op, "seq": seq, "id": id, "a": a}


STATUS = ("object", "attempt", "status")


def test_a_load_from_its_rows_to_its_retry(project: Project) -> None:
    deliver(project, 1, event(1, 1), event(2, 1), event(2, 2), event(3, 1, "too long"), "{")
    deliver(project, 1, event(1, 1), name="other")
    project.build()
    report = log(project)
    assert report.warnings == [] and len(report.loads) == 2 and report.recovered == []
    ((first,),) = entries(project, ["load_id"], "object = 'feed'")
    classes = ("staged", "rejected", "superseded", "inserted", "updated", "unaccounted")
    assert entries(project, [f"rows_{name}" for name in classes], "object = 'feed'") == [
        (5, 2, 1, 2, 0, 0)
    ]
    about = ["rejected_by_reason", "failed_by_rule", "files_read", "expected_every_seconds"]
    ((reasons, rules, *others),) = entries(project, about, "object = 'feed'")
    assert json.loads(reasons) == {"malformed": 1, "expectation": 1}
    assert json.loads(rules) == {"short": 1}
    assert others == [1, 7200]
    ((invocation, environment, code, metadata),) = entries(
        project,
        ["invocation_id", "environment", "code_version", "metadata_hash"],
        "object = 'feed'",
    )
    assert first.endswith(invocation[:8])
    assert environment == project.target and code and len(metadata) == 16

    # Once more: nothing is written twice.
    before = count(project, "load_log"), count(project, "run_log")
    again = log(project)
    assert (again.loads, again.new_nodes, again.warnings) == ([], 0, [])
    assert (count(project, "load_log"), count(project, "run_log")) == before

    # Nothing waits; then half of what comes for one object is rejected and stops its load.
    project.build()
    log(project)
    deliver(project, 2, event(4, 1), "{", "{")
    deliver(project, 2, event(5, 1), name="other")
    assert not project.try_build().success
    log(project)
    assert [row[:3] for row in entries(project, [*STATUS, "load_id"])] == [
        ("feed", 1, "applied"),
        ("other", 1, "applied"),
        ("feed", 1, "empty"),
        ("other", 1, "empty"),
        ("feed", 1, "failed"),
        ("other", 1, "applied"),
    ]
    ((message, staged, written, nodes),) = entries(
        project, ["message", "rows_staged", "rows_inserted", "failed_nodes"], "status = 'failed'"
    )
    assert "max_reject_fraction" in message and message.startswith("brz_src__feed__state")
    assert (staged, written, nodes) == (3, None, 1)
    ((node, text),) = project.query(
        "select node_name, message from ops.run_log where status = 'error'"
    )
    assert node == "brz_src__feed__state" and "max_reject_fraction" in text

    # Bronze alone is run again, under a threshold that lets the load pass: its second attempt.
    project.tables["settings"][-1]["value"] = "0.9"
    project.generate()
    project.build("--select", "brz_src__feed__state+")
    log(project)
    assert entries(project, [*STATUS, "rows_inserted"], "object = 'feed'")[-2:] == [
        ("feed", 1, "failed", None),
        ("feed", 2, "applied", 1),
    ]
    ((staged_by, applied_by),) = entries(
        project, ["load_id", "bronze_load_id"], "object = 'feed' and attempt = 2"
    )
    assert staged_by < applied_by
    for table in ("load_log", "run_log"):
        rows, different = count(project, table)
        assert rows == different > 0


def test_a_read_that_fails_is_logged_without_counts(project: Project) -> None:
    project.setting("src", "feed", "new_column", "fail")
    project.generate()
    deliver(project, 1, event(1, 1))
    project.build()
    log(project)
    deliver(project, 2, event(2, 1) | {"surprise": 1})
    assert not project.try_build().success
    log(project)
    log(project)
    rows = entries(project, ["status", "rows_staged", "message"], "object = 'feed'")
    assert [row[:2] for row in rows] == [("applied", 1), ("failed", None)]
    assert "surprise" in rows[1][2]


def test_a_run_that_was_killed_is_made_up_for(project: Project) -> None:
    """Its rows are in staging, or in bronze too, and dbt left no results."""
    deliver(project, 1, event(1, 1))
    deliver(project, 1, event(1, 1), name="other")
    selected = ("--select", "staging", "brz_src__other__state+")
    project.build(*selected, tests=False)
    (project.root / "target" / "run_results.json").unlink()
    report = log(project)
    assert len(report.recovered) == 2 and report.new_nodes == 0
    # What has never been in bronze is not counted.
    told = [*STATUS, "rows_inserted"]
    assert entries(project, told) == [("feed", 1, "interrupted", None), ("other", 1, "applied", 1)]
    log(project)
    project.build()
    log(project)
    assert entries(project, told, "object = 'feed'") == [
        ("feed", 1, "interrupted", None),
        ("feed", 1, "applied", 1),
    ]


def test_the_columns_are_the_same_in_sql_and_in_python(project: Project) -> None:
    with (
        dbt_at(project.root, **project.engine.variables),
        open_warehouse(project.root, project.target) as warehouse,
    ):
        for table, columns in COLUMNS.items():
            found = warehouse.call("log_columns", table=table)
            assert list(found.items()) == list(columns.items())
