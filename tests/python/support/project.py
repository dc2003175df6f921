"""A throw-away dbt project: this repository's macros, and control tables of the test's own.

The models come from `medallion generate`; dbt runs in this process. DuckDB's file is locked while a
connection is open, so a build ends by closing every connection, and rows are read afterwards,
through the engine of the target.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult

from medallion import generate, metadata
from support.column import Column
from support.counted import Counts, counts_of
from support.engine import Engine, Rows, Table, engine_of
from support.invoke import dbt_at

REPOSITORY = Path(__file__).parents[3]
# Reading a table that has them costs Spark a job a scan, and as the tests' server is set, without
# these jobs, it cannot be read. The stand-in builds the demo estate with them.
VECTORS = "'delta.enableDeletionVectors': '{}'"
COPIED = ("dbt_project.yml", "profiles.yml", "profiles", "macros", "tests/dbt", ".dbtignore")
HEADERS = {
    "systems": "system,kind,location,format,cdc_format,owner,description",
    "objects": "system,object,source,load,keys,sequence,history,description",
    "settings": "layer,system,object,setting,value",
    "columns": "system,object,column,source_column,type,required,lookup,classification,description",
    "expectations": "system,object,name,expression,action,description",
}


@dataclass(frozen=True)
class Node:
    """What became of one node of a build."""

    status: str
    message: str


@dataclass(frozen=True)
class Run:
    """A dbt invocation's outcome, nodes by name."""

    success: bool
    nodes: Mapping[str, Node]
    error: str

    def failures(self) -> dict[str, str]:
        """Messages of the nodes that did not succeed, skipped ones left out."""
        good = {"success", "pass", "warn", "skipped", "no-op"}
        return {name: n.message for name, n in self.nodes.items() if n.status not in good}

    def built(self, prefix: str) -> list[str]:
        """Nodes with that prefix that succeeded."""
        return [
            name
            for name, node in self.nodes.items()
            if name.startswith(prefix) and node.status == "success"
        ]

    def check(self) -> Run:
        """Fails the test when any node failed."""
        assert self.success, self.error or "\n".join(
            f"{name}: {message}" for name, message in self.failures().items()
        )
        return self


@dataclass
class Project:
    """A dbt project in `root` with its landing folder, and the engine that holds its tables."""

    root: Path
    target: str = "dev"
    # What `medallion log` reads of a build.
    artifacts: bool = field(default=False, kw_only=True)
    tables: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {name: [] for name in HEADERS}
    )

    # What dbt parsed last in this process, by its variables: neither another project's macros nor
    # anything after a build with other variables need be parsed again.
    parsed: ClassVar[dict[str, Path]] = {}
    engine: Engine = field(init=False)
    counts: dict[str, Counts] = field(init=False, default_factory=dict)

    @property
    def slow(self) -> bool:
        """Whether a load takes seconds, however few its rows."""
        return self.target != "dev"

    def __post_init__(self) -> None:
        self.engine = engine_of(self.target, self.root)
        self.root.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            source, destination = REPOSITORY / name, self.root / name
            if source.is_dir():
                shutil.copytree(source, destination, dirs_exist_ok=True)
            elif source.exists():
                shutil.copy(source, destination)
        if self.slow:
            # A seed costs seconds there, and no load reads one.
            with (self.root / ".dbtignore").open("a", encoding="utf-8") as ignored:
                ignored.write("seeds/\n")
        for folder in ("models", "seeds/control", "snapshots", "landing", "warehouse"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)

    def system(self, name: str, format: str = "json", cdc_format: str = "", **fields: str) -> None:
        """A system whose files lie in landing/<name>, unless told otherwise."""
        line = {"kind": "files", "location": f"landing/{name}", "owner": "tests", **fields}
        line |= {"system": name, "format": format, "cdc_format": cdc_format}
        self.tables["systems"].append(line)

    def object(
        self,
        system: str,
        name: str,
        columns: Mapping[str, str | Column],
        keys: Sequence[str],
        load: str,
        sequence: Sequence[str] = (),
        history: str = "none",
        source: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """An object, its columns (a type, or a Column) and its settings."""
        extension = "csv" if self._format(system) == "csv" else "jsonl"
        self.tables["objects"].append(
            {
                "system": system,
                "object": name,
                "source": source or f"{name}/*.{extension}",
                "load": load,
                "keys": listed(keys),
                "sequence": listed(sequence),
                "history": history,
                "description": f"Test object {name}. One row per key.",
            }
        )
        for column, given in columns.items():
            about = Column(given) if isinstance(given, str) else given
            self.tables["columns"].append(
                {
                    "system": system,
                    "object": name,
                    "column": column,
                    "source_column": about.source,
                    "type": about.type,
                    "required": "true" if about.required else "",
                    "lookup": about.lookup,
                }
            )
        for setting, value in (settings or {}).items():
            self.setting(system, name, setting, value)

    def setting(self, system: str, object: str, setting: str, value: str) -> None:
        line = {"system": system, "object": object, "setting": setting, "value": value}
        self.tables["settings"].append(line)

    def expectation(
        self, system: str, object: str, name: str, expression: str, action: str
    ) -> None:
        line = {"system": system, "object": object, "name": name, "expression": expression}
        self.tables["expectations"].append({**line, "action": action})

    def _format(self, system: str) -> str:
        return next(s["format"] for s in self.tables["systems"] if s["system"] == system)

    def generate(self) -> None:
        """Writes the control tables and what `medallion generate` makes of them."""
        control = self.root / "seeds" / "control"
        for name, header in HEADERS.items():
            with (control / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, header.split(","), lineterminator="\n")
                writer.writeheader()
                writer.writerows(self.tables[name])
        files = generate.render(metadata.load(control))
        if self.slow:
            files = {path: without_vectors(text) for path, text in files.items()}
        generate.write(files, self.root)

    def landing(self, system: str, object: str, file: str) -> Path:
        path = self.root / "landing" / system / object / file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def deliver_json(
        self, system: str, object: str, file: str, rows: Iterable[Mapping[str, Any] | str]
    ) -> Path:
        """Writes JSON lines; a text is written as it stands."""
        path = self.landing(system, object, file)
        lines = [
            row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows
        ]
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    def deliver_csv(
        self,
        system: str,
        object: str,
        file: str,
        header: Sequence[str],
        rows: Iterable[Mapping[str, Any]],
    ) -> Path:
        """Writes a CSV file; None is an empty field."""
        path = self.landing(system, object, file)
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def build(
        self,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        tests: bool | None = None,
    ) -> Run:
        """`dbt build`, which must succeed."""
        return self.try_build(*arguments, variables=variables, tests=tests).check()

    def try_build(
        self,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        tests: bool | None = None,
    ) -> Run:
        """`dbt build`, which may fail.

        tests: whether generated tests run; None is where each of them costs no second. Without
        them one statement counts all loads in the place of rows_are_conserved.
        """
        tests = not self.slow if tests is None else tests
        given = json.dumps(dict(variables or {}))
        common = ["--target", self.target, "--quiet", "--no-use-colors"]
        common += ["--log-level-file", "none"]
        common += ["--write-json" if self.artifacts else "--no-write-json"]
        common += ["--project-dir", str(self.root), "--profiles-dir", str(self.root / "profiles")]
        common += ["--vars", given]
        if not tests:
            arguments = (*arguments, "--exclude-resource-type", "test")
        with dbt_at(self.root, **self.engine.variables):
            result = self._parse(common, given)
            manifest: Any = result.result
            if result.success:
                result = dbtRunner(manifest=manifest).invoke(["build", *common, *arguments])
        nodes = {}
        for item in getattr(result.result, "results", None) or []:
            nodes[item.node.name] = Node(str(item.status), str(item.message))
        run = Run(result.success, nodes, str(result.exception or ""))
        if tests:
            self.counts.clear()
        else:
            self.counts |= counts_of(self, run.built(""), manifest)
        return run

    def _parse(self, options: Sequence[str], variables: str) -> dbtRunnerResult:
        """`dbt parse` with the options of the build that follows, its variables among them."""
        state = self.root / "target" / "partial_parse.msgpack"
        kept = Project.parsed.setdefault(
            variables, state.with_name(f"parsed_{len(Project.parsed)}.msgpack")
        )
        state.parent.mkdir(exist_ok=True)
        if kept.exists():
            shutil.copy(kept, state)
        result = dbtRunner().invoke(["parse", *options])
        if result.success:
            kept.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(state, kept)
        return result

    def replay(self, *objects: str, **variables: Any) -> Run:
        """A build that reads everything again: of some `system__object`, or of all."""
        chosen = ["--select", *(f"stg_{name}+" for name in objects)] if objects else []
        return self.build(*chosen, variables={"medallion__replay": ["*"], **variables})

    def load_counts(self) -> dict[str, Counts]:
        """The counts of each object's last load."""
        return self.counts or counts_of(self)

    def medallion(self, *arguments: str) -> str:
        """Runs the command line in the project's folder; it must succeed. Returns its output."""
        done = self.called(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def called(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """The same whether it succeeds or not, with environment variables."""
        return subprocess.run(
            [sys.executable, "-m", "medallion.cli", *arguments],
            cwd=self.root,
            env=os.environ | dict(self.engine.variables) | {"COLUMNS": "200"} | variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def copy(self, root: Path) -> Project:
        """The same project, tables and all, in another folder."""
        if self.slow:
            pytest.skip(f"target {self.target}: tables are not copied with a folder")
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return Project(root, self.target, self.tables, artifacts=self.artifacts)

    def query(self, sql: str, *parameters: Any) -> Rows:
        """Rows of a query, in its own order."""
        return self.engine.query(sql, *parameters)

    def columns(self, table: str) -> list[str]:
        return self.engine.columns(table)

    def rows(self, table: str, columns: Sequence[str] = ("*",), where: str = "true") -> Rows:
        """A table's rows, sorted; NULL first."""
        found = self.query(f"select {', '.join(columns)} from {table} where {where}")
        return in_order(found)

    def tables_of(self, schema: str, of: Collection[str] | None = None) -> dict[str, Table]:
        """Every table and view of a schema, or of some `system__object` in it: its columns,
        technical ones included, and its rows.
        """
        found = {}
        for name in self.engine.tables(schema):
            if of is not None and not any(
                re.fullmatch(rf"\w+?_{each}(__[a-z]+)?", name) for each in of
            ):
                continue
            columns, rows = self.engine.read(f"{schema}.{name}")
            found[name] = (columns, in_order(rows))
        return found

    def bronze(self, of: Collection[str] | None = None) -> dict[str, Table]:
        return self.tables_of("bronze", of)


def without_vectors(model: str) -> str:
    """A model whose table has no deletion vectors."""
    return model.replace(VECTORS.format("true"), VECTORS.format("false"))


def listed(values: Sequence[str]) -> str:
    """A list as control tables write it."""
    if any("|" in value for value in values):
        return json.dumps(list(values))
    return "|".join(values)


def in_order(rows: Iterable[tuple[Any, ...]]) -> Rows:
    """Rows sorted by all of their values, NULL first, whatever their types."""
    return sorted(rows, key=lambda row: [(v is not None, str(type(v)), str(v)) for v in row])
