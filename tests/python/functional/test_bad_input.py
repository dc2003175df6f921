"""Bad input gets a named error or a rejected row, and what was loaded before stays as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from medallion import warehouse
from support.bad_inputs import CASES, GOOD, MENDED, Case, gone, put
from support.column import Column
from support.engine import Rows
from support.project import Project, Run

COLUMNS = ("id", "v", "t")


class Deliveries:
    """A project in which every object gets a good, a bad and a mended delivery."""

    def __init__(self, project: Project) -> None:
        self.project = project
        for format in ("csv", "json", "parquet"):
            project.system(format, format=format)
        for case in CASES:
            self._describe(case)
        project.object("csv", "never_sent", {"id": "bigint", "v": "bigint"}, ["id"], "delta", ["v"])
        project.generate()
        self.runs: list[Run] = []
        self.rows: list[dict[str, Rows]] = []
        self.bronze: list[dict[str, tuple[list[str], Rows]]] = []
        for case in CASES:
            put(case, self.place(case), 1, GOOD)
        self.build().check()
        for case in CASES:
            case.bad(self.place(case))
        self.build()
        for case in CASES:
            gone(self.place(case))
            put(case, self.place(case), 3, MENDED)
        self.build()

    def _describe(self, case: Case) -> None:
        project, source = self.project, "items"
        if case.format == "sqlite":
            location = f"landing/{case.system}.sqlite"
            project.system(case.system, case.format, kind="database", location=location)
        else:
            extension = {"json": "jsonl"}.get(case.format, case.format)
            source = f"{case.name}/*.{extension}"
        project.object(
            case.system, case.name,
            {"id": "bigint", "v": Column("bigint", required=case.required), "t": "text"}, ["id"],
            case.load, ["_file_number"] if case.load == "full" else ["v"], source=source,
            settings=case.settings,
        )  # fmt: skip

    def place(self, case: Case) -> Path:
        if case.format == "sqlite":
            return self.project.root / "landing" / f"{case.system}.sqlite"
        folder = self.project.root / "landing" / case.system / case.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def build(self) -> Run:
        self.runs.append(self.project.try_build())
        self.bronze.append(self.project.bronze())
        self.rows.append({c.name: self.project.rows(f"bronze.{c.model}", COLUMNS) for c in CASES})
        return self.runs[-1]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory, target: str) -> Deliveries:
    return Deliveries(Project(tmp_path_factory.mktemp("bad_input"), target))


def failures(run: Run, case: Case) -> str:
    """What is said of an object's own models."""
    return "\n".join(m for node, m in run.failures().items() if node.endswith(
        (f"_{case.system}__{case.name}", f"_{case.system}__{case.name}__state")
    ))  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_bad_delivery_is_named(deliveries: Deliveries, case: Case) -> None:
    said = failures(deliveries.runs[1], case)
    for part in case.says:
        assert part in said
    assert bool(said) == bool(case.says), said
    found: dict[str, int] = dict(
        deliveries.project.query(
            "select reason, count(*) from ops.quarantine where system = ? and object = ?"
            " group by all",
            case.system, case.name,
        )
    )  # fmt: skip
    assert found == case.rejected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_was_loaded_before_stays(deliveries: Deliveries, case: Case) -> None:
    assert deliveries.rows[0][case.name] == sorted(GOOD)
    assert sorted(deliveries.rows[1][case.name], key=str) == sorted(case.after, key=str)
    if not case.rows:
        before, after = deliveries.bronze[:2]
        own = [name for name in before if name.startswith(case.model)]
        assert own
        assert {name: after[name] for name in own} == {name: before[name] for name in own}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_mended_delivery_is_loaded(deliveries: Deliveries, case: Case) -> None:
    assert failures(deliveries.runs[2], case) == ""
    assert sorted(deliveries.rows[2][case.name], key=str) == sorted(case.at_last, key=str)


@pytest.mark.parametrize("case", [c for c in CASES if c.rescued], ids=lambda case: case.name)
def test_a_value_that_does_not_fit_is_kept(deliveries: Deliveries, case: Case) -> None:
    columns, rows = deliveries.bronze[1][case.model]
    place = columns.index("_rescued")
    assert [row[place] for row in rows if row[place]] == list(case.rescued)


def test_no_other_node_failed(deliveries: Deliveries) -> None:
    first, bad, mended = deliveries.runs
    assert first.failures() == {}
    named = [case for case in CASES if case.says]
    assert len(bad.failures()) == len(named)
    assert mended.failures() == {}
    # No missing database was made by looking for it.
    assert {case.system for case in CASES if case.format == "sqlite"} == {
        path.stem for path in (deliveries.project.root / "landing").glob("*.sqlite")
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_named(deliveries: Deliveries) -> None:
    case = next(case for case in CASES if case.name == "uncast")
    put(case, deliveries.place(case), 4, MENDED)
    path = deliveries.place(case) / "0004.csv"
    path.chmod(0)
    before = deliveries.project.bronze()
    run = deliveries.project.try_build("--select", f"stg_{case.system}__{case.name}+")
    path.unlink()
    assert "0004.csv" in failures(run, case)
    assert deliveries.project.bronze() == before


def dbt_build(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`dbt build` as a user types it."""
    command = [str(Path(sys.executable).with_name("dbt")), "build", "--profiles-dir", "profiles"]
    environment = os.environ | dict(project.engine.variables)
    return subprocess.run(
        [*command, *arguments], cwd=project.root, env=environment, capture_output=True, text=True
    )


def test_a_glob_that_never_matched_is_a_warning(deliveries: Deliveries) -> None:
    project = deliveries.project
    assert project.rows("bronze.brz_csv__never_sent") == []
    selected = ["stg_csv__never_sent", "stg_csv__missing_delta"]
    gone(deliveries.place(next(case for case in CASES if case.name == "missing_delta")))
    done = dbt_build(project, "--select", *selected)
    said = " ".join(done.stdout.split())
    assert done.returncode == 0, said
    assert "MED-STG-001 csv.never_sent: no file matches 'never_sent/*.csv'" in said
    # What was loaded and taken away is an empty batch, nothing to warn of.
    assert "csv.missing_delta: no file" not in said


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"


def database_of(project: Project) -> Path:
    return project.root / project.engine.variables["MEDALLION_DUCKDB_PATH"]


@pytest.fixture
def holder(deliveries: Deliveries) -> Iterator[int]:
    """Another process that has the DuckDB file open; its id."""
    command = [sys.executable, "-c", HOLD, str(database_of(deliveries.project))]
    with subprocess.Popen(command, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process.pid
        process.communicate("\n")


def test_a_file_held_by_another_process_is_named(deliveries: Deliveries, holder: int) -> None:
    case = next(case for case in CASES if case.name == "uncast")
    shown = deliveries.project.medallion("add", f"{case.system}.{case.name}", "--refresh")
    said = " ".join(shown.split())
    assert "MED-DB-001 another process holds the DuckDB file" in said
    assert f"(process {holder})" in said
    done = dbt_build(deliveries.project)
    assert done.returncode
    problem = warehouse.held(done.stdout + done.stderr)
    assert problem is not None and problem.code == "DB_001"
    assert f"(process {holder})" in problem.message
    assert problem.file == str(database_of(deliveries.project))


def test_a_file_that_was_held_is_as_it_was(deliveries: Deliveries) -> None:
    assert deliveries.project.bronze() == deliveries.bronze[-1]
    assert warehouse.held("IO Error: Could not read the file") is None
