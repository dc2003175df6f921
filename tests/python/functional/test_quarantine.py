"""Rejected rows: what becomes of them when they are released, mended or discarded; expectations
beside deletes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from support.column import Column
from support.counted import classes, counts_of
from support.project import Project

COLUMNS = {"id": Column("bigint"), "qty": Column("integer"), "note": Column()}


def event(seq: int, id: int, qty: Any, op: str = "U") -> dict[str, Any]:
    return {"op": op, "seq": seq, "id": id, "qty": qty, "note": f"at {seq}"}


def make(project: Project, rules: Mapping[str, tuple[str, str]]) -> None:
    """Objects with the same rules: a feed with history, a CSV read by watermark, a snapshot."""
    project.system("src", format="json", cdc_format="generic")
    project.system("csv", format="csv")
    project.object("src", "feed", COLUMNS, ["id"], "cdc", ["seq bigint"], "scd2")
    marked = {**COLUMNS, "mark": Column("bigint")}
    lookback = {"lookback": "0"}
    project.object("csv", "reads", marked, ["id"], "delta", ["mark"], settings=lookback)
    project.object("csv", "snaps", COLUMNS, ["id"], "full", ["_file_number"])
    for name, (expression, action) in rules.items():
        for system, object in (("src", "feed"), ("csv", "reads"), ("csv", "snaps")):
            project.expectation(system, object, name, expression, action)
    project.generate()


def deliver(project: Project, number: int, *events: dict[str, Any]) -> None:
    project.deliver_json("src", "feed", f"{number:04}.jsonl", events)


def read(project: Project, number: int, *rows: tuple[int, Any, int]) -> None:
    header = ("id", "qty", "note", "mark")
    named = [{"id": i, "qty": q, "note": "n", "mark": m} for i, q, m in rows]
    project.deliver_csv("csv", "reads", f"{number:04}.csv", header, named)


def entries(project: Project) -> list[dict[str, Any]]:
    """The rows of ops.quarantine, by their ids."""
    names = project.columns("ops.quarantine")
    return [
        dict(zip(names, row, strict=True))
        for row in project.query("select * from ops.quarantine order by entry_id")
    ]


def decide(project: Project, decision: str, *arguments: str) -> str:
    return project.medallion("quarantine", decision, "--target", project.target, *arguments)


@pytest.fixture
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    return Project(tmp_path_factory.mktemp("quarantine"), target)


def feed(project: Project) -> list[tuple[Any, ...]]:
    return project.rows("bronze.brz_src__feed", ("id", "qty"))


SELECT = ("--select", "stg_src__feed+")


def test_release_reads_a_row_again_through_the_same_checks(project: Project) -> None:
    make(project, {"positive": ("qty > 0", "quarantine")})
    deliver(project, 1, event(1, 1, 5), event(2, 1, -5), event(3, 2, -7))
    project.build(*SELECT)
    assert feed(project) == [(1, 5)]
    assert [(e["reason"], e["status"]) for e in entries(project)] == [("expectation", "open")] * 2

    assert decide(project, "release", "--rule", "positive").startswith("2 rows released")
    assert {e["status"] for e in entries(project)} == {"released"}
    project.build(*SELECT)
    assert {(e["status"], e["times_seen"]) for e in entries(project)} == {("open", 2)}
    assert feed(project) == [(1, 5)]

    project.tables["expectations"].clear()
    project.generate()
    decide(project, "release", "--object", "src.feed")
    project.build(*SELECT)
    assert feed(project) == [(1, -5), (2, -7)]
    assert classes(counts_of(project)["feed"]) == {"updated": 1, "inserted": 1}
    assert {e["status"] for e in entries(project)} == {"settled"}
    project.build(*SELECT)
    assert project.query("select count(*) from staging.stg_src__feed") == [(0,)]


def test_a_mended_row_is_merged_once_and_its_history_is_kept(project: Project) -> None:
    make(project, {})
    deliver(project, 1, event(1, 1, 5), {**event(2, 1, 6), "seq": None})
    project.build(*SELECT)
    (entry,) = entries(project)
    assert (entry["reason"], json.loads(entry["raw"])["seq"]) == ("null_sequence", None)

    decide(project, "release", entry["entry_id"][:12], "--fixed", json.dumps(event(2, 1, 6)))
    deliver(project, 2, event(3, 2, 1))
    project.build(*SELECT)
    assert feed(project) == [(1, 6), (2, 1)]
    (entry,) = entries(project)
    assert (entry["status"], json.loads(entry["raw"])["seq"]) == ("settled", None)
    assert json.loads(entry["released_as"])["seq"] == 2
    before = project.bronze()
    project.build(*SELECT, variables={"medallion__replay": ["*"]})
    assert project.bronze() == before
    assert [e["status"] for e in entries(project)] == ["settled"]


def test_a_row_released_late_takes_its_place_by_sequence(project: Project) -> None:
    make(project, {"positive": ("qty > 0", "quarantine")})
    deliver(project, 1, event(1, 1, 5), event(3, 1, -5))
    project.build(*SELECT)
    deliver(project, 2, event(4, 1, 9))
    project.build(*SELECT)
    project.tables["expectations"].clear()
    project.generate()
    decide(project, "release", "--reason", "expectation")
    project.build(*SELECT)
    assert feed(project) == [(1, 9)]
    history = project.rows("bronze.brz_src__feed__history", ("qty", "valid_from", "valid_to"))
    assert sorted(history, key=lambda row: row[1]) == [(5, 1, 3), (-5, 3, 4), (9, 4, None)]
    assert classes(counts_of(project)["feed"]) == {"late": 1}


def test_a_released_row_waits_until_bronze_has_it(project: Project) -> None:
    make(project, {"positive": ("qty > 0", "quarantine")})
    deliver(project, 1, event(1, 1, -5))
    project.build(*SELECT)
    project.tables["expectations"].clear()
    project.generate()
    decide(project, "release", "--reason", "expectation")
    project.build("--select", "stg_src__feed")
    assert [e["status"] for e in entries(project)] == ["released"]
    project.build(*SELECT)
    assert feed(project) == [(1, -5)]
    assert [e["status"] for e in entries(project)] == ["settled"]


def test_a_csv_row_below_the_lookback_is_read_all_the_same(project: Project) -> None:
    make(project, {"positive": ("qty > 0", "quarantine")})
    read(project, 1, (1, 5, 10), (2, -5, 11))
    project.build("--select", "stg_csv__reads+")
    read(project, 2, (3, 1, 30))
    project.build("--select", "stg_csv__reads+")
    (entry,) = entries(project)
    mended = {**json.loads(entry["raw"]), "qty": "4", "colour": "red"}
    decide(project, "release", entry["entry_id"], "--fixed", json.dumps(mended))
    project.build("--select", "stg_csv__reads+")
    rows = project.rows("bronze.brz_csv__reads", ("id", "qty", "mark", "_rescued"))
    assert [row[:3] for row in rows] == [(1, 5, 10), (2, 4, 11), (3, 1, 30)]
    assert json.loads(rows[1][3]) == {"colour": "red"}


def test_discarded_rows_stay_in_the_table(project: Project) -> None:
    make(project, {"positive": ("qty > 0", "quarantine")})
    deliver(project, 1, event(1, 1, -5))
    project.build(*SELECT)
    assert decide(project, "discard", "--object", "src").startswith("1 rows discarded")
    project.build(*SELECT)
    listed = project.medallion("quarantine", "list", "--json", "--target", project.target)
    assert [e["status"] for e in json.loads(listed)] == ["discarded"]
    entry = entries(project)[0]["entry_id"]
    shown = project.medallion("quarantine", "show", entry[:10], "--target", project.target)
    assert '"qty": -5' in shown and "0001.jsonl" in shown


def test_a_snapshots_row_cannot_be_released(project: Project) -> None:
    make(project, {"positive": ("qty > 0", "quarantine")})
    rows = [{"id": 1, "qty": -1, "note": ""}, {"id": 2, "qty": 1, "note": ""}]
    project.deliver_csv("csv", "snaps", "0001.csv", ("id", "qty", "note"), rows)
    project.build("--select", "stg_csv__snaps+")
    with pytest.raises(AssertionError, match=r"MED-QUAR-003.*csv.snaps"):
        decide(project, "release", "--object", "csv.snaps")
    with pytest.raises(AssertionError, match=r"MED-QUAR-001.*no entry nonsense"):
        decide(project, "discard", "nonsense")


def test_a_delete_is_never_held_back_by_a_rule(project: Project) -> None:
    """A rejected delete would leave a ghost: rules are asked of upserts only."""
    rules = {"positive": ("qty > 0", "quarantine"), "noted": ("note is not null", "drop")}
    make(project, rules)
    deliver(project, 1, event(1, 1, 5), event(2, 2, 5))
    project.build(*SELECT)
    deliver(project, 2, event(3, 1, -1, "D"), event(4, 2, -1))
    project.build(*SELECT)
    assert feed(project) == [(2, 5)]
    assert classes(counts_of(project)["feed"]) == {"deleted": 1, "rejected": 1}


def test_every_rule_that_a_row_breaks_is_named(project: Project) -> None:
    rules = {
        "positive": ("qty > 0", "quarantine"),
        "small": ("qty < 100", "warn"),
        "even": ("qty % 2 = 0", "drop"),
        "known": ("qty is null or qty <> 3", "quarantine"),
    }
    make(project, rules)
    deliver(project, 1, event(1, 1, -3), event(2, 2, 101), event(3, 3, None), event(4, 4, 4))
    project.build(*SELECT)
    staged = project.rows("staging.stg_src__feed", ("id", "_reject_reason", "_failed_rules"))
    assert staged == [
        (1, "expectation", "|positive|even|"),
        (2, "dropped", "|small|even|"),
        (3, None, None),
        (4, None, None),
    ]
    counts = counts_of(project)["feed"]
    assert json.loads(counts["failed_by_rule"]) == {"positive": 1, "small": 1, "even": 2}
    assert classes(counts) == {"rejected": 1, "dropped": 1, "inserted": 2}
