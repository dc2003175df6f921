"""Read the fields that a bronze table keeps in `_rescued`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from medallion import warehouse
from medallion.discover import frame, names, sql, types
from medallion.discover.model import ColumnProposal
from medallion.discover.session import message, session
from medallion.discover.source import Place
from medallion.metadata.models import System

_ALIAS = "warehouse"


@dataclass(frozen=True)
class Rescued:
    """The fields as column proposals, and what to tell the user."""

    columns: tuple[ColumnProposal, ...] = ()
    notes: tuple[str, ...] = ()


def read(system: System, object_name: str, place: Place) -> Rescued:
    """The fields in `_rescued` of the object's bronze table; nothing when there is no warehouse.

    A warehouse that cannot be opened is a note, never an error."""
    path = place.warehouse
    if not path.is_file():
        return Rescued(notes=(f"no warehouse at {path.name} yet: _rescued was not looked at",))
    with session() as con:
        try:
            con.execute(f"attach {sql.literal(str(path))} as {_ALIAS} (read_only)")
            table = _table(con, f"brz_{system.name}__{object_name}".lower())
            if not table:
                return Rescued(notes=("the object is not in the warehouse yet",))
            return _fields(con, table, system, place)
        except duckdb.Error as error:
            return Rescued(notes=(_reason(path, error),))


def _reason(path: Path, error: duckdb.Error) -> str:
    text = message(error)
    if problem := warehouse.held(str(error)):
        return (
            f"{problem.label} {problem.message}: _rescued was not looked at; run the command again "
            "when it is done"
        )
    if "lock" in str(error).lower() or "already" in str(error).lower():
        return (
            f"another process holds {path.name}: _rescued was not looked at; run the command again "
            "when it is done"
        )
    return f"{path.name} cannot be read: _rescued was not looked at ({text})"


def _table(con: duckdb.DuckDBPyConnection, base: str) -> str:
    """The first of ledger, state and the plain table that keeps `_rescued`; schemas by name."""
    rows = con.execute(
        "select schema_name, table_name from duckdb_columns() where database_name = ? "
        "and column_name = '_rescued' and not internal",
        [_ALIAS],
    ).fetchall()
    wanted = [f"{base}__ledger", f"{base}__state", base]
    found = sorted(
        (wanted.index(str(name).lower()), str(schema), str(name))
        for schema, name in rows if str(name).lower() in wanted
    )  # fmt: skip
    if not found:
        return ""
    _, schema, name = found[0]
    return f"{_ALIAS}.{sql.identifier(schema)}.{sql.identifier(name)}"


def _fields(con: duckdb.DuckDBPyConnection, table: str, system: System, place: Place) -> Rescued:
    con.execute(f"""
        create or replace temp table rescued as
        select row_number() over () as n, '' as file, cast(_rescued as json) as image
        from {table} where _rescued is not null and json_valid(_rescued) limit {place.row_limit}
    """)
    order = con.execute("""
        select name from (
            select e.key as name, min((n, e.id)) as first_seen
            from rescued, json_each(image) as e group by e.key
        ) order by first_seen
    """).fetchall()
    mode = "untyped" if system.format == "csv" else "json"
    images = frame.Images("rescued", tuple(str(row[0]) for row in order), mode=mode)
    profiles = frame.summarise(con, images, place.null_tokens)
    columns = []
    for profile, name in zip(
        profiles, names.unique_names([one.name for one in profiles]), strict=True
    ):
        kind, why = types.infer(profile, debezium=system.cdc_format.startswith("debezium"))
        source = "" if name == profile.name else names.quoted_path(profile.name)
        columns.append(ColumnProposal(name, source, kind, names.classify(name), why=why))
    rows = frame.count(con, "rescued")
    return Rescued(tuple(columns), (f"{rows} rows of the warehouse have something in _rescued",))
