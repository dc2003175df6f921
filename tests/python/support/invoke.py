"""Where dbt runs in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from medallion.warehouse import release_connections


@contextmanager
def dbt_at(root: Path, **variables: str) -> Iterator[None]:
    """A folder and variables for dbt; afterwards everything as before, DuckDB's file included:
    dbt-duckdb would keep its connection as long as the process lives.
    """
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        with chdir(root):
            yield
    finally:
        release_connections()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
