"""How many statements dbt-databricks sends for an object of each kind, by the stand-in's log: first
build, a build with news, a build without. docs/engines.md publishes the numbers.
"""

from __future__ import annotations

from collections import Counter
from typing import cast

import pytest

from support.column import Column
from support.engine import DatabricksTables
from support.project import Project

pytestmark = pytest.mark.other_engines

OBJECTS = {
    "state": ("cdc", ["seq bigint"], "none"),
    "ledger": ("cdc", ["seq bigint"], "scd2"),
    "newest": ("delta", ["seen_at"], "none"),
    "compared": ("full", ["_file_number"], "none"),
    "replaced": ("full", ["_file_number"], "none"),
}
ASK_NOTHING = "incremental_apply_config_changes={}"
MERGE = "materialized='incremental', unique_key=['id'], on_schema_change='append_new_columns'"
STOCK = {
    "stock_table": "materialized='table'",
    "stock_view": "materialized='view'",
    "stock_merge": MERGE,
    "stock_merge_asking_nothing": f"{MERGE}, {ASK_NOTHING}",
}
# Model: what a stock model of its kind is, then statements (writes) of the first build, of one
# with news, and of one without.
PUBLISHED = {
    "stock_table": ("stock_table", "5 (2)", "5 (2)", "5 (2)"),
    "stock_view": ("stock_view", "1 (1)", "2 (1)", "2 (1)"),
    "stock_merge": ("stock_merge", "5 (2)", "13 (1)", "13 (1)"),
    "stock_merge_asking_nothing": ("stock_merge_asking_nothing", "5 (2)", "6 (1)", "6 (1)"),
    "stg_shop__state": ("stock_table", "4 (2)", "4 (2)", "4 (2)"),
    "stg_shop__newest": ("stock_merge_asking_nothing", "7 (3)", "8 (2)", "8 (2)"),
    "stg_paper__prices": ("stock_table", "5 (2)", "5 (2)", "4 (2)"),
    "brz_shop__state__state": ("stock_merge_asking_nothing", "6 (3)", "8 (2)", "8 (2)"),
    "brz_shop__ledger__ledger": ("stock_merge_asking_nothing", "6 (3)", "8 (2)", "8 (2)"),
    "brz_shop__newest": ("stock_merge_asking_nothing", "6 (3)", "8 (2)", "8 (2)"),
    "brz_shop__compared__state": ("stock_merge_asking_nothing", "6 (3)", "8 (2)", "8 (2)"),
    "brz_shop__replaced": ("stock_merge_asking_nothing", "6 (3)", "6 (2)", "6 (2)"),
    "brz_shop__state": ("stock_view", "1 (1)", "2 (1)", "2 (1)"),
    "brz_shop__ledger__history": ("stock_view", "1 (1)", "2 (1)", "2 (1)"),
}
BUILDS = ("first", "changed", "unchanged")
Counts = dict[str, dict[str, str]]


def declare(project: Project) -> None:
    project.system("shop", format="json", cdc_format="generic")
    columns = {"id": Column("bigint"), "a": Column(), "seen_at": Column("timestamp")}
    for name, (load, sequence, history) in OBJECTS.items():
        keys = [] if name == "replaced" else ["id"]
        settings = {"staging": "checkpointed"} if name == "newest" else {}
        sequence = sequence if keys else []
        project.object("shop", name, columns, keys, load, sequence, history, settings=settings)
    project.system("paper", format="csv")
    project.object("paper", "prices", columns, ["id"], "delta", ["seen_at"])
    project.generate()
    folder = project.root / "models" / "stock"
    folder.mkdir()
    for name, config in STOCK.items():
        text = f"{{{{ config({config}) }}}}\nselect 1 as id, 'x' as a\n"
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")


def deliver(project: Project, number: int) -> None:
    rows = [
        {"op": "U", "seq": number, "id": n, "a": str(number), "seen_at": f"2026-01-0{number}"}
        for n in range(3)
    ]
    for name in OBJECTS:
        project.deliver_json("shop", name, f"{number:04}.jsonl", rows)
    prices = [{name: row[name] for name in ("id", "a", "seen_at")} for row in rows]
    project.deliver_csv("paper", "prices", f"{number:04}.csv", list(prices[0]), prices)


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory, target: str) -> Counts:
    """Statements (writes) of each model, by build."""
    if target != "prod":
        pytest.skip(f"target {target}: what is counted is what dbt-databricks sends")
    project = Project(tmp_path_factory.mktemp("statements"), target)
    workspace = cast(DatabricksTables, project.engine).workspace
    declare(project)
    found: Counts = {}
    for number, build in enumerate(BUILDS, start=1):
        if build != "unchanged":
            deliver(project, number)
        since = workspace.last()
        project.build()
        entries = workspace.log(since)
        sent = Counter(_model(entry["node"]) for entry in entries)
        writes = Counter(_model(entry["node"]) for entry in entries if entry["writes"])
        found[build] = {name: f"{sent[name]} ({writes[name]})" for name in sent}
    rows = project.query("select id, a from bronze.brz_shop__replaced order by id")
    assert rows == [(n, "2") for n in range(3)]
    return found


def _model(node: str | None) -> str:
    return str(node or "").rpartition(".")[2]


@pytest.mark.parametrize("model", PUBLISHED)
def test_statements_of_a_model(counts: Counts, model: str) -> None:
    assert tuple(counts[build][model] for build in BUILDS) == PUBLISHED[model][1:]


@pytest.mark.parametrize("model", [name for name in PUBLISHED if name not in STOCK])
@pytest.mark.parametrize("build", BUILDS)
def test_ours_add_two_to_a_stock_model(counts: Counts, model: str, build: str) -> None:
    added = _number(counts[build][model]) - _number(counts[build][PUBLISHED[model][0]])
    assert added <= 2


def _number(count: str) -> int:
    return int(count.partition(" ")[0])
