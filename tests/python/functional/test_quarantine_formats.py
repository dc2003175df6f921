"""Rows released into sources that keep more than text lines: typed columns, files as a whole, files
without a column.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from support.column import Column
from support.counted import counts_of
from support.project import Project

DIGITS = "123456789012345678901234.5678"


def release(project: Project, object: str, **fields: Any) -> None:
    """Releases the one open row of an object, mended where fields are given."""
    (row,) = project.query("select entry_id, raw from ops.quarantine where object = ?", object)
    fixed = ["--fixed", json.dumps({**json.loads(row[1]), **fields})] if fields else []
    project.medallion("quarantine", "release", row[0], "--target", project.target, *fixed)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("quarantine_formats"), target)
    project.system("src", format="json")
    project.system("pq", format="parquet")
    project.system("csv", format="csv", cdc_format="generic")
    numbers = {"id": Column("bigint"), "qty": Column("integer"), "mark": Column("bigint")}
    kept = {"staging": "checkpointed", "lookback": "1"}
    noted = {**numbers, "note": Column()}
    project.object("src", "kept", noted, ["id"], "delta", ["mark"], settings=kept)
    amount = {**numbers, "amount": Column("decimal(38,4)"), "day": Column("date")}
    for name in ("typed", "again", "worse"):
        source = "typed/*.parquet"
        project.object("pq", name, amount, ["id"], "delta", ["mark"], source=source)
    carried = {"missing_column": "carry", "partial_updates": "true"}
    columns = {"id": Column("bigint"), "qty": Column("integer"), "note": Column()}
    project.object("csv", "carried", columns, ["id"], "cdc", ["seq bigint"], settings=carried)
    for system, name in (
        ("src", "kept"),
        ("pq", "typed"),
        ("pq", "again"),
        ("pq", "worse"),
        ("csv", "carried"),
    ):
        project.expectation(system, name, "positive", "qty > 0", "quarantine")
    project.generate()
    rows = [(1, 5, 1), (2, -5, 2), (3, 5, 50)]
    lines = [{"id": i, "qty": q, "mark": m, "note": "n"} for i, q, m in rows]
    project.deliver_json("src", "kept", "0001.jsonl", lines)
    path = project.landing("pq", "typed", "0001.parquet")
    duckdb.sql(f"""
        select 1::bigint as id, 5::integer as qty, 1::bigint as mark,
            1::decimal(38,4) as amount, date '2024-01-01' as day
        union all select 2, -5, 2, '{DIGITS}', date '2024-01-02'
        union all select 3, 5, 3, 1, date '2024-01-03'
    """).write_parquet(str(path))
    header = ("op", "seq", "id", "qty", "note")
    first = [{"op": "U", "seq": 1, "id": 1, "qty": 5, "note": "kept"}]
    project.deliver_csv("csv", "carried", "0001.csv", header, first)
    lacking = [{"op": "U", "seq": 2, "id": 1, "qty": -6}]
    project.deliver_csv("csv", "carried", "0002.csv", header[:-1], lacking)
    project.build()
    release(project, "kept", qty=6)
    release(project, "typed", qty="many", day="2024-02-30")
    release(project, "carried", qty=6)
    release(project, "again")
    release(project, "worse", id=None)
    project.build()
    return project


def test_the_other_rows_of_its_file_stay_in_checkpointed_staging(project: Project) -> None:
    staged = project.rows("staging.stg_src__kept", ("id", "qty", "_reject_reason"))
    assert staged == [
        (1, 5, None), (2, -5, "expectation"), (2, 6, None), (3, 5, None),
    ]  # fmt: skip
    assert project.rows("bronze.brz_src__kept", ("id", "qty")) == [(1, 5), (2, 6), (3, 5)]
    (entry,) = project.rows("ops.quarantine", ("status", "times_seen"), "object = 'kept'")
    assert entry == ("settled", 1)


def test_a_mended_value_that_is_none_of_its_type_is_rescued(project: Project) -> None:
    names = ("id", "qty", "amount", "day", "_rescued")
    row = project.rows("bronze.brz_pq__typed", names, "id = 2")[0]
    assert row[:4] == (2, None, Decimal(DIGITS), None)
    assert json.loads(row[4]) == {"qty": "many", "day": "2024-02-30"}


def test_a_column_that_a_released_row_lacks_is_carried(project: Project) -> None:
    rows = project.rows("bronze.brz_csv__carried", ("id", "qty", "note"))
    assert rows == [(1, 6, "kept")]


def test_a_row_that_is_rejected_again_stays_one_entry(project: Project) -> None:
    columns = ("reason", "status", "times_seen")
    assert project.rows("ops.quarantine", columns, "object = 'again'") == [
        ("expectation", "open", 2)
    ]


def steps(project: Project, object: str) -> list[tuple[str, str | None]]:
    """What `show` tells of the first entry of an object."""
    (first, *_) = project.query(
        "select entry_id from ops.quarantine where object = ? order by load_id", object
    )
    told = json.loads(
        project.medallion("quarantine", "show", first[0], "--json", "--target", project.target)
    )
    return [(step["step"], step["said"]) for step in told[0]["history"]]


def test_the_history_of_an_entry_is_told(project: Project) -> None:
    assert steps(project, "again") == [
        ("reject", "expectation"),
        ("release", None),
        ("stage", "stg_pq__again"),
        ("reject", "expectation"),
        ("apply", "brz_pq__again"),
    ]
    told = steps(project, "kept")
    assert [step for step, _ in told] == ["reject", "release", "stage", "apply"]
    assert json.loads(str(told[1][1]))["qty"] == 6


def test_a_mended_row_that_is_rejected_is_named(project: Project) -> None:
    told = steps(project, "worse")
    assert [step for step, _ in told] == ["reject", "release", "stage", "reject elsewhere", "apply"]
    assert str(told[3][1]).endswith("(null_key)")


def test_a_mended_row_has_to_be_json(project: Project) -> None:
    with pytest.raises(AssertionError, match="MED-QUAR-004"):
        release_all = ("quarantine", "release", "--object", "pq.again", "--target", project.target)
        project.medallion(*release_all, "--fixed", "{")


def test_the_counts_of_released_rows_add_up(project: Project) -> None:
    counts = counts_of(project)
    assert {name: count["rows_staged"] for name, count in counts.items()} == {
        "kept": 1, "typed": 1, "again": 1, "worse": 1, "carried": 1,
    }  # fmt: skip
