"""Read tables that know their columns' types: Parquet and Delta files, and relations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from medallion.discover import sql, types
from medallion.discover.errors import AddError, problem
from medallion.discover.frame import TableColumn, Tabular, count
from medallion.discover.session import message
from medallion.errors import Problem


@dataclass(frozen=True)
class TableRows:
    frame: Tabular
    sampled: bool
    notes: tuple[str, ...] = ()


def read_parquet(con: duckdb.DuckDBPyConnection, files: Sequence[Path], limit: int) -> TableRows:
    """Load Parquet files; a column's type holds what each file says. Raises AddError (ADD_009)."""
    headers: dict[Path, dict[str, str]] = {}
    problems: list[Problem] = []
    notes: list[str] = []
    for path in files:
        if path.stat().st_size == 0:
            notes.append(f"{path.name} is empty")
            continue
        relation = _parquet(path)
        try:
            headers[path] = _described(con, relation)
        except duckdb.Error as error:
            problems.extend(_unreadable(path, error).problems)
    if problems:
        raise AddError(problems)
    columns = _typed_columns(headers.values())
    names = [column.name for column in columns]
    selects = [
        _select(_parquet(path), path,
                [_cell(name, list(header), i) for i, name in enumerate(names)])
        for path, header in headers.items()
    ]  # fmt: skip
    return _load(con, selects, columns, limit, notes)


def _parquet(path: Path) -> str:
    return f"read_parquet({sql.literal(str(path))}, hive_partitioning = false)"


def read_delta(con: duckdb.DuckDBPyConnection, path: Path, limit: int) -> TableRows:
    """Load a Delta table's current rows; the delta extension must be loaded."""
    relation = f"delta_scan({sql.literal(str(path))})"
    try:
        header = _described(con, relation)
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    return load_relation(con, relation, path.name, _typed_columns([header]), limit)


def load_relation(
    con: duckdb.DuckDBPyConnection, relation: str, place: str, columns: Sequence[TableColumn],
    limit: int,
) -> TableRows:  # fmt: skip
    """Load any relation that DuckDB can read, every value as text."""
    names = [column.name for column in columns]
    cells = [_cell(name, names, i) for i, name in enumerate(names)]
    return _load(con, [_select(relation, Path(place), cells)], tuple(columns), limit, [])


def _described(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    rows = con.execute(f"describe select * from {relation}").fetchall()
    return {str(row[0]): str(row[1]) for row in rows}


def _typed_columns(headers: Iterable[Mapping[str, str]]) -> tuple[TableColumn, ...]:
    found: dict[str, list[str]] = {}
    for header in headers:
        for name, engine_type in header.items():
            found.setdefault(name, []).append(engine_type)
    return tuple(typed_column(name, several) for name, several in found.items())


def typed_column(name: str, engine_types: Sequence[str]) -> TableColumn:
    """A column of the types that DuckDB gives it; texts are looked at for dates and times."""
    mapped = [types.of_duckdb(one) for one in engine_types]
    if not any(mapped):
        return TableColumn(name, mode="text")
    return TableColumn(name, mode="text", declared=types.merge(one or "text" for one in mapped))


def _cell(name: str, header: Sequence[str], i: int) -> str:
    value = f"cast({sql.identifier(name)} as varchar)" if name in header else "null::varchar"
    return f"{value} as c{i}"


def _select(relation: str, path: Path, cells: Sequence[str]) -> str:
    return f"select {sql.literal(str(path))} as file, {', '.join(cells)} from {relation}"


def _load(
    con: duckdb.DuckDBPyConnection, selects: Sequence[str], columns: tuple[TableColumn, ...],
    limit: int, notes: Sequence[str],
) -> TableRows:  # fmt: skip
    if not selects or not columns:
        return TableRows(Tabular("data", ()), False, tuple(notes))
    union = " union all ".join(selects)
    try:
        con.execute(
            "create or replace temp table data as "
            f"select row_number() over () as n, * from ({union}) limit {limit + 1}"
        )
    except duckdb.Error as error:
        raise AddError([problem("ADD_009", "--source", message(error))]) from error
    sampled = count(con, "data") > limit
    con.execute(f"delete from data where n > {limit}")
    return TableRows(Tabular("data", columns), sampled, tuple(notes))


def _unreadable(path: Path, error: Exception) -> AddError:
    return AddError([
        problem("ADD_009", str(path), f"the file cannot be read: {message(error)}")
    ])  # fmt: skip
