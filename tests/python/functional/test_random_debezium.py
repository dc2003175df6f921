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
    check_counts,
    check_invariants,
    check_rejections,
    compare,
    load,
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


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("random_debezium"), target)
    return load(project, SHAPES, builds_of(target))


def builds_of(target: str) -> int:
    """A load takes seconds on Spark."""
    return 6 if target == "dev" else 3


NAMES = [shape.name for shape in SHAPES]
HISTORIES = [shape.name for shape in SHAPES if shape.history == "scd2"]


@pytest.mark.parametrize("name", NAMES)
def test_equals_the_reference(loaded: Loaded, name: str) -> None:
    compare(loaded, name)


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(loaded: Loaded, tmp_path: Path) -> None:
    twin = load(Project(tmp_path), SHAPES, builds_of(loaded.project.target))
    assert_same(loaded.project, twin.project)


@pytest.mark.parametrize("name", NAMES)
def test_rejected_rows(loaded: Loaded, name: str) -> None:
    check_rejections(loaded, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_in_its_class(loaded: Loaded, name: str) -> None:
    check_counts(loaded, name)


@pytest.mark.parametrize("name", HISTORIES)
def test_invariants(loaded: Loaded, name: str) -> None:
    check_invariants(loaded, name)


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    before = loaded.project.bronze()
    loaded.project.build(variables={"medallion__replay": ["*"]})
    assert loaded.project.bronze() == before
