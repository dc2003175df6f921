"""Writers of sources in every format, and of the messages of Debezium's connectors."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from deltalake import write_deltalake

Values = Sequence[Any]
Write = Callable[[Path], None]


def texts(path: str, header: Values, rows: Iterable[Values], **how: Any) -> Write:
    """A CSV file; `how` goes to the writer, `bom` apart."""
    encoding = "utf-8-sig" if how.pop("bom", False) else "utf-8"

    def write(landing: Path) -> None:
        with _made(landing / path).open("w", encoding=encoding, newline="") as out:
            csv.writer(out, **{"lineterminator": "\n", **how}).writerows([header, *rows])

    return write


def lines(path: str, documents: Iterable[Mapping[str, Any]]) -> Write:
    """JSON lines."""

    def write(landing: Path) -> None:
        text = "".join(
            json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in documents
        )
        _made(landing / path).write_text(text, encoding="utf-8")

    return write


def parquet(path: str, select: str) -> Write:
    """What a DuckDB query returns, as one Parquet file."""

    def write(landing: Path) -> None:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"copy ({select}) to '{_made(landing / path)}' (format parquet)")

    return write


def delta(path: str, columns: Mapping[str, Any]) -> Write:
    """Two commits that add rows to a Delta table, which is made where there is none."""

    def write(landing: Path) -> None:
        table = pa.table(dict(columns))
        half = table.num_rows // 2
        for part in (table.slice(0, half), table.slice(half)):
            write_deltalake(str(_made(landing / path)), part, mode="append")

    return write


def sqlite(create: str, insert: str, rows: Iterable[Values]) -> Write:
    """A table of the one SQLite file."""

    def write(landing: Path) -> None:
        with sqlite3.connect(_made(landing / "lite.sqlite")) as connection:
            connection.execute(create)
            connection.executemany(insert, rows)
        connection.close()

    return write


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def event(op: str, row: Mapping[str, Any], source: Mapping[str, Any]) -> dict[str, Any]:
    """A Debezium message."""
    before, after = (row, None) if op == "d" else (None, row)
    return {"op": op, "ts_ms": 1772323200000, "source": source, "before": before, "after": after}


def postgres(op: str, lsn: int, **row: Any) -> dict[str, Any]:
    return event(op, row, {"connector": "postgresql", "lsn": lsn, "ts_ms": 1772323200000 + lsn})


def mysql(op: str, pos: int, **row: Any) -> dict[str, Any]:
    place = {"file": "binlog.000007", "pos": pos, "row": 0, "ts_ms": 1772323200000 + pos}
    return event(op, row, {"connector": "mysql", **place})


def sqlserver(op: str, number: int | None, **row: Any) -> dict[str, Any]:
    lsn = None if number is None else f"0000002a:00000{number:03}:0001"
    place = {"commit_lsn": lsn, "change_lsn": lsn, "event_serial_no": 1 if number else None}
    return event(op, row, {"connector": "sqlserver", "ts_ms": 1772323200000, **place})
