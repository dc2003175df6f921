"""Read tables of SQLite and PostgreSQL through DuckDB's extensions, and of the warehouse itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from medallion import warehouse
from medallion.discover import locate, sql, types
from medallion.discover.errors import AddError, problem
from medallion.discover.frame import TableColumn
from medallion.discover.read_table import TableRows, load_relation, typed_column
from medallion.discover.session import load_extension, message

_ALIAS = "source_database"
# The part of a declared SQLite type that says how far its values may be read as something else.
_SQLITE_TEXT = re.compile(r"char|clob|text|uuid|json|blob|^$", re.IGNORECASE)
_SQLITE_DECIMAL = re.compile(
    r"(?:decimal|numeric)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", re.IGNORECASE
)


@dataclass(frozen=True)
class DatabaseTable:
    rows: TableRows
    table: str
    primary_key: tuple[str, ...]


def read_sqlite(
    con: duckdb.DuckDBPyConnection, path: Path, source: str, where: str, limit: int
) -> DatabaseTable:
    """A table of a SQLite file. SQLite's columns hold values of any type: all are read as text,
    and their declared types only help. Raises AddError."""
    if not path.is_file():
        raise AddError([problem("ADD_007", where, "the file does not exist", value=str(path))])
    load_extension(con, "sqlite_scanner", where)
    con.execute("set sqlite_all_varchar = true")
    tables = _tables(con, str(path), "sqlite", where)
    schema, table = locate.table(tables, source, "main")
    pragma = f"select name, type, pk from pragma_table_info({sql.literal(table)})"
    declared = con.execute(
        f"select * from sqlite_query({sql.literal(_ALIAS)}, {sql.literal(pragma)})"
    ).fetchall()
    columns = [_sqlite_column(str(name), str(kind or "")) for name, kind, _ in declared]
    parts = sorted((int(place), str(name)) for name, _, place in declared if int(place))
    found = _read(con, schema, table, columns, limit)
    return replace(found, primary_key=tuple(name for _, name in parts))


def _sqlite_column(name: str, kind: str) -> TableColumn:
    if _SQLITE_TEXT.search(kind):
        return TableColumn(name, mode="text")
    if found := _SQLITE_DECIMAL.search(kind):
        scale = int(found[2] or 0)
        precision = min(types.MAX_PRECISION, max(types.MIN_PRECISION, int(found[1])))
        return TableColumn(name, declared=types.decimal(precision, scale))
    lower = kind.lower()
    if re.search(r"real|floa|doub", lower):
        return TableColumn(name, declared="double")
    fallbacks = {"int": "bigint", "bool": "boolean", "date": "timestamp", "time": "timestamp"}
    fallback = "date" if lower == "date" else next(
        (one for part, one in fallbacks.items() if part in lower), "text"
    )  # fmt: skip
    return TableColumn(name, fallback=fallback)


def read_postgres(
    con: duckdb.DuckDBPyConnection, dsn: str, source: str, where: str, limit: int
) -> DatabaseTable:
    """A table or view of a PostgreSQL database. Raises AddError; never shows the connection."""
    load_extension(con, "postgres_scanner", where)
    tables = _tables(con, dsn, "postgres", where, dsn)
    schema, table = locate.table(tables, source, "public")
    described = _described(con, schema, table)
    documents = _postgres_documents(con, schema, table)
    columns = [
        TableColumn(name, declared="json") if name in documents else typed_column(name, [kind])
        for name, kind in described
    ]
    return _read(con, schema, table, columns, limit)


def _postgres_documents(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> set[str]:
    """The columns of type json, jsonb or hstore: DuckDB reads them as text."""
    query = (
        "select column_name from information_schema.columns "
        f"where table_schema = {sql.literal(schema)} and table_name = {sql.literal(table)} "
        "and udt_name in ('json', 'jsonb')"
    )
    rows = con.execute(
        f"select * from postgres_query({sql.literal(_ALIAS)}, {sql.literal(query)})"
    ).fetchall()
    return {str(row[0]) for row in rows}


def read_catalog(
    con: duckdb.DuckDBPyConnection, warehouse: Path, source: str, where: str, limit: int
) -> DatabaseTable:
    """A table that the warehouse itself can read, from the local DuckDB file. Raises AddError."""
    if not warehouse.is_file():
        raise AddError([
            problem("ADD_007", where, "the warehouse file does not exist", value=str(warehouse),
                    mend="run `dbt build` once, or set MEDALLION_DUCKDB_PATH")
        ])  # fmt: skip
    tables = _tables(con, str(warehouse), "duckdb", where)
    schema, table = locate.table(tables, ".".join(source.split(".")[-2:]), "main")
    columns = [typed_column(name, [kind]) for name, kind in _described(con, schema, table)]
    return _read(con, schema, table, columns, limit)


def _tables(
    con: duckdb.DuckDBPyConnection, target: str, kind: str, where: str, hidden: str = ""
) -> list[tuple[str, str]]:
    """Attach a database and list its tables and views. Raises AddError (ADD_010)."""
    try:
        con.execute(f"attach {sql.literal(target)} as {_ALIAS} (type {kind}, read_only)")
        rows = con.execute(f"""
            select schema_name, table_name from duckdb_tables() where database_name = '{_ALIAS}'
            union
            select schema_name, view_name from duckdb_views() where database_name = '{_ALIAS}'
            order by all
        """).fetchall()
    except duckdb.Error as error:
        reason = message(error, hidden)
        if "lock" in reason.lower():
            reason = f"another process holds the file: {reason}"
        found = warehouse.held(str(error)) or problem(
            "ADD_010", where, f"the database cannot be read: {reason}"
        )
        # A hidden connection string must not come back as the cause.
        raise AddError([found]) from (None if hidden else error)
    system_schemas = ("pg_catalog", "information_schema")
    return [(str(schema), str(name)) for schema, name in rows if schema not in system_schemas]


def _described(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[tuple[str, str]]:
    rows = con.execute(f"describe {_relation(schema, table)}").fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def _relation(schema: str, table: str) -> str:
    return f"{_ALIAS}.{sql.identifier(schema)}.{sql.identifier(table)}"


def _read(
    con: duckdb.DuckDBPyConnection, schema: str, table: str, columns: Sequence[TableColumn],
    limit: int,
) -> DatabaseTable:  # fmt: skip
    rows = load_relation(con, _relation(schema, table), table, columns, limit)
    shown = table if schema in ("main", "public") else f"{schema}.{table}"
    keys = con.execute(
        "select constraint_column_names from duckdb_constraints() where database_name = ? "
        "and schema_name = ? and table_name = ? and constraint_type = 'PRIMARY KEY'",
        [_ALIAS, schema, table],
    ).fetchone()
    return DatabaseTable(rows, shown, tuple(map(str, keys[0])) if keys else ())
