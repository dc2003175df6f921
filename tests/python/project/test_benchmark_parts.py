"""The parts of the benchmark beside `loads` and `metadata`, on small sizes: they run, their own
checks of the results hold, and a ratio beyond its bound is told."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from benchmarks import clock, growth, spark, tables


def test_growth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "WORKS", {"state": growth.WORKS["state"]})
    result = growth.measure(tmp_path, 5000)
    assert list(result["sizes"]) == ["500", "5000", "15000"]
    assert growth.table(result).count("\n| W3") == 3
    few, many = copy.deepcopy(result), copy.deepcopy(result)
    for told, factor in ((few, 2.9), (many, 3.1)):
        smallest, largest = (told["sizes"][size]["state"]["ways"] for size in ("500", "15000"))
        nodes = ("staging", "load", "checkpoint")
        largest["medallion"] |= {each: smallest["medallion"][each] * factor for each in nodes}
    assert growth.broken_bounds(few) == []
    (text,) = growth.broken_bounds(many)
    assert "3.10 times" in text


def test_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = tables.measure(tmp_path / "same", 4)
    # Every shape once, each with its silver view.
    assert result["counts"] == {"models": 17, "tests": 11}
    assert tables.table(result).count("\n| medallion") == len(tables.RUNS)
    costs = {step["step"]: step for step in result["steps"]}
    costs["medallion, first run"]["cpu"] = costs["stock dbt, first run"]["cpu"] * 1.3
    assert any("first run: 1.30 times" in text for text in tables.broken_bounds(result))

    wrong = tables._STOCK["view"].replace("id,", "id + 1 as id,")
    monkeypatch.setitem(tables._STOCK, "view", wrong)
    with pytest.raises(clock.FailedError, match="different rows"):
        tables.measure(tmp_path / "different", 4)


def test_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "ROUNDS", 1)
    result = spark.measure(tmp_path, 2000)
    assert list(result["works"]) == ["upsert", "state"]
    for ways in result["works"].values():
        assert all(cost["seconds"] > 0 and cost["bytes_written"] > 0 for cost in ways.values())
        ways["medallion"]["seconds"] = ways["merge by hand"]["seconds"] * 1.7
    assert len(spark.broken_bounds(result)) == 2
    assert spark.table(result).count("| 1.70 | 1.6 |") == 2
