"""Every kind of source is read for real: files of each format, databases, the warehouse."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import duckdb
import pytest

from medallion.discover import AddError, Place, read
from medallion.discover.model import Proposal
from support import postgres as postgres_server
from unit.discover_project import FEED, make_system, propose_source, read_source

postgres = postgres_server.postgres


def types_of(proposal: Proposal) -> dict[str, str]:
    return {column.column: column.type for column in proposal.columns}


def codes(error: pytest.ExceptionInfo[AddError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)


def test_csv_files_of_several_headers(tmp_path: Path) -> None:
    write(tmp_path, "c/1.csv", "id,name,Größe (cm),updated_at\n1,Ann,170,2024-01-01 10:00:00\n")
    write(tmp_path, "c/2.csv", "id,name,updated_at,tier\n1,Ann,2024-02-01 10:00:00,007\n")
    write(tmp_path, "c/3.csv", "")
    proposal = propose_source(make_system(tmp_path, "csv"), "c/*.csv", "people")
    assert types_of(proposal) == {
        "id": "bigint", "name": "text", "grosse_cm": "bigint", "updated_at": "timestamp",
        "tier": "text",
    }  # fmt: skip
    assert proposal.columns[2].source_column == "Größe (cm)"
    assert (proposal.load, proposal.keys, proposal.sequence) == ("delta", ("id",), ("updated_at",))
    assert "3.csv is empty" in proposal.notes
    assert any("different headers" in note for note in proposal.notes)


def test_csv_with_quotes_semicolons_and_broken_lines(tmp_path: Path) -> None:
    text = '\ufeffcode;text\nA;"line\nbreak; quoted"\nB;x\nC;y;z;w\n'
    write(tmp_path, "a.csv", text)
    proposal = propose_source(make_system(tmp_path, "csv"), "a.csv")
    assert types_of(proposal) == {"code": "text", "text": "text"}
    assert proposal.keys == ("code",)


def test_a_header_alone_is_enough(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "id,name\n")
    proposal = propose_source(make_system(tmp_path, "csv"), "a.csv")
    assert types_of(proposal) == {"id": "text", "name": "text"}
    assert (proposal.load, proposal.keys) == ("full", ())
    assert any("no row yet" in note for note in proposal.notes)


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        '\ufeff{"deviceId":"d1","reading":20.5,"at":"2024-01-01T00:00:00Z","tags":["a"]}\r',
        "",
        "null",
        '{"deviceId":"d1","reading":21,"at":"2024-01-01T00:01:00Z","geo":{"lat":1.5},"a.b":1}',
        "not json",
        "[1]",
    ]
    write(tmp_path, "e/1.jsonl", "\n".join(lines))
    proposal = propose_source(
        make_system(tmp_path, "json"), "e/*.jsonl", load="full", keys=["deviceid", "at"]
    )
    assert types_of(proposal) == {
        "deviceid": "text", "reading": "double", "at_": "timestamp", "tags": "json", "geo": "json",
        "a_b": "bigint",
    }  # fmt: skip
    assert proposal.columns[0].source_column == "deviceId"
    assert "2 lines are not JSON objects: a load rejects them as `malformed`" in proposal.notes
    assert proposal.columns[-1].source_column == '"a.b"'


def test_json_that_is_not_lines_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a.json", '[{"a": 1},\n {"a": 2}]\n')
    with pytest.raises(AddError, match="none of the 2 lines is a JSON object") as error:
        read_source(make_system(tmp_path, "json"), "a.json")
    assert codes(error) == ["ADD_009"]


def test_json_of_another_encoding_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.json", b'{"a": 1}\n{"a": "\xff"}\n')
    profile = read_source(make_system(tmp_path, "json"), "a.json")
    assert profile.malformed == 1
    assert profile.notes == ("a.json is not UTF-8 in line 2: a load refuses the file",)


def test_parquet_files_whose_types_differ(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"""
            copy (select 1::smallint as id, 1.5::decimal(9,2) as price, date '2024-01-01' as day,
                timestamptz '2024-01-01 10:00:00+00' as updated_at, [1] as list, 'x' as code,
                '2024-01-01' as text_day, 1::ubigint as big, true as flag)
            to '{tmp_path}/1.parquet'
        """)
        con.execute(f"""
            copy (select 2::bigint as id, 1::bigint as price, now()::timestamptz as updated_at,
                7 as code, 2::float as ratio) to '{tmp_path}/2.parquet'
        """)
    proposal = propose_source(make_system(tmp_path, "parquet"), "*.parquet", "prices")
    assert types_of(proposal) == {
        "id": "bigint", "price": "decimal(21,2)", "day": "date", "updated_at": "timestamp",
        "list": "json", "code": "text", "text_day": "date", "big": "decimal(20,0)",
        "flag": "boolean", "ratio": "double",
    }  # fmt: skip
    assert (proposal.load, proposal.keys) == ("delta", ("id",))


def test_a_truncated_parquet_file_is_named(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        con.execute(f"copy (select 1 as id) to '{tmp_path}/1.parquet'")
    content = (tmp_path / "1.parquet").read_bytes()
    write(tmp_path, "2.parquet", content[: len(content) // 2])
    write(tmp_path, "3.parquet", b"PAR1")
    with pytest.raises(AddError) as error:
        read_source(make_system(tmp_path, "parquet"), "*.parquet")
    assert codes(error) == ["ADD_009", "ADD_009"]
    assert [Path(one.file).name for one in error.value.problems] == ["2.parquet", "3.parquet"]


def test_delta_tables(tmp_path: Path) -> None:
    deltalake = pytest.importorskip("deltalake")
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table({"id": [1, 2], "amount": [1.5, 2.5], "updated_at": ["2024-01-01"] * 2})
    deltalake.write_deltalake(str(tmp_path / "sales" / "orders"), table)
    deltalake.write_deltalake(str(tmp_path / "sales" / "orders"), table, mode="overwrite")
    system = make_system(tmp_path, "delta")
    proposal = propose_source(system, "sales/orders", "orders")
    assert types_of(proposal) == {"id": "bigint", "amount": "double", "updated_at": "date"}
    assert (proposal.keys, proposal.rows) == (("id",), 2)
    with pytest.raises(AddError) as error:
        read_source(system, "sales/order")
    problem = error.value.problems[0]
    assert (problem.code, problem.allowed) == ("ADD_008", "sales/orders")
    assert "did you mean `sales/orders`?" in problem.mend


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("""
        create table people (id integer primary key, name varchar(20), updated_at text,
            credit decimal(10,2), score real, born date, joined timestamp, active boolean,
            odd integer, "Odd Name" text, empty integer);
        insert into people values
            (1, 'Ann', '2024-01-01 10:00:00', 12.5, 1.5, '1999-01-01', '2024-01-01 10:00:00', 1,
                7, 'x', null),
            (2, 'Bob', '2024-01-02T10:00:00Z', '7.25', 2, 'unknown', null, 0, 'seven', 'y', null);
        create table pairs (b text, a integer, v text, primary key (a, b));
        create view names as select id, name from people;
    """)
    connection.close()
    return path


def test_sqlite(shop: Path) -> None:
    system = make_system(shop, "sqlite", kind="database")
    proposal = propose_source(system, "people", "people")
    assert types_of(proposal) == {
        "id": "bigint", "name": "text", "updated_at": "timestamp", "credit": "decimal(18,2)",
        "score": "double", "born": "text", "joined": "timestamp", "active": "boolean",
        "odd": "text", "odd_name": "text", "empty": "bigint",
    }  # fmt: skip
    assert (proposal.load, proposal.keys, proposal.sequence) == ("delta", ("id",), ("updated_at",))
    pairs = propose_source(system, "main.PAIRS", "pairs")
    assert (pairs.source, pairs.keys) == ("pairs", ("a", "b"))
    assert propose_source(system, "names", "names").rows == 2


def test_sqlite_faults(shop: Path, tmp_path: Path) -> None:
    with pytest.raises(AddError) as error:
        read_source(make_system(shop, "sqlite", kind="database"), "peple")
    problem = error.value.problems[0]
    assert problem.code == "ADD_011"
    assert "did you mean `main.people`?" in problem.mend or "`people`?" in problem.mend
    with pytest.raises(AddError, match="the file does not exist"):
        read_source(make_system(tmp_path / "none.db", "sqlite", kind="database"), "people")
    write(tmp_path, "text.db", "this is not a database, it is a text")
    with pytest.raises(AddError) as error:
        read_source(make_system(tmp_path / "text.db", "sqlite", kind="database"), "people")
    assert codes(error) == ["ADD_010"]


def test_postgres(postgres: postgres_server.Server) -> None:
    postgres.execute("""
        drop schema if exists sales cascade;
        create schema sales;
        create table sales.people (id bigserial primary key, name varchar(20) not null,
            credit numeric(12,2), document jsonb, list int[], code uuid, updated_at timestamptz,
            born date, opens time, active boolean, ratio real, small smallint, raw bytea);
        insert into sales.people (name, credit, document, list, updated_at, born)
            values ('Ann', 1.5, '{"a": 1}', '{1,2}', now(), 'infinity');
        create table pairs (a int, b text, primary key (b, a));
    """)
    system = make_system("env:SHOP_DSN", "postgres", kind="database")
    environ = {"SHOP_DSN": postgres.dsn}
    profile = read_source(system, "sales.people", "people", environ)
    assert {column.name: column.declared for column in profile.columns} == {
        "id": "bigint", "name": "", "credit": "decimal(12,2)", "document": "json", "list": "json",
        "code": "", "updated_at": "timestamp", "born": "date", "opens": "time",
        "active": "boolean", "ratio": "double", "small": "integer", "raw": "",
    }  # fmt: skip
    assert profile.primary_key == ("id",)
    assert read_source(system, "pairs", "pairs", environ).primary_key == ("b", "a")
    with pytest.raises(AddError) as error:
        read_source(system, "sales.peple", "people", environ)
    assert codes(error) == ["ADD_011"]


def test_postgres_never_shows_its_connection() -> None:
    system = make_system("env:SHOP_DSN", "postgres", kind="database")
    with pytest.raises(AddError, match="environment variable SHOP_DSN is not set"):
        read_source(system, "people")
    dsn = "host=/nowhere port=1 user=reader password=hidden-word dbname=shop"
    with pytest.raises(AddError) as error:
        read_source(system, "people", environ={"SHOP_DSN": dsn})
    assert codes(error) == ["ADD_010"]
    assert "hidden-word" not in str(error.value)


def test_the_warehouse_itself(tmp_path: Path) -> None:
    path = tmp_path / "warehouse" / "medallion.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as con:
        con.execute("create schema sales")
        con.execute("create table sales.rates (code varchar primary key, rate decimal(9,4))")
        con.execute("insert into sales.rates values ('EUR', 1.5)")
    system = make_system("", "table", kind="catalog").model_copy(update={"location": ""})
    profile = read(system, "rates", "sales.rates", Place(root=tmp_path, environ={}))
    assert profile.primary_key == ("code",)
    assert [column.declared for column in profile.columns] == ["", "decimal(9,4)"]


def test_locations(tmp_path: Path) -> None:
    write(tmp_path, "a [1]/x.csv", "id\n1\n")
    system = make_system(tmp_path / "none", "csv")
    with pytest.raises(AddError) as error:
        read_source(system, "x.csv")
    assert codes(error) == ["ADD_007"]
    environ = {"MEDALLION_LOCATION_SRC": str(tmp_path / "a [1]")}
    assert read_source(system, "x.csv", environ=environ).rows == 1
    with pytest.raises(AddError) as error:
        read_source(system, "y*.csv", environ=environ)
    problem = error.value.problems[0]
    assert problem.code == "ADD_008"
    assert "`y*.csv` matches no file in" in problem.message
    assert str(tmp_path / "a [1]") in problem.message
    assert "the folder holds 1 files: x.csv" in problem.mend


def test_a_limit_of_rows_is_said(tmp_path: Path) -> None:
    for name in ("customers", "orders"):
        system = make_system(FEED, "json")
        place = Place(root=FEED, row_limit=50, environ={})
        profile = read(system, name, f"{name}.jsonl", place)
        assert profile.sampled
        assert profile.rows <= 50
