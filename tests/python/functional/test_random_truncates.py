"""Random feeds with truncates against the reference model: an object per stream, because a truncate
empties the whole object.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from support.project import Project
from support.stream_project import Loaded, check_counts, check_invariants, compare, load
from support.streams import Shape

KINDS = [
    Shape("plain", {"a": "few", "b": "text"}),
    Shape("state", {"a": "few", "b": "text"}, history="none"),
    Shape("composite", {"a": "few"}, sequence=("number", "small"), track=("a",), keys="text"),
    Shape("timed", {"a": "few", "b": "few"}, times=True, track=("b",), epoch=True),
    Shape("keep", {"a": "few", "b": "blank"}, ignore_null=("a", "b")),
    Shape("partial", {"a": "few", "b": "few"}, feed="debezium", times=True, partial_updates=True),
    Shape("whole", {"a": "few", "b": "few"}, feed="debezium", times=True, history="none"),
]
EACH = 3
SHAPES = [
    replace(kind, name=f"{kind.name}_{number}", truncates=True, streams=1)
    for kind in KINDS
    for number in range(EACH)
]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    return load(Project(tmp_path_factory.mktemp("random_truncates"), target), SHAPES, builds=4)


NAMES = [shape.name for shape in SHAPES]
HISTORIES = [shape.name for shape in SHAPES if shape.history == "scd2"]


@pytest.mark.parametrize("name", NAMES)
def test_equals_the_reference(loaded: Loaded, name: str) -> None:
    compare(loaded, name)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_in_its_class(loaded: Loaded, name: str) -> None:
    check_counts(loaded, name)


@pytest.mark.parametrize("name", HISTORIES)
def test_invariants(loaded: Loaded, name: str) -> None:
    check_invariants(loaded, name)


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    before = loaded.project.bronze()
    loaded.project.replay()
    assert loaded.project.bronze() == before
