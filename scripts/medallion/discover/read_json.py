"""Read JSON lines, plain and in Debezium's envelope, into a frame."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from medallion.discover import debezium, sql
from medallion.discover.errors import AddError, problem
from medallion.discover.frame import Images, count
from medallion.discover.model import FeedProfile
from medallion.discover.session import message

_BOM = b"\xef\xbb\xbf"
_MAX_LINE = 256 * 1024 * 1024
# Of the lines that are JSON objects, how many must look like an envelope: heartbeats,
# transaction marks and schema changes lie between them.
_ENVELOPE_SHARE = 0.5
_PATH_LINES = 20_000


@dataclass(frozen=True)
class JsonLines:
    """What the lines hold; `frame` is over the row images (Debezium) or the lines themselves."""

    frame: Images
    feed: FeedProfile | None
    paths: frozenset[str]
    lines: int
    malformed: int
    sampled: bool
    notes: tuple[str, ...] = ()


def read(con: duckdb.DuckDBPyConnection, files: Sequence[Path], limit: int) -> JsonLines:
    """Load up to `limit` lines into the session. Raises AddError (ADD_009)."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = [_without_bom(path, Path(scratch), i) for i, path in enumerate(files)]
        listed = "[" + ", ".join(sql.literal(str(path)) for path in paths) + "]"
        try:
            con.execute(f"""
                create or replace temp table lines as
                select row_number() over () as n, filename as file, json as doc
                from read_json_objects({listed}, format = 'newline_delimited',
                    ignore_errors = true, filename = true, maximum_object_size = {_MAX_LINE})
                limit {limit + 1}
            """)
        except duckdb.Error as error:
            raise AddError([problem("ADD_009", str(files[0].parent), message(error))]) from error
    total = count(con, "lines")
    if total > limit:
        con.execute(f"delete from lines where n > {limit}")
    _unwrap(con)
    malformed = count(con, "lines where doc is null or json_type(doc) not in ('OBJECT', 'NULL')")
    objects = count(con, "docs")
    envelopes = count(con, f"docs where {_IS_ENVELOPE}")
    is_feed = envelopes > 0 and envelopes >= _ENVELOPE_SHARE * objects
    frame, feed = _debezium(con) if is_feed else (_plain(con), None)
    notes = tuple(_not_utf8(files)) if malformed else ()
    return JsonLines(frame, feed, _paths(con), min(total, limit), malformed, total > limit, notes)


_IS_ENVELOPE = """(
    json_type(doc, '$.op') = 'VARCHAR' and coalesce(json_type(doc, '$.source'), 'OBJECT') = 'OBJECT'
    and (json_exists(doc, '$.after') or json_exists(doc, '$.before')
        or (doc ->> '$.op' in ('t', 'm') and json_exists(doc, '$.source')))
)"""


def _not_utf8(files: Sequence[Path]) -> Iterator[str]:
    for path in files:
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError:
                    yield f"{path.name} is not UTF-8 in line {number}: a load refuses the file"
                    break


def _without_bom(path: Path, scratch: Path, number: int) -> Path:
    """The file, or a copy without the byte order mark (DuckDB takes the first line for broken)."""
    with path.open("rb") as stream:
        if stream.read(len(_BOM)) != _BOM:
            return path
        copy = scratch / f"{number}.jsonl"
        with copy.open("wb") as target:
            while chunk := stream.read(1 << 20):
                target.write(chunk)
        return copy


def _unwrap(con: duckdb.DuckDBPyConnection) -> None:
    """`docs`: the lines that are objects, without the wrapper that Kafka's converter puts on."""
    wrapped = """
        json_exists(doc, '$.payload')
        and (json_exists(doc, '$.schema') or json_exists(doc, '$.payload.op'))
        and coalesce(json_type(doc, '$.schema'), 'NULL') in ('OBJECT', 'NULL')
    """
    con.execute("drop view if exists docs")
    con.execute("drop table if exists unwrapped")
    lines = "select n, file, doc from lines where json_type(doc) = 'OBJECT'"
    if not count(con, f"({lines}) where {wrapped}"):
        con.execute(f"create temp view docs as select *, null::json as schema_part from ({lines})")
        return
    con.execute(f"""
        create temp table unwrapped as
        select n, file, if({wrapped}, doc -> '$.payload', doc) as doc,
            if({wrapped}, doc -> '$.schema', null) as schema_part
        from ({lines})
    """)
    con.execute("create temp view docs as select * from unwrapped where json_type(doc) = 'OBJECT'")


def _plain(con: duckdb.DuckDBPyConnection) -> Images:
    con.execute("create or replace temp table images as select n, file, doc as image from docs")
    return Images("images", _order(con))


def _order(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Field names in the order of their first appearance."""
    rows = con.execute("""
        select name from (
            select e.key as name, min((n, e.id)) as first_seen
            from images, json_each(image) as e group by e.key
        ) order by first_seen
    """).fetchall()
    return tuple(str(row[0]) for row in rows)


def _debezium(con: duckdb.DuckDBPyConnection) -> tuple[Images, FeedProfile]:
    con.execute(f"""
        create or replace temp table images as
        select n, file, doc ->> '$.op' as op,
            if(doc ->> '$.op' = 'd', doc -> '$.before', doc -> '$.after') as image
        from docs where {_IS_ENVELOPE}
    """)
    operations = _pairs(con, "select op, count(*) from images group by op order by op")
    connectors = con.execute("""
        select doc ->> '$.source.connector' as name from docs where name is not null
        group by name order by count(*) desc, name limit 1
    """).fetchone()
    schemas = _schemas(con)
    con.execute("""
        create or replace temp table deletes as
        select n, image from images where op = 'd' and json_type(image) = 'OBJECT'
    """)
    feed = FeedProfile(
        envelope="debezium", operation="op", operations=operations,
        connector=str(connectors[0]) if connectors else "",
        delete_images=_delete_images(con), ignored=count(con, "docs") - count(con, "images"),
    )  # fmt: skip
    con.execute("delete from images where image is null or json_type(image) <> 'OBJECT'")
    frame = Images(
        "images", _order(con), debezium.declared_types(schemas),
        debezium.required_columns(schemas),
    )  # fmt: skip
    # A delete image says nothing of the columns that are not keys: it may hold made-up zeroes.
    con.execute("create or replace temp view written as select * from images where op <> 'd'")
    if count(con, "written"):
        frame = Images("written", frame.order, frame.declared, frame.required)
    return frame, feed


def _schemas(con: duckdb.DuckDBPyConnection) -> list[Any]:
    rows = con.execute("""
        select cast(schema_part as varchar) as text from docs where schema_part is not null
        group by text order by min(n)
    """).fetchall()
    return [json.loads(row[0]) for row in rows]


def _pairs(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, int]:
    return {str(key): int(value) for key, value in con.execute(query).fetchall()}


def _delete_images(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, ...], ...]:
    """Columns that are filled in every delete image: first without those that only hold zeroes
    (the connector makes them up for NOT NULL columns outside of the key), then with them."""
    zeroes = "(" + ", ".join(sql.literal(zero) for zero in debezium.ZEROES) + ")"
    rows = con.execute(f"""
        select e.key, bool_and(e.value ->> '$' in {zeroes}) as is_zero
        from deletes, json_each(image) as e where e.type not in ('NULL', 'OBJECT', 'ARRAY')
        group by e.key
        having count(*) = (select count(*) from deletes)
        order by min((n, e.id))
    """).fetchall()
    every = tuple(str(name) for name, _ in rows)
    real = tuple(str(name) for name, is_zero in rows if not is_zero)
    return tuple(dict.fromkeys(key for key in (real, every) if key))


def _paths(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The paths of the documents, two levels deep, as the first of them have them."""
    rows = con.execute(f"""
        with opening as (select doc from docs where n <= {_PATH_LINES})
        select e.key from opening, json_each(doc) as e
        union
        select outside.key || '.' || inside.key
        from opening, json_each(doc) as outside, json_each(outside.value) as inside
        where outside.type = 'OBJECT'
    """).fetchall()
    return frozenset(str(row[0]) for row in rows)
