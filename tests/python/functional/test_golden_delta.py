"""Every golden delta case through generated models: a watermark belongs to a whole table, so one
object per case, with and without history; on slow engines one of the two. A build per load; D07 has
a cutoff of its own, so its builds are its own, too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support import golden
from support.engine import Rows
from support.golden import of_case
from support.project import Project, in_order
from support.same import assert_same

CASES = [str(row["case_id"]) for row in golden.rows("delta_cases")]
START = 1767225600
WITH_CUTOFF = {str(row["case_id"]) for row in golden.rows("delta_loads") if row["cutoff"]}
HISTORIES = {"none": "", "scd2": "_scd2"}
# A load with history takes three times as long: D05 without, D10 with.
SLOW_WITH_HISTORY = {"D01", "D04", "D07", "D10", "D13"}


def histories_of(case: str, target: str) -> tuple[str, ...]:
    if target == "dev":
        return tuple(HISTORIES)
    return ("scd2",) if case in SLOW_WITH_HISTORY else ("none",)


def objects_of(case: str, target: str) -> list[str]:
    return [f"{case.lower()}{HISTORIES[history]}" for history in histories_of(case, target)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    target = str(metafunc.config.getoption("--target"))
    if "history" in metafunc.fixturenames:
        pairs = [(case, history) for case in CASES for history in histories_of(case, target)]
        metafunc.parametrize(("case", "history"), pairs)


@dataclass
class Loaded:
    """The project after the last load, and its tables after each."""

    project: Project
    tables: dict[str, dict[str, tuple[list[str], Rows]]] = field(default_factory=dict)
    watermarks: dict[str, dict[str, int | None]] = field(default_factory=dict)


def declare(project: Project, target: str) -> None:
    project.system("golden", format="csv")
    for row in golden.rows("delta_cases"):
        case = str(row["case_id"])
        for history in histories_of(case, target):
            project.object(
                "golden",
                f"{case.lower()}{HISTORIES[history]}",
                columns={"k1": "bigint", "wm": "bigint", "a": "text"},
                keys=["k1"],
                load="delta",
                sequence=["wm"],
                history=history,
                settings={"lookback": str(row["lookback"])},
            )
    project.generate()


def deliver(project: Project, objects: list[str], case: str, load: str) -> None:
    """The rows of a read; a read without rows has no file the first time and an empty one later."""
    rows = [r for r in of_case("delta_rows", case) if r["load"] == load]
    if not rows and load == "1":
        return
    header = ["k1", "wm", "a"]
    for name in objects:
        lines = [{c: r[c] for c in header} for r in rows]
        path = project.deliver_csv("golden", name, f"{int(load):04}.csv", header, lines)
        # A file's time is part of what orders its rows: the same on every engine.
        os.utime(path, (START + int(load),) * 2)


def watermarks(project: Project) -> dict[str, int | None]:
    found = project.query(
        "select object, max(cast(watermark as bigint)) from ops.load_state group by object"
    )
    return dict(found)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    return play(Project(tmp_path_factory.mktemp("golden_delta"), target), target)


def play(project: Project, target: str) -> Loaded:
    """Delivers and builds what `target` gets, on the project's own engine."""
    declare(project, target)
    result = Loaded(project)
    for load in ("1", "2"):
        cutoffs = {
            str(r["case_id"]): r["cutoff"] for r in golden.rows("delta_loads") if r["load"] == load
        }
        for case in cutoffs:
            deliver(project, objects_of(case, target), case, load)
        together = [
            name for case in cutoffs.keys() - WITH_CUTOFF for name in objects_of(case, target)
        ]
        project.build("--select", *(f"stg_golden__{name}+" for name in sorted(together)))
        for case in sorted(WITH_CUTOFF):
            project.build(
                *("--select", *(f"stg_golden__{name}+" for name in objects_of(case, target))),
                variables={"medallion__cutoff": cutoffs[case]},
            )
        result.tables[load] = project.bronze()
        result.watermarks[load] = watermarks(project)
    return result


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(loaded: Loaded, tmp_path: Path) -> None:
    twin = play(Project(tmp_path), loaded.project.target)
    assert_same(loaded.project, twin.project)


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


def test_rows(loaded: Loaded, case: str, history: str) -> None:
    names, rows = loaded.tables["2"][f"brz_golden__{case.lower()}{HISTORIES[history]}"]
    found = [tuple(row[names.index(c)] for c in ("k1", "wm", "a")) for row in rows]
    expected = [(number(r["k1"]), number(r["wm"]), r["a"]) for r in of_case("delta_expected", case)]
    assert in_order(found) == in_order(expected)


def test_watermark_after_each_load(loaded: Loaded, case: str, history: str) -> None:
    for row in of_case("delta_loads", case):
        marks = loaded.watermarks[str(row["load"])]
        found = marks.get(f"{case.lower()}{HISTORIES[history]}")
        assert found == number(row["expected_watermark"])


@pytest.mark.parametrize("case", CASES)
def test_rejected_rows(loaded: Loaded, case: str) -> None:
    found = loaded.project.query(
        "select reason, count(*) from ops.quarantine where object = ? group by all",
        objects_of(case, loaded.project.target)[0],
    )
    expected = golden.expected_count("full_delta_expected_counters", case, "quarantine")
    assert dict(found) == expected


@pytest.mark.parametrize("case", ["D05", "D10"], ids=["empty_batch", "repeated_read"])
def test_a_read_without_news_writes_nothing(loaded: Loaded, case: str) -> None:
    first, second = (
        {
            n: t
            for n, t in loaded.tables[load].items()
            if n.startswith(f"brz_golden__{case.lower()}")
        }
        for load in ("1", "2")
    )
    assert first == second


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    replayed = ["golden__d02", "golden__d10_scd2"] if loaded.project.slow else []
    loaded.project.replay(*replayed, medallion__cutoff="70")
    assert loaded.project.bronze() == loaded.tables["2"]
