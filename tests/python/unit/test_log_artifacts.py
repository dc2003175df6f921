"""dbt's artifacts as rows of the run log."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from medallion.log.artifacts import ArtifactError, read_run

STAGING, TEST = "model.m.stg_erp__orders", "test.m.not_null_orders.1"


def results(*nodes: dict[str, Any], which: str = "build") -> dict[str, Any]:
    return {
        "metadata": {
            "invocation_id": "0a1b2c3d-1111",
            "invocation_started_at": "2026-03-01T02:00:00.5Z",
            "generated_at": "2026-03-01T02:01:00Z",
            "dbt_version": "1.11.16",
        },
        "args": {"which": which, "vars": {"a": 1}},
        "results": list(nodes),
    }


def node(name: str, status: str, message: str | None = None, **more: Any) -> dict[str, Any]:
    times = {"started_at": "2026-03-01T02:00:01Z", "completed_at": "2026-03-01T02:00:03Z"}
    compiled = {"started_at": "2026-03-01T02:00:00Z", "completed_at": "2026-03-01T02:00:01Z"}
    timing = [] if status == "skipped" else [compiled, times]
    row = {"unique_id": name, "status": status, "message": message, "timing": timing}
    return row | {"execution_time": 3.0, "failures": None} | more


def manifest() -> dict[str, Any]:
    meta = {"medallion": {"system": "erp", "object": "orders"}}
    model = {"resource_type": "model", "name": "stg_erp__orders", "config": {"meta": meta}}
    test = {"resource_type": "test", "name": "not_null_orders", "attached_node": STAGING}
    return {
        "nodes": {
            STAGING: model | {"fqn": ["m", "staging", "erp", "stg_erp__orders"]},
            TEST: test | {"fqn": ["m", "staging", "not_null"], "config": {}, "depends_on": {}},
        }
    }


def write(folder: Path, results: Any, manifest: Any) -> None:
    for name, content in (("run_results", results), ("manifest", manifest)):
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def test_nodes_are_told_with_the_object_they_belong_to(tmp_path: Path) -> None:
    found = results(node(STAGING, "success", "OK"), node(TEST, "fail", "Got 3", failures=3))
    write(tmp_path, found, manifest())
    run = read_run(tmp_path)
    assert run is not None
    assert (run.invocation_id, run.command, run.variables) == ("0a1b2c3d-1111", "build", {"a": 1})
    assert run.started_at == datetime(2026, 3, 1, 2, 0, 0, 500000)
    model, test = run.nodes
    assert (model["started_at"], model["finished_at"]) == (
        datetime(2026, 3, 1, 2, 0, 0),
        datetime(2026, 3, 1, 2, 0, 3),
    )
    for row in (model, test):
        assert (row["system"], row["object"], row["layer"]) == ("erp", "orders", "staging")
    assert (test["status"], test["failures"], test["resource_type"]) == ("fail", 3, "test")


def test_a_long_message_is_cut_at_4000_characters(tmp_path: Path) -> None:
    long = "ä" * 5000
    write(tmp_path, results(node(STAGING, "error", long)), manifest())
    run = read_run(tmp_path)
    assert run is not None
    assert run.nodes[0]["message"] == long[:3997] + "..."


def test_a_skipped_node_has_no_times(tmp_path: Path) -> None:
    write(tmp_path, results(node(STAGING, "skipped")), manifest())
    run = read_run(tmp_path)
    assert run is not None
    assert run.nodes[0]["started_at"] is None and run.nodes[0]["finished_at"] is None


def test_a_node_that_the_manifest_does_not_know_is_told_too(tmp_path: Path) -> None:
    write(tmp_path, results(node("operation.m.on-run-start-0", "error", "no")), {"nodes": {}})
    run = read_run(tmp_path)
    assert run is not None
    assert run.nodes[0]["node_name"] == "on-run-start-0"


def test_commands_that_build_nothing_are_no_run(tmp_path: Path) -> None:
    write(tmp_path, results(which="compile"), manifest())
    assert read_run(tmp_path) is None


def test_no_artifacts_are_no_run(tmp_path: Path) -> None:
    assert read_run(tmp_path) is None


@pytest.mark.parametrize("broken", ["{", "[]", '{"args": {"which": "build"}}', '{"args": null}'])
def test_broken_artifacts_are_named(tmp_path: Path, broken: str) -> None:
    write(tmp_path, broken, manifest())
    with pytest.raises(ArtifactError, match=r"run_results\.json"):
        read_run(tmp_path)
