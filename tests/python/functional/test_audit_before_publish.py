"""Write, audit, publish: a check that fails on staging keeps the load out of bronze, silver and
gold of its object; the others go on, or not, as the run is told; the exit code says that it failed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.column import Column
from support.engine import Rows
from support.logged import entries
from support.project import Project

# Objects by the check that their second delivery breaks; nothing breaks `good`.
CHECKED = ("rule", "test")
OBJECTS = (*CHECKED, "good")
COLUMNS = {"id": Column("bigint"), "a": Column()}
FIRST = [{"op": "I", "seq": 1, "id": 1, "a": "x"}]
SECOND = [{"op": "U", "seq": 2, "id": 1, "a": "bad"}, {"op": "I", "seq": 2, "id": 2, "a": "z"}]
MENDED = [{"op": "U", "seq": 2, "id": 1, "a": "y"}, {"op": "I", "seq": 2, "id": 2, "a": "z"}]
Tables = dict[str, tuple[list[str], Rows]]


@dataclass
class Shop:
    """A project with silver and gold by hand."""

    project: Project

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.project.called("run", "--quiet", *arguments)

    def published(self, name: str) -> Tables:
        """What of an object can be read: bronze, silver and gold."""
        found = {**self.project.bronze(), **self.project.tables_of("silver")}
        found |= self.project.tables_of("gold_reporting")
        return {table: rows for table, rows in found.items() if f"_{name}" in table}


def declare(project: Project) -> Shop:
    project.system("src", format="json", cdc_format="generic")
    for name in OBJECTS:
        project.object("src", name, COLUMNS, ["id"], "cdc", ["seq bigint"], "scd2")
        project.deliver_json("src", name, "0001.jsonl", FIRST)
    project.expectation("src", "rule", "a_is_good", "a <> 'bad'", "fail")
    project.generate()
    for name in OBJECTS:
        by_hand(project, f"silver/slv_{name}", f"brz_src__{name}")
        by_hand(project, f"gold/reporting/fct_{name}", f"slv_{name}")
    check = project.root / "tests/dbt/singular/good.sql"
    check.parent.mkdir(parents=True)
    check.write_text("select * from {{ ref('stg_src__test') }} where a = 'bad'\n", encoding="utf-8")
    return Shop(project)


def by_hand(project: Project, model: str, source: str) -> None:
    path = project.root / "models" / f"{model}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "{{ config(contract={'enforced': false}) }}"
    path.write_text(f"{head}\nselect id, a from {{{{ ref('{source}') }}}}\n", encoding="utf-8")


@dataclass
class Audited:
    shop: Shop
    before: Mapping[str, Tables]
    after: Mapping[str, Tables]
    done: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, target: str) -> Shop:
    if target != "dev":
        pytest.skip(f"target {target}: tests are not built there")
    shop = declare(Project(tmp_path_factory.mktemp("audit"), target, artifacts=True))
    done = shop.run()
    assert done.returncode == 0, done.stdout + done.stderr
    for name in OBJECTS:
        shop.project.deliver_json("src", name, "0002.jsonl", SECOND)
    return shop


@pytest.fixture(scope="module")
def audited(first: Shop, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    shop = Shop(first.project.copy(tmp_path_factory.mktemp("audited") / "project"))
    before = {name: shop.published(name) for name in OBJECTS}
    done = shop.run()
    return Audited(shop, before, {name: shop.published(name) for name in OBJECTS}, done)


def test_the_exit_code_is_honest(audited: Audited) -> None:
    assert audited.done.returncode == 1
    assert "Failed (" in audited.done.stdout


@pytest.mark.parametrize("name", CHECKED)
def test_nothing_of_the_object_is_published(audited: Audited, name: str) -> None:
    assert audited.after[name] == audited.before[name]
    assert [row[:2] for row in audited.after[name][f"fct_{name}"][1]] == [(1, "x")]
    found = entries(audited.shop.project, ["status", "rows_staged"], f"object = '{name}'")
    assert [status for status, _ in found] == ["applied", "failed"]


def test_the_rest_goes_on(audited: Audited) -> None:
    assert audited.after["good"]["fct_good"][1] == [(1, "bad"), (2, "z")]


def test_a_mended_delivery_is_published(audited: Audited, tmp_path: Path) -> None:
    shop = Shop(audited.shop.project.copy(tmp_path / "project"))
    for name in CHECKED:
        shop.project.deliver_json("src", name, "0002.jsonl", MENDED)
    assert shop.run().returncode == 0
    for name in CHECKED:
        assert shop.published(name)[f"fct_{name}"][1] == [(1, "y"), (2, "z")]


def test_a_run_that_stops_at_the_first_failure(first: Shop, tmp_path: Path) -> None:
    shop = Shop(first.project.copy(tmp_path / "project"))
    before = {name: shop.published(name) for name in CHECKED}
    shop.project.tables["settings"].append(
        {"layer": "bronze", "setting": "on_failure", "value": "fail_fast"}
    )
    shop.project.generate()
    done = shop.run("--threads", "1")
    assert done.returncode == 1
    assert {name: shop.published(name) for name in CHECKED} == before
    assert "Skipped (" in done.stdout
    assert shop.published("good")["fct_good"][1] == [(1, "x")]
