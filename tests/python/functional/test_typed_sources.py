"""Sources that have types of their own: what needs no text on the way stays what it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from support.column import Column
from support.deliver import delta
from support.project import Project

Columns = Mapping[str, str | Column]
# As the engine writes what is no number and what has no bound.
TEXTS = {"dev": ("nan", "-inf"), "spark": ("NaN", "-Infinity"), "prod": ("NaN", "-Infinity")}
CHANGED = datetime(2026, 3, 1, 12, 30, 0, 123456)


def write(project: Project, name: str, number: int, select: str) -> None:
    path: Path = project.root / "landing/pq" / name / f"{number:04}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(select).write_parquet(str(path))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("typed"), target)
    project.system("pq", format="parquet")
    measured: Columns = {"id": "bigint", "rate": "double", "changed": "timestamp"}
    strict: Columns = {"id": "bigint", "rate": Column("double", required=True)}
    for name, columns, load, sequence, history in (
        ("measured", measured, "delta", "changed", "scd2"),
        ("strict", strict, "delta", "id", "none"),
        ("lists", {"id": "bigint", "rate": "double"}, "full", "_file_number", "none"),
    ):
        source = f"{name}/*.parquet"
        project.object("pq", name, columns, ["id"], load, [sequence], history, source)
    project.system("lake", format="delta")
    project.object("lake", "whole", measured, ["id"], "full", source="whole")
    project.object("lake", "reads", measured, ["id"], "delta", ["changed"], source="reads")
    project.generate()
    changed = f"timestamp '{CHANGED}'"
    write(
        project, "measured", 1,
        f"select * from (values (1, 1.5::double, {changed}), (2, 'nan'::double, {changed}),"
        f" (3, '-inf'::double, {changed}), (4, null, {changed}), (5, -0.0::double, {changed}),"
        " (6, 1e300::double, null)) as t (id, rate, changed)",
    )  # fmt: skip
    # Of three snapshots the one with the greatest number counts, which is not the last text.
    for number, rate in ((1, 0.5), (9, 0.9), (10, 1.0)):
        write(project, "lists", number, f"select 1 as id, {rate}::double as rate")
    write(project, "strict", 1, "select unnest([1, 2]) as id, unnest(['nan'::double, 2.5]) as rate")
    for name in ("whole", "reads"):
        lake(project, name, (1, 1.5), (2, float("nan")))
    project.build()
    return project


def lake(project: Project, name: str, *rows: tuple[int, float]) -> None:
    """Commits of a Delta table, which grows by these rows."""
    ids, rates = zip(*rows, strict=True)
    columns = {"id": ids, "rate": rates, "changed": [CHANGED for _ in ids]}
    delta(f"lake/{name}", columns)(project.root / "landing")


def test_a_double_that_is_no_number_is_rescued(project: Project) -> None:
    nan, unbound = TEXTS[project.target]
    rows = project.rows("bronze.brz_pq__measured", ("id", "rate", "_rescued"))
    kept = [(id, rate, json.loads(rescued) if rescued else None) for id, rate, rescued in rows]
    assert kept == [
        (1, 1.5, None), (2, None, {"rate": nan}), (3, None, {"rate": unbound}),
        (4, None, None), (5, -0.0, None),
    ]  # fmt: skip


def test_a_required_one_rejects_its_row(project: Project) -> None:
    assert project.rows("bronze.brz_pq__strict", ("id", "rate")) == [(2, 2.5)]
    ((reason, raw),) = project.rows("ops.quarantine", ("reason", "raw"), "object = 'strict'")
    nan, _ = TEXTS[project.target]
    assert (reason, json.loads(raw)) == ("cast_error", {"id": "1", "rate": nan})


def test_positions_and_times_keep_their_microseconds(project: Project) -> None:
    times = project.query("select distinct valid_from from bronze.brz_pq__measured__history")
    assert times == [(CHANGED,)]
    ((reason,),) = project.rows("ops.quarantine", ("reason",), "object = 'measured'")
    assert reason == "null_sequence"


def test_the_number_in_a_file_name_is_the_position(project: Project) -> None:
    assert project.rows("bronze.brz_pq__lists", ("id", "rate", "_sequence")) == [(1, 1.0, 10)]


def test_a_delta_table_keeps_its_types_and_is_read_when_it_has_a_commit(project: Project) -> None:
    read = ("id", "rate", "changed")
    for name in ("whole", "reads"):
        rows = project.rows(f"bronze.brz_lake__{name}", read)
        assert rows == [(1, 1.5, CHANGED), (2, None, CHANGED)]
    lake(project, "reads", (3, 2.5), (4, 3.5))
    before = project.tables_of("bronze", ["lake__whole"])
    project.build("--select", "stg_lake__whole+ stg_lake__reads+")
    assert project.tables_of("bronze", ["lake__whole"]) == before
    added = [(3, 2.5, CHANGED), (4, 3.5, CHANGED)]
    assert project.rows("bronze.brz_lake__reads", read, "id > 2") == added
