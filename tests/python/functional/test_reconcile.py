"""`medallion reconcile`: bronze beside its source, for each kind of source."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from medallion.log.counts import BATCH
from support.column import Column
from support.postgres import Server, postgres
from support.project import Project
from support.reconciled import examples, one, reconcile, told
from support.sent import statements

ORDER: dict[str, str | Column] = {"id": "bigint", "amount": "decimal(10,2)", "mark": "bigint"}
PRICE: dict[str, str | Column] = {"sku": "text", "price": Column("decimal(10,2)", required=True)}
SCOPED: dict[str, str | Column] = {"tenant": "text", "id": "bigint", "qty": "integer"}
LINE: dict[str, str | Column] = {"name": "text", "weight": "double"}


@contextmanager
def database(project: Project) -> Iterator[sqlite3.Connection]:
    file = project.root / "landing" / "shop.sqlite"
    connection = sqlite3.connect(file)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def event(seq: int, id: int, amount: str, op: str = "U") -> dict[str, Any]:
    return {"op": op, "seq": seq, "id": id, "amount": amount}


def define(project: Project) -> None:
    project.system("shop", "sqlite", kind="database", location="landing/shop.sqlite")
    totals = {"control_totals": "amount"}
    project.object(
        "shop", "orders", ORDER, ["id"], "delta", ["mark"], source="orders", settings=totals
    )
    project.object("shop", "log", ORDER, ["id"], "delta", ["mark"], source="log", settings=totals)
    project.object("shop", "stock", LINE, ["name"], "full", source="stock")
    project.system("src", "csv")
    project.object("src", "prices", PRICE, ["sku"], "full", ["_file_number"])
    project.object("src", "unread", PRICE, ["sku"], "full", ["_file_number"])
    project.expectation("src", "prices", "sold", "price > 0", "drop")
    whole = {"scope": "tenant", "max_delete_fraction": "1"}
    project.object("src", "scoped", SCOPED, ["tenant", "id"], "full", settings=whole)
    project.object("src", "lines", LINE, [], "full", ["_file_number"], settings={"bronze": "raw"})
    project.system("cdc", "json", "generic")
    columns = {name: ORDER[name] for name in ("id", "amount")}
    with_table = totals | {"reconcile_with": "shop:orders"}
    project.object("cdc", "orders", columns, ["id"], "cdc", ["seq bigint"], settings=with_table)
    project.object("cdc", "alone", columns, ["id"], "cdc", ["seq bigint"])
    project.object("cdc", "reads", ORDER, ["id"], "delta", ["mark"])
    project.generate()


def price(project: Project, name: str, number: int, *rows: tuple[str | None, str]) -> None:
    named = [{"sku": sku, "price": value} for sku, value in rows]
    project.deliver_csv("src", name, f"{number}.csv", list(PRICE), named)


def tenant(project: Project, file: str, *rows: tuple[str, int, int]) -> None:
    named = [dict(zip(SCOPED, row, strict=True)) for row in rows]
    project.deliver_csv("src", "scoped", file, list(SCOPED), named)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    if target != "dev":
        pytest.skip("SQLite is read by DuckDB only")
    project = Project(tmp_path_factory.mktemp("reconcile"), target, artifacts=True)
    define(project)
    with database(project) as shop:
        shop.execute("create table orders (id integer, amount text, mark integer)")
        rows = [(1, "10.00", 1), (2, "20.50", 2), (3, "30.25", 3)]
        shop.executemany("insert into orders values (?, ?, ?)", rows)
        shop.execute("create table log (id integer, amount text, mark integer)")
        log: list[tuple[Any, ...]] = [
            (1, "10.00", 1), (1, "9.00", 3), (1, "11.00", 2), (2, "5.00", None),
        ]  # fmt: skip
        shop.executemany("insert into log values (?, ?, ?)", log)
        shop.execute("create table stock (name text, weight real)")
        shop.executemany("insert into stock values (?, ?)", [("a", 0.1), ("b", 0.2), ("c", 0.3)])
    price(project, "prices", 1, ("a", "1.00"), ("old", "2.00"), ("held", "5.00"))
    price(project, "unread", 1, ("a", "1.00"), ("old", "2.00"))
    tenant(project, "1.csv", ("x", 1, 1), ("x", 2, 2), ("y", 1, 3))
    lines = [{"name": "n", "weight": w} for w in ("0.1", "0.1", "0.7")]
    project.deliver_csv("src", "lines", "1.csv", list(LINE), lines)
    for name in ("orders", "alone"):
        events = [event(1, 1, "10.00"), event(2, 2, "20.50"), event(3, 3, "99.00")]
        project.deliver_json("cdc", name, "1.jsonl", [*events, event(4, 9, "7.00")])
    read = {"id": 1, "amount": "1.00", "mark": 1}
    project.deliver_json("cdc", "reads", "1.jsonl", [read])
    project.build(tests=False)
    second = (("a", "1.00"), ("a", "1.00"), ("bad", "cheap"), ("held", "?"), ("free", "0"))
    price(project, "prices", 2, *second)
    price(project, "unread", 2, ("a", "1.00"), (None, "8"))
    tenant(project, "2.csv", ("x", 2, 5))
    project.build(tests=False)
    return project


def figures(result: dict[str, Any], *names: str) -> tuple[int, ...]:
    return tuple(result[name] for name in names)


__all__ = ["postgres"]

ROWS = ("source_rows", "bronze_rows", "rejected_rows", "dropped_rows")
KEYS = ("missing_keys", "missing_explained", "extra_keys", "changed_keys", "held_keys")


def test_a_database_that_has_what_bronze_has_is_equal(loaded: Project) -> None:
    code, result = one(loaded, "shop.orders")
    assert (code, result["status"]) == (0, "equal")
    assert figures(result, *ROWS, *KEYS) == (3, 3, 0, 0, 0, 0, 0, 0, 0)
    assert result["sums"]["amount"]["source"] == result["sums"]["amount"]["bronze"] == "60.75"
    code, result = one(loaded, "shop.stock", "--sum", "weight")
    assert (code, result["status"]) == (0, "equal")


def test_the_newest_row_of_a_key_counts_and_the_others_explain(loaded: Project) -> None:
    code, result = one(loaded, "shop.log")
    assert (code, result["status"]) == (0, "explained")
    # Key 2 is rejected: without a watermark its place is not known.
    assert figures(result, *ROWS, *KEYS) == (4, 1, 1, 0, 1, 1, 0, 0, 0)
    assert result["sums"]["amount"] == {
        "source": "35.00", "bronze": "9.00", "expected": "9.00", "comparable": "9.00",
    }  # fmt: skip
    assert "2 rows of the source repeat a key" in reconcile(loaded, "shop.log")[1]


def test_what_a_delta_load_does_not_see(loaded: Project, tmp_path: Path) -> None:
    project = loaded.copy(tmp_path / "project")
    with database(project) as shop:
        shop.execute("delete from orders where id = 2")
        # Behind the watermark: no later read takes it.
        shop.execute("update orders set amount = '11.00' where id = 1")
        shop.execute("insert into orders values (7, '0.25', 0)")
    project.build("--select", "+brz_shop__orders", tests=False)
    code, result = one(project, "shop.orders")
    assert (code, result["status"]) == (1, "different")
    # A watermark that is a number has no lookback: the row at 0 is not read either.
    assert figures(result, *ROWS, *KEYS) == (3, 3, 0, 0, 1, 0, 1, 1, 0)
    assert result["sums"]["amount"] == {
        "source": "41.50", "bronze": "60.75", "expected": "41.50", "comparable": "60.75",
    }  # fmt: skip
    assert [examples(result, kind) for kind in ("missing", "extra", "changed")] == [
        ["7"], ["2"], ["1"],
    ]  # fmt: skip
    (changed,) = [each for each in result["examples"] if each["kind"] == "changed"]
    assert (changed["source"], changed["bronze"]) == ({"amount": "11.00"}, {"amount": "10.00"})
    code, shown = reconcile(project, "shop.orders")
    assert code == 1
    for words in ("1 key in bronze, not in the source, id = 2", "id = 1 (amount 11.00 / 10.00)"):
        assert words in shown


def test_changes_that_cancel_out_are_seen(loaded: Project, tmp_path: Path) -> None:
    project = loaded.copy(tmp_path / "project")
    with database(project) as shop:
        shop.execute("update orders set amount = '11.00' where id = 1")
        shop.execute("update orders set amount = '19.50' where id = 2")
    code, result = one(project, "shop.orders")
    assert (code, result["status"], result["changed_keys"]) == (1, "different", 2)
    assert result["sums"]["amount"]["source"] == result["sums"]["amount"]["bronze"]


def test_rejected_dropped_and_repeated_rows_of_a_snapshot_explain(loaded: Project) -> None:
    code, result = one(loaded, "src.prices", "--sum", "price")
    assert (code, result["status"]) == (0, "explained")
    # `a` twice, `bad` and `free` never came in, `held` keeps the row that it had.
    assert figures(result, *ROWS, *KEYS) == (5, 2, 2, 1, 2, 2, 0, 0, 1)
    assert examples(result, "missing") == ["bad", "free"]
    assert all(each["is_explained"] for each in result["examples"])
    assert result["sums"]["price"] == {
        "source": "2.00", "bronze": "6.00", "expected": "1.00", "comparable": "1.00",
    }  # fmt: skip


def test_a_rejected_row_without_a_key_explains_no_other_key(loaded: Project) -> None:
    code, result = one(loaded, "src.unread")
    assert (code, result["status"]) == (1, "different")
    # While the key of a row cannot be read, nothing is deleted.
    assert figures(result, *ROWS, *KEYS) == (2, 2, 1, 0, 0, 0, 1, 0, 0)
    assert examples(result, "extra") == ["old"]


def test_a_snapshot_by_scopes_is_the_last_of_each(loaded: Project) -> None:
    code, result = one(loaded, "src.scoped", "--sum", "qty")
    assert (code, result["status"]) == (0, "equal")
    # Of tenant x the second file, of y still the first.
    assert figures(result, "source_rows", "bronze_rows") == (2, 2)
    assert result["sums"]["qty"]["source"] == "8"


def test_without_keys_rows_and_sums_are_compared(loaded: Project, tmp_path: Path) -> None:
    code, result = one(loaded, "src.lines", "--sum", "weight")
    assert (code, result["status"]) == (0, "equal")
    assert figures(result, *ROWS) == (3, 3, 0, 0)
    assert float(result["sums"]["weight"]["bronze"]) == pytest.approx(0.9)


def test_a_feed_is_compared_with_what_the_setting_names(loaded: Project) -> None:
    code, result = one(loaded, "cdc.orders")
    assert (code, result["status"]) == (1, "different")
    assert figures(result, *ROWS, *KEYS) == (3, 4, 0, 0, 0, 0, 1, 1, 0)
    assert (examples(result, "extra"), examples(result, "changed")) == (["9"], ["3"])


def test_without_a_state_there_is_nothing_to_compare_with(loaded: Project) -> None:
    code, found = told(loaded, "cdc.alone", "cdc.reads")
    assert code == 0
    assert {each["status"] for each in found.values()} == {"not compared"}
    for each in found.values():
        assert each["reason"].startswith("nothing to compare with: ")
        assert "reconcile_with" in each["reason"]
    assert "source_rows" not in found["cdc.alone"]


def test_a_snapshot_that_is_gone_or_changed_is_no_success(loaded: Project, tmp_path: Path) -> None:
    project = loaded.copy(tmp_path / "project")
    shutil.move(project.landing("src", "prices", "2.csv"), tmp_path / "2.csv")
    project.landing("src", "lines", "1.csv").write_text("name,weight\nn,1\n")
    code, found = told(project, "src")
    assert code == 1
    assert found["src.prices"]["status"] == found["src.lines"]["status"] == "failed"
    assert "prices/2.csv is gone" in found["src.prices"]["reason"]
    assert "lines/1.csv has changed" in found["src.lines"]["reason"]
    assert found["src.scoped"]["status"] == "equal"


def test_a_source_that_cannot_be_read_hides_no_other(loaded: Project, tmp_path: Path) -> None:
    project = loaded.copy(tmp_path / "project")
    with database(project) as shop:
        shop.execute("drop table stock")
    project.object("shop", "later", LINE, ["name"], "full", source="later")
    project.generate()
    code, found = told(project, "shop")
    assert code == 1
    assert found["shop.orders"]["status"] == "equal"
    assert found["shop.stock"]["status"] == "failed"
    assert "MED-STG-009" in found["shop.stock"]["reason"]
    assert found["shop.later"]["status"] == "not loaded"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("shop.order",), "REC-001", "did you mean `shop.orders`?"),
        (("shop", "nowhere"), "REC-001", "nowhere"),
        (("shop.orders", "--sum", "amuont"), "REC-002", "did you mean `amount`?"),
        (("src.prices", "--sum", "sku"), "REC-002", "is text, not a number"),
    ],
)
def test_wrong_use(loaded: Project, arguments: tuple[str, ...], code: str, says: str) -> None:
    exit_code, output = reconcile(loaded, *arguments)
    assert exit_code == 2
    assert f"MED-{code}" in output
    assert says in output


def test_one_statement_for_twenty_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path / "project", artifacts=True)
    project.system("src", "csv")
    names = [f"t{number:02}" for number in range(25)]
    for number, name in enumerate(names):
        project.object("src", name, {"a": "bigint"}, ["a"], "full", ["_file_number"])
        rows = [{"a": each} for each in range(number)]
        project.deliver_csv("src", name, "1.csv", ["a"], rows)
    project.setting("src", "", "allow_empty", "true")
    project.generate()
    project.build(tests=False)
    sent = statements(monkeypatch)
    code, found = told(project)
    assert code == 0
    assert [found[f"src.{name}"]["source_rows"] for name in names] == list(range(25))
    asking = [sql for sql in sent if "missing_keys" in sql]
    assert len(asking) == 2
    assert [sql.count("as missing_keys") for sql in asking] == [BATCH, 25 - BATCH]
    assert not [sql for sql in sent if "key_text" in sql]
    assert len([sql for sql in sent if "'found' as kind" in sql]) == 2


def test_a_server_and_what_it_says_when_it_is_away(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.execute(
        "create table orders (id bigint, amount numeric(10,2), mark bigint);"
        "insert into orders values (1, 10, 1), (2, 20.5, 2)"
    )
    monkeypatch.setenv("SHOP_DATABASE", postgres.dsn)
    project = Project(tmp_path / "project", artifacts=True)
    project.system("shop", "postgres", kind="database", location="env:SHOP_DATABASE")
    totals = {"control_totals": "amount"}
    project.object(
        "shop", "orders", ORDER, ["id"], "delta", ["mark"], source="orders", settings=totals
    )
    project.generate()
    project.build(tests=False)
    assert one(project, "shop.orders")[1]["status"] == "equal"
    postgres.execute("update orders set amount = 11 where id = 1")
    code, result = one(project, "shop.orders")
    assert (code, examples(result, "changed")) == (1, ["1"])
    away = "host=/nowhere dbname=shop password=s3cr3t"
    monkeypatch.setenv("SHOP_DATABASE", away)
    monkeypatch.setenv("DBT_ENV_SECRET_SHOP_DATABASE", away)
    code, result = one(project, "shop.orders")
    assert (code, result["status"]) == (1, "failed")
    assert "s3cr3t" not in result["reason"]
    assert "*****" in result["reason"]
