"""Where a source's data lies: locations, globs, tables. No data is read here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from medallion.discover import sql
from medallion.discover.errors import AddError, problem
from medallion.metadata.models import System
from medallion.metadata.names import did_you_mean

_SHOWN = 5


def location(system: System, root: Path, environ: Mapping[str, str]) -> str:
    """The system's location: MEDALLION_LOCATION_<SYSTEM> before systems.csv; folders absolute.

    `env:NAME` becomes the variable's value. Raises AddError (ADD_007)."""
    variable = f"MEDALLION_LOCATION_{system.name.upper()}"
    text = environ.get(variable) or system.location
    if text.startswith("env:"):
        name = text.removeprefix("env:")
        if not environ.get(name):
            raise AddError([
                problem("ADD_007", f"system {system.name}",
                        f"the environment variable {name} is not set", value=text,
                        mend=f"export {name}='...' with the connection of the database")
            ])  # fmt: skip
        text = environ[name]
    if system.format == "postgres" or "://" in text:
        return text
    path = Path(text).expanduser()
    return str(path if path.is_absolute() else root / path)


def origin(system: System, environ: Mapping[str, str]) -> str:
    """Which text the location comes from, for messages."""
    variable = f"MEDALLION_LOCATION_{system.name.upper()}"
    return variable if environ.get(variable) else f"the location of system {system.name}"


def files(con: duckdb.DuckDBPyConnection, folder: str, source: str, where: str) -> list[Path]:
    """The files that a glob matches below a folder, by name. Raises AddError (ADD_007, ADD_008)."""
    base = Path(folder)
    if not base.is_dir():
        kind = "is a file, not a folder" if base.is_file() else "does not exist"
        raise AddError([problem("ADD_007", where, f"the folder {kind}", value=folder)])
    pattern = f"{_escaped(folder)}/{source}"
    rows = con.execute(f"select file from glob({sql.literal(pattern)}) order by file").fetchall()
    found = [Path(str(row[0])) for row in rows if Path(str(row[0])).is_file()]
    if not found:
        raise AddError([
            problem("ADD_008", "--source", f"the glob `{source}` matches no file in {folder}",
                    value=source, mend=_there_is(base, source))
        ])  # fmt: skip
    return sorted(found)


def _escaped(folder: str) -> str:
    """A folder's own name may hold signs that a glob would read."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in folder)


def _there_is(base: Path, source: str) -> str:
    names = sorted(str(path.relative_to(base)) for path in base.rglob("*") if path.is_file())
    if not names:
        return "the folder is empty: put the files there, or correct the location"
    hint = did_you_mean(source, names)
    shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    return f"the folder holds {len(names)} files: {shown}" + (f"; {hint}" if hint else "")


def delta_table(folder: str, source: str, where: str) -> Path:
    """The folder of a Delta table. Raises AddError (ADD_007, ADD_008)."""
    if not Path(folder).is_dir():
        raise AddError([problem("ADD_007", where, "the folder does not exist", value=folder)])
    path = Path(folder) / source
    if (path / "_delta_log").is_dir():
        return path
    tables = sorted(str(log.parent.relative_to(folder)) for log in Path(folder).rglob("_delta_log"))
    raise AddError([
        problem("ADD_008", "--source", f"`{source}` is no Delta table in {folder}", value=source,
                allowed=", ".join(tables), mend=did_you_mean(source, tables))
    ])  # fmt: skip


def table(tables: list[tuple[str, str]], source: str, default_schema: str) -> tuple[str, str]:
    """The (schema, table) that a source names, among those there are; the case may differ.

    Raises AddError (ADD_011)."""
    schema, _, name = source.rpartition(".")
    wanted = ((schema or default_schema).lower(), name.lower())
    for found in tables:
        if (found[0].lower(), found[1].lower()) == wanted:
            return found
    known = [name if schema == default_schema else f"{schema}.{name}" for schema, name in tables]
    shown = ", ".join(sorted(known)[:20]) + (", ..." if len(known) > 20 else "")
    raise AddError([
        problem("ADD_011", "--source", f"there is no table `{source}`", value=source,
                allowed=shown or "the database has no table", mend=did_you_mean(source, known))
    ])  # fmt: skip
