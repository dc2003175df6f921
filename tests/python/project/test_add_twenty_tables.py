"""A new table is one `medallion add` and one `medallion generate`, whatever its shape."""

from __future__ import annotations

import csv
import shlex
import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from medallion.cli import main
from support.project import REPOSITORY, Project, in_order
from support.twenty_tables import SHAPES, SYSTEMS, Shape

# A copy of the project without its databases and caches.
LEFT_BEHIND = shutil.ignore_patterns(
    ".[!d]*", "target", "warehouse", "logs", "examples", "benchmarks", "__pycache__", "*.egg-info"
)
LAST_TWO = SHAPES[-2:]


def medallion(project: Project, *arguments: str) -> str:
    """The command line, in this process; it must succeed."""
    with chdir(project.root):
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def control(project: Project) -> dict[str, list[str]]:
    """The lines of the control tables."""
    folder = project.root / "seeds" / "control"
    return {
        path.stem: path.read_text(encoding="utf-8").splitlines()
        for path in sorted(folder.glob("*.csv"))
    }


def files(project: Project) -> dict[str, bytes]:
    """Every file that a person could have edited."""
    return {
        str(path.relative_to(project.root)): path.read_bytes()
        for name in ("models", "seeds", "macros", "tests", "snapshots", "dbt_project.yml")
        for path in [project.root / name, *(project.root / name).rglob("*")]
        if path.is_file() and path.suffix != ".pyc"
    }


def add(project: Project, shape: Shape) -> None:
    """One table, by one command, which adds one line to objects.csv and touches no other."""
    before = control(project)
    medallion(project, "add", shape.name, *shlex.split(shape.options))
    after = control(project)
    system, name = shape.name.split(".")
    assert set(before) == set(after)
    for table, lines in after.items():
        assert [line for line in lines if line in set(before[table])] == before[table], table
        added = [line for line in lines if line not in set(before[table])]
        assert table in ("objects", "columns", "settings") or not added, added
        assert all(f"{system},{name}," in line for line in added), added
    assert len(after["objects"]) == len(before["objects"]) + 1


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    """The estate with eighteen tables more, all built, and then two, one after the other."""
    root = tmp_path_factory.mktemp("twenty") / "project"
    shutil.copytree(REPOSITORY, root, ignore=LEFT_BEHIND)
    project = Project(root, target)
    for system, options in SYSTEMS.items():
        medallion(project, "add", system, *shlex.split(options), "--grants", "select=analysts")
    for shape in SHAPES:
        shape.write(root / "landing")
    for shape in SHAPES[:-2]:
        add(project, shape)
    medallion(project, "generate")
    project.build()
    for shape in LAST_TWO:
        add(project, shape)
        before = files(project)
        medallion(project, "generate")
        after = files(project)
        added = set(after) - set(before)
        system = shape.name.split(".")[0]
        source = f"models/staging/{system}/_{system}__sources.yml"
        assert all(f"_{system}__" in path for path in added), added
        changed = {path for path in before if before[path] != after.get(path)}
        assert changed <= {source}, changed
        project.build("--select", f"{shape.staging}+")
    return project


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_bronze_holds_what_the_source_holds(project: Project, shape: Shape) -> None:
    found = project.columns(f"bronze.{shape.model}")
    assert [name for name in found if not name.startswith("_")] == list(shape.columns)
    rows = project.rows(f"bronze.{shape.model}", shape.columns)
    assert rows == in_order([tuple(row) for row in shape.rows])


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_tests_docs_and_grants_came_along(project: Project, shape: Shape) -> None:
    system, name = shape.name.split(".")
    documents: dict[str, Any] = {}
    for path in (project.root / "models").rglob(f"*_{system}__{name}*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            documents[model["name"]] = model
    assert shape.model in documents
    tests = [test for model in documents.values() for test in model.get("data_tests", [])]
    # Of rows without a key, each of which may repeat, nothing general can be said.
    assert tests or "--keys" not in shape.options
    for model in documents.values():
        assert "One row per " in model["description"]
        assert model["config"]["grants"] == {"select": ["analysts"]}
        assert set(shape.columns) <= {column["name"] for column in model["columns"]}


def test_nothing_was_rejected_or_rescued(project: Project) -> None:
    systems = ", ".join(f"'{system}'" for system in SYSTEMS)
    assert project.rows("ops.quarantine", where=f"system in ({systems})") == []
    for shape in SHAPES:
        assert project.rows(f"bronze.{shape.model}", where="_rescued is not null") == []


def test_a_second_build_writes_nothing(project: Project) -> None:
    before = project.bronze()
    project.build("--select", *(f"{shape.staging}+" for shape in SHAPES))
    assert project.bronze() == before


def test_generated_files_are_current(project: Project) -> None:
    medallion(project, "generate", "--check")


def test_the_lines_read_as_metadata(project: Project) -> None:
    path: Path = project.root / "seeds" / "control" / "objects.csv"
    with path.open(encoding="utf-8", newline="") as file:
        names = {f"{row['system']}.{row['object']}" for row in csv.DictReader(file)}
    assert names >= {shape.name for shape in SHAPES}
    assert len(names) >= 20
