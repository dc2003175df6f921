"""Random generic change feeds against the reference model."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.project import Project
from support.same import assert_same
from support.stream_project import (
    Loaded,
    builds_of,
    check_counts,
    check_invariants,
    check_rejections,
    compare,
    load,
    parametrize,
)
from support.streams import Shape

ALL = {"a": "text", "b": "few", "c": "bigint"}
SHAPES = [
    Shape("plain", {"a": "text", "b": "few", "c": "few"}),
    Shape("state_only", {"b": "few", "a": "few", "c": "decimal"}, history="none", keys="text"),
    Shape("composite", ALL, sequence=("wide", "small"), keys="text"),
    Shape("moments", {"z": "boolean", "a": "few"}, sequence=("moment", "small")),
    Shape("lsn", {"a": "few", "b": "date"}, sequence=("lsn", "number"), keys="text"),
    Shape("epochs", {"a": "few", "b": "timestamp"}, epoch=True),
    Shape("wide_only", {"a": "few", "b": "decimal"}, sequence=("wide",), times=True),
    Shape("tracked", {"a": "few", "b": "few", "c": "text"}, track=("a", "b"), times=True),
    Shape("keep", {"a": "blank", "b": "blank", "c": "few"}, ignore_null=("a", "b")),
    Shape("keep_one", {"a": "blank", "b": "few"}, ignore_null=("a",), track=("a",), times=True),
    Shape("keep_state", {"a": "blank", "b": "few"}, ignore_null=("a",), history="none"),
    Shape("raw", {"a": "text", "b": "blank"}, raw=True, sequence=("number", "small")),
]


# A load takes seconds there.
SLOW_SHAPES = ("plain", "tracked", "keep")


def shapes_of(target: str) -> list[Shape]:
    return [shape for shape in SHAPES if target == "dev" or shape.name in SLOW_SHAPES]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize(metafunc, shapes_of(str(metafunc.config.getoption("--target"))))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("random_generic"), target)
    return load(project, shapes_of(target), builds_of(target))


def test_equals_the_reference(loaded: Loaded, name: str) -> None:
    compare(loaded, name)


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(loaded: Loaded, tmp_path: Path) -> None:
    target = loaded.project.target
    twin = load(Project(tmp_path), shapes_of(target), builds_of(target))
    assert_same(loaded.project, twin.project)


def test_rejected_rows(loaded: Loaded, name: str) -> None:
    check_rejections(loaded, name)


def test_every_row_is_in_its_class(loaded: Loaded, name: str) -> None:
    check_counts(loaded, name)


def test_invariants(loaded: Loaded, with_history: str) -> None:
    check_invariants(loaded, with_history)


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    before = loaded.project.bronze()
    loaded.project.replay(*(["generic__keep"] if loaded.project.slow else []))
    assert loaded.project.bronze() == before
