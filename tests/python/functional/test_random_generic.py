"""Random generic change feeds against the reference model."""

from __future__ import annotations

import pytest

from support.project import Project
from support.stream_project import (
    Loaded,
    check_counts,
    check_invariants,
    check_rejections,
    compare,
    load,
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


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    return load(Project(tmp_path_factory.mktemp("random_generic"), target), SHAPES, builds=6)


NAMES = [shape.name for shape in SHAPES]
HISTORIES = [shape.name for shape in SHAPES if shape.history == "scd2"]


@pytest.mark.parametrize("name", NAMES)
def test_equals_the_reference(loaded: Loaded, name: str) -> None:
    compare(loaded, name)


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
