"""The demo from its first to its last delivery, and the same estate loaded in other ways."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from demo_counts import Tables
from support import feed
from support.column import Column

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
# What a copy of the project needs; its databases and caches stay behind.
LEFT_BEHIND = shutil.ignore_patterns(
    ".*", "target", "warehouse", "logs", "examples", "benchmarks", "__pycache__", "*.egg-info"
)
BRONZE = {
    **{f"brz_erp__{name}": ", ".join(table.columns) for name, table in feed.TABLES.items()},
    "brz_crm__customers": "*exclude (_sequence, _load_id, _inserted_load_id, _action)",
    "brz_web__events": "*exclude (_sequence, _load_id, _inserted_load_id, _action)",
    "brz_ref__countries": "code, name, region",
    "brz_ref__prices": "sku, valid_from, product_name, category, list_price",
}
ABOVE = {
    "silver": (
        "slv_sales__customer", "slv_sales__customer_match", "slv_sales__order",
        "slv_sales__order_line", "slv_web__event",
    ),
    "gold_reporting": ("customer_activity", "dim_customer", "fct_order_line"),
    "gold_history": ("customer_history", "order_history"),
}  # fmt: skip

Rows = list[tuple[Any, ...]]


def run(command: list[str], folder: Path, variables: Mapping[str, str]) -> str:
    """Runs a command that must succeed; what it printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MEDALLION_")}
    done = subprocess.run(
        command, cwd=folder, env=environment | dict(variables), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def query(database: Path, sql: str) -> Rows:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def contents(database: Path) -> dict[str, Rows]:
    """Every row that does not depend on when it was loaded."""
    tables = {f"bronze.{name}": columns for name, columns in BRONZE.items()}
    tables |= {f"{schema}.{name}": "*" for schema, names in ABOVE.items() for name in names}
    return {
        table: query(database, f"select {columns} from {table} order by all")
        for table, columns in tables.items()
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "warehouse"


@pytest.fixture(scope="module")
def output(folder: Path, target: str) -> str:
    return run([sys.executable, "scripts/demo.py", "--folder", str(folder)], ROOT, {})


@pytest.fixture(scope="module")
def database(folder: Path, output: str) -> Path:
    return folder / "demo.duckdb"


def test_the_demo_tells_what_happened(output: str) -> None:
    for number in (1, 2, 3):
        assert f"Delivery {number} of 3" in output
    for name in BRONZE:
        _, system, table = name.replace("__", "_", 1).split("_", 2)
        assert output.count(f"{system}.{table} ") >= 3
    assert "Where to look next" in output


def test_what_the_demo_shows_adds_up(database: Path, folder: Path) -> None:
    """Of the last delivery: a snapshot's missing keys are deleted without having been read."""
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    with Tables(database, folder / "target" / "manifest.json", results) as tables:
        objects = tables.objects()
    assert len(objects) == len(BRONZE)
    for one in objects:
        told = sum(one.rejected.values()) + one.inserted + one.updated + one.without_effect
        assert told + (0 if one.load == "full" else one.deleted) == one.read, one.name


def test_every_kind_of_trouble_was_met(database: Path) -> None:
    reasons = {
        (f"{system}.{name}", reason): count
        for system, name, reason, count in query(
            database, "select system, object, reason, count(*) from ops.quarantine group by all"
        )
    }
    assert reasons == {
        ("web.events", "malformed"): 9,
        ("web.events", "null_key"): 3,
        ("web.events", "expectation"): 6,
        ("ref.prices", "cast_error"): 1,
    }


@pytest.mark.parametrize("table", feed.TABLES.values(), ids=list(feed.TABLES))
def test_the_order_system_ends_as_postgresql_did(database: Path, table: feed.Table) -> None:
    is_gift = {"is_gift": Column("boolean")} if table.name == "orders" else {}
    missing = feed.never_sent(table)
    expected = [
        tuple(None if (key, c) in missing else value for c, value in row.items())
        for row in feed.expected(table, is_gift)
        for key in [tuple(row[k] for k in table.keys)]
    ]
    columns = ", ".join(table.columns)
    found = query(database, f"select {columns} from bronze.brz_erp__{table.name}")
    assert sorted(found, key=repr) == sorted(expected, key=repr)


def test_a_rejected_price_is_not_a_deleted_one(database: Path) -> None:
    sql = "select count(*), count(list_price) from bronze.brz_ref__prices where sku = 'SKU-005'"
    assert query(database, sql) == [(2, 2)]


def test_the_snapshot_keeps_versions_and_closes_who_left(database: Path) -> None:
    sql = """
        select
            count(*) filter (where v.is_current) = count(distinct c.customer_key),
            count(distinct c.customer_key) = (select count(*) from silver.slv_sales__customer),
            count(*) > count(*) filter (where v.is_current),
            count(*) filter (where c.customer_key is null) > 0,
            count(*) filter (where c.customer_key is null and v.is_current)
        from gold_history.customer_profile_history as v
        left join silver.slv_sales__customer as c on v.customer_key = c.customer_key
    """
    assert query(database, sql) == [(True, True, True, True, 0)]


def test_all_deliveries_at_once_give_the_same_rows(database: Path, tmp_path: Path) -> None:
    """What a plain build in a fresh clone loads."""
    command = [str(BIN / "dbt"), "--quiet", "build", "--target-path", str(tmp_path / "target")]
    at_once = tmp_path / "at_once.duckdb"
    variables = {"MEDALLION_DUCKDB_PATH": str(at_once)}
    run([*command, "--log-path", str(tmp_path)], ROOT, variables)
    one, other = contents(database), contents(at_once)
    assert {table for table in one if one[table] != other[table]} == set()


def test_a_forced_replay_changes_nothing(folder: Path, database: Path, tmp_path: Path) -> None:
    """Every file is read again: bronze stays as it was to the last technical column."""
    replayed = tmp_path / "replayed.duckdb"
    shutil.copy(database, replayed)
    landing = folder / "landing"
    variables = {
        f"MEDALLION_LOCATION_{system.upper()}": str(landing / name)
        for system, name in {"erp": "erp", "web": "web", "ref": "ref", "crm": "crm.sqlite"}.items()
    }
    command = [str(BIN / "dbt"), "--quiet", "build", "--target-path", str(tmp_path / "target")]
    command += ["--log-path", str(tmp_path), "--vars", '{"medallion__replay": ["*"]}']
    run(command, ROOT, variables | {"MEDALLION_DUCKDB_PATH": str(replayed)})
    read = "select count(*) from staging.stg_erp__orders"
    assert query(replayed, read)[0][0] > 250
    tables = "select table_name from information_schema.tables where table_schema = 'bronze'"
    for (table,) in query(database, tables):
        rows = f"select * from bronze.{table} order by all"
        assert query(replayed, rows) == query(database, rows), table
    one, other = contents(database), contents(replayed)
    assert {table for table in one if one[table] != other[table]} == set()


def test_the_column_that_came_mid_stream_is_taken_in(database: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(ROOT, project, ignore=LEFT_BEHIND)
    shutil.copy(database, tmp_path / "demo.duckdb")
    variables = {"MEDALLION_DUCKDB_PATH": str(tmp_path / "demo.duckdb")}
    medallion = str(BIN / "medallion")
    run([medallion, "add", "erp.customers", "--refresh"], project, variables)
    run([medallion, "generate"], project, variables)
    run([str(BIN / "dbt"), "--quiet", "build"], project, variables)
    tier = feed.expected(feed.CUSTOMERS, {"tier": Column()})
    sql = "select customer_id, tier from bronze.brz_erp__customers order by 1"
    assert query(tmp_path / "demo.duckdb", sql) == sorted(
        (row["customer_id"], row["tier"]) for row in tier
    )
    rescued = "select count(*) from bronze.brz_erp__customers where _rescued like '%tier%'"
    assert query(tmp_path / "demo.duckdb", rescued) == [(0,)]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").touch()
    command = [sys.executable, "scripts/demo.py", "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert (tmp_path / "precious").exists()
