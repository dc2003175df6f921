"""Install the DuckDB extensions that the project reads sources with, without any download.

The extension files come from the duckdb-extension-* packages of requirements/base.in, and go to
DuckDB's own extension folder of the current user, where every connection finds them.
"""

import sys

import duckdb
from duckdb_extensions import import_extension

EXTENSIONS = ("delta", "postgres_scanner", "sqlite_scanner")


def install(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Install one extension if it is missing or cannot be loaded; raises duckdb.Error."""
    try:
        connection.load_extension(name)
    except duckdb.Error:
        import_extension(name, force_install=True, con=connection)
        connection.load_extension(name)


def main() -> int:
    """Install all extensions; the exit code is 1 when one of them does not work."""
    failed = []
    with duckdb.connect() as connection:
        # A missing extension must come from its package: never ask the network for it.
        connection.execute("set autoinstall_known_extensions = false")
        for name in EXTENSIONS:
            try:
                install(connection, name)
            except (duckdb.Error, ImportError) as error:
                failed.append(f"{name}: {error}")
    for line in failed:
        print(f"DuckDB extension {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
