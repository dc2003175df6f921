"""Snapshot scenarios beyond the golden cases: a rejected row is not an absent one."""

from __future__ import annotations

from typing import Any

import pytest

from support.column import Column
from support.engine import Rows
from support.project import Project, Run

COLUMNS = {"id": Column("bigint"), "tenant": Column(), "age": Column("integer", required=True)}
BUILDS = (1, 2, 3)
OBJECTS: dict[str, dict[str, str]] = {
    "people": {"max_delete_fraction": "1"},
    "tenants": {"max_delete_fraction": "1", "scope": "tenant"},
    "guarded": {},
}


def person(id: Any, age: Any, tenant: str = "A") -> dict[str, Any]:
    return {"id": id, "tenant": tenant, "age": age}


DELIVERIES: dict[str, list[list[dict[str, Any]]]] = {
    # 2 does not cast in a required column, 3 is really absent; then a key that cannot be read.
    "people": [
        [person(1, 10), person(2, 20), person(3, 30)],
        [person(1, 11), person(2, "twenty")],
        [person(1, 12), person("x", 1), person(None, 2)],
    ],
    # Tenant B sends nothing; tenant A's unreadable key keeps A's rows; then 2 is really absent.
    "tenants": [
        [person(1, 10), person(2, 20), person(3, 30, "B"), person(4, 40, "B")],
        [person(1, 11), person("x", 1), person(3, 31, "B")],
        [person(1, 12)],
    ],
    # 22 of 100 keys are missing, then 20.
    "guarded": [
        [person(n, n) for n in range(100)],
        [person(n, n) for n in range(78)],
        [person(n, n) for n in range(80)],
    ],
}


class Loaded:
    """The project after its builds, with every object's rows as each build left them."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runs: dict[int, Run] = {}
        self.rows: dict[tuple[str, int], Rows] = {}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("scenarios_full"), target)
    project.system("hr", format="csv")
    for name, settings in OBJECTS.items():
        project.object(
            *("hr", name, COLUMNS, ["id"], "full", ["_file_number"], "scd2"), settings=settings
        )
    project.generate()
    result = Loaded(project)
    for build in BUILDS:
        for name, deliveries in DELIVERIES.items():
            rows = deliveries[build - 1]
            project.deliver_csv("hr", name, f"{build:04}.csv", list(COLUMNS), rows)
        result.runs[build] = project.try_build()
        for name in OBJECTS:
            result.rows[name, build] = project.rows(f"bronze.brz_hr__{name}", ["id", "age"])
    return result


def test_rejected_row_is_not_a_deletion(loaded: Loaded) -> None:
    assert loaded.rows["people", 2] == [(1, 11), (2, 20)]


def test_row_without_a_readable_key_keeps_all_rows(loaded: Loaded) -> None:
    assert loaded.rows["people", 3] == [(1, 12), (2, 20)]


def test_rejected_rows_are_kept(loaded: Loaded) -> None:
    found = loaded.project.query(
        "select reason, source_file, source_line from ops.quarantine where object = 'people'"
        " order by 2, 1"
    )
    assert [row[:2] for row in found] == [
        ("cast_error", "people/0002.csv"),
        ("cast_error", "people/0003.csv"),
        ("null_key", "people/0003.csv"),
    ]


def test_row_without_a_readable_key_keeps_its_scope_only(loaded: Loaded) -> None:
    assert loaded.rows["tenants", 2] == [(1, 11), (2, 20), (3, 31)]


def test_absent_scope_deletes_nothing(loaded: Loaded) -> None:
    assert loaded.rows["tenants", 3] == [(1, 12), (3, 31)]


def test_default_guard_needs_a_fifth_and_more_than_twenty(loaded: Loaded) -> None:
    failures = loaded.runs[2].failures()
    assert failures
    assert all("guarded" in name for name in failures)
    assert all("delete_guard" in message for message in failures.values()), failures
    assert len(loaded.rows["guarded", 2]) == 100
    assert loaded.runs[3].success
    assert len(loaded.rows["guarded", 3]) == 80


def test_history_of_a_key_that_was_only_rejected_is_unbroken(loaded: Loaded) -> None:
    found = loaded.project.rows(
        "bronze.brz_hr__people__history", ["id", "age", "valid_from", "valid_to"], "id > 1"
    )
    assert found == [(2, 20, 1, None), (3, 30, 1, 2)]
