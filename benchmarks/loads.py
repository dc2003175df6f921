"""Part `loads`: upsert, history, change feed and full load of a tenth of N rows into N, on DuckDB,
beside hand-written SQL and stock dbt. Every result is compared before its time counts.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import clock, estate, load_data, metadata, timed

OBJECTS = 1_000_000
REPETITIONS = 3
_ROOT = Path(__file__).parents[1]
_BY_HAND = Path(__file__).parent / "by_hand"
_STOCK = Path(__file__).parent / "stock"
PAYLOAD = ("name", "status", "amount", "rate", "is_active", "country", "valid_on")


@dataclass(frozen=True)
class Work:
    """One load: its object, the sources of the table and of the batch, and what else does the same.

    view: what the result is read from. columns: of the result. by_hand: SQL files by name, the
    first is what the ratio is to; `first` makes their table. bound: of that ratio. stock: a node
    of stock dbt, if it has one for this. live: which rows of a table by hand are the result.
    is_read: whether reading the result is measured beside reading a plain table.
    """

    title: str
    object: Mapping[str, str]
    table: str
    batch: str
    view: str
    columns: Sequence[str]
    first: str
    by_hand: Sequence[str]
    bound: float
    stock: str = ""
    live: str = "true"
    is_read: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def ways(self) -> list[str]:
        return ["medallion", *self.by_hand, *filter(None, [self.stock])]


_ROW = ("id", *PAYLOAD)
_DELTA = {"load": "delta", "keys": "id", "sequence": "updated_at", "history": "none"}
_FEED = {"load": "cdc", "keys": "id", "sequence": "seq bigint", "history": "none"}
_FULL = {"load": "full", "keys": "id", "sequence": "_file_number", "history": "none"}
_VERSIONS = (*_ROW, "valid_from", "valid_to")
WORKS = {
    "upsert": Work(
        "W1 upsert, half of the batch new", _DELTA, "upsert", "upsert_batch", "", (*_ROW, "seq"),
        "upsert_first", ("upsert_delete_insert", "upsert_merge"), 1.5, stock="stock_upsert",
    ),
    "versions": Work(
        "W2 history of changed rows", _DELTA | {"history": "scd2"}, "upsert", "change_batch",
        "__history", _VERSIONS, "versions_first", ("versions_update_insert",), 1.5,
        stock="stock_snapshot",
    ),
    "state": Work(
        "W3 feed to current rows", _FEED, "feed", "feed_batch_1", "", _ROW,
        "state_first", ("state_delete_insert", "state_merge"), 1.5, live="not is_deleted",
    ),
    "history": Work(
        "W3 feed to history, 1 event a key", _FEED | {"history": "scd2"}, "feed", "feed_batch_1",
        "__history", _VERSIONS, "history_first", ("history_splice",), 1.5, live="is_version",
        settings={"event_time": "updated_at timestamp"},
    ),
    "history_20": Work(
        "W3 feed to history, 20 events a key", _FEED | {"history": "scd2"}, "feed",
        "feed_batch_20", "__history", _VERSIONS, "history_first", ("history_splice",), 1.5,
        live="is_version", is_read=True, settings={"event_time": "updated_at timestamp"},
    ),
    "snapshot": Work(
        "W6 full load, 1 % changed", _FULL, "upsert", "snapshot_batch", "", (*_ROW, "seq"),
        "snapshot_first", ("snapshot_outer_join",), 1.3, live="not is_deleted",
    ),
}  # fmt: skip


def measure(folder: Path, rows: int, repetitions: int = REPETITIONS) -> dict[str, Any]:
    """Builds each work's table of `rows` rows, then loads a tenth of it, each way in turn."""
    works = measure_works(folder, WORKS, rows, rows // 10, repetitions)
    return {"objects": rows, "repetitions": repetitions, "works": works}


def measure_works(
    folder: Path, works: Mapping[str, Work], rows: int, batch: int, repetitions: int
) -> dict[str, dict[str, Any]]:
    """By work: what building its table of `rows` rows costs, and loading `batch` rows into it."""
    sources = {source for work in works.values() for source in (work.table, work.batch)}
    load_data.write(folder / "data", rows, batch, sources)
    project = make_project(folder / "project", works)
    return {
        name: _measure(folder, project, name, work, repetitions) for name, work in works.items()
    }


def _measure(
    folder: Path, project: Path, name: str, work: Work, repetitions: int
) -> dict[str, Any]:
    """What the first load and each way of the second one cost, medians of the repetitions."""
    data = folder / "data"
    landing = project / "landing" / "src" / name
    landing.mkdir(parents=True)
    (landing / "0001.parquet").hardlink_to(data / work.table / "0001.parquet")
    ways = {way: _Way(folder, name, work, way) for way in work.ways}
    first = {}
    for way in (way for way in ways.values() if way.name not in work.by_hand[1:]):
        first[way.name] = way.run(project, data / work.table / "0001.parquet", first=True)
    for other in work.by_hand[1:]:
        shutil.copy(ways[work.by_hand[0]].base, ways[other].base)
    batch = next((data / work.batch).iterdir())
    (landing / batch.name).hardlink_to(batch)
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(repetitions):
        results = {}
        for way in ways.values():
            runs[way.name].append(way.run(project, batch))
            results[way.name] = way.result()
        if len(set(results.values())) != 1:
            raise clock.FailedError(f"{name}: the results differ: {results}")
    shutil.rmtree(landing)
    reads = _reads(ways["medallion"], ways[work.by_hand[0]]) if work.is_read else {}
    return {
        "first": first,
        "reads": reads,
        "ways": {
            way: {
                measured: statistics.median(run[measured] for run in taken) for measured in taken[0]
            }
            for way, taken in runs.items()
        },
    }


def _reads(ours: _Way, by_hand: _Way) -> dict[str, list[float]]:
    """CPU seconds of reading all current rows, and those of one moment: ours, and a plain table."""
    columns = ", ".join(_ROW)
    moment = "timestamp '2026-01-01 06:00:00'"
    then = f"valid_from <= {moment} and (valid_to > {moment} or valid_to is null)"
    sums = f"select count(*), sum(hash({columns})) from"
    with duckdb.connect(str(by_hand.database)) as connection:
        # Views name the database in which they were made.
        connection.execute(f"attach '{ours.database}' as {ours.name} (read_only)")
        view = f"{ours.name}.bronze.brz_src__{ours.object}"
        connection.execute(f"create table plain as select {columns} from {view}")
        connection.execute("checkpoint")
        asked = {
            "current rows": (f"{sums} {view}", f"{sums} plain"),
            "rows of one moment": (
                f"{sums} {view}__history where {then}",
                f"{sums} target where is_version and {then}",
            ),
        }
        return {name: _cost_of_each(connection, each) for name, each in asked.items()}


def _cost_of_each(connection: duckdb.DuckDBPyConnection, queries: Sequence[str]) -> list[float]:
    """Medians of nine readings in turn, of which the first is left out."""
    taken: list[list[float]] = [[] for _ in queries]
    for _ in range(9):
        answers = set()
        for query, times in zip(queries, taken, strict=True):
            began = time.process_time()
            answers.add(connection.execute(query).fetchone())
            times.append(time.process_time() - began)
        if len(answers) != 1:
            raise clock.FailedError(f"the rows that are read differ: {queries}: {answers}")
    return [statistics.median(times[1:]) for times in taken]


class _Way:
    """One way to do a work, with a database of its own."""

    def __init__(self, folder: Path, object: str, work: Work, name: str) -> None:
        self.object, self.name, self.work = object, name, work
        self.base = folder / f"{name}_base.duckdb"
        self.database = folder / f"{name}.duckdb"
        self.base.unlink(missing_ok=True)

    def run(self, project: Path, batch: Path, first: bool = False) -> dict[str, Any]:
        """Costs of one load in a fresh process; the first makes the table that the others find."""
        self.database.unlink(missing_ok=True)
        if not first:
            shutil.copy(self.base, self.database)
        out = project.parent / "statements.json"
        place = {"MEDALLION_DUCKDB_PATH": str(self.database), "PYTHONPATH": str(_ROOT)}
        command = [sys.executable, "-m", "benchmarks.timed", str(out)]
        command += self._arguments(project, batch, first)
        cost = clock.run(f"{self.object}: {self.name}", command, project, place)
        cpu = {"staging": 0.0, "load": 0.0, "checkpoint": 0.0}
        node = ""
        for entry in json.loads(out.read_text(encoding="utf-8")):
            # A commit names no node: it writes what the node before it did.
            node = entry["node"] or node
            if node == timed.CHECKPOINT:
                cpu["checkpoint"] += entry["cpu"]
            elif ".stg_" in node:
                cpu["staging"] += entry["cpu"]
            elif node and not node.startswith("operation."):
                cpu["load"] += entry["cpu"]
        if first:
            shutil.copy(self.database, self.base)
        size = self.database.stat().st_size / 2**20
        return {**cpu, "cpu": cost.cpu, "wall": cost.wall, "memory": cost.memory, "size": size}

    def _arguments(self, project: Path, batch: Path, first: bool) -> list[str]:
        """What benchmarks.timed is to run."""
        build = ["dbt", "--quiet", "build", "--threads", "1", "--exclude-resource-type", "test"]
        build += ["--profiles-dir", str(project / "profiles")]
        if self.name == "medallion":
            selected = f"stg_src__{self.object}+"
            return [*build, "--project-dir", str(project), "--select", selected]
        if self.name == self.work.stock:
            build += ["--project-dir", str(_STOCK), "--select", self.name]
            for folder in ("--target-path", "--log-path"):
                build += [folder, str(project.parent / "stock")]
            return [*build, "--vars", json.dumps({"batch": str(batch)})]
        script = _BY_HAND / f"{self.work.first if first else self.name}.sql"
        return ["sql", str(self.database), str(script), f"batch={batch}"]

    def result(self) -> tuple[int, int]:
        """Number of rows of the result, and a sum of them that does not depend on their order."""
        columns = ", ".join(self.work.columns)
        table, where = "target", self.work.live
        if self.name == self.work.stock:
            table = f"main.{self.name}"
            columns = columns.replace("valid_from, valid_to", "dbt_valid_from, dbt_valid_to")
        if self.name == "medallion":
            table, where = f"bronze.brz_src__{self.object}{self.work.view}", "true"
        with duckdb.connect(str(self.database), read_only=True) as connection:
            row = connection.execute(
                f"select count(*), coalesce(sum(hash({columns})), 0) from {table} where {where}"
            ).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


def make_project(folder: Path, works: Mapping[str, Work]) -> Path:
    """A project with an object for each work."""
    folder.mkdir()
    metadata.make_project(folder)
    rows: estate.Rows = {name: [] for name in estate.HEADERS}
    rows["systems"].append(
        {
            "system": "src", "kind": "files", "location": "landing/src", "format": "parquet",
            "cdc_format": "generic", "owner": "benchmark", "description": "Simulated system",
        }
    )  # fmt: skip
    for name, work in works.items():
        own = {"system": "src", "object": name}
        rows["objects"].append(
            {**own, "source": f"{name}/*.parquet", "description": work.title, **work.object}
        )
        technical = {"seq", "updated_at"} if work.object["load"] == "cdc" else set()
        for column, kind in load_data.COLUMNS.items():
            if column not in technical:
                rows["columns"].append({**own, "column": column, "type": kind})
        for setting, value in ({"new_column": "ignore"} | dict(work.settings)).items():
            rows["settings"].append({**own, "setting": setting, "value": value})
    estate.write(folder / "seeds" / "control", rows)
    clock.run("medallion generate", [sys.executable, "-m", "medallion.cli", "generate"], folder)
    return folder


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    lines = [
        f"{result['objects'] // 10:,} rows into {result['objects']:,}, medians of "
        f"{result['repetitions']} runs. Load: CPU seconds of the load's own SQL, commits included; "
        "checkpoint: of what is left for DuckDB to bring into its file; ratio: of both to those of "
        "the first line by hand.",
        "",
        "| work | way | load s | checkpoint s | ratio | bound | staging s | process s | MiB "
        "| file MiB |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, measured in result["works"].items():
        work = WORKS[name]
        for way, cost in measured["ways"].items():
            bound = f"{work.bound:.1f}" if way == "medallion" else ""
            ratio = _written(measured, way) / _written(measured, work.by_hand[0])
            lines.append(
                f"| {work.title} | {way.replace('_', ' ')} | {cost['load']:.2f} "
                f"| {cost['checkpoint']:.2f} | {ratio:.2f} | {bound} | {cost['staging']:.2f} "
                f"| {cost['cpu']:.1f} | {cost['memory']:.0f} | {cost['size']:.0f} |"
            )
    lines += [
        "",
        "| first load | ours s | MiB | by hand s | MiB |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, measured in result["works"].items():
        costs = [measured["first"][way] for way in ("medallion", WORKS[name].by_hand[0])]
        cells = " | ".join(
            f"{cost['load'] + cost['checkpoint']:.2f} | {cost['memory']:.0f}" for cost in costs
        )
        lines.append(f"| {WORKS[name].title} | {cells} |")
    lines += ["", "| reading | ours s | plain table s | ratio |", "|---|--:|--:|--:|"]
    for measured in result["works"].values():
        for name, (ours, plain) in measured["reads"].items():
            lines.append(f"| {name} | {ours:.3f} | {plain:.3f} | {ours / plain:.2f} |")
    return "\n".join(lines)


def _written(measured: Mapping[str, Any], way: str) -> float:
    """CPU seconds until all that a load did is in DuckDB's file."""
    cost = measured["ways"][way]
    return float(cost["load"] + cost["checkpoint"])


def broken_bounds(result: dict[str, Any]) -> list[str]:
    """The works whose ratio is beyond its bound."""
    broken = []
    for name, measured in result["works"].items():
        work = WORKS[name]
        ratio = _written(measured, "medallion") / _written(measured, work.by_hand[0])
        if ratio > work.bound:
            broken.append(f"{work.title}: {ratio:.2f} times the load by hand, bound {work.bound}")
    return broken
