"""The parts of the stand-in that need no Spark."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from workspace.faults import Faults, RefusedError
from workspace.read_files import ReadFilesError, translate_read_files
from workspace.statement import Statement, read_statement

COMMENT = '/* {"app": "dbt", "node_id": "model.shop.orders"} */\n'


@pytest.mark.parametrize(
    ("sql", "target"),
    [
        ("create or replace table `main`.`sales`.`t` using delta as select 1", "sales.t"),
        ("create or replace view main.sales.v as select 1", "sales.v"),
        ("create schema if not exists `main`.`sales`", "sales"),
        ("insert overwrite `main`.`sales`.`t` values (1)", "sales.t"),
        ("insert into table sales.t select 1", "sales.t"),
        ("merge into `main`.`sales`.`t` as d using x on true when matched then delete", "sales.t"),
        ("MERGE WITH SCHEMA EVOLUTION INTO sales.t AS d USING x ON true", "sales.t"),
        ("delete from sales.t where false", "sales.t"),
        ("alter table `main`.`sales`.`t` add columns (a int)", "sales.t"),
        ("COMMENT ON COLUMN `main`.`sales`.`t`.`a` IS 'x'", "sales.t"),
        ("comment on table sales.t is 'x'", "sales.t"),
        ("drop table if exists `main`.`sales`.`T__dbt_tmp`", "sales.t"),
        ("optimize sales.t", "sales.t"),
    ],
)
def test_writing_statements_name_their_object(sql: str, target: str) -> None:
    assert read_statement(COMMENT + sql) == Statement(sql, "model.shop.orders", target, True)


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "with a as (select 1) select * from a",
        "show tables in `main`.`sales`",
        "describe extended sales.t",
        "create or replace temporary view t__dbt_tmp as select 1",
        "use catalog main",
    ],
)
def test_reading_statements_write_nothing(sql: str) -> None:
    assert read_statement(COMMENT + sql) == Statement(sql, "model.shop.orders", None, False)


class Files:
    """Stands for Spark: what is asked of it, and what it says."""

    def columns(self, relation: str) -> list[str]:
        return ["a", "b"]

    def view(self, path: str, schema: str, options: Mapping[str, str]) -> str:
        return f"view of {path} ({schema}) {dict(sorted(options.items()))}"


@pytest.mark.parametrize(
    ("call", "relation"),
    [
        ("read_files('/p/*.jsonl', format => 'text')", "text.`/p/*.jsonl`"),
        (
            "READ_FILES( '/p/it''s, (1).txt', wholeText => true, format => 'text' )",
            "text.`/p/it's, (1).txt` with ('wholetext' = 'true')",
        ),
        (
            "read_files('/p', format => 'csv', header => true, sep => '\\t',"
            " schemaEvolutionMode => 'none')",
            "csv.`/p` with ('header' = 'true', 'inferSchema' = 'true', 'sep' = '\t')",
        ),
        (
            "read_files('/p', format => 'csv', header => true, schema => 'A int, c decimal(9, 2)')",
            "(select try_cast(`a` as int) as `A`, cast(null as decimal(9, 2)) as `c`"
            " from csv.`/p` with ('header' = 'true'))",
        ),
        (
            "read_files('/p', format => 'csv', schema => 'x int, y string')",
            "(select try_cast(`a` as int) as `x`, try_cast(`b` as string) as `y` from csv.`/p`)",
        ),
        (
            "read_files('/p', format => 'csv', skipRows => 1, schema => 'x int')",
            "(select try_cast(`a` as int) as `x` from csv.`/p` with ('header' = 'true'))",
        ),
        (
            "read_files('/p', format => 'csv', skipRows => 1, schema => 'x int, r string',"
            " columnNameOfCorruptRecord => 'r')",
            "view of /p (x int, r string) {'columnnameofcorruptrecord': 'r', 'header': 'true'}",
        ),
        (
            "read_files('/p/*', format => 'binaryFile')",
            "(select * from binaryFile.`/{p/*,dev/null}` where path <> 'file:/dev/null')",
        ),
        (
            "read_files('s3://p/*', format => 'binaryFile')",
            "(select * from binaryFile.`s3://p/*` where path <> 'file:/dev/null')",
        ),
        (
            "read_files('/p', format => 'json', schema => 'a int')",
            "(select _row.* from (select from_json(value, 'a int') as _row from text.`/p`))",
        ),
        (
            "read_files('/p', format => 'parquet', fileNamePattern => '*.parquet')",
            "(select *, cast(null as string) as `_rescued_data`"
            " from parquet.`/p` with ('pathGlobFilter' = '*.parquet'))",
        ),
    ],
)
def test_read_files_becomes_a_file_relation(call: str, relation: str) -> None:
    sql = "select *, 'read_files(' from {} as f -- read_files('x')"
    assert translate_read_files(sql.format(call), Files()) == sql.format(relation)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("read_files('/p')", "format must be one of"),
        ("read_files('/p', format => 'avro')", "'avro'"),
        ("read_files('/p', format => 'csv', cloudWish => 'x')", "cloudwish"),
        ("read_files('/p', format => 'csv', skipRows => 2)", "skipRows is 1"),
        ("read_files('/p', format => 'csv', skipRows => 1, header => true)", "skipRows is 1"),
        ("read_files(concat('/p', x), format => 'text')", "Only literals"),
        ("read_files('/p', 'text')", "no name"),
        ("read_files(format => 'text')", "no path"),
        ("read_files('/p', format => 'text'", "not closed"),
    ],
)
def test_what_read_files_cannot_express_is_refused(call: str, message: str) -> None:
    with pytest.raises(ReadFilesError, match=message):
        translate_read_files(f"select * from {call}", Files())


def write(node: str | None, target: str = "sales.t") -> Statement:
    return Statement("insert", node, target, True)


def refused(faults: Faults, *statements: Statement) -> list[bool]:
    done = []
    for statement in statements:
        try:
            faults.check(statement)
            done.append(False)
        except RefusedError:
            done.append(True)
    return done


def test_nth_write_of_each_matching_node_is_refused() -> None:
    faults = Faults()
    faults.add({"match": r"^model\.", "nth": 2})
    a, b, seed = write("model.a"), write("model.b"), write("seed.c")
    assert refused(faults, a, b, seed, seed, a, b, a) == [False] * 4 + [True, True, False]
    assert faults.show()[0]["refused"] == ["model.a", "model.b"]
    faults.clear()
    assert refused(faults, a) == [False]


def test_nodes_share_a_counter_by_the_first_group() -> None:
    faults = Faults()
    faults.add({"match": r"(?:stg|brz)_(\w+?)$", "nth": 2, "onwards": True})
    first, second = write("model.stg_orders"), write("model.brz_orders")
    assert refused(faults, first, write("model.stg_x"), second, first) == [
        False,
        False,
        True,
        True,
    ]


def test_without_a_match_the_server_counts_all_writes() -> None:
    faults = Faults()
    faults.add({"nth": 2})
    reading = Statement("select 1", "model.a", None, False)
    assert refused(faults, write("a"), reading, write("b"), write("c")) == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("body", [{"nth": 0}, {"match": "("}, {"nht": 1}])
def test_a_wrong_rule_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"want|regular"):
        Faults().add(body)
