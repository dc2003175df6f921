"""Read a source for real and sum it up as a Profile: the one place that touches the data."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb

from medallion.discover import (
    column_feed,
    frame,
    keys,
    locate,
    read_csv,
    read_database,
    read_json,
    read_table,
)
from medallion.discover.errors import AddError, problem
from medallion.discover.model import ColumnProfile, FeedProfile, Profile
from medallion.discover.session import load_extension, session
from medallion.metadata.models import System

# Rows that are read by default, over all files: more only sharpens what is known already.
ROW_LIMIT = 1_000_000


@dataclass(frozen=True)
class Place:
    """Where to read and how much of it; `environ` gives locations, `root` is the project."""

    root: Path
    null_tokens: Sequence[str] = ("", "N/A")
    row_limit: int = ROW_LIMIT
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def warehouse(self) -> Path:
        path = Path(self.environ.get("MEDALLION_DUCKDB_PATH") or "warehouse/medallion.duckdb")
        return path if path.is_absolute() else self.root / path


def read(system: System, object_name: str, source: str, place: Place) -> Profile:
    """What the source holds. Raises AddError when it cannot be read."""
    where = locate.origin(system, place.environ)
    with session() as con:
        if system.kind == "files":
            return _read_files(con, system, object_name, source, where, place)
        return _read_table(con, system, object_name, source, where, place)


def _read_files(
    con: duckdb.DuckDBPyConnection, system: System, object_name: str, source: str, where: str,
    place: Place,
) -> Profile:  # fmt: skip
    folder = locate.location(system, place.root, place.environ)
    if system.format == "delta":
        load_extension(con, "delta", f"system {system.name}")
        path = locate.delta_table(folder, source, where)
        rows = read_table.read_delta(con, path, place.row_limit)
        return _of_table(con, rows, object_name, f"{path}", (path.name,), (), place)
    files = locate.files(con, folder, source, where)
    shown = tuple(path.relative_to(folder).as_posix() for path in files)
    described = f"{folder}/{source}"
    if system.format == "json":
        return _of_json(con, files, shown, object_name, described, place)
    reader = read_csv.read_csv if system.format == "csv" else read_table.read_parquet
    return _of_table(
        con, reader(con, files, place.row_limit), object_name, described, shown, (), place
    )


def _read_table(
    con: duckdb.DuckDBPyConnection, system: System, object_name: str, source: str, where: str,
    place: Place,
) -> Profile:  # fmt: skip
    limit = place.row_limit
    if system.kind == "catalog":
        found = read_database.read_catalog(con, place.warehouse, source, where, limit)
    elif system.format == "sqlite":
        path = Path(locate.location(system, place.root, place.environ))
        found = read_database.read_sqlite(con, path, source, where, limit)
    else:
        dsn = locate.location(system, place.root, place.environ)
        found = read_database.read_postgres(con, dsn, source, where, limit)
    profile = _of_table(con, found.rows, object_name, found.table, (), found.primary_key, place)
    return profile if system.kind == "catalog" else replace(profile, source=found.table)


def _of_table(
    con: duckdb.DuckDBPyConnection, rows: read_table.TableRows, object_name: str, described: str,
    files: tuple[str, ...], primary_key: tuple[str, ...], place: Place,
) -> Profile:  # fmt: skip
    columns = frame.summarise(con, rows.frame, place.null_tokens)
    _require_columns(columns, described)
    feed = column_feed.find(con, rows.frame, columns)
    return Profile(
        columns=columns, rows=frame.count(con, rows.frame.relation), place=described, files=files,
        feed=feed, primary_key=primary_key,
        unique=_keys(con, rows.frame, columns, object_name, feed),
        paths=frozenset(rows.frame.names()), sampled=rows.sampled, notes=rows.notes,
    )  # fmt: skip


def _of_json(
    con: duckdb.DuckDBPyConnection, files: Sequence[Path], shown: tuple[str, ...],
    object_name: str, described: str, place: Place,
) -> Profile:  # fmt: skip
    lines = read_json.read(con, files, place.row_limit)
    columns = frame.summarise(con, lines.frame, place.null_tokens)
    if lines.malformed and not columns:
        raise AddError([
            problem("ADD_009", described, f"none of the {lines.lines} lines is a JSON object",
                    mend="JSON lines are read: one object per line, not an array of objects")
        ])  # fmt: skip
    _require_columns(columns, described)
    feed = lines.feed or column_feed.find(con, lines.frame, columns)
    return Profile(
        columns=columns, rows=frame.count(con, lines.frame.relation), place=described, files=shown,
        feed=feed, unique=_keys(con, lines.frame, columns, object_name, feed),
        paths=lines.paths, sampled=lines.sampled, malformed=lines.malformed, notes=lines.notes,
    )  # fmt: skip


def _require_columns(columns: tuple[ColumnProfile, ...], described: str) -> None:
    if not columns:
        raise AddError([problem("ADD_018", described, "the source has neither a column nor a row")])


def _keys(
    con: duckdb.DuckDBPyConnection, rows: frame.Frame, columns: tuple[ColumnProfile, ...],
    object_name: str, feed: FeedProfile | None,
) -> tuple[tuple[str, ...], ...]:  # fmt: skip
    """The column combinations that identify a row, likeliest first."""
    if feed is None:
        some = keys.candidates(columns, object_name)
        return keys.find(some, lambda key: keys.is_unique(con, rows, key))
    is_envelope = feed.envelope == "debezium"
    events = keys.Events(
        relation="images" if is_envelope else rows.relation,
        operation="op" if is_envelope else rows.value(feed.operation),
        inserts=column_feed.INSERTS, deletes=column_feed.DELETES,
        truncates=column_feed.truncates(feed),
    )  # fmt: skip
    some = keys.candidates(
        columns, object_name, images=feed.delete_images,
        without=[] if is_envelope else column_feed.not_keys(columns, feed),
        empty_rows=0 if is_envelope else events.truncates,
    )  # fmt: skip
    return keys.find(some, lambda key: keys.fits_feed(con, rows, key, events))
