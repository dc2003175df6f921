"""Every golden delta case through generated models: a watermark belongs to a whole table, so one
object per case. A build per load; D07 has a cutoff of its own, so its builds are its own, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from support import golden
from support.engine import Rows
from support.golden import of_case
from support.project import Project, in_order

CASES = [str(row["case_id"]) for row in golden.rows("delta_cases")]
WITH_CUTOFF = {str(row["case_id"]) for row in golden.rows("delta_loads") if row["cutoff"]}
HISTORIES = {"none": "", "scd2": "_scd2"}


@dataclass
class Loaded:
    """The project after the last load, and its tables after each."""

    project: Project
    tables: dict[str, dict[str, tuple[list[str], Rows]]] = field(default_factory=dict)
    watermarks: dict[str, dict[str, int | None]] = field(default_factory=dict)


def declare(project: Project) -> None:
    project.system("golden", format="csv")
    for row in golden.rows("delta_cases"):
        for history, suffix in HISTORIES.items():
            project.object(
                "golden",
                f"{str(row['case_id']).lower()}{suffix}",
                columns={"k1": "bigint", "wm": "bigint", "a": "text"},
                keys=["k1"],
                load="delta",
                sequence=["wm"],
                history=history,
                settings={"lookback": str(row["lookback"])},
            )
    project.generate()


def deliver(project: Project, case: str, load: str) -> None:
    """The rows of a read; a read without rows has no file the first time and an empty one later."""
    rows = [r for r in of_case("delta_rows", case) if r["load"] == load]
    if not rows and load == "1":
        return
    header = ["k1", "wm", "a"]
    for suffix in HISTORIES.values():
        lines = [{c: r[c] for c in header} for r in rows]
        name = f"{case.lower()}{suffix}"
        project.deliver_csv("golden", name, f"{int(load):04}.csv", header, lines)


def watermarks(project: Project) -> dict[str, int | None]:
    found = project.query(
        "select object, max(cast(watermark as bigint)) from ops.load_state group by object"
    )
    return dict(found)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("golden_delta"), target)
    declare(project)
    result = Loaded(project)
    for load in ("1", "2"):
        cutoffs = {
            str(r["case_id"]): r["cutoff"] for r in golden.rows("delta_loads") if r["load"] == load
        }
        for case in cutoffs:
            deliver(project, case, load)
        apart = [f"golden__{case.lower()}" for case in sorted(WITH_CUTOFF)]
        excluded = [f"{layer}_{a}*" for a in apart for layer in ("stg", "brz")]
        project.build("--exclude", *excluded)
        for case in sorted(WITH_CUTOFF):
            name = f"golden__{case.lower()}"
            project.build(
                *("--select", f"stg_{name}*", f"brz_{name}*"),
                variables={"medallion__cutoff": cutoffs[case]},
            )
        result.tables[load] = project.bronze()
        result.watermarks[load] = watermarks(project)
    return result


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("case", CASES)
def test_rows(loaded: Loaded, case: str, history: str) -> None:
    names, rows = loaded.tables["2"][f"brz_golden__{case.lower()}{HISTORIES[history]}"]
    found = [tuple(row[names.index(c)] for c in ("k1", "wm", "a")) for row in rows]
    expected = [(number(r["k1"]), number(r["wm"]), r["a"]) for r in of_case("delta_expected", case)]
    assert in_order(found) == in_order(expected)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("case", CASES)
def test_watermark_after_each_load(loaded: Loaded, case: str, history: str) -> None:
    for row in of_case("delta_loads", case):
        marks = loaded.watermarks[str(row["load"])]
        found = marks.get(f"{case.lower()}{HISTORIES[history]}")
        assert found == number(row["expected_watermark"])


@pytest.mark.parametrize("case", CASES)
def test_rejected_rows(loaded: Loaded, case: str) -> None:
    found = loaded.project.query(
        "select reason, count(*) from ops.quarantine where object = ? group by all", case.lower()
    )
    expected = golden.expected_count("full_delta_expected_counters", case, "quarantine")
    assert dict(found) == expected


def test_empty_batch_writes_nothing(loaded: Loaded) -> None:
    for table in ("brz_golden__d05", "brz_golden__d05_scd2__ledger"):
        assert loaded.tables["1"][table] == loaded.tables["2"][table]


def test_repeated_read_writes_nothing(loaded: Loaded) -> None:
    for table in ("brz_golden__d10", "brz_golden__d10_scd2__state"):
        assert loaded.tables["1"][table] == loaded.tables["2"][table]


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    loaded.project.build(
        variables={"medallion__replay": ["*"], "medallion__cutoff": "70"},
    )
    assert loaded.project.bronze() == loaded.tables["2"]
