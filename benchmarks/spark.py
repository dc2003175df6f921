"""Part `spark`: a tenth of N rows into N on Spark + Delta, upsert and change feed, beside a MERGE
by hand on the same server. Times, files and bytes are what Delta says of each merge.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import clock, load_data, loads

OBJECTS = 1_000_000
# Seconds of our merge to those of the one by hand.
BOUND = 1.6
# The first round warms the server up; the last one counts.
ROUNDS = 3
# Work of part `loads` -> the table that its load writes, behind the object's name.
TABLES = {"upsert": "", "state": "__state"}
_SERVER = Path(__file__).parents[1] / "scripts" / "spark_server" / "server.py"
_DBT = Path(sys.executable).parent / "dbt"
_PAYLOAD = "id, name, status, amount, rate, is_active, country, valid_on"
_FEED = f"{_PAYLOAD}, seq, op = 'D' as is_deleted"
_NEWEST = (
    "select {columns} from (select *, row_number() over (partition by id order by {order} desc) "
    "as place from parquet.`{batch}`) where place = 1"
)
_OTHERWISE = " or ".join(f"n.{each} is distinct from t.{each}" for each in loads.PAYLOAD)
# What an expert writes: the table, and its merge. Only rows that say something else are written.
BY_HAND = {
    "upsert": (
        f"select {_PAYLOAD}, updated_at, seq from parquet.`{{batch}}`",
        _NEWEST.format(columns=f"{_PAYLOAD}, updated_at, seq", order="updated_at", batch="{batch}"),
        f"n.updated_at > t.updated_at and ({_OTHERWISE})",
        "true",
    ),
    "state": (
        _NEWEST.format(columns=_FEED, order="seq", batch="{batch}"),
        _NEWEST.format(columns=_FEED, order="seq", batch="{batch}"),
        "n.seq > t.seq",
        "not is_deleted",
    ),
}
_METRICS = {
    "files_read": "numTargetFilesRemoved",
    "files_written": "numTargetFilesAdded",
    "bytes_read": "numTargetBytesRemoved",
    "bytes_written": "numTargetBytesAdded",
}


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """Loads each work's table and its batch, ours and by hand in turn, several rounds."""
    works = {f"{name}_{number}": loads.WORKS[name] for name in TABLES for number in range(ROUNDS)}
    sources = {source for work in works.values() for source in (work.table, work.batch)}
    load_data.write(folder / "data", rows, rows // 10, sources)
    project = loads.make_project(folder / "project", works)
    with _server(folder / "spark") as port:
        server = _Server(port)
        server.ask("create schema by_hand")
        taken = {
            name: [
                _measure(folder, project, server, name, f"{name}_{number}")
                for number in range(ROUNDS)
            ]
            for name in TABLES
        }
    return {"objects": rows, "works": {name: rounds[-1] for name, rounds in taken.items()}}


def _measure(
    folder: Path, project: Path, server: _Server, name: str, object: str
) -> dict[str, dict[str, float]]:
    """What the merge of the batch costs, ours and by hand; their tables must hold the same rows."""
    work, data = loads.WORKS[name], folder / "data"
    first, newest, matched, live = BY_HAND[name]
    landing = project / "landing" / "src" / object
    landing.mkdir(parents=True)
    by_hand, ours = f"by_hand.{object}", f"bronze.brz_src__{object}"
    (landing / "0001.parquet").hardlink_to(data / work.table / "0001.parquet")
    _build(project, server, object)
    table = data / work.table / "0001.parquet"
    server.ask(f"create table {by_hand} using delta as {first.format(batch=table)}")
    batch = next((data / work.batch).iterdir())
    (landing / batch.name).hardlink_to(batch)
    _build(project, server, object)
    server.ask(
        f"merge into {by_hand} as t using ({newest.format(batch=batch)}) as n on n.id = t.id "
        f"when matched and {matched} then update set * when not matched then insert *"
    )
    sums = f"select count(*), sum(hash({_PAYLOAD})) from"
    held = server.ask(f"{sums} {ours}"), server.ask(f"{sums} {by_hand} where {live}")
    if held[0] != held[1]:
        raise clock.FailedError(f"{object}: the results differ: {held}")
    return {
        "medallion": server.merged(f"{ours}{TABLES[name]}"),
        "merge by hand": server.merged(by_hand),
    }


def _build(project: Path, server: _Server, object: str) -> None:
    command = [str(_DBT), "--quiet", "build", "--target", "spark", "--threads", "1"]
    command += ["--exclude-resource-type", "test", "--select", f"stg_src__{object}+"]
    clock.run(object, command, project, {"MEDALLION_SPARK_PORT": str(server.port)})


class _Server:
    """A running Spark server, and one session on it."""

    def __init__(self, port: int) -> None:
        from pyhive import hive  # type: ignore[import-untyped]

        self.port = port
        self._cursor = hive.connect(host="127.0.0.1", port=port, username="benchmark").cursor()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        self._cursor.execute(sql)
        return list(self._cursor.fetchall()) if self._cursor.description else []

    def merged(self, table: str) -> dict[str, float]:
        """What Delta says of the newest merge into a table: seconds, files and bytes."""
        self._cursor.execute(f"describe history {table}")
        names = [column[0] for column in self._cursor.description]
        entries = (dict(zip(names, row, strict=True)) for row in self._cursor.fetchall())
        metrics = next(
            json.loads(entry["operationMetrics"])
            for entry in entries
            if entry["operation"] == "MERGE"
        )
        found = {name: float(metrics[metric]) for name, metric in _METRICS.items()}
        return {"seconds": float(metrics["executionTimeMs"]) / 1000, **found}


@contextmanager
def _server(home: Path) -> Iterator[int]:
    """A server for this run alone; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    place = {"MEDALLION_SPARK_FOLDER": str(home), "MEDALLION_SPARK_PORT": str(port)}
    place["MEDALLION_SPARK_MEMORY"] = "6g"
    command = [sys.executable, str(_SERVER)]
    try:
        subprocess.run([*command, "start"], env=os.environ | place, check=True)
        yield port
    finally:
        subprocess.run([*command, "stop"], env=os.environ | place, check=False)


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    lines = [
        f"{result['objects'] // 10:,} rows into {result['objects']:,}; the last of {ROUNDS} "
        "rounds. Read: files that the merge replaced.",
        "",
        "| work | way | merge s | ratio | bound | files read | files written | MiB read "
        "| MiB written |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, ways in result["works"].items():
        for way, cost in ways.items():
            ratio, bound = _ratio(ways, way), f"{BOUND:.1f}" if way == "medallion" else ""
            moved = [f"{cost[each]:.0f}" for each in ("files_read", "files_written")]
            moved += [f"{cost[each] / 2**20:.1f}" for each in ("bytes_read", "bytes_written")]
            cells = [loads.WORKS[name].title, way, f"{cost['seconds']:.2f}", f"{ratio:.2f}", bound]
            lines.append(f"| {' | '.join([*cells, *moved])} |")
    return "\n".join(lines)


def _ratio(ways: Mapping[str, Mapping[str, float]], way: str) -> float:
    return ways[way]["seconds"] / ways["merge by hand"]["seconds"]


def broken_bounds(result: dict[str, Any]) -> Sequence[str]:
    """The merges that took longer than they may."""
    return [
        f"{loads.WORKS[name].title}: {ratio:.2f} times the merge by hand, bound {BOUND}"
        for name, ways in result["works"].items()
        if (ratio := _ratio(ways, "medallion")) > BOUND
    ]
