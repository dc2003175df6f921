"""`medallion run` and `medallion status` as they are called from a shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.column import Column
from support.logged import count, entries, log
from support.project import Project

GOOD = {"op": "U", "seq": 1, "id": 1, "a": "x"}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project", artifacts=True)
    project.system("src", format="json", cdc_format="generic")
    for name in ("feed", "other"):
        project.object("src", name, {"id": "bigint", "a": Column()}, ["id"], "cdc", ["seq bigint"])
    project.setting("src", "feed", "max_reject_fraction", "0.5")
    project.setting("src", "other", "expected_every", "1 hour")
    project.generate()
    for name in ("feed", "other"):
        project.deliver_json("src", name, "0001.jsonl", [GOOD])
    return project


def test_a_run_and_its_status(project: Project) -> None:
    done = project.called("run", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    told = {line.split()[0]: line.split()[1:4] for line in done.stdout.splitlines() if line.strip()}
    assert told["src.feed"] == told["src.other"] == ["applied", "1", "inserted"]
    rows = count(project, "load_log"), count(project, "run_log")

    # The same rows as of a plain `dbt build` and `medallion log`.
    plain = project.copy(project.root.parent / "plain")
    for suffix in ("", ".wal"):
        (plain.root / f"warehouse/test.duckdb{suffix}").unlink(missing_ok=True)
    plain.build()
    log(plain)
    assert (count(plain, "load_log"), count(plain, "run_log")) == rows
    columns = ["object", "attempt", "status", "rows_staged", "rows_inserted", "rejected_by_reason"]
    assert entries(plain, columns) == entries(project, columns)

    # A bad delivery of one object: dbt's exit code, the engine's words, the other object loaded.
    # The metadata database is away: the run does not notice.
    project.deliver_json("src", "feed", "0002.jsonl", ["{", "{"])
    project.deliver_json("src", "other", "0002.jsonl", [GOOD | {"id": 2}])
    away = {"MEDALLION_METADATA_DB": "sqlite:////no/such/folder/log.db"}
    done = project.called("run", "--quiet", "--select", "staging", "bronze", **away)
    assert done.returncode == 1
    failed = done.stdout.split("Failed (1)")[1]
    assert "brz_src__feed__state" in failed and "max_reject_fraction" in failed
    assert "brz_src__feed" in done.stdout.split("Skipped (")[1]
    assert "wait in target/medallion_spool/database" in done.stderr

    found = {each["object"]: each for each in json.loads(project.medallion("status", "--json"))}
    assert {name: each["status"] for name, each in found.items()} == {
        "src.feed": "failed",
        "src.other": "applied",
    }
    assert found["src.other"]["load"]["rows_inserted"] == 1
    assert not found["src.other"]["is_late"] and found["src.other"]["age_seconds"] < 3600
    shown = project.medallion("status", "--failed")
    assert "max_reject_fraction" in shown and "src.other" not in shown


def test_what_stops_dbt_itself_is_told(project: Project) -> None:
    done = project.called("run", "--no-such-option")
    assert done.returncode == 2
    assert "no-such-option" in done.stderr
    assert "Loads of this run" not in done.stdout
