"""`medallion reconcile` reads every format, and a snapshot as its load read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from support.column import Column
from support.deliver import delta, parquet
from support.project import Project
from support.reconciled import examples, one, told
from support.sent import statements

ROW = {"id": "bigint", "qty": "integer", "amount": "decimal(10,2)"}
SCOPED = {"tenant": "text", "id": "bigint", "qty": "integer"}
CODED = {"code": Column(lookup="csv.codes.code"), "qty": Column("integer")}
CHANGED = {
    "id": Column("bigint"), "qty": Column("integer"),
    "at_time": Column("timestamp@epoch_us", required=True),
}  # fmt: skip
SUM = {"control_totals": "qty"}
WHOLE = {"scope": "tenant", "max_delete_fraction": "1"}
ROWS = [(1, 10, "1.50"), (2, 20, "2.25"), (3, 30, "1234567.89")]


def define(project: Project) -> None:
    project.system("csv", "csv")
    project.object("csv", "codes", {"code": "text"}, ["code"], "full")
    cleansed = SUM | {"bronze": "cleansed"}
    project.object("csv", "coded", CODED, ["code"], "full", settings=cleansed)
    project.object("csv", "scoped", SCOPED, ["tenant", "id"], "full", settings=SUM | WHOLE)
    versioned = SCOPED | {"ver": "bigint"}
    project.object(
        "csv", "versioned", versioned, ["tenant", "id"], "full", ["ver"], settings=SUM | WHOLE
    )
    emptied = SUM | {"allow_empty": "true"}
    project.object("csv", "emptied", ROW, ["id"], "full", ["_file_number"], settings=emptied)
    project.object("csv", "keyless", ROW, [], "full", ["_file_number"], settings=SUM)
    for name in ("json", "parquet"):
        project.system(name, name)
        where: dict[str, Any] = {"source": "whole/*", "settings": SUM}
        project.object(name, "whole", ROW, ["id"], "full", ["_file_number"], "scd2", **where)
    project.object(
        "json", "unstaged", ROW, ["id"], "full", ["_file_number"],
        settings=SUM | {"staging": "none", "bronze": "raw"},
    )  # fmt: skip
    project.system("lake", "delta")
    project.object("lake", "whole", ROW, ["id"], "full", source="whole", settings=SUM)
    project.object("lake", "reads", ROW, ["id"], "delta", ["id"], source="reads", settings=SUM)
    project.system("pg", "json", "debezium_postgres")
    state = SUM | {"reconcile_with": "csv:state/*.csv"}
    project.object("pg", "feed", CHANGED, ["id"], "cdc", history="scd2", settings=state)
    project.generate()


def message(lsn: int, id: int, qty: int, op: str = "c") -> dict[str, Any]:
    row = {"id": id, "qty": qty, "at_time": 10**15 + lsn}
    sides = {"before": row, "after": None} if op == "d" else {"before": None, "after": row}
    return {**sides, "op": op, "source": {"lsn": lsn, "ts_us": 10**15 + lsn}}


def snapshot(project: Project, name: str, file: str, *rows: tuple[Any, ...]) -> None:
    named = [dict(zip(ROW, row, strict=True)) for row in rows]
    project.deliver_csv("csv", name, file, list(ROW), named)


def tenant(project: Project, file: str, *rows: tuple[str, int, int]) -> None:
    """A snapshot of tenants by its file's time, and one whose version never grows."""
    named = [dict(zip(SCOPED, row, strict=True)) for row in rows]
    project.deliver_csv("csv", "scoped", file, list(SCOPED), named)
    same = [{**row, "ver": 5} for row in named]
    project.deliver_csv("csv", "versioned", file, [*SCOPED, "ver"], same)


def deliver(project: Project) -> None:
    """The first read: all there is, and a snapshot that the next one replaces."""
    landing = project.root / "landing"
    project.deliver_csv("csv", "codes", "1.csv", ["code"], [{"code": "DE"}, {"code": "FR"}])
    coded = [{"code": " de", "qty": 1}, {"code": "FR", "qty": 2}, {"code": "xx", "qty": 4}]
    project.deliver_csv("csv", "coded", "1.csv", ["code", "qty"], coded)
    tenant(project, "1.csv", ("x", 1, 1), ("x", 2, 2), ("y", 1, 4))
    snapshot(project, "emptied", "1.csv", *ROWS)
    snapshot(project, "keyless", "1.csv", *ROWS, ROWS[0])
    named = [dict(zip(ROW, row, strict=True)) for row in ROWS]
    for name in ("whole", "unstaged"):
        project.deliver_json("json", name, "1.jsonl", [*named, {"id": 8, "qty": 8}])
        project.deliver_json("json", name, "2.jsonl", [*named, "{broken"])
    values = ", ".join(map(str, ROWS))
    select = "select id::bigint as id, qty::integer as qty, amount::decimal(10,2) as amount"
    whole = f"{select} from (values {values}) t (id, qty, amount)"
    parquet("parquet/whole/1.parquet", whole)(landing)
    columns = {name: [row[place] for row in ROWS] for place, name in enumerate(ROW)}
    for name in ("whole", "reads"):
        delta(f"lake/{name}", columns)(landing)
    events = [message(1, 1, 5), message(2, 2, 6), message(3, 2, 7, "u"), message(4, 3, 8)]
    project.deliver_json("pg", "feed", "1.jsonl", [*events, message(5, 3, 8, "d")])
    rows = [
        {"id": id, "qty": qty, "at_time": moment(lsn)} for id, qty, lsn in ((1, 5, 1), (2, 7, 3))
    ]
    # Two files are one state.
    for number, row in enumerate(rows):
        project.deliver_csv("csv", "state", f"{number}.csv", list(CHANGED), [row])


def moment(lsn: int) -> str:
    return datetime.fromtimestamp(10**9 + lsn / 10**6, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("reconcile_sources"), target)
    define(project)
    deliver(project)
    project.build(tests=False)
    tenant(project, "2.csv", ("x", 2, 8))
    snapshot(project, "emptied", "2.csv")
    project.build(tests=False)
    return project


def test_every_source_is_read_as_its_load_read_it(
    loaded: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = statements(monkeypatch)
    code, found = told(loaded, "csv", "json", "parquet", "lake", "pg")
    assert [each["reason"] for each in found.values() if each["reason"]] == []
    assert code == 0
    # Nothing had to be asked object by object.
    assert len([sql for sql in sent if "missing_keys" in sql]) == 1
    states = {
        name: (each["status"], each["source_rows"], each["bronze_rows"], each["sums"]["qty"])
        for name, each in found.items()
        if name != "csv.codes"
    }
    sums = {name: (each[3]["source"], each[3]["bronze"]) for name, each in states.items()}
    assert {name: each[:3] for name, each in states.items()} == {
        "csv.coded": ("equal", 3, 3),
        "csv.scoped": ("equal", 2, 2),
        "csv.versioned": ("equal", 2, 2),
        "csv.emptied": ("equal", 0, 0),
        "csv.keyless": ("equal", 4, 4),
        "json.whole": ("explained", 4, 3),
        "json.unstaged": ("explained", 4, 3),
        "parquet.whole": ("equal", 3, 3),
        "lake.whole": ("equal", 3, 3),
        "lake.reads": ("equal", 3, 3),
        "pg.feed": ("equal", 2, 2),
    }
    whole = dict.fromkeys(
        ("json.whole", "json.unstaged", "parquet.whole", "lake.whole", "lake.reads"), ("60", "60")
    )
    assert sums == whole | {
        "csv.coded": ("7", "7"), "csv.scoped": ("12", "12"),
        "csv.versioned": ("12", "12"), "csv.emptied": ("0", "0"),
        "csv.keyless": ("70", "70"), "pg.feed": ("12", "12"),
    }  # fmt: skip


def test_a_table_that_went_on(loaded: Project) -> None:
    table = DeltaTable(str(loaded.root / "landing" / "lake" / "reads"))
    before = table.version()
    table.delete("id = 1")
    table.update(updates={"qty": "21"}, predicate="id = 2")
    try:
        code, result = one(loaded, "lake.reads")
        assert (code, result["status"]) == (1, "different")
        assert examples(result, "extra") == ["1"]
        assert examples(result, "changed") == ["2"]
        assert result["sums"]["qty"]["source"] == "51"
    finally:
        table.restore(before)


def test_a_row_that_the_feed_lost(loaded: Project) -> None:
    row = {"id": 9, "qty": 1, "at_time": moment(9)}
    extra: Path = loaded.deliver_csv("csv", "state", "9.csv", list(CHANGED), [row])
    try:
        code, result = one(loaded, "pg.feed")
        assert (code, result["status"], result["missing_explained"]) == (1, "different", 0)
        assert examples(result, "missing") == ["9"]
    finally:
        extra.unlink()


def test_a_snapshot_that_was_overtaken_may_be_gone(loaded: Project, tmp_path: Path) -> None:
    # Both files came with one read, of which only the newer one was loaded.
    file = loaded.landing("json", "whole", "1.jsonl")
    aside = file.rename(tmp_path / file.name)
    try:
        code, result = one(loaded, "json.whole")
        assert (code, result["status"], result["source_rows"]) == (0, "explained", 4)
    finally:
        aside.rename(file)
