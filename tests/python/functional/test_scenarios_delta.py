"""Delta scenarios beyond the golden cases: which rows of new files are read, in every format."""

from __future__ import annotations

from typing import Any

import pytest

from support.deliver import parquet
from support.project import Project

COLUMNS = {"id": "bigint", "mark": "bigint", "a": "text"}
# 7 is older than the watermark less the lookback, 8 is not.
READS: list[list[tuple[Any, ...]]] = [[(1, 10, "x"), (2, 4, "x")], [(1, 7, "y"), (3, 8, "y")]]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("scenarios_delta"), target)
    for system in ("csv", "json", "parquet"):
        project.system(f"in_{system}", format=system)
        project.object(
            *(f"in_{system}", "reads", COLUMNS, ["id"], "delta", ["mark"], "scd2"),
            source="reads/*",
            settings={"lookback": "2"},
        )
    project.generate()
    for number, read in enumerate(READS):
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in read]
        project.deliver_csv("in_csv", "reads", f"{number}.csv", list(COLUMNS), rows)
        project.deliver_json("in_json", "reads", f"{number}.jsonl", rows)
        values = ", ".join(str(row) for row in read)
        write = parquet(
            f"reads/{number}.parquet",
            "select id::bigint as id, mark::bigint as mark, a "
            f"from (values {values}) t (id, mark, a)",
        )
        write(project.root / "landing" / "in_parquet")
        project.build()
    return project


@pytest.mark.parametrize("system", ["csv", "json", "parquet"])
def test_rows_below_the_lookback_are_not_read(loaded: Project, system: str) -> None:
    found = loaded.rows(f"bronze.brz_in_{system}__reads__history", ["id", "mark", "a"])
    assert found == [(1, 10, "x"), (2, 4, "x"), (3, 8, "y")]
