"""Drift beside a source's columns: the metadata against stored rows, files that come again, keys
and required values, feeds with partial rows, and what silver and gold promise.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from support.column import Column
from support.engine import Rows
from support.project import REPOSITORY, Project, Run

COLUMNS = {
    "id": Column("bigint"),
    "a": Column(),
    "b": Column("bigint"),
    "seq": Column("bigint"),
    "seq2": Column("bigint"),
}
FIRST = [{"op": "I", "id": n, "a": "x", "b": n, "seq": 1, "seq2": 1} for n in (1, 2)]
SECOND = [{"op": "U", "id": 1, "a": "y", "b": 9, "seq": 2, "seq2": 2}]


def line(project: Project, table: str, object: str, column: str = "", **values: str) -> None:
    """Changes the object's lines of a control table, or those of one column."""
    for each in project.tables[table]:
        if each["object"] == object and column in ("", each.get("column")):
            each.update(values)


# What of the metadata stored rows depend on: its change is refused, and the error says so.
REDEFINED: Mapping[str, tuple[Callable[[Project, str], None], str]] = {
    "load": (lambda p, n: line(p, "objects", n, load="delta"), "load: recorded"),
    "keys": (lambda p, n: line(p, "objects", n, keys="id|b"), "keys: recorded"),
    "sequence": (lambda p, n: line(p, "objects", n, sequence="seq2"), "sequence: recorded"),
    "history": (lambda p, n: line(p, "objects", n, history="none"), "history: recorded"),
    "tracking": (lambda p, n: p.setting("feed", n, "track", "a"), "track: recorded"),
    "retyped": (lambda p, n: line(p, "columns", n, "a", type="date"), "a: stored as"),
}
# What it may say: the stored column holds all values, or is altered so that it does.
ADAPTED: Mapping[str, tuple[Callable[[Project, str], None], str]] = {
    "narrowed": (lambda p, n: line(p, "columns", n, "b", type="integer"), "BIGINT"),
    "widened": (lambda p, n: line(p, "columns", n, "b", type="decimal(25,0)"), "DECIMAL(25,0)"),
}
# A model's SQL, and what it turns into: its contract is a, n.
PROMISED = "select a, cast(count(*) as bigint) as n from {{ ref('brz_feed__plain') }} group by a"
BROKEN = {
    "new": f"select *, 1 as extra from ({PROMISED}) as p",
    "missing": f"select a from ({PROMISED}) as p",
    "retyped": f"select a, cast(n as varchar) as n from ({PROMISED}) as p",
    "renamed": f"select a, n as number_of from ({PROMISED}) as p",
}
LAYERS = {"silver": "silver", "gold": "gold_reporting"}


@dataclass
class Drifted:
    project: Project
    run: Run
    before: Mapping[str, Any]


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory, target: str) -> Drifted:
    project = Project(tmp_path_factory.mktemp("drift_layers"), target, artifacts=True)
    shutil.copytree(REPOSITORY / "models/ops", project.root / "models/ops")
    project.system("feed", cdc_format="generic")
    project.system("flat", format="csv")
    for name in (*REDEFINED, *ADAPTED, "plain"):
        project.object("feed", name, COLUMNS, ["id"], "cdc", ["seq"], "scd2")
        project.deliver_json("feed", name, "0001.jsonl", FIRST)
    project.system("part", format="csv", cdc_format="generic")
    carried = {"missing_column": "carry", "partial_updates": "true"}
    project.object("part", "carried", COLUMNS, ["id"], "cdc", ["seq"], settings=carried)
    project.deliver_csv("part", "carried", "0001.csv", list(FIRST[0]), FIRST)
    strict = {"id": Column("bigint"), "v": Column("integer", required=True)}
    for name in ("key", "required", "again"):
        project.object("flat", name, strict, ["id"], "delta", ["id"])
        put(project, name, "0001.csv", {"id": 1, "v": 1}, {"id": 2, "v": 2})
    project.generate()
    promise(project, dict.fromkeys(BROKEN, PROMISED))
    project.build()
    before = {**project.bronze(), **project.tables_of("silver")}
    before |= {f"gold_{name}": table for name, table in project.tables_of("gold_reporting").items()}

    for name, (change, _) in {**REDEFINED, **ADAPTED}.items():
        change(project, name)
        project.deliver_json("feed", name, "0002.jsonl", SECOND)
    project.deliver_csv("part", "carried", "0002.csv", ["op", "id", "a", "seq"],
        [{"op": "U", "id": 1, "a": "y", "seq": 2}])  # fmt: skip
    put(project, "key", "0002.csv", {"id": "three", "v": 3}, {"id": 4, "v": 4})
    put(project, "required", "0002.csv", {"id": 3, "v": "three"}, {"id": 4, "v": 4})
    put(project, "again", "0001.csv", {"id": 1, "v": 1}, {"id": 2, "v": 2}, {"id": 3, "v": 3})
    project.generate()
    promise(project, BROKEN)
    # With the generated tests: bronze of some has other types than staging now, which only a test
    # that is skipped does not mind.
    run = project.try_build(tests=True)
    project.medallion("log", "--target", target)
    return Drifted(project, run, before)


def put(project: Project, name: str, file: str, *rows: dict[str, Any]) -> None:
    project.deliver_csv("flat", name, file, ["id", "v"], rows)


def promise(project: Project, models: Mapping[str, str]) -> None:
    """Writes the models of silver and gold with their contracts."""
    for layer, schema in LAYERS.items():
        folder = project.root / "models" / schema.replace("_", "/")
        folder.mkdir(parents=True, exist_ok=True)
        listed = []
        for name, sql in models.items():
            (folder / f"{layer}_{name}.sql").write_text(sql + "\n", encoding="utf-8")
            listed.append(
                f"  - name: {layer}_{name}\n    config: {{contract: {{enforced: true}}}}\n"
                "    columns: [{name: a, data_type: string}, {name: n, data_type: bigint}]\n"
            )
        (folder / "models.yml").write_text("models:\n" + "".join(listed), encoding="utf-8")


def told(drifted: Drifted, where: str) -> Rows:
    columns = ("layer", "kind", "source_column", "outcome", "affected_rows", "first_values")
    return drifted.project.rows("ops.drift_log", columns, where)


def tables(drifted: Drifted, name: str) -> list[str]:
    """The stored tables of an object of `feed`."""
    return [f"brz_feed__{name}__{kind}" for kind in ("state", "ledger")]


@pytest.mark.parametrize("name", REDEFINED)
def test_metadata_that_stored_rows_do_not_follow(drifted: Drifted, name: str) -> None:
    failures = {n: m for n, m in drifted.run.failures().items() if f"feed__{name}" in n}
    now = drifted.project.bronze()
    kept = [table for table in tables(drifted, name) if table in now]
    assert kept and {t: now[t] for t in kept} == {t: drifted.before[t] for t in kept}
    assert failures
    for message in failures.values():
        assert REDEFINED[name][1] in message and "dbt run-operation rebuild" in message
    change = "changed_type" if name == "retyped" else "changed_definition"
    found = told(drifted, f"object = '{name}' and layer = 'bronze'")
    assert set(found) == {("bronze", change, None, "fail", None, None)}
    assert len(found) == len(failures)


@pytest.mark.parametrize("name", ADAPTED)
def test_metadata_that_stored_rows_can_follow(drifted: Drifted, name: str) -> None:
    assert not [n for n in drifted.run.failures() if f"feed__{name}" in n]
    types: dict[str, str] = dict(
        drifted.project.query(
            f"select column_name, column_type from (describe bronze.brz_feed__{name})"
        )
    )
    assert types["b"] == ADAPTED[name][1]
    assert drifted.project.rows(f"bronze.brz_feed__{name}", ("id", "a", "b")) == [
        (1, "y", 9),
        (2, "x", 2),
    ]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("change", BROKEN)
def test_a_broken_contract(drifted: Drifted, layer: str, change: str) -> None:
    name = f"{layer}_{change}"
    assert "enforced contract" in drifted.run.failures()[name]
    stored = drifted.project.tables_of(LAYERS[layer])[name]
    assert stored == drifted.before[f"gold_{name}" if layer == "gold" else name]
    assert stored[1] == [("x", 2)]
    assert told(drifted, f"node_name = '{name}'") == [
        (layer, "broken_contract", None, "fail", None, None)
    ]


def test_a_column_that_is_not_sent(drifted: Drifted) -> None:
    rows = drifted.project.rows("bronze.brz_part__carried", ("id", "a", "b"))
    assert rows == [(1, "y", 1), (2, "x", 2)]
    assert told(drifted, "object = 'carried'") == [
        ("staging", "missing_column", name, "carry", None, None) for name in ("b", "seq2")
    ]


@pytest.mark.parametrize("name", ["key", "required"])
def test_a_value_that_must_cast(drifted: Drifted, name: str) -> None:
    """It is rejected under every policy, which the quarantine tells, row by row."""
    rows = drifted.project.rows(f"bronze.brz_flat__{name}", ("id", "v"))
    assert rows == [(1, 1), (2, 2), (4, 4)]
    assert told(drifted, f"object = '{name}'") == []
    assert drifted.project.rows("ops.quarantine", ("reason",), f"object = '{name}'") == [
        ("cast_error",)
    ]


def test_a_file_that_comes_again_with_other_rows(drifted: Drifted) -> None:
    assert drifted.project.rows("bronze.brz_flat__again", ("id",)) == [(1,), (2,), (3,)]
    [(*about, said)] = told(drifted, "object = 'again'")
    assert about == ["staging", "changed_file", None, "load again", None]
    assert said.startswith("13 ") and ", now 17 " in said


def test_nothing_else_failed(drifted: Drifted) -> None:
    failed = {name.removeprefix("brz_feed__").split("__")[0] for name in drifted.run.failures()}
    assert failed == {*REDEFINED, *(f"{layer}_{name}" for layer in LAYERS for name in BROKEN)}
