"""Bad deliveries, one for each object: what arrives, what is said, which rows bronze has then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

# Rows are (id, v, t): the key, a number that grows with every delivery, a text.
Row = tuple[Any, Any, Any]
Bad = Callable[[Path], None]

GOOD: Sequence[Row] = ((1, 1, "a"), (2, 1, "b"))
MENDED: Sequence[Row] = ((1, 3, "m"), (2, 3, "m"))
LONG = "x" * 2_000_000


@dataclass(frozen=True)
class Case:
    """`bad` gets the folder of the object's files, or the SQLite file itself.

    `says` stands in the error, if the delivery is refused; `rejected` counts rows by reason; `rows`
    are accepted besides the good ones, or instead of them by a full load; `rescued` is what
    `_rescued` holds.
    """

    name: str
    format: str
    load: str
    bad: Bad
    says: Sequence[str] = ()
    rejected: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    rescued: Sequence[str] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    required: bool = False

    @property
    def system(self) -> str:
        return f"lite_{self.name}" if self.format == "sqlite" else self.format

    @property
    def model(self) -> str:
        return f"brz_{self.system}__{self.name}"

    @property
    def after(self) -> list[Row]:
        """What bronze holds after the bad delivery."""
        replaced = self.rows if self.load == "full" else [*GOOD, *self.rows]
        return sorted(replaced or GOOD)

    @property
    def at_last(self) -> list[Row]:
        """What bronze holds after the mended delivery."""
        return sorted([*MENDED, *(() if self.load == "full" else self.rows)])


def put(case: Case, place: Path, number: int, rows: Sequence[Row]) -> None:
    """A good delivery."""
    if case.format == "csv":
        lines = ["id,v,t", *(f"{i},{v},{t}" for i, v, t in rows)]
        (place / f"{number:04}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif case.format == "json":
        text = "".join(f'{{"id": {i}, "v": {v}, "t": "{t}"}}\n' for i, v, t in rows)
        (place / f"{number:04}.jsonl").write_text(text, encoding="utf-8")
    elif case.format == "parquet":
        write_parquet(place / f"{number:04}.parquet", _select(rows))
    else:
        write_sqlite(place, rows)


def _select(rows: Sequence[Row]) -> str:
    values = ", ".join(f"({i}, {v}, '{t}')" for i, v, t in rows)
    return f"select id::bigint as id, v::bigint as v, t from (values {values}) as s (id, v, t)"


def write_parquet(path: Path, select: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"copy ({select}) to '{path}' (format parquet)")


def write_sqlite(path: Path, rows: Sequence[Row], create: str = "items (id, v, t)") -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute(f"create table {create}")
        table = create.split(" ")[0]
        marks = ", ".join("?" for _ in create.split(","))
        connection.executemany(f"insert into {table} values ({marks})", rows)
    connection.close()


def text(content: str | bytes, name: str) -> Bad:
    """A file of this content."""

    def bad(place: Path) -> None:
        data = content.encode() if isinstance(content, str) else content
        (place / name).write_bytes(data)

    return bad


def csv(content: str | bytes) -> Bad:
    return text(content, "0002.csv")


def json(content: str | bytes) -> Bad:
    return text(content, "0002.jsonl")


def parquet(select: str, change: Callable[[bytes], bytes] = bytes) -> Bad:
    """A Parquet file of a query, its bytes changed."""

    def bad(place: Path) -> None:
        path = place / "0002.parquet"
        write_parquet(path, select)
        path.write_bytes(change(path.read_bytes()))

    return bad


def gone(place: Path) -> None:
    """Every file was taken away."""
    for path in list(place.iterdir()) if place.is_dir() else [place]:
        path.unlink(missing_ok=True)


def no_folder(place: Path) -> None:
    gone(place)
    place.rmdir()


def _no_database(place: Path) -> None:
    place.write_text("x" * 500)


def _lacks_v(place: Path) -> None:
    write_sqlite(place, [(1, "a")], "items (id, t)")  # type: ignore[list-item]


LATIN = "ü".encode("latin-1")
PARQUET = "select 10::bigint as id, 2::bigint as v, 'c' as t"

CASES = (
    Case("missing_full", "csv", "full", gone, ["MED-STG-001", "missing_full/*.csv"]),
    Case("missing_delta", "csv", "delta", gone),
    Case("no_folder_full", "csv", "full", no_folder, ["MED-STG-001", "no_folder_full/*.csv"]),
    Case("no_folder_delta", "json", "delta", no_folder),
    Case("empty_full", "csv", "full", csv(""), ["MED-LOAD-010", "empty_snapshot"]),
    Case("empty_delta", "csv", "delta", csv("")),
    Case("empty_json", "json", "full", json(""), ["MED-LOAD-010", "empty_snapshot"]),
    Case("empty_parquet", "parquet", "full", text(b"", "0002.parquet"), ["empty_snapshot"]),
    Case("header_only", "csv", "full", csv("id,v,t\n"), ["MED-LOAD-010", "empty_snapshot"]),
    Case("blank_lines", "json", "full", json("\n \n"), ["MED-LOAD-010", "empty_snapshot"]),
    Case("lacks_column", "csv", "full", csv("id,t\n1,a\n"), ["MED-STG-004", "no column 'v'"]),
    Case("no_header", "csv", "full", csv("7,8,x\n1,1,a\n"), ["MED-STG-004", "0002.csv"]),
    Case("latin_csv", "csv", "full", csv(b"id,v,t\n1,2," + LATIN), ["MED-STG-002", "0002.csv"]),
    Case("latin_json", "json", "full", json(b'{"id":1,"v":2,"t":"' + LATIN + b'"}\n'),
         ["MED-STG-002", "0002.jsonl"]),
    Case("null_key", "csv", "delta", csv("id,v,t\n,2,x\n10,2,c\n"),
         rejected={"null_key": 1}, rows=[(10, 2, "c")]),
    Case("null_watermark", "csv", "delta", csv("id,v,t\n9,,x\n10,2,c\n"),
         rejected={"null_sequence": 1}, rows=[(10, 2, "c")]),
    Case("uncast_key", "json", "delta", json('{"id":"x","v":2,"t":"y"}\n{"id":10,"v":2,"t":"c"}'),
         rejected={"cast_error": 1}, rows=[(10, 2, "c")]),
    Case("uncast", "csv", "full", csv("id,v,t\n1,x,a\n2,2,b\n"), rows=[(1, None, "a"), (2, 2, "b")],
         rescued=['{"v":"x"}']),
    Case("uncast_required", "csv", "full", csv("id,v,t\n1,x,a\n2,2,b\n"), required=True,
         rejected={"cast_error": 1}, rows=[(1, 1, "a"), (2, 2, "b")]),
    Case("type_changed", "csv", "full", csv("id,v,t\n1,one,a\n2,two,b\n"),
         ["MED-STG-006", "column v is bigint", "0002.csv"], settings={"type_change": "fail"}),
    Case("type_changed_parquet", "parquet", "full",
         parquet("select 1::bigint as id, 'one' as v, 'a' as t"), rows=[(1, None, "a")],
         rescued=['{"v":"one"}']),
    Case("key_type_changed", "parquet", "delta",
         parquet("select 'ten' as id, 2::bigint as v, 'a' as t"), rejected={"cast_error": 1}),
    Case("other_schema", "parquet", "full", parquet("select 1::bigint as id, 'a' as name"),
         ["MED-STG-004", "no column 'v'", "no column 't'", "0002.parquet"]),
    Case("truncated", "parquet", "full", parquet(PARQUET, lambda data: data[:-20]),
         ["MED-STG-003", "0002.parquet"]),
    Case("no_parquet", "parquet", "full", text("id,v,t\n1,2,x and more\n", "0002.parquet"),
         ["MED-STG-003", "0002.parquet"]),
    Case("cut_in_the_middle", "parquet", "full", parquet(PARQUET, lambda d: d[:30] + d[-8:]),
         ["MED-STG-003", "0002.parquet"]),
    Case("twice_in_header", "csv", "full", csv("id,v,t,t\n1,2,a,b\n"), rows=[(1, 2, "a")],
         rescued=['{"t_4":"b"}']),
    Case("ragged", "csv", "delta", csv("id,v,t\n9,2\n8,2,x,y,z\n10,2,c\n"),
         rejected={"malformed": 2}, rows=[(10, 2, "c")]),
    Case("very_ragged", "csv", "delta", csv("id,v,t\n8,2,x" + ",y" * 40 + "\n10,2,c\n"),
         ["MED-STG-010", "0002.csv line 2"]),
    Case("open_quote", "csv", "delta", csv('id,v,t\n10,2,"a\n11,2,b\n12,2,c\n'),
         ["MED-STG-010", "0002.csv: a quoted value has no end"]),
    Case("stray_quote", "csv", "delta", csv('id,v,t\n10,2,"a" b\n11,2,c\n'),
         ["MED-STG-010", "0002.csv line 2"]),
    Case("quote_inside", "csv", "delta", csv('id,v,t\n10,2,5" disk\n11,2,"a,"\n'),
         rows=[(10, 2, '5" disk'), (11, 2, "a,")]),
    Case("odd_csv", "csv", "delta",
         csv('\ufeffid,v,t\r\n10,2,"line\nbreak"\r\n11,2,"say ""hi"", ""you"""\r\n12,2,"a,b"\r\n'),
         rows=[(10, 2, "line\nbreak"), (11, 2, 'say "hi", "you"'), (12, 2, "a,b")]),
    Case("nul_csv", "csv", "delta", csv("id,v,t\n10,2,a\0b\n"), rows=[(10, 2, "a\0b")]),
    Case("not_json", "json", "delta", json('{"id":9,\nnot json\n{"id":10,"v":2,"t":"c"}\n'),
         rejected={"malformed": 2}, rows=[(10, 2, "c")]),
    Case("cut_json", "json", "delta", json('{"id":10,"v":2,"t":"c"}\n{"id":11,"v":2,"t'),
         rejected={"malformed": 1}, rows=[(10, 2, "c")]),
    Case("json_array", "json", "delta",
         json('[\n{"id":10,"v":2,"t":"c"},\n{"id":11,"v":2,"t":"d"}\n]\n'),
         rejected={"malformed": 3}, rows=[(11, 2, "d")]),
    Case("json_array_of_one_line", "json", "delta", json('[{"id":10,"v":2,"t":"c"}]\n'),
         rejected={"malformed": 1}),
    Case("nul_json", "json", "delta", json('{"id":9,"v":2,"t":"a\0b"}\n{"id":10,"v":2,"t":"c"}'),
         rejected={"malformed": 1}, rows=[(10, 2, "c")]),
    Case("long_line", "json", "delta", json(f'{{"id":10,"v":2,"t":"{LONG}"}}\n'),
         rows=[(10, 2, LONG)]),
    Case("odd_json", "json", "delta",
         json('\ufeff{"id":10,"v":2,"t":"a \\"b\\" \\\\ {\\"c\\": 1}"}\r\n'
              '{"id":11,"v":2,"t":"\\u00e4"}'),
         rows=[(10, 2, 'a "b" \\ {"c": 1}'), (11, 2, "ä")]),
    Case("deep_json", "json", "delta",
         json('{"id":9,"v":2,"t":' + "[" * 5000 + "]" * 5000 + '}\n{"id":10,"v":2,"t":"c"}\n'),
         rows=[(9, 2, "[" * 5000 + "]" * 5000), (10, 2, "c")]),
    Case("no_database", "sqlite", "delta", _no_database,
         ["MED-STG-009", "lite_no_database"]),
    Case("no_table", "sqlite", "delta", lambda p: write_sqlite(p, GOOD, "other (id, v, t)"),
         ["MED-STG-009", "items"]),
    Case("no_file", "sqlite", "delta", gone, ["MED-STG-009", "lite_no_file"]),
    Case("no_column", "sqlite", "delta", _lacks_v, ["MED-STG-004", "no column 'v'"]),
)  # fmt: skip
