"""A forced replay leaves every bronze table byte for byte as it was, whatever the load pattern and
the way of staging. (The change feeds of the other modules are replayed there.)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from support.engine import Rows
from support.project import Project

COLUMNS = {"id": "bigint", "a": "text", "changed": "bigint"}
OBJECTS: dict[str, dict[str, Any]] = {
    "delta_current": {"load": "delta", "sequence": ["changed"]},
    "delta_history": {"load": "delta", "sequence": ["changed"], "history": "scd2"},
    "full_current": {"load": "full", "sequence": ["_file_number"]},
    "full_history": {"load": "full", "sequence": ["_file_number"], "history": "scd2"},
    "full_by_time": {"load": "full", "history": "scd2"},
    "full_replaced": {"load": "full", "keys": []},
    "cdc_current": {"load": "cdc", "sequence": ["changed"]},
    "cdc_history": {"load": "cdc", "sequence": ["changed"], "history": "scd2"},
    "cdc_unstaged": {"load": "cdc", "sequence": ["changed"], "settings": {"staging": "none"}},
    "delta_unstaged": {"load": "delta", "sequence": ["changed"], "settings": {"staging": "none"}},
    "cdc_checkpointed": {
        "load": "cdc",
        "sequence": ["changed"],
        "history": "scd2",
        "settings": {"staging": "checkpointed"},
    },
}
DELIVERIES: list[list[Mapping[str, Any]]] = [
    [{"id": 1, "a": "x", "changed": 1}, {"id": 2, "a": "y", "changed": 1}],
    [{"id": 1, "a": "z", "changed": 2}, {"id": 3, "a": "n", "changed": 1}],
    [
        {"id": 2, "a": "y", "changed": 3},
        {"id": 3, "a": "m", "changed": 2},
        {"id": "", "a": "no key", "changed": 9},
    ],
]

Tables = dict[str, tuple[list[str], Rows]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("replay"), target)
    project.system("src", format="csv", cdc_format="generic")
    for name, about in OBJECTS.items():
        project.object("src", name, **{"columns": COLUMNS, "keys": ["id"], **about})
    project.generate()
    for number, delivery in enumerate(DELIVERIES, start=1):
        for name, about in OBJECTS.items():
            deliver(project, name, about["load"], number, delivery)
        project.build()
    return project


def deliver(
    project: Project, name: str, load: str, number: int, rows: list[Mapping[str, Any]]
) -> None:
    header = list(COLUMNS)
    if load == "cdc":
        header = ["op", *header]
        rows = [{**row, "op": "D" if row["a"] == "m" else "U"} for row in rows]
    project.deliver_csv("src", name, f"{number:04}.csv", header, rows)


CURRENT: dict[str, Rows] = {
    "delta": [(1, "z", 2), (2, "y", 3), (3, "m", 2)],
    "cdc": [(1, "z", 2), (2, "y", 3)],
    "full": [(2, "y", 3), (3, "m", 2)],
}


@pytest.mark.parametrize("name", OBJECTS)
def test_current_rows(project: Project, name: str) -> None:
    """What is replayed below; the row without a key counts as present but cannot be told which:
    a compared snapshot with it deletes nothing.
    """
    load = str(OBJECTS[name]["load"])
    expected = CURRENT[load]
    if load == "full" and name != "full_replaced":
        expected = [(1, "z", 2), *expected]
    if name == "full_replaced":
        expected = [(None, "no key", 9), *expected]
    assert project.rows(f"bronze.brz_src__{name}", list(COLUMNS)) == expected


@pytest.mark.parametrize("what", [["*"], ["src.cdc_history", "src.delta_current"]])
def test_replay_changes_nothing(project: Project, what: list[str]) -> None:
    before, kept = project.bronze(), project.rows("ops.quarantine")
    project.build(variables={"medallion__replay": what})
    assert differing(before, project.bronze()) == {}
    assert len(project.rows("ops.quarantine")) == len(kept)


def differing(before: Tables, after: Tables) -> dict[str, tuple[Rows, Rows]]:
    """Tables that are not the same, with the rows that only one side has."""
    assert before.keys() == after.keys()
    return {
        name: (
            [row for row in before[name][1] if row not in after[name][1]],
            [row for row in after[name][1] if row not in before[name][1]],
        )
        for name in before
        if before[name] != after[name]
    }


def test_changed_file_is_loaded_again(project: Project) -> None:
    """A loaded file whose content changes is read again: its new event counts."""
    path = project.landing("src", "cdc_history", "0001.csv")
    path.write_text(path.read_text(encoding="utf-8") + "U,7,new,1\n", encoding="utf-8")
    project.build()
    expected = [*CURRENT["cdc"], (7, "new", 1)]
    assert project.rows("bronze.brz_src__cdc_history", list(COLUMNS)) == expected
