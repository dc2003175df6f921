"""Every golden snapshot case through generated models: one object per case, one build per load."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from support import golden
from support.engine import Rows
from support.golden import of_case
from support.project import Project, Run, in_order

CASES = [str(row["case_id"]) for row in golden.rows("snapshot_cases")]
LOADS = [str(n) for n in range(1, 5)]
# A snapshot without rows has no column to take its version from: it is in the file's name.
VERSION_IN_NAME = {"F06", "F07"}
HISTORY = ("k1", "a", "b", "valid_from", "valid_to", "is_current")


@dataclass
class Loaded:
    """The project after the last load, and what each load did."""

    project: Project
    runs: dict[str, Run] = field(default_factory=dict)
    tables: dict[str, dict[str, tuple[list[str], Rows]]] = field(default_factory=dict)


def declare(project: Project) -> None:
    project.system("golden", format="csv")
    for row in golden.rows("snapshot_cases"):
        case = str(row["case_id"])
        settings = {}
        version = {} if case in VERSION_IN_NAME else {"version": "bigint"}
        if row["track_history"] != "*":
            settings["track"] = str(row["track_history"])
        if row["allow_empty"] == "true":
            settings["allow_empty"] = "true"
        if row["max_delete_fraction"]:
            settings["max_delete_fraction"] = row["max_delete_fraction"]
        project.object(
            "golden",
            case.lower(),
            columns={"k1": "bigint", "a": "text", "b": "text", **version},
            keys=["k1"],
            load="full",
            sequence=["_file_number" if case in VERSION_IN_NAME else "version"],
            history="scd2",
            settings=settings,
        )
    project.generate()


def deliver(project: Project, case: str, load: str, version: str) -> None:
    rows = [r for r in of_case("snapshot_rows", case) if r["load"] == load]
    header = ["k1", "a", "b"]
    if case in VERSION_IN_NAME:
        lines = [{c: r[c] for c in header} for r in rows]
        project.deliver_csv("golden", case.lower(), f"{int(version):04}.csv", header, lines)
        return
    lines = [{**{c: r[c] for c in header}, "version": version} for r in rows]
    name = f"load_{load}.csv"
    project.deliver_csv("golden", case.lower(), name, [*header, "version"], lines)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("golden_full"), target)
    declare(project)
    result = Loaded(project)
    for load in LOADS:
        for row in golden.rows("snapshot_loads"):
            if row["load"] == load:
                deliver(project, str(row["case_id"]), load, str(row["version"]))
        result.runs[load] = project.try_build()
        result.tables[load] = project.bronze()
    return result


def rows_of(loaded: Loaded, table: str, columns: tuple[str, ...]) -> Rows:
    names, rows = loaded.tables[LOADS[-1]][table]
    return in_order(tuple(row[names.index(c)] for c in columns) for row in rows)


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


@pytest.mark.parametrize("case", CASES)
def test_current_rows(loaded: Loaded, case: str) -> None:
    expected = [(number(r["k1"]), r["a"], r["b"]) for r in of_case("snapshot_expected_scd1", case)]
    assert rows_of(loaded, f"brz_golden__{case.lower()}", ("k1", "a", "b")) == in_order(expected)


@pytest.mark.parametrize("case", CASES)
def test_history(loaded: Loaded, case: str) -> None:
    expected = [
        (
            *(number(r["k1"]), r["a"], r["b"]),
            *(number(r["start_at"]), number(r["end_at"]), r["end_at"] is None),
        )
        for r in of_case("snapshot_expected_scd2", case)
    ]
    assert rows_of(loaded, f"brz_golden__{case.lower()}__history", HISTORY) == in_order(expected)


@pytest.mark.parametrize("case", CASES)
def test_outcome_of_each_load(loaded: Loaded, case: str) -> None:
    """A refused load names its reason and leaves every table of its object as it was."""
    prefix = f"brz_golden__{case.lower()}"
    for row in of_case("snapshot_loads", case):
        load = str(row["load"])
        failures = {
            name: message
            for name, message in loaded.runs[load].failures().items()
            if f"golden__{case.lower()}" in name
        }
        if row["expected_outcome"] == "ok":
            assert failures == {}
            continue
        reason = str(row["expected_outcome"]).removeprefix("refused:")
        assert failures, f"load {load} was not refused"
        assert all(reason in message for message in failures.values()), failures
        before = {
            n: t for n, t in loaded.tables[str(int(load) - 1)].items() if n.startswith(prefix)
        }
        after = {n: t for n, t in loaded.tables[load].items() if n.startswith(prefix)}
        assert after == before


@pytest.mark.parametrize("case", CASES)
def test_rejected_rows(loaded: Loaded, case: str) -> None:
    found = loaded.project.query(
        "select reason, count(*) from ops.quarantine where object = ? group by all", case.lower()
    )
    expected = golden.expected_count("full_delta_expected_counters", case, "quarantine")
    assert dict(found) == expected


def test_unchanged_snapshot_writes_nothing(loaded: Loaded) -> None:
    tables = [loaded.tables[load]["brz_golden__f03__state"] for load in ("1", "2")]
    assert tables[0] == tables[1]


def test_replay_of_a_version_writes_nothing(loaded: Loaded) -> None:
    for table in ("brz_golden__f11__state", "brz_golden__f11__ledger"):
        assert loaded.tables["2"][table] == loaded.tables["3"][table]
