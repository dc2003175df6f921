"""`medallion log`: what dbt's last run left, written to every sink. It never raises for a sink."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from medallion.errors import MedallionError
from medallion.log.artifacts import ArtifactError, Run, read_run
from medallion.log.context import context
from medallion.log.counts import counted_safely
from medallion.log.loads import Seen, entries
from medallion.log.outcomes import outcomes
from medallion.log.rows import Row, Table
from medallion.log.sink import Sink, WarehouseSink, one_line, write
from medallion.log.spool import Spool
from medallion.log.staged import Staged, last_staged
from medallion.metadata.models import Object
from medallion.project import load_project
from medallion.warehouse import Warehouse, WarehouseError, open_warehouse

# A metadata database to log to as well: its SQLAlchemy URL.
VARIABLE = "MEDALLION_METADATA_DB"


@dataclass
class Report:
    """What was logged: the entries of this call, and what could not be written where it belongs."""

    loads: list[Row] = field(default_factory=list)
    nodes: list[Row] = field(default_factory=list)
    invocation_id: str | None = None
    new_nodes: int = 0
    posted: int = 0
    spooled: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def recovered(self) -> list[Row]:
        """Loads of earlier runs, which had ended before they could be logged."""
        own = self.invocation_id
        return [row for row in self.loads if own is None or row["invocation_id"] != own]

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


@dataclass(frozen=True)
class _Log:
    """One call: the project, dbt's target folder, and the report that is being filled."""

    root: Path
    target_path: Path
    report: Report

    def to_warehouse(
        self, warehouse: Warehouse, objects: Sequence[Object], run: Run | None
    ) -> None:
        environment = warehouse.adapter.config.target_name
        sink = WarehouseSink(warehouse, environment)
        about = context(self.root, environment)
        nodes = self.report.nodes = _rows(run, about)
        try:
            staged = last_staged(warehouse, objects)
        except WarehouseError as error:
            self.spool(sink.name, "run_log", nodes, error)
            return
        waiting = self.post(sink)["run_log"]
        if run and run.command == "retry":
            _count_attempts(sink, nodes)
        self.report.new_nodes = self.write(sink, "run_log", nodes)
        seen = self.seen(sink, objects, staged, [*waiting, *nodes])
        self.report.loads = [row | about for row in self.loads(warehouse, seen)]
        self.write(sink, "load_log", self.report.loads)

    def seen(
        self,
        sink: WarehouseSink,
        objects: Sequence[Object],
        staged: Mapping[str, Staged],
        nodes: Sequence[Row],
    ) -> list[Seen]:
        """What is known of each object: its last read, the runs at hand, its entries."""
        runs = outcomes(nodes)
        known = self.known(sink, [each.load_id for each in staged.values()], nodes)
        load_ids = {each.invocation: each.load_id for each in staged.values()}
        return [
            Seen(item, staged.get(name), runs.get(name, ()), known.get(name, ()), load_ids)
            for item in objects
            for name in [item.full_name]
        ]

    def loads(self, warehouse: Warehouse, seen: Sequence[Seen]) -> Iterator[Row]:
        """The entries that are missing."""
        counted, faults = counted_safely(warehouse, [each.item for each in seen if each.is_open])
        for name, fault in faults.items():
            self.report.warn(f"{name} could not be counted: {fault}")
        for each in seen:
            name = each.item.full_name
            yield from entries(each, counted.get(name), faults.get(name))

    def known(
        self, sink: WarehouseSink, load_ids: Sequence[str], nodes: Sequence[Row]
    ) -> dict[str, list[Row]]:
        """By object, the entries of the loads and runs in question, those that wait included."""
        loads = sink.among("load_id", load_ids)
        runs = sink.among("invocation_id", {row["invocation_id"] for row in nodes})
        try:
            rows = sink.rows("load_log", f"{loads} or {runs}")
        except WarehouseError:  # the attempt to write to it will say so
            rows = []
        rows += Spool.of(self.target_path, sink.name).rows()["load_log"]
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(f"{row['system']}.{row['object']}", []).append(row)
        return found

    def post(self, sink: Sink) -> dict[Table, list[Row]]:
        """Writes what earlier calls could not; returns it."""
        waiting, faults = Spool.of(self.target_path, sink.name).post(sink)
        for fault in faults:
            self.report.warn(f"entries still wait in {self.place(sink.name)}: {fault}")
        if not faults:
            self.report.posted += sum(map(len, waiting.values()))
        return waiting

    def write(self, sink: Sink, table: Table, rows: Sequence[Row]) -> int:
        try:
            return write(sink, table, rows)
        except Exception as error:  # whatever the sink's driver raises: the log fails no run
            self.spool(sink.name, table, rows, error)
            return 0

    def spool(self, sink: str, table: Table, rows: Sequence[Row], error: Exception) -> None:
        try:
            count = Spool.of(self.target_path, sink).add({table: rows})
        except OSError as fault:
            self.report.warn(f"{table} could not be kept for later either: {fault}")
            count = 0
        self.report.spooled += count
        self.report.warn(
            f"{table} could not be written ({sink}); {count} entries wait in {self.place(sink)}"
            f" and are posted by the next `medallion log` or `medallion run`: {one_line(error)}"
        )

    def place(self, sink: str) -> str:
        folder = Spool.of(self.target_path, sink).folder
        return str(folder.relative_to(self.root) if folder.is_relative_to(self.root) else folder)

    def to_database(self) -> None:
        url = os.environ.get(VARIABLE)
        if not url:
            return
        rows: dict[Table, list[Row]] = {"run_log": self.report.nodes, "load_log": self.report.loads}
        try:
            from medallion.log.database import database_sink  # SQLAlchemy is slow to import

            with database_sink(url) as sink:
                self.post(sink)
                for table, found in rows.items():
                    self.write(sink, table, found)
        except Exception as error:  # a URL or a driver that cannot be used
            for table, found in rows.items():
                self.spool("database", table, found, error)
            self.report.warn(f"{VARIABLE} cannot be used: {one_line(error)}")


def write_log(root: Path, target: str | None, target_path: Path) -> Report:
    """Logs what has no entry yet: the nodes of dbt's last run, and every object's last load."""
    report = Report()
    log = _Log(root.resolve(), target_path.resolve(), report)
    run, objects = None, list[Object]()
    try:
        run = read_run(log.target_path)
    except ArtifactError as error:
        report.warn(str(error))
    report.invocation_id = run.invocation_id if run else None
    try:
        objects = [each for each in load_project(root).objects.values() if each.settings.enabled]
    except MedallionError as error:
        report.warn(f"loads are not logged, the control tables cannot be used: {one_line(error)}")
    target = target or (run.target if run else None)
    try:
        with open_warehouse(root, target, run.variables if run else None) as warehouse:
            log.to_warehouse(warehouse, objects, run)
    except WarehouseError as error:
        # Without a target nothing can wait for it; dbt's results stay where they are.
        report.warn(one_line(error))
        if target:
            report.nodes = _rows(run, context(root, target))
            log.spool(f"warehouse.{target}", "run_log", report.nodes, error)
    log.to_database()
    return report


def _rows(run: Run | None, about: Row) -> list[Row]:
    return [{**row, **about, "attempt": 1} for row in run.nodes] if run else []


def _count_attempts(sink: WarehouseSink, nodes: Sequence[Row]) -> None:
    """A node that `dbt retry` takes up again is one attempt further than its newest entry."""
    where = sink.among("node_id", (row["node_id"] for row in nodes))
    before: dict[str, Row] = {}
    try:
        for row in sink.rows("run_log", where):
            newest = before.get(row["node_id"])
            if newest is None or row["run_started_at"] > newest["run_started_at"]:
                before[row["node_id"]] = row
    except WarehouseError:  # the attempt to write to it will say so
        return
    for row in nodes:
        newest = before.get(row["node_id"])
        if newest and newest["invocation_id"] != row["invocation_id"]:
            row["attempt"] = newest["attempt"] + 1
