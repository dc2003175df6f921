"""Valid control tables: how they are read and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from medallion.metadata import CdcLoad, DeltaLoad, FullLoad, Object, check, load
from medallion.metadata.columns import expression_problem
from medallion.metadata.dbt_models import models_of
from medallion.metadata.feeds import FEEDS
from medallion.metadata.lists import parse_list
from medallion.metadata.names import RESERVED, name_problem
from medallion.metadata.sources import has_credential
from medallion.metadata.types import BadType, parse_type
from unit.control_tables import TABLES, Edit, write_tables


def loaded(folder: Path, name: str, *edits: Edit) -> Object:
    write_tables(folder, *edits)
    return load(folder).objects[name]


def setting(line: str) -> Edit:
    return Edit(file="settings.csv", add=line)


def replaced(file: str, old: str, new: str) -> Edit:
    return Edit(file=file, old=old, new=new)


def test_tables_may_be_split(tmp_path: Path) -> None:
    write_tables(tmp_path)
    header, *lines = TABLES["objects.csv"].splitlines(keepends=True)
    (tmp_path / "objects.csv").write_text("".join([header, *lines[1:]]), encoding="utf-8")
    (tmp_path / "objects__erp.csv").write_text(header + lines[0], encoding="utf-8")
    project = load(tmp_path)
    assert len(project.objects) == len(lines)
    assert project.objects["erp.orders"].origin == "objects__erp.csv:2"


def test_marks_line_ends_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    write_tables(tmp_path)
    expected = load(tmp_path)
    for name, text in TABLES.items():
        content = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() + b"\r\n,,\r\n"[:2]
        (tmp_path / name).write_bytes(content)
    assert load(tmp_path) == expected


def test_lines_are_counted_behind_a_cell_of_several_lines(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        replaced("objects.csv", ",Orders\n", ',"Orders\nof the shop\n"\n'),
        replaced("objects.csv", "notes/*.csv", "../notes"),
    )
    _, problems = check(tmp_path)
    assert [(problem.code, problem.line) for problem in problems] == [("META_022", 6)]


def test_the_valid_part_of_a_broken_project_can_be_used(tmp_path: Path) -> None:
    write_tables(tmp_path, replaced("objects.csv", "notes/*.csv", "../notes"))
    project, problems = check(tmp_path)
    assert len(problems) == 1
    assert "ref.notes" not in project.objects and "erp.orders" in project.objects


@pytest.mark.parametrize("name", FEEDS)
def test_every_feed_maps_its_operations(name: str) -> None:
    feed = FEEDS[name]
    assert set(feed.operations.values()) <= {"upsert", "delete", "truncate", "ignore"}
    assert {"upsert", "delete"} <= set(feed.operations.values())
    for _, data_type, _ in feed.sequence:
        parse_type(data_type)


@pytest.mark.parametrize(
    "cdc_format, sequence",
    [
        ("debezium_postgres", ["source.lsn bigint"]),
        (
            "debezium_mysql",
            ["source.file bigint@digits", "source.pos bigint", "source.row bigint"],
        ),
        (
            "debezium_sqlserver",
            ["source.commit_lsn text", "source.change_lsn text", "source.event_serial_no bigint"],
        ),
    ],
)
def test_order_of_debezium(cdc_format: str, sequence: list[str], tmp_path: Path) -> None:
    edit = replaced("systems.csv", "debezium_postgres", cdc_format)
    item = loaded(tmp_path, "erp.orders", edit)
    assert isinstance(item.load, CdcLoad)
    assert [f"{each.source} {each.type}" for each in item.load.sequence] == sequence
    assert all(each.nullable for each in item.load.sequence) == ("sqlserver" in cdc_format)
    assert [each.source for each in item.load.event_time] == ["source.ts_us", "source.ts_ms"]
    assert item.load.operation.map["r"] == "upsert"


def test_sqlserver_takes_the_event_time_that_is_there(tmp_path: Path) -> None:
    item = loaded(tmp_path / "a", "fin.bookings")
    assert item.load.event_time == ()
    edit = Edit(file="columns.csv", add="fin,bookings,committed_at,tran_end_time,timestamp,,,,")
    item = loaded(tmp_path / "b", "fin.bookings", edit)
    assert [each.column for each in item.load.event_time] == ["committed_at"]


def test_dms_takes_rows_without_operation_and_sequence(tmp_path: Path) -> None:
    item = loaded(tmp_path, "cloud.parts")
    assert isinstance(item.load, CdcLoad)
    assert item.load.operation.when_null == "upsert"
    assert [each.nullable for each in item.load.sequence] == [True]


def test_operations_are_added_to_those_of_the_feed(tmp_path: Path) -> None:
    item = loaded(
        tmp_path,
        "fin.bookings",
        setting(",fin,bookings,operation_map,5=upsert|3=delete|=ignore"),
    )
    assert isinstance(item.load, CdcLoad)
    assert item.load.operation.map == {
        "1": "delete",
        "2": "upsert",
        "3": "delete",
        "4": "upsert",
        "5": "upsert",
    }
    assert item.load.operation.when_null == "ignore"


def test_an_event_time_of_the_row_is_taken_from_the_after_image(tmp_path: Path) -> None:
    column = Edit(file="columns.csv", add="erp,orders,ordered_at,,timestamp@epoch_us,,,,")
    line = setting(",erp,orders,event_time,ordered_at|source.ts_ms")
    item = loaded(tmp_path, "erp.orders", column, line)
    assert [(each.source, str(each.type)) for each in item.load.event_time] == [
        ("after.ordered_at", "timestamp@epoch_us"),
        ("source.ts_ms", "timestamp@epoch_ms"),
    ]


@pytest.mark.parametrize(
    "type_, lookback", [("timestamp", "1 hour"), ("date", "1 hour"), ("bigint", None)]
)
def test_lookback_of_a_database(type_: str, lookback: str | None, tmp_path: Path) -> None:
    edit = replaced("columns.csv", "updated_at,,timestamp", f"updated_at,,{type_}")
    item = loaded(tmp_path, "crm.customers", edit)
    assert isinstance(item.load, DeltaLoad)
    assert item.load.lookback == lookback


@pytest.mark.parametrize(
    "old, new, version",
    [
        ("csv,full,code,", "csv,full,code,", "_file_time"),
        ("csv,full,code,", "csv,full,code,_file_number", "_file_number"),
        ("csv,full,code,", "csv,full,code,name", "name"),
    ],
)
def test_version_of_a_full_load(old: str, new: str, version: str, tmp_path: Path) -> None:
    item = loaded(tmp_path, "ref.countries", replaced("objects.csv", old, new))
    assert isinstance(item.load, FullLoad)
    assert item.load.version.source == version


def test_version_of_a_full_load_from_a_table(tmp_path: Path) -> None:
    edit = replaced("objects.csv", "old.shipments,cdc", "old.shipments,full")
    item = loaded(tmp_path, "lake.shipments", edit)
    assert isinstance(item.load, FullLoad)
    assert item.load.version.source == "_run_started_at"


CARRIED = ",erp,orders,partial_updates,true"


@pytest.mark.parametrize(
    "name, edits, parts",
    [
        ("fin.bookings", [], "staging state current"),
        ("erp.orders", [], "staging ledger state current history"),
        (
            "erp.orders",
            [
                setting(",erp,,ignore_null,status"),
                replaced("objects.csv", "order_id,,scd2", "order_id,,none"),
                replaced("settings.csv", ",erp,orders,track,status|amount\n", ""),
            ],
            "staging ledger current",
        ),
        ("erp.orders", [setting(CARRIED)], "staging ledger current history"),
        ("crm.customers", [], "staging delta"),
        (
            "crm.customers",
            [replaced("objects.csv", "updated_at,none", "updated_at,scd2")],
            "staging ledger state current history",
        ),
        ("ref.countries", [], "staging state current"),
        (
            "ref.countries",
            [replaced("objects.csv", "code,,none", "code,,scd2")],
            "staging ledger state current history",
        ),
        ("ref.notes", [], "staging replace"),
        ("ref.countries", [setting(",ref,countries,staging,none")], "state current"),
        ("ref.notes", [setting(",ref,notes,staging,none")], "replace"),
    ],
)
def test_models_of_every_shape(name: str, edits: list[Edit], parts: str, tmp_path: Path) -> None:
    item = loaded(tmp_path, name, *edits)
    assert " ".join(model.part for model in models_of(item)) == parts


@pytest.mark.parametrize(
    "text, items",
    [
        ("", ()),
        ("a", ("a",)),
        (" a | b ", ("a", "b")),
        ('["", "a|b"]', ("", "a|b")),
        ("[]", ()),
    ],
)
def test_lists(text: str, items: tuple[str, ...]) -> None:
    assert parse_list(text) == items


@pytest.mark.parametrize("text", ["text", "decimal(38,38)", "time@epoch_ns", "decimal(5,2)@base64"])
def test_types(text: str) -> None:
    assert str(parse_type(text)) == text
    assert parse_type(text.upper()).base == text.partition("@")[0]


@pytest.mark.parametrize(
    "text", ["", "varchar", "decimal", "decimal(0,0)", "text@digits", "int(4)"]
)
def test_bad_types(text: str) -> None:
    with pytest.raises(BadType):
        parse_type(text)


@pytest.mark.parametrize("name", ["a", "Order_1", "x" * 63])
def test_names(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize("name", ["", "1a", "a b", "a-b", "ä", "_a", "x" * 64, *sorted(RESERVED)])
def test_bad_names(name: str) -> None:
    assert name_problem(name)


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/folder",
        "abfss://container@account.dfs.core.windows.net/folder",
        "/Volumes/main/landing",
        "Column sigma = 3; see the token list",
        "C:\\data\\landing",
        "mail to me@example.org",
    ],
)
def test_no_credential(text: str) -> None:
    assert not has_credential(text)


@pytest.mark.parametrize(
    "text",
    [
        "jdbc:postgresql://db/crm?user=me&password=x",
        "Server=db;Pwd=x",
        "postgresql://me:x@db/crm",
        "SharedAccessKey=x",
        "https://h/?X-Amz-Signature=x",
        "client_secret=x",
        "AKIAABCDEFGHIJKLMNOP",
        "dapi" + "0123456789abcdef" * 2,
    ],
)
def test_credentials(text: str) -> None:
    assert has_credential(text)


@pytest.mark.parametrize(
    "expression",
    ["a = 'it''s'", "(a or b) and c", "a like '%;%'", '"a b" > 0', "a in (')', '(')", "a -1 > 0"],
)
def test_expressions(expression: str) -> None:
    assert expression_problem(expression) is None


def test_a_table_of_a_database_may_have_a_space_in_its_name(tmp_path: Path) -> None:
    edit = replaced("objects.csv", "public.customers", "public.Order Details")
    assert loaded(tmp_path, "crm.customers", edit).source == "public.Order Details"


def test_a_table_of_a_catalog_may_not(tmp_path: Path) -> None:
    write_tables(tmp_path, replaced("objects.csv", "old.shipments", "old.ship ments"))
    assert [problem.code for problem in check(tmp_path)[1]] == ["META_022"]
