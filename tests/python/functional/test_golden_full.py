"""Every golden snapshot case through generated models, one build per load: one object per case; on
slow engines what is never refused shares an object, each case a scope of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from support import golden
from support.engine import Rows, Table
from support.golden import of_case
from support.project import Project, Run, in_order
from support.same import assert_same

CASES = [str(row["case_id"]) for row in golden.rows("snapshot_cases")]
LOADS = [str(n) for n in range(1, 5)]
# A snapshot without rows has no column to take its version from: it is in the file's name.
VERSION_IN_NAME = {"F06", "F07"}
REFUSED = {
    str(row["case_id"]) for row in golden.rows("snapshot_loads") if row["expected_outcome"] != "ok"
}
# F01 stays apart: a difference without a scope.
SHARED = {
    str(row["case_id"])
    for row in golden.rows("snapshot_cases")
    if row["track_history"] == "*" and row["case_id"] not in REFUSED | VERSION_IN_NAME | {"F01"}
}
HISTORY = ("k1", "a", "b", "valid_from", "valid_to", "is_current")


def object_of(case: str, target: str) -> str:
    return "shared" if target != "dev" and case in SHARED else case.lower()


@dataclass
class Loaded:
    """The project after the last load, and what each load did."""

    project: Project
    target: str
    runs: dict[str, Run] = field(default_factory=dict)
    tables: dict[str, dict[str, Table]] = field(default_factory=dict)

    def of(self, load: str, case: str) -> dict[str, Table]:
        """The tables of a case's object after a load, by what follows the object's name; of those
        that it shares, its own rows.
        """
        name = object_of(case, self.target)
        prefix = f"brz_golden__{name}"
        found = {n: t for n, t in self.tables[load].items() if n.split("__")[1] == name}
        return {n.removeprefix(prefix): _rows_of(case, table) for n, table in found.items()}


def _rows_of(case: str, table: Table) -> Table:
    names, rows = table
    if "case_id" not in names:
        return table
    return names, [row for row in rows if row[names.index("case_id")] == case]


def declare(project: Project, target: str) -> None:
    project.system("golden", format="csv")
    declared = set()
    for row in golden.rows("snapshot_cases"):
        case = str(row["case_id"])
        name = object_of(case, target)
        if name in declared:
            continue
        declared.add(name)
        settings = {}
        version = {} if case in VERSION_IN_NAME else {"version": "bigint"}
        if row["track_history"] != "*":
            settings["track"] = str(row["track_history"])
        if row["allow_empty"] == "true":
            settings["allow_empty"] = "true"
        if row["max_delete_fraction"]:
            settings["max_delete_fraction"] = row["max_delete_fraction"]
        scope = {"case_id": "text"} if name == "shared" else {}
        if scope:
            settings["scope"] = "case_id"
        project.object(
            "golden",
            name,
            columns={**scope, "k1": "bigint", "a": "text", "b": "text", **version},
            keys=[*scope, "k1"],
            load="full",
            sequence=["_file_number" if case in VERSION_IN_NAME else "version"],
            history="scd2",
            settings=settings,
        )
    project.generate()


def deliver(project: Project, target: str, load: str) -> list[str]:
    """Writes the snapshots of a load; returns their objects."""
    header = ["k1", "a", "b"]
    files: dict[str, list[dict[str, str | None]]] = {}
    for about in golden.rows("snapshot_loads"):
        if about["load"] != load:
            continue
        case, version = str(about["case_id"]), str(about["version"])
        rows = [r for r in of_case("snapshot_rows", case) if r["load"] == load]
        if case in VERSION_IN_NAME:
            lines = [{c: r[c] for c in header} for r in rows]
            project.deliver_csv("golden", case.lower(), f"{int(version):04}.csv", header, lines)
            files.setdefault(case.lower(), [])
            continue
        known = {"case_id": case} if object_of(case, target) == "shared" else {}
        lines = [{**known, **{c: r[c] for c in header}, "version": version} for r in rows]
        files.setdefault(object_of(case, target), []).extend(lines)
    for name, lines in files.items():
        if lines:
            project.deliver_csv("golden", name, f"load_{load}.csv", list(lines[0]), lines)
    return sorted(files)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    return play(Project(tmp_path_factory.mktemp("golden_full"), target), target)


def play(project: Project, target: str) -> Loaded:
    """Delivers and builds what `target` gets, on the project's own engine."""
    declare(project, target)
    result = Loaded(project, target)
    tables: dict[str, Table] = {}
    for load in LOADS:
        names = deliver(project, target, load)
        result.runs[load] = project.try_build("--select", *(f"stg_golden__{n}+" for n in names))
        tables = tables | project.bronze([f"golden__{n}" for n in names])
        result.tables[load] = tables
    return result


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(loaded: Loaded, tmp_path: Path) -> None:
    twin = play(Project(tmp_path), loaded.target)
    assert_same(loaded.project, twin.project)


def rows_of(loaded: Loaded, case: str, suffix: str, columns: tuple[str, ...]) -> Rows:
    names, rows = loaded.of(LOADS[-1], case)[suffix]
    return in_order(tuple(row[names.index(c)] for c in columns) for row in rows)


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


@pytest.mark.parametrize("case", CASES)
def test_current_rows(loaded: Loaded, case: str) -> None:
    expected = [(number(r["k1"]), r["a"], r["b"]) for r in of_case("snapshot_expected_scd1", case)]
    assert rows_of(loaded, case, "", ("k1", "a", "b")) == in_order(expected)


@pytest.mark.parametrize("case", CASES)
def test_history(loaded: Loaded, case: str) -> None:
    expected = [
        (
            *(number(r["k1"]), r["a"], r["b"]),
            *(number(r["start_at"]), number(r["end_at"]), r["end_at"] is None),
        )
        for r in of_case("snapshot_expected_scd2", case)
    ]
    assert rows_of(loaded, case, "__history", HISTORY) == in_order(expected)


@pytest.mark.parametrize("case", CASES)
def test_outcome_of_each_load(loaded: Loaded, case: str) -> None:
    """A refused load names its reason and leaves every table of its object as it was."""
    object = f"golden__{object_of(case, loaded.target)}"
    for row in of_case("snapshot_loads", case):
        load = str(row["load"])
        failures = {
            name: message
            for name, message in loaded.runs[load].failures().items()
            if object in name
        }
        if row["expected_outcome"] == "ok":
            assert failures == {}
            continue
        reason = str(row["expected_outcome"]).removeprefix("refused:")
        assert failures, f"load {load} was not refused"
        assert all(reason in message for message in failures.values()), failures
        assert loaded.of(load, case) == loaded.of(str(int(load) - 1), case)


@pytest.mark.parametrize("case", CASES)
def test_rejected_rows(loaded: Loaded, case: str) -> None:
    found = loaded.project.query(
        "select reason, count(*) from ops.quarantine where object = ? and raw like ? group by all",
        object_of(case, loaded.target),
        f"%{case}%" if case in SHARED and loaded.project.slow else "%",
    )
    expected = golden.expected_count("full_delta_expected_counters", case, "quarantine")
    assert dict(found) == expected


def test_unchanged_snapshot_writes_nothing(loaded: Loaded) -> None:
    assert loaded.of("1", "F03") == loaded.of("2", "F03")


def test_replay_of_a_version_writes_nothing(loaded: Loaded) -> None:
    assert loaded.of("2", "F11") == loaded.of("3", "F11")
