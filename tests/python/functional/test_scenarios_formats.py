"""Order, operations and event times of the feed formats that no recorded feed covers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from support.column import Column
from support.project import Project

EPOCH = datetime(1970, 1, 1)
START = datetime(2026, 3, 1)
HISTORY = ("id", "a", "valid_from", "valid_to")

Line = dict[str, Any]


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def millis(time: datetime) -> int:
    return round((time - EPOCH) / timedelta(milliseconds=1))


def binlog(op: str, a: str | None, file: int, pos: int, row: int, at: int) -> Line:
    """An event of Debezium for MySQL."""
    image = {"id": 1, "a": a}
    place = {"file": f"mysql-bin.{file:06}", "pos": pos, "row": row, "ts_ms": millis(minute(at))}
    before, after = (image, None) if op == "d" else (None, image)
    return {"before": before, "after": after, "source": place, "op": op}


def captured(op: int, id: int, a: str, lsn: str, command: int, at: int) -> Line:
    """A row of a SQL Server change table, joined with its transaction's end."""
    place = {"__$start_lsn": lsn, "__$command_id": command, "__$seqval": "0x01"}
    return {
        **place,
        "__$operation": op,
        "__$update_mask": "0x03",
        "tran_end_time": minute(at).isoformat(),
        "id": id,
        "a": a,
    }


MYSQL = [
    binlog("c", "a", 9, 900, 0, 1),
    # The file's number counts, not its text; then the position; then the row.
    binlog("u", "d", 1000000, 4, 0, 4),
    binlog("u", "c", 999999, 1000, 1, 3),
    binlog("u", "b", 999999, 1000, 0, 2),
]
SQLSERVER = [
    captured(2, 1, "a", "0x0000002A", 1, 1),
    captured(3, 1, "a", "0x0000002B", 2, 2),
    captured(4, 1, "b", "0x0000002B", 2, 2),
    captured(4, 1, "c", "0x0000002B", 10, 2),
    captured(2, 2, "x", "0x0000002B", 3, 2),
    captured(1, 2, "x", "0x0000002C", 1, 3),
]
# A full-load file has no operation and no position; the changes are in other files.
DMS_FULL = [
    {"Op": None, "change_seq": None, "ts": minute(0).isoformat(), "id": i, "a": "a"} for i in (1, 2)
]
DMS_CHANGES = [
    {"Op": op, "change_seq": f"{n:035}", "ts": minute(at).isoformat(), "id": id, "a": a}
    for op, n, at, id, a in [("U", 9, 1, 1, "b"), ("D", 10, 2, 1, "b"), ("I", 11, 2, 3, "n")]
]

# Numbers as wide as a decimal can be, beside a second component: their value counts.
WIDE = [-(10**37), -20, -3, 0, 7, 10**19, 2 * 10**33 + 1, 2 * 10**33 + 2, 10**38 - 1]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("formats"), target)
    project.system("mysql", cdc_format="debezium_mysql")
    project.system("mssql", cdc_format="sqlserver")
    project.system("dms", cdc_format="dms")
    columns = {"id": Column("bigint"), "a": Column()}
    project.object("mysql", "feed", columns, ["id"], "cdc", history="scd2")
    project.object(
        *("mssql", "feed", columns, ["id"], "cdc", [], "scd2"),
        settings={"new_column": "ignore", "event_time": "tran_end_time"},
    )
    project.object(
        *("dms", "feed", columns, ["id"], "cdc", ["change_seq text"], "scd2"),
        settings={"event_time": "ts timestamp"},
    )
    project.system("wide", format="csv", cdc_format="generic")
    project.object(
        *("wide", "feed", columns, ["id"], "cdc", ["place decimal(38,0)", "n bigint"], "scd2"),
        settings={"new_column": "ignore"},
    )
    project.system("dmscsv", format="csv", cdc_format="dms")
    project.object("dmscsv", "feed", columns, ["id"], "cdc", ["change_seq text"])
    rows = [{"change_seq": None, "id": n, "a": "a"} for n in (1, 2)]
    project.deliver_csv("dmscsv", "feed", "LOAD1.csv", ["change_seq", "id", "a"], rows)
    rows = [{"Op": "U", "change_seq": f"{9:035}", "id": 1, "a": "b"}]
    project.deliver_csv("dmscsv", "feed", "changes.csv", ["Op", "change_seq", "id", "a"], rows)
    project.generate()
    events = [{"op": "U", "id": 1, "a": f"v{n}", "place": v, "n": 1} for n, v in enumerate(WIDE)]
    header = ["op", "id", "a", "place", "n"]
    project.deliver_csv("wide", "feed", "0000.csv", header, events[1::2] + events[::-2])
    batches: list[tuple[list[Line], ...]] = [
        (MYSQL[1:3], SQLSERVER[3:], DMS_CHANGES[1:]),
        (MYSQL[:1] + MYSQL[3:], SQLSERVER[:3], DMS_FULL + DMS_CHANGES[:1]),
    ]
    for number, lines in enumerate(batches):
        for system, batch in zip(("mysql", "mssql", "dms"), lines, strict=True):
            project.deliver_json(system, "feed", f"{number:04}.jsonl", batch)
        project.build()
    return project


def test_mysql_orders_by_number_of_file_position_and_row(project: Project) -> None:
    assert project.rows("bronze.brz_mysql__feed__history", HISTORY) == [
        (1, "a", minute(1), minute(2)),
        (1, "b", minute(2), minute(3)),
        (1, "c", minute(3), minute(4)),
        (1, "d", minute(4), None),
    ]


def test_sql_server_ignores_pre_images_and_orders_by_command(project: Project) -> None:
    assert project.rows("bronze.brz_mssql__feed__history", HISTORY) == [
        (1, "a", minute(1), minute(2)),
        (1, "b", minute(2), minute(2)),
        (1, "c", minute(2), None),
        (2, "x", minute(2), minute(3)),
    ]
    assert project.rows("bronze.brz_mssql__feed", ("id", "a")) == [(1, "c")]


def test_dms_full_load_rows_are_the_oldest(project: Project) -> None:
    assert project.rows("bronze.brz_dms__feed", ("id", "a")) == [(2, "a"), (3, "n")]
    assert project.rows("bronze.brz_dms__feed__history", HISTORY) == [
        (1, "a", minute(0), minute(1)),
        (1, "b", minute(1), minute(2)),
        (2, "a", minute(0), None),
        (3, "n", minute(2), None),
    ]


def test_wide_decimals_order_by_value(project: Project) -> None:
    found = project.query("select a from bronze.brz_wide__feed__history order by _start_sequence")
    assert found == [(f"v{n}",) for n in range(len(WIDE))]
    assert project.rows("bronze.brz_wide__feed", ("a",)) == [(f"v{len(WIDE) - 1}",)]


def test_dms_full_load_file_without_an_operation_column(project: Project) -> None:
    assert project.rows("bronze.brz_dmscsv__feed", ("id", "a")) == [(1, "b"), (2, "a")]


def test_nothing_is_rejected(project: Project) -> None:
    assert project.rows("ops.quarantine") == []
