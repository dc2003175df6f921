"""Loads that must be refused before they write, and metadata that changes between loads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.column import Column
from support.project import Project, Run

COLUMNS = {"id": Column("bigint"), "a": Column(), "b": Column("integer")}
FIRST = [{"op": "I", "id": n, "seq": 1, "a": "x", "b": n, "extra": f"e{n}"} for n in (1, 2, 3)]
SECOND = [{"op": "U", "id": 1, "seq": 2, "a": "y", "b": 9}]


def change(project: Project, table: str, object: str, **values: str) -> None:
    """Changes the object's line of a control table."""
    for line in project.tables[table]:
        if line["object"] == object:
            line.update(values)


def add_setting(project: Project, object: str, setting: str, value: str) -> None:
    project.setting("src", object, setting, value)


REFUSED: dict[str, tuple[Callable[[Project, str], None] | None, list[Any], str]] = {
    "retracked": (lambda p, n: add_setting(p, n, "track", "a"), SECOND, "track"),
    "rekeyed": (lambda p, n: change(p, "objects", n, keys="id|b"), SECOND, "keys"),
    "reordered": (lambda p, n: change(p, "objects", n, sequence="seq2 bigint"), SECOND, "sequence"),
    "truncated": (None, [{"op": "T", "seq": 3}], "truncate"),
    "rejects": (None, [*SECOND, {"op": "?", "id": 1}, {"op": "?", "id": 2}], "reject"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("changes"), target)
    project.system("src", cdc_format="generic")
    for name in (*REFUSED, "promoted", "widened"):
        settings = {"max_reject_fraction": "0.5"} if name == "rejects" else {}
        about = (COLUMNS, ["id"], "cdc", ["seq bigint"], "scd2")
        project.object("src", name, *about, settings=settings)
        project.deliver_json("src", name, "0001.jsonl", FIRST)
    project.generate()
    project.build()
    return project


@pytest.fixture(scope="module")
def second(project: Project) -> tuple[Project, Run, dict[str, Any]]:
    """The build after the metadata changed and the second delivery came."""
    before = project.bronze()
    for name, (changed, lines, _) in REFUSED.items():
        if changed:
            changed(project, name)
        project.deliver_json("src", name, "0002.jsonl", lines)
    project.tables["columns"].append(
        {"system": "src", "object": "promoted", "column": "extra", "type": "text"}
    )
    for line in project.tables["columns"]:
        if (line["object"], line["column"]) == ("widened", "b"):
            line["type"] = "bigint"
    project.deliver_json("src", "widened", "0002.jsonl", [SECOND[0] | {"b": 2**40}])
    project.generate()
    return project, project.try_build(), before


@pytest.mark.parametrize("name", REFUSED)
def test_refused_before_writing(second: tuple[Project, Run, dict[str, Any]], name: str) -> None:
    project, run, before = second
    failures = {n: m for n, m in run.failures().items() if f"src__{name}" in n}
    assert failures
    assert all(REFUSED[name][2] in message for message in failures.values()), failures
    tables = {n: t for n, t in project.bronze().items() if f"src__{name}" in n}
    stored = {n for n in tables if n.endswith(("__state", "__ledger"))}
    assert stored
    assert {n: tables[n] for n in stored} == {n: before[n] for n in stored}


def test_new_column_is_filled_from_what_was_rescued(
    second: tuple[Project, Run, dict[str, Any]],
) -> None:
    project, run, _ = second
    assert {n: m for n, m in run.failures().items() if "promoted" in n} == {}
    found = project.rows("bronze.brz_src__promoted", ("id", "extra", "_rescued"))
    assert found == [(1, "e1", None), (2, "e2", None), (3, "e3", None)]
    found = project.rows("bronze.brz_src__promoted__history", ("id", "extra"))
    assert found == [(1, "e1"), (2, "e2"), (3, "e3")]


def test_widened_type_holds_wider_values(second: tuple[Project, Run, dict[str, Any]]) -> None:
    project, run, _ = second
    assert {n: m for n, m in run.failures().items() if "widened" in n} == {}
    assert project.rows("bronze.brz_src__widened", ("id", "b")) == [(1, 2**40), (2, 2), (3, 3)]


def test_full_refresh_keeps_the_rows(project: Project, tmp_path: Path) -> None:
    copy = project.copy(tmp_path / "project")
    before = copy.bronze()
    copy.build("--full-refresh", "--select", "stg_src__promoted+", "stg_src__widened+")
    after = copy.bronze()
    for table in ("brz_src__promoted__ledger", "brz_src__widened__state"):
        assert after[table] == before[table]
