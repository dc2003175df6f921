"""Columns that the metadata learns late, or wider: once it knows them, stored rows are what they
would have been had it always known them.
"""

from __future__ import annotations

from typing import Any

import pytest

from support.column import Column
from support.project import Project

PLACEHOLDER = "__debezium_unavailable_value"
FIRST = {"id": Column("bigint"), "a": Column(), "size": Column("integer")}
# How each is encoded, cleaned, or not sent: what a plain cast of the rescued text would get wrong.
ADDED = {
    "happened": Column("timestamp@epoch_us"),
    "level": Column("integer"),
    "grade": Column(),
    "bio": Column(),
    "town": Column(source="address.town"),
}
COLUMNS = (*FIRST, *ADDED)
HISTORY = (*COLUMNS, "_rescued", "valid_from", "valid_to", "is_current", "_start_sequence")


def event(op: str, lsn: int, **image: Any) -> dict[str, Any]:
    sides = {"before": image, "after": None} if op == "d" else {"before": None, "after": image}
    return {**sides, "op": op, "source": {"lsn": lsn, "ts_us": lsn * 10**15}}


def image(id: int, size: int | str, **more: Any) -> dict[str, Any]:
    full = {"happened": 1_700_000_000_000_000, "level": 7, "grade": " N/A ", "bio": "long"}
    return {"id": id, "a": "x", "size": size, **full, "address": {"town": "Ulm"}, **more}


BATCHES = [
    [
        event("c", 1, **image(1, 5)),
        event("u", 2, **image(1, 2**40, level="gold", bio=PLACEHOLDER)),
        event("c", 3, **image(2, 6, grade=" A ", happened=None)),
        event("c", 4, id=3, a="none of them", size=1),
        event("c", 5, **image(4, 1, bio=PLACEHOLDER)),
        event("c", 6, **image(5, 1)),
        event("d", 7, id=5),
    ],
    [event("u", 8, **image(2, 7, bio=PLACEHOLDER, level=8))],
]
OBJECTS = {
    "partial": {"partial_updates": "true"},
    "raw": {"partial_updates": "true", "bronze": "raw"},
}


def declare(project: Project, name: str, columns: dict[str, Column]) -> None:
    for base, settings in OBJECTS.items():
        object = f"{base}_{name}"
        project.object("pg", object, columns, ["id"], "cdc", history="scd2", settings=settings)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("promotion"), target)
    project.system("pg", cdc_format="debezium_postgres")
    declare(project, "early", FIRST | {"size": Column("bigint")} | ADDED)
    declare(project, "late", FIRST)
    project.generate()
    deliver(project, 0)
    project.build()
    for table in ("objects", "columns", "settings"):
        lines = project.tables[table]
        project.tables[table] = [line for line in lines if not line["object"].endswith("_late")]
    declare(project, "late", FIRST | {"size": Column("bigint")} | ADDED)
    project.generate()
    deliver(project, 1)
    project.build()
    return project


def deliver(project: Project, number: int) -> None:
    for base in OBJECTS:
        for name in ("early", "late"):
            file = f"{number:04}.jsonl"
            project.deliver_json("pg", f"{base}_{name}", file, BATCHES[number])


@pytest.mark.parametrize("base", OBJECTS)
def test_late_columns_are_as_if_always_known(project: Project, base: str) -> None:
    early, late = (
        project.rows(f"bronze.brz_pg__{base}_{name}__history", HISTORY)
        for name in ("early", "late")
    )
    assert late == early
    current = [row[: len(COLUMNS)] for row in early if row[HISTORY.index("is_current")]]
    assert project.rows(f"bronze.brz_pg__{base}_late", COLUMNS) == current


def test_values_that_do_not_cast_stay_rescued(project: Project) -> None:
    found = project.rows("bronze.brz_pg__partial_late", ("id", "size", "level", "_rescued", "bio"))
    assert found == [
        (1, 2**40, None, '{"level":"gold"}', "long"),
        (2, 7, 8, None, "long"),
        (3, 1, None, None, None),
        (4, 1, 7, None, None),
    ]


def test_a_replay_of_what_was_promoted_changes_nothing(project: Project) -> None:
    before = project.bronze()
    project.replay()
    assert project.bronze() == before
