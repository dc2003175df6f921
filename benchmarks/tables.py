"""Part `tables`: many small objects through staging, bronze and a silver view with all their tests,
beside a project of stock dbt with as many models and tests, first and second run.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import clock, small_tables

OBJECTS = 200
# CPU of a run to that of stock dbt.
BOUND = 1.2
RUNS = ("first run", "second run, nothing new")
_DBT = Path(sys.executable).parent / "dbt"
_SILVER = "select id, a from {{{{ ref('brz_src__{name}') }}}}\n"
_STOCK_PROJECT = """\
name: stock
version: "1.0.0"
profile: medallion
flags:
  send_anonymous_usage_stats: false
"""
# What stock dbt makes of a model of ours, by its materialization: read the files; the newest row
# of each key; what a view shows.
_STOCK = {
    "table": "select * from read_json_auto('{source}')\n",
    "incremental": """\
{{{{ config(materialized='incremental', unique_key='id', incremental_strategy='delete+insert') }}}}
select id, a, seq from {{{{ ref('{parent}') }}}}
qualify row_number() over (partition by id order by seq desc) = 1
""",
    "view": "select id, a from {{{{ ref('{parent}') }}}}\n",
}
_STOCK_TESTS = ("unique", "not_null")
Nodes = Mapping[str, Mapping[str, Any]]


def measure(folder: Path, objects: int) -> dict[str, Any]:
    """Builds both projects twice, in turn; their silver views must hold the same rows."""
    ours, stock = folder / "medallion", folder / "stock"
    small_tables.make(ours, objects)
    silver = ours / "models" / "silver"
    silver.mkdir()
    for number in range(objects):
        name = small_tables.table_name(number)
        sql = "{{ config(materialized='view') }}\n" + _SILVER.format(name=name)
        (silver / f"slv_src__{name}.sql").write_text(sql, encoding="utf-8")
    clock.run("dbt parse", [str(_DBT), "parse"], ours)
    nodes = json.loads((ours / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    _make_stock(stock, ours, nodes)
    steps = []
    for run in RUNS:
        for way, project in (("medallion", ours), ("stock dbt", stock)):
            # Without what parsing the first time takes: part `metadata` tells it.
            clock.run("dbt parse", [str(_DBT), "parse"], project, _place(project))
            build = [str(_DBT), "--quiet", "build", "--profiles-dir", str(ours / "profiles")]
            steps.append(clock.run(f"{way}, {run}", build, project, _place(project)))
        if _rows(ours, objects) != _rows(stock, objects):
            raise clock.FailedError(f"{run}: the silver views hold different rows")
    counts = _built(ours)
    if counts != _built(stock):
        raise clock.FailedError(f"the projects differ: {counts}, {_built(stock)}")
    return {
        "objects": objects,
        "counts": counts,
        "steps": [cost.as_dict() for cost in steps],
    }


def _place(project: Path) -> dict[str, str]:
    return {
        "MEDALLION_DUCKDB_PATH": str(project / "warehouse" / "tables.duckdb"),
        "DBT_PROFILES_DIR": str(project.parent / "medallion" / "profiles"),
    }


def _make_stock(folder: Path, ours: Path, nodes: Nodes) -> None:
    """A model of stock dbt for each of ours, with as many tests."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "warehouse").mkdir()
    (folder / "dbt_project.yml").write_text(_STOCK_PROJECT, encoding="utf-8")
    tests = Counter(
        node["attached_node"] for node in nodes.values() if node["resource_type"] == "test"
    )
    for unique_id, node in nodes.items():
        if node["resource_type"] != "model":
            continue
        name, kind = node["name"], node["config"]["materialized"]
        table = name.split("__")[1]
        parents = [each.split(".")[-1] for each in node["depends_on"]["nodes"] if each in nodes]
        sql = _STOCK[kind].format(
            source=ours / "landing" / "src" / table / "*.jsonl",
            parent=next((each for each in parents if kind != "incremental" or "stg_" in each), ""),
        )
        if kind != "incremental":
            sql = f"{{{{ config(materialized='{kind}') }}}}\n{sql}"
        (models / f"{name}.sql").write_text(sql, encoding="utf-8")
        lines = ["models:", f"  - name: {name}", "    description: Stock dbt.", "    columns:"]
        lines += ["      - name: id", "        description: Key."]
        if tests[unique_id]:
            lines += ["        data_tests:"]
            lines += [f"          - {test}" for test in _STOCK_TESTS[: tests[unique_id]]]
        (models / f"{name}.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _built(project: Path) -> dict[str, int]:
    """How many models and tests the last build had."""
    text = (project / "target" / "run_results.json").read_text(encoding="utf-8")
    kinds = Counter(each["unique_id"].split(".")[0] for each in json.loads(text)["results"])
    return {"models": kinds["model"], "tests": kinds["test"]}


def _rows(project: Path, objects: int) -> list[tuple[Any, ...]]:
    """The rows of all silver views."""
    schema = "silver" if project.name == "medallion" else "main"
    names = [small_tables.table_name(number) for number in range(objects)]
    with duckdb.connect(_place(project)["MEDALLION_DUCKDB_PATH"], read_only=True) as connection:
        return connection.execute(
            " union all ".join(f"select '{n}', id, a from {schema}.slv_src__{n}" for n in names)
            + " order by 1, 2"
        ).fetchall()


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    counts, objects = result["counts"], result["objects"]
    lines = [
        f"{objects} objects of {small_tables.ROWS} rows; {counts['models']:,} models and "
        f"{counts['tests']:,} tests each.",
        "",
        "| run | wall s | CPU s | CPU ms an object | ratio | bound | MiB |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for step, ratio in zip(result["steps"], _ratios(result), strict=True):
        bound = f"{BOUND:.1f}" if step["step"].startswith("medallion") else ""
        lines.append(
            f"| {step['step']} | {step['wall']:.1f} | {step['cpu']:.1f} "
            f"| {step['cpu'] / objects * 1000:.0f} | {ratio:.2f} | {bound} | {step['memory']:.0f} |"
        )
    return "\n".join(lines)


def _ratios(result: dict[str, Any]) -> list[float]:
    """CPU of each step to that of stock dbt in the same run."""
    costs = [step["cpu"] for step in result["steps"]]
    return [cost / costs[number - number % 2 + 1] for number, cost in enumerate(costs)]


def broken_bounds(result: dict[str, Any]) -> list[str]:
    """The runs that cost more beside stock dbt than they may."""
    return [
        f"{step['step']}: {ratio:.2f} times stock dbt, bound {BOUND}"
        for step, ratio in zip(result["steps"], _ratios(result), strict=True)
        if ratio > BOUND
    ]
