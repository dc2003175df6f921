"""Runs dbt, or a file of SQL on DuckDB, in this process, and writes down what each statement cost.

`python -m benchmarks.timed OUT.json dbt build --threads 1` or
`python -m benchmarks.timed OUT.json sql warehouse/x.duckdb merge.sql batch=batch.parquet`.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

CHECKPOINT = "checkpoint"
_NODE = re.compile(r'"node_id": "([^"]+)"')
Entries = list[dict[str, Any]]


def main(arguments: Sequence[str]) -> int:
    out, kind, *rest = arguments
    entries: Entries = []
    if kind == "dbt":
        # Not at the top: what dbt takes to start is not to be charged to SQL by hand.
        from dbt.cli.main import dbtRunner

        _watch(entries)
        if not dbtRunner().invoke(list(rest)).success:
            return 1
        _close(entries)
    else:
        database, script, *named = rest
        _run_script(Path(database), Path(script), named, entries)
    Path(out).write_text(json.dumps(entries), encoding="utf-8")
    return 0


def _watch(entries: Entries) -> None:
    """Takes the time of every statement that dbt-duckdb sends. DuckDB's threads are this process's:
    with one thread of dbt, what the process used meanwhile is the statement's.
    """
    from dbt.adapters.duckdb.environments.local import DuckDBCursorWrapper

    execute: Any = DuckDBCursorWrapper.execute

    def timed(self: Any, sql: str, *parameters: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return execute(self, sql, *parameters, **named)
        finally:
            node = _NODE.search(sql)
            _add(entries, node[1] if node else "", sql, began)

    DuckDBCursorWrapper.execute = timed  # type: ignore[method-assign]


def _close(entries: Entries) -> None:
    """Closes dbt's connections: DuckDB brings into its file what no commit has brought there."""
    from medallion.warehouse import release_connections

    began = time.process_time()
    release_connections()
    _add(entries, CHECKPOINT, "checkpoint", began)


def _run_script(database: Path, script: Path, named: Sequence[str], entries: Entries) -> None:
    text = script.read_text(encoding="utf-8")
    for each in named:
        name, _, value = each.partition("=")
        text = text.replace(f"${name}", value)
    with duckdb.connect(str(database)) as connection:
        for statement in duckdb.extract_statements(text):
            began = time.process_time()
            connection.execute(statement)
            _add(entries, script.stem, statement.query, began)
        began = time.process_time()
        connection.execute("checkpoint")
        _add(entries, CHECKPOINT, "checkpoint", began)


def _add(entries: Entries, node: str, sql: str, began: float) -> None:
    cpu = round(time.process_time() - began, 3)
    words = " ".join(re.sub(r"/\*.*?\*/", "", sql, flags=re.DOTALL).split())
    entries.append({"node": node, "cpu": cpu, "sql": words[:80]})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
