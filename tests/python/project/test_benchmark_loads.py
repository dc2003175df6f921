"""The benchmark of loads on a small size: it runs, and what it compares is the same."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import pytest
from benchmarks import clock, loads

ROWS = 2000


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return loads.measure(tmp_path_factory.mktemp("loads"), ROWS, repetitions=1)


def test_every_work_is_done_in_every_way(result: dict[str, Any]) -> None:
    """That the results are the same is the benchmark's own check; here only that all were run."""
    for name, work in loads.WORKS.items():
        ways = result["works"][name]["ways"]
        assert list(ways) == work.ways
        assert all(cost["load"] > 0 and cost["memory"] > 0 for cost in ways.values()), name
        assert ways["medallion"]["staging"] > 0


def test_the_table_has_a_line_for_each(result: dict[str, Any]) -> None:
    lines = [line for line in loads.table(result).splitlines() if line.startswith("| W")]
    first_loads = len(loads.WORKS)
    assert len(lines) == sum(len(work.ways) for work in loads.WORKS.values()) + first_loads


def test_reading_is_measured_beside_a_plain_table(result: dict[str, Any]) -> None:
    reads = result["works"]["history_20"]["reads"]
    assert list(reads) == ["current rows", "rows of one moment"]
    assert all(cost > 0 for costs in reads.values() for cost in costs)


def test_a_ratio_beyond_its_bound_is_told(result: dict[str, Any]) -> None:
    told = copy.deepcopy(result)
    ways = told["works"]["upsert"]["ways"]
    ways["upsert_delete_insert"] |= {"load": 1.0, "checkpoint": 1.0}
    ways["medallion"] |= {"load": 1.0, "checkpoint": 2.01}
    assert any(line.startswith("W1 upsert") for line in loads.broken_bounds(told))
    ways["medallion"] |= {"load": 2.0, "checkpoint": 0.99}
    assert not any(line.startswith("W1 upsert") for line in loads.broken_bounds(told))


def test_a_way_with_another_result_is_no_comparison(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand = tmp_path / "by_hand"
    shutil.copytree(loads._BY_HAND, by_hand)
    merge = by_hand / "upsert_merge.sql"
    text = merge.read_text(encoding="utf-8")
    merge.write_text(text.replace("when not matched then insert", ""), encoding="utf-8")
    monkeypatch.setattr(loads, "_BY_HAND", by_hand)
    monkeypatch.setattr(loads, "WORKS", {"upsert": loads.WORKS["upsert"]})
    with pytest.raises(clock.FailedError, match="results differ"):
        loads.measure(tmp_path / "work", ROWS, repetitions=1)
