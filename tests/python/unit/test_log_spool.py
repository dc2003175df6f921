"""Entries that wait, and the statements and the database that take them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from medallion.log.database import DatabaseSink
from medallion.log.rows import COLUMNS, Key, Row, Table, key
from medallion.log.sink import batches, write
from medallion.log.spool import Spool
from support.postgres import Server, postgres
from unit.log_rows import load_row, run_row

__all__ = ["postgres"]

AWKWARD = 'it\'s \\ a \u2028 text\nof two lines, "ä" {{ braces }}'


class Refusing:
    """A sink that takes nothing for one of its tables."""

    name = "refusing"

    def __init__(self, refused: Sequence[Table]) -> None:
        self.refused = refused
        self.rows: dict[Key, Row] = {}

    def known(self, table: Table, rows: Sequence[Row]) -> set[Key]:
        if table in self.refused:
            raise ConnectionError("gone")
        return set(self.rows)

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        self.rows |= {key(table, row): row for row in rows}


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    spool = Spool.of(tmp_path, "x")
    loads = [load_row(message=AWKWARD, rows_staged=2**40, seconds=0.25)]
    nodes = [run_row(message=AWKWARD)]
    assert spool.add({"load_log": loads, "run_log": nodes}) == 2
    assert spool.rows() == {"load_log": loads, "run_log": nodes}


def test_an_entry_waits_once(tmp_path: Path) -> None:
    spool = Spool.of(tmp_path, "x")
    assert spool.add({"load_log": [load_row()]}) == 1
    assert spool.add({"load_log": [load_row(), load_row(attempt=2)]}) == 1
    assert [row["attempt"] for row in spool.rows()["load_log"]] == [1, 2]


def test_posting_empties_the_spool(tmp_path: Path) -> None:
    spool, sink = Spool.of(tmp_path, "x"), Refusing([])
    spool.add({"load_log": [load_row()], "run_log": [run_row()]})
    waiting, faults = spool.post(sink)
    assert (len(waiting["load_log"]), len(waiting["run_log"]), faults) == (1, 1, [])
    assert len(sink.rows) == 2 and spool.files() == []


@pytest.mark.parametrize("refused", [["load_log"], ["run_log"], ["load_log", "run_log"]])
def test_what_is_refused_goes_on_waiting(tmp_path: Path, refused: list[Table]) -> None:
    spool, sink = Spool.of(tmp_path, "x"), Refusing(refused)
    spool.add({"load_log": [load_row()], "run_log": [run_row()]})
    assert len(spool.post(sink)[1]) == len(refused)
    assert {table for table, rows in spool.rows().items() if rows} == set(refused)
    assert len(sink.rows) == 2 - len(refused)
    spool.post(healed := Refusing([]))
    assert len(healed.rows) == len(refused) and spool.files() == []


def test_a_torn_line_does_not_hold_the_others_back(tmp_path: Path) -> None:
    spool = Spool.of(tmp_path, "x")
    spool.add({"load_log": [load_row()]})
    (path,) = spool.files()
    path.write_text('{"table": "load_log", "ro\n' + path.read_text(encoding="utf-8"), "utf-8")
    assert spool.rows()["load_log"] == [load_row()]


def test_rows_are_written_in_portions() -> None:
    short = [["x", None]] * 1100
    assert [len(batch) for batch in batches(short)] == [500, 500, 100]
    long = [["x" * 400_000]] * 5
    assert [len(batch) for batch in batches(long)] == [2, 2, 1]
    assert list(batches([])) == []


def check_database(engine: sa.Engine) -> None:
    sink = DatabaseSink(engine)
    nodes = [run_row(node_id=f"n{number}", message=AWKWARD) for number in range(1200)]
    loads = [load_row(rows_staged=2**40, rejected_by_reason='{"malformed": 2}')]
    assert [write(sink, "run_log", nodes), write(sink, "load_log", loads)] == [1200, 1]
    again = DatabaseSink(engine)
    more = [*loads, load_row(attempt=2), load_row(attempt=2)]
    assert [write(again, "run_log", nodes), write(again, "load_log", more)] == [0, 1]
    with engine.connect() as connection:
        names = ", ".join(COLUMNS["load_log"])
        query = sa.text(f"select {names} from load_log order by attempt")
        rows = [dict(row._mapping) for row in connection.execute(query.columns(**_types()))]
        count: int = connection.execute(sa.text("select count(*) from run_log")).scalar_one()
    assert rows == [*loads, load_row(attempt=2)]
    assert count == 1200


def _types() -> dict[str, Any]:
    columns = COLUMNS["load_log"].items()
    return {name: sa.DateTime() for name, kind in columns if kind == "timestamp"}


def test_sqlite(tmp_path: Path) -> None:
    check_database(sa.create_engine(f"sqlite:///{tmp_path / 'log.db'}"))


def test_postgresql(postgres: Server) -> None:
    url = sa.URL.create(
        "postgresql+psycopg", username="postgres", database="postgres",
        query={"host": str(postgres.socket_dir), "port": str(postgres.port)},
    )  # fmt: skip
    check_database(sa.create_engine(url))
