"""What a snapshot speaks for: scopes with NULL, scopes with a bar in a value, scopes of which every
row was rejected; and which snapshot is older than the one applied last.
"""

from __future__ import annotations

from typing import Any

import pytest

from support.column import Column
from support.project import Project, Run, in_order

COLUMNS = {
    "id": Column("bigint"),
    "tenant": Column(),
    "zone": Column(),
    "age": Column("integer", required=True),
}
ALL = {"max_delete_fraction": "1"}
OBJECTS: dict[str, tuple[list[str], str, dict[str, str]]] = {
    "tenants": (["id"], "scd2", ALL | {"scope": "tenant"}),
    "pairs": (["id"], "none", ALL | {"scope": "tenant|zone"}),
    "people": (["id"], "none", ALL | {"allow_empty": "true"}),
    "bag": ([], "none", {}),
}
Delivery = tuple[int, list[tuple[Any, ...]]]
DELIVERIES: dict[str, list[Delivery]] = {
    # NULL is a tenant like any other; then a tenant of which every row was rejected.
    "tenants": [
        (1, [(1, None, "", 10), (2, None, "", 20), (3, "A", "", 30), (4, "A", "", 40)]),
        (2, [(1, None, "", 10)]),
        (3, [(3, "A", "", "thirty")]),
    ],
    # Two pairs that would read alike, joined by a bar.
    "pairs": [
        (1, [(1, "a|b", "c", 10), (2, "a", "b|c", 20), (3, "a", "b|c", 30)]),
        (2, [(1, "a|b", "c", 11)]),
        (3, [(2, "a", "b|c", 21)]),
    ],
    # An empty snapshot is the one applied last; an older one comes too late.
    "people": [(1, [(1, "A", "", 10)]), (3, []), (2, [(1, "A", "", 10), (2, "A", "", 20)])],
    "bag": [(1, [(1, "A", "", 10)]), (3, [(1, "A", "", 11)]), (2, [(1, "A", "", 12)])],
}


class Loaded:
    """The project after its builds, with every object's rows as each build left them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runs: list[Run] = []
        self.rows: dict[str, list[Any]] = {name: [] for name in OBJECTS}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("scenarios_scope"), target)
    project.system("hr", format="csv")
    for name, (keys, history, settings) in OBJECTS.items():
        about = (COLUMNS, keys, "full", ["_file_number"], history)
        project.object("hr", name, *about, settings=settings)
    project.generate()
    result = Loaded(project)
    for build in range(3):
        for name, deliveries in DELIVERIES.items():
            version, rows = deliveries[build]
            told = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
            project.deliver_csv("hr", name, f"{version:04}.csv", list(COLUMNS), told)
        result.runs.append(project.try_build())
        for name in OBJECTS:
            result.rows[name].append(project.rows(f"bronze.brz_hr__{name}", ["id", "age"]))
    return result


def test_null_is_a_scope_like_any_other(loaded: Loaded) -> None:
    assert loaded.rows["tenants"][1] == [(1, 10), (3, 30), (4, 40)]


def test_scope_of_which_every_row_was_rejected_is_spoken_for(loaded: Loaded) -> None:
    assert loaded.rows["tenants"][2] == [(1, 10), (3, 30)]
    found = loaded.project.query(
        "select id, valid_from, valid_to from bronze.brz_hr__tenants__history where valid_to > 0"
    )
    assert in_order(found) == [(2, 1, 2), (4, 1, 3)]


def test_bar_in_a_value_does_not_join_two_scopes(loaded: Loaded) -> None:
    assert loaded.rows["pairs"][1] == [(1, 11), (2, 20), (3, 30)]
    assert loaded.rows["pairs"][2] == [(1, 11), (2, 21)]


@pytest.mark.parametrize(("name", "kept"), [("people", []), ("bag", [(1, 11)])])
def test_snapshot_older_than_the_last_is_refused(loaded: Loaded, name: str, kept: Any) -> None:
    failures = [
        message for node, message in loaded.runs[2].failures().items() if f"hr__{name}" in node
    ]
    assert failures
    assert all("stale_version" in message for message in failures)
    assert loaded.rows[name][1:] == [kept, kept]
