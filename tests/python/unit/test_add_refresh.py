"""`medallion add SYSTEM.OBJECT --refresh`: what the source or `_rescued` has and no line knows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from unit.discover_project import FEED, AddProject, new_project


@pytest.fixture
def erp(tmp_path: Path) -> AddProject:
    """Customers as they were before the source gained a column: the feed's first 200 lines."""
    project = new_project(tmp_path)
    lines = (FEED / "customers.jsonl").read_bytes().splitlines(keepends=True)
    assert b'"tier"' not in b"".join(lines[:200])
    project.write("landing/customers/0001.jsonl", b"".join(lines[:200]))
    project.add("erp", "--kind", "files", "--location", "landing", "--format", "json",
                "--cdc-format", "debezium_postgres")  # fmt: skip
    project.add("erp.customers", "--source", "customers/*.jsonl", "--history", "scd2")
    assert "tier" not in project.types("customers")
    return project


def deliver(project: AddProject) -> None:
    lines = (FEED / "customers.jsonl").read_bytes().splitlines(keepends=True)
    project.write("landing/customers/0002.jsonl", b"".join(lines[200:]))


def warehouse(project: AddProject, *rescued: str, name: str = "ledger") -> Path:
    path = project.root / "warehouse" / "medallion.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as con:
        con.execute("create schema dev_bronze")
        con.execute(f"create table dev_bronze.brz_erp__customers__{name} (_rescued varchar)")
        for text in (*rescued, None):
            con.execute(f"insert into dev_bronze.brz_erp__customers__{name} values (?)", [text])
    return path


def test_a_column_that_came_mid_stream_is_added(erp: AddProject) -> None:
    deliver(erp)
    before = erp.content()
    shown = erp.add("erp.customers", "--refresh", "--dry-run")
    assert "tier text" in shown.output
    assert erp.content() == before
    erp.add("erp.customers", "--refresh")
    after = erp.content()
    assert after["columns.csv"] == before["columns.csv"] + b"erp,customers,tier,,text,,,internal,\n"
    assert {k: v for k, v in after.items() if k != "columns.csv"} == {
        k: v for k, v in before.items() if k != "columns.csv"
    }
    again = erp.add("erp.customers", "--refresh")
    assert "nothing to add" in again.output
    assert erp.content() == after
    erp.validate()


@pytest.mark.parametrize("name", ["ledger", "state"])
def test_a_column_that_only_rescued_knows(erp: AddProject, name: str) -> None:
    rescued = ['{"tier": "gold", "Score": 7}', '{"tier": null, "since_at": "2024-01-01T00:00:00Z"}',
               '{"loyalty_points": "many"}', "not json"]  # fmt: skip
    warehouse(erp, *rescued, name=name)
    result = erp.add("erp.customers", "--refresh")
    assert "3 rows of the warehouse have something in _rescued" in result.output
    types = erp.types("customers")
    assert {name: types[name] for name in ("tier", "score", "since_at")} == {
        "tier": "text", "score": "bigint", "since_at": "timestamp"
    }  # fmt: skip
    assert "loyalty_points_2" not in types


def test_the_source_and_rescued_together(erp: AddProject) -> None:
    deliver(erp)
    warehouse(erp, '{"tier": 5}')
    erp.add("erp.customers", "--refresh")
    assert erp.types("customers")["tier"] == "text"


def test_no_warehouse_is_said(erp: AddProject) -> None:
    assert "_rescued was not looked at" in erp.add("erp.customers", "--refresh").output
    path = erp.root / "warehouse" / "medallion.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as con:
        con.execute("create table other (a int)")
    assert "not in the warehouse yet" in erp.add("erp.customers", "--refresh").output


def test_a_warehouse_elsewhere(erp: AddProject, monkeypatch: pytest.MonkeyPatch) -> None:
    path = warehouse(erp, '{"tier": "gold"}').rename(erp.root / "other.duckdb")
    monkeypatch.setenv("MEDALLION_DUCKDB_PATH", path.name)
    erp.add("erp.customers", "--refresh")
    assert erp.types("customers")["tier"] == "text"


def test_a_warehouse_held_by_another_process(erp: AddProject) -> None:
    deliver(erp)
    path = warehouse(erp, '{"extra": 1}')
    script = (
        f"import duckdb, sys; con = duckdb.connect({str(path)!r}); print('open', flush=True); "
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        result = erp.add("erp.customers", "--refresh")
    finally:
        holder.communicate(timeout=30)
    said = " ".join(result.output.split())
    assert "another process holds the DuckDB file" in said
    assert erp.types("customers")["tier"] == "text"
    assert "extra" not in erp.types("customers")


def test_a_file_that_is_no_warehouse(erp: AddProject) -> None:
    erp.write("warehouse/medallion.duckdb", "not a database" * 1000)
    said = " ".join(erp.add("erp.customers", "--refresh").output.split())
    assert "medallion.duckdb cannot be read: _rescued was not looked at" in said


def test_what_is_not_sent_any_more_is_told(erp: AddProject) -> None:
    erp.write("landing/customers/0001.jsonl", b"")
    deliver(erp)
    columns = erp.control / "columns.csv"
    columns.write_text(columns.read_text() + "erp,customers,fax,,text,,,personal,\n")
    result = erp.add("erp.customers", "--refresh")
    assert "the source does not send `fax`" in result.output
    assert list(erp.types("customers"))[-2:] == ["fax", "tier"]


def test_a_generic_feed_is_refreshed_by_its_setting(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    project.write("in/a.csv", "what,id,seq\nI,1,1\n")
    project.add("src", "--kind", "files", "--location", "in", "--format", "csv")
    project.add("src.a", "--source", "*.csv", "--load", "cdc", "--operation", "what",
                "--sequence", "seq")  # fmt: skip
    project.write("in/b.csv", "what,id,seq,note\nI,2,2,x\n")
    project.add("src.a", "--refresh")
    assert project.types("a") == {"id": "bigint", "note": "text"}
    assert project.settings() == {("a", "operation"): "what"}


def test_a_name_that_is_taken_by_hand(tmp_path: Path) -> None:
    project = new_project(tmp_path)
    project.write("in/a.csv", "id,b\n1,2\n")
    project.add("src", "--kind", "files", "--location", "in", "--format", "csv")
    project.add("src.a", "--source", "a.csv")
    columns = project.control / "columns.csv"
    columns.write_text(columns.read_text().replace("a,b,,", "a,c,b,"))
    project.write("in/a.csv", "id,b,c\n1,2,3\n")
    project.add("src.a", "--refresh")
    rows = {row["column"]: row["source_column"] for row in project.rows("columns")}
    assert rows == {"id": "", "c": "b", "source_c": "c"}
