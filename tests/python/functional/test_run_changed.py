"""`medallion run --changed`: only what has something to load, and nothing that was left undone."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from support.logged import count
from support.project import Project

GOOD = {"op": "U", "seq": 1, "id": 1, "a": "1"}
NAMES = ("feed", "other", "lists")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("changed"), artifacts=True)
    project.system("src", format="json", cdc_format="generic")
    columns = {"id": "bigint", "a": "text"}
    for name in ("feed", "other"):
        project.object("src", name, columns, ["id"], "cdc", ["seq bigint"])
    project.object("src", "lists", columns, ["id"], "full", ["_file_number"])
    project.generate()
    silver(project, "cast(a as integer)")
    for name in ("feed", "other"):
        project.deliver_json("src", name, "0001.jsonl", [GOOD])
    project.deliver_json("src", "lists", "0001.jsonl", [{"id": 1, "a": "x"}])
    assert objects(run(project)) == set(NAMES)
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    return built.copy(tmp_path / "project")


def silver(project: Project, value: str) -> None:
    path = project.root / "models/silver/slv_other.sql"
    path.parent.mkdir(exist_ok=True)
    sql = f"select id, {value} as a from {{{{ ref('brz_src__other') }}}}"
    path.write_text("{{ config(materialized='table') }}\n" + sql + "\n", encoding="utf-8")


def run(project: Project, *arguments: str, code: int = 0) -> set[str]:
    """The models that `medallion run --changed` built."""
    path = project.root / "target/run_results.json"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    done = project.called("run", "--changed", "--quiet", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    after = path.read_text(encoding="utf-8")
    nodes = json.loads(after)["results"] if after != before else []
    return {
        each["unique_id"].split(".")[2]
        for each in nodes
        if each["unique_id"].startswith("model.") and each["status"] != "skipped"
    }


def objects(models: set[str]) -> set[str]:
    return {name for name in NAMES if any(f"__{name}" in model for model in models)}


def test_a_new_file_and_nothing_else(project: Project) -> None:
    runs = count(project, "run_log")
    assert run(project) == set()
    assert count(project, "run_log") == runs

    project.deliver_json("src", "feed", "0002.jsonl", [GOOD | {"seq": 2, "a": "z"}])
    assert objects(run(project)) == {"feed"}
    assert project.query("select a from bronze.brz_src__feed") == [("z",)]
    assert run(project) == set()


def test_what_the_last_run_left_undone(project: Project) -> None:
    project.deliver_json("src", "other", "0002.jsonl", [GOOD | {"seq": 2, "a": "none"}])
    assert "slv_other" in run(project, code=1)
    silver(project, "try_cast(a as integer)")
    assert run(project) == {"slv_other"}
    assert project.query("select a from silver.slv_other") == [(None,)]
    assert run(project) == set()


def test_a_run_that_was_not_logged(project: Project) -> None:
    """As after a kill: bronze has the rows, what is built on it may not."""
    project.deliver_json("src", "other", "0002.jsonl", [GOOD | {"seq": 2, "a": "2"}])
    project.build("--select", "stg_src__other", "brz_src__other__state")
    assert "slv_other" in run(project)
    assert project.query("select a from silver.slv_other") == [(2,)]


def test_a_run_that_was_not_logged_before_one_that_dbt_refuses(project: Project) -> None:
    """The second run logs what the first one wrote, and builds nothing."""
    project.deliver_json("src", "other", "0002.jsonl", [GOOD | {"seq": 2, "a": "2"}])
    project.build("--select", "stg_src__other", "brz_src__other__state")
    assert run(project, "--threads", "many", code=2) == set()
    assert "slv_other" in run(project)
    assert project.query("select a from silver.slv_other") == [(2,)]
    assert run(project) == set()


def test_a_released_row(project: Project) -> None:
    project.deliver_json("src", "feed", "0002.jsonl", ['{"op": "U", "seq": 2, "id": 2, "a": "b"'])
    assert objects(run(project)) == {"feed"}
    assert run(project) == set()
    ((entry,),) = project.query("select entry_id from ops.quarantine")
    mended = json.dumps(GOOD | {"id": 2, "seq": 2})
    project.medallion("quarantine", "release", entry, "--fixed", mended)
    assert objects(run(project)) == {"feed"}
    assert project.query("select count(*) from bronze.brz_src__feed") == [(2,)]


def test_missing_tables_and_snapshots(project: Project) -> None:
    with duckdb.connect(str(project.root / "warehouse/test.duckdb")) as connection:
        connection.execute("drop view bronze.brz_src__feed")
    assert objects(run(project)) == {"feed"}
    for path in (project.root / "landing/src/lists").iterdir():
        path.unlink()
    assert objects(run(project, code=1)) == {"lists"}


def test_select_is_refused(project: Project) -> None:
    assert run(project, "--select", "staging", code=2) == set()
