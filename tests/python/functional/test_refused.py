"""Crashes between any two writing statements that dbt-databricks sends for an object: the stand-in
refuses the n-th and all behind it, of all objects in one build. The next run repairs it.
"""

from __future__ import annotations

from itertools import count
from typing import cast

import pytest

from support.engine import DatabricksTables
from support.project import Project
from support.same import assert_same
from support.small_estate import declare, deliver

pytestmark = pytest.mark.other_engines

OBJECTS = ("ledger", "reads", "snaps", "replaced")
# The pattern with most writes.
FEW_OBJECTS = ("ledger",)
# Staging, bronze's tables and views of an object are counted together.
OBJECT = r"\.(?:stg|brz)_src__([a-z]+)"
# A table that is built for the first time takes other statements.
FIRST_BUILD = (2, 4, 6, 8)


@pytest.fixture(scope="module")
def all_patterns(pytestconfig: pytest.Config) -> bool:
    """Whether every pattern is loaded and every crash repaired, which takes 40 minutes."""
    return bool(pytestconfig.getoption("--all-patterns"))


@pytest.fixture(scope="module")
def objects(all_patterns: bool) -> tuple[str, ...]:
    return OBJECTS if all_patterns else FEW_OBJECTS


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory, target: str, objects: tuple[str, ...]
) -> tuple[Project, Project]:
    """A project on the stand-in, and its twin on DuckDB, which nothing disturbs."""
    if target != "prod":
        pytest.skip(f"target {target}: only the stand-in can refuse a statement")
    project = Project(tmp_path_factory.mktemp("refused"), target)
    twin = Project(tmp_path_factory.mktemp("twin"))
    for each in (project, twin):
        declare(each, objects)
    return project, twin


def crash(project: Project, number: int) -> set[str]:
    """A build whose objects get no further than their n-th write; the objects that lost one."""
    workspace = cast(DatabricksTables, project.engine).workspace
    with workspace.refusing(OBJECT, number):
        run = project.try_build()
        refused = set(workspace.call("GET", "stand-in/refuse")["rules"][0]["refused"])
    assert run.success is not bool(refused), run.failures()
    return refused


def test_a_first_build_is_repaired(pair: tuple[Project, Project], objects: tuple[str, ...]) -> None:
    project, twin = pair
    for each in pair:
        deliver(each, objects, 0)
    for number in FIRST_BUILD:
        assert crash(project, number)
    project.build()
    twin.build(tests=False)
    assert_same(project, twin)


def test_a_later_build_is_repaired(
    pair: tuple[Project, Project], objects: tuple[str, ...], all_patterns: bool
) -> None:
    """With every write of every object in turn as the last one, until none is left to refuse: each
    crash repaired and behind it a new delivery, or all of them behind one delivery.
    """
    project, twin = pair
    crashed: dict[str, int] = {}
    for number in count(1):
        if all_patterns or number == 1:
            for each in pair:
                deliver(each, objects, number)
            twin.build(tests=False)
        lost = crash(project, number)
        if not lost:
            break
        crashed |= dict.fromkeys(lost, number)
        if all_patterns:
            project.build()
            assert_same(project, twin)
    assert_same(project, twin)
    # Two statements of staging, two of a bronze table and more: an object that is not counted
    # to its end would show here.
    assert min(crashed.get(name, 0) for name in objects) >= 4, crashed
