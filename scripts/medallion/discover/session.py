"""DuckDB sessions of discovery: never the warehouse itself, never the network."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from medallion.discover.errors import AddError, problem

THREADS = 2


@contextmanager
def session() -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-process DuckDB that downloads nothing."""
    with duckdb.connect(config={"threads": THREADS}) as con:
        con.execute("set autoinstall_known_extensions = false")
        yield con


def load_extension(con: duckdb.DuckDBPyConnection, name: str, where: str) -> None:
    """Load an extension from its Python package. Raises AddError (ADD_016)."""
    try:
        con.load_extension(name)
    except duckdb.Error:
        try:
            importer = importlib.import_module("duckdb_extensions")
            importer.import_extension(name, force_install=True, con=con)
            con.load_extension(name)
        except (duckdb.Error, ImportError) as error:
            raise AddError([
                problem(
                    "ADD_016", where, f"the DuckDB extension {name} cannot be loaded: {error}",
                    mend=f"make setup (package duckdb-extension-{name}=={duckdb.__version__})",
                )
            ]) from error  # fmt: skip


def message(error: Exception, *hidden: str) -> str:
    """The first line of an engine's error, without the texts that must not be shown."""
    text = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    for secret in hidden:
        if secret:
            text = text.replace(secret, "(connection string)")
    return text
