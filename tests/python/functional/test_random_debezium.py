"""Random Debezium feeds against the reference model: unavailable values beside explicit NULLs,
event times that run backwards, server changes.
"""

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

COLUMNS = {"a": "few", "b": "text", "c": "decimal"}
SHAPES = [
    Shape("whole", COLUMNS, feed="debezium", times=True),
    Shape("partial", COLUMNS, feed="debezium", times=True, partial_updates=True),
    Shape(
        "partial_tracked",
        {"a": "few", "b": "few", "c": "blank"},
        feed="debezium",
        times=True,
        partial_updates=True,
        track=("a",),
        keys="text",
    ),
    Shape(
        "partial_epochs",
        {"a": "few", "b": "boolean"},
        feed="debezium",
        times=True,
        partial_updates=True,
        ignore_null=("b",),
        epoch=True,
    ),
    Shape(
        "partial_state",
        {"a": "few", "b": "blank"},
        feed="debezium",
        times=True,
        partial_updates=True,
        history="none",
    ),
]


# A load takes seconds there.
SLOW_SHAPES = ("partial", "partial_epochs")


def shapes_of(target: str) -> list[Shape]:
    return [shape for shape in SHAPES if target == "dev" or shape.name in SLOW_SHAPES]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrize(metafunc, shapes_of(str(metafunc.config.getoption("--target"))))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("random_debezium"), target)
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
    loaded.project.replay(*(["debezium__partial_epochs"] if loaded.project.slow else []))
    assert loaded.project.bronze() == before
