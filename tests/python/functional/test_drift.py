"""Drift: every kind of change of a source, under every policy that is valid for it; what bronze,
the drift log and the run say. One object each, all of them built before and after the change.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import duckdb
import pytest

from support.column import Column
from support.engine import Rows
from support.project import REPOSITORY, Project, Run, in_order

Line = Mapping[str, Any]
ID_V = {"id": Column("bigint"), "v": Column("integer"), "t": Column()}
FIRST: Sequence[Line] = ({"id": 1, "v": 1, "t": "a"}, {"id": 2, "v": 2, "t": "b"})
OLD = [(1, 1, "a"), (2, 2, "b")]
ON_SPARK = {"SMALLINT": "smallint", "INTEGER": "int", "BIGINT": "bigint", "VARCHAR": "string"}
FORMATS = {"csv": "csv", "json": "jsonl", "parquet": "parquet"}


@dataclass(frozen=True)
class Change:
    """What the second delivery is like, and what comes of it under each policy.

    `told`: (kind, source_column, outcome, affected_rows, first_values) of the drift log. `rows`:
    bronze after it, by policy; for other policies the load must be refused and leave all as it was.
    """

    setting: str
    lines: Sequence[Line]
    rows: Mapping[str, Rows]
    told: Mapping[str, Sequence[tuple[Any, ...]]]
    formats: Sequence[str] = ("csv", "json", "parquet")
    # What the source's own type tells besides, of Parquet only.
    typed: tuple[Any, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    code: str = ""

    @property
    def policies(self) -> list[str]:
        return [*self.rows, *([self.setting and "fail"] if self.code else [])]


RESCUED = [(1, 1, "a", None), (2, 2, "b", None)]
CHANGES = {
    "new": Change(
        "new_column",
        [{"id": 3, "v": 3, "t": "c", "extra": "x"}, {"id": 4, "v": 4, "t": "d", "extra": "y"}],
        {
            "rescue": [*RESCUED, (3, 3, "c", '{"extra":"x"}'), (4, 4, "d", '{"extra":"y"}')],
            "ignore": [*RESCUED, (3, 3, "c", None), (4, 4, "d", None)],
        },
        {"rescue": [("new_column", "extra", "rescue", 2, "x | y")], "ignore": []},
        code="MED-STG-005",
    ),
    "missing": Change(
        "missing_column",
        [{"id": 2, "v": 5}, {"id": 3, "v": 3}],
        {"null": [RESCUED[0], (2, 5, None, None), (3, 3, None, None)]},
        {"null": [("missing_column", "t", "null", None, None)]},
        formats=("csv", "parquet"),
        code="MED-STG-004",
    ),
    "uncast": Change(
        "type_change",
        [{"id": 3, "v": "three", "t": "c"}, {"id": 4, "v": "4", "t": "d"}],
        {
            "rescue": [*RESCUED, (3, None, "c", '{"v":"three"}'), (4, 4, "d", None)],
            "reject": [*RESCUED, (4, 4, "d", None)],
        },
        {
            "rescue": [("type_change", "v", "rescue", 1, "three")],
            "reject": [("type_change", None, "reject", 1, "three")],
        },
        types={"v": "varchar"},
        typed=("retyped_column", "v", None, None, "VARCHAR (before: INTEGER)"),
        code="MED-STG-006",
    ),
    "renamed": Change(
        "missing_column",
        [{"id": 3, "value": 3, "t": "c"}],
        {"null": [*RESCUED, (3, None, "c", '{"value":"3"}')]},
        {
            "null": [
                ("new_column", "value", "rescue", 1, "3"),
                ("renamed_column", "v", "null", None, "value"),
            ]
        },
        formats=("csv", "parquet"),
        code="MED-STG-004",
    ),
    "reordered": Change(
        "",
        [{"t": "c", "id": 3, "v": 3}],
        {"": [*RESCUED, (3, 3, "c", None)]},
        {"": [("reordered_columns", None, None, None, "t, id, v (before: id, v, t)")]},
        formats=("csv", "parquet"),
    ),
    "narrowed": Change(
        "",
        [{"id": 3, "v": 3, "t": "c"}],
        {"": [*RESCUED, (3, 3, "c", None)]},
        {"": [("narrowed_type", "v", None, None, "SMALLINT (before: INTEGER)")]},
        formats=("parquet",),
        types={"v": "smallint"},
    ),
    "widened": Change(
        "",
        [{"id": 3, "v": 3, "t": "c"}, {"id": 4, "v": 2**40, "t": "d"}],
        {"": [*RESCUED, (3, 3, "c", None), (4, None, "d", f'{{"v":"{2**40}"}}')]},
        {
            "": [
                ("type_change", "v", "rescue", 1, str(2**40)),
                ("widened_type", "v", None, None, "BIGINT (before: INTEGER)"),
            ]
        },
        formats=("parquet",),
        types={"v": "bigint"},
    ),
    "retyped": Change(
        "",
        [{"id": 3, "v": "3", "t": "c"}],
        {"": [*RESCUED, (3, 3, "c", None)]},
        {"": [("retyped_column", "v", None, None, "VARCHAR (before: INTEGER)")]},
        formats=("parquet",),
        types={"v": "varchar"},
    ),
}
GRID = [
    (f"{name}_{format}_{policy or 'as_it_is'}", format, policy, change)
    for name, change in CHANGES.items()
    for format in change.formats
    for policy in change.policies
]


def put(project: Project, format: str, name: str, number: int, change: Change | None) -> None:
    """The first delivery, or the changed one."""
    lines = change.lines if change else FIRST
    path = project.landing(format, name, f"{number:04}.{FORMATS[format]}")
    names = list({column: None for line in lines for column in line})
    if format == "json":
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    elif format == "csv":
        text = StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
        path.write_text(text.getvalue(), encoding="utf-8")
    else:
        types = {"id": "bigint", "v": "integer", "value": "integer"} | dict(
            change.types if change else {}
        )
        rows = ", ".join(f"({', '.join('?' for _ in names)})" for _ in lines)
        columns = ", ".join(f"{n}::{types.get(n, 'varchar')} as {n}" for n in names)
        duckdb.execute(
            f"copy (select {columns} from (values {rows}) as s ({', '.join(names)}))"
            f" to '{path}' (format parquet)",
            [line[column] for line in lines for column in names],
        )


def _told(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Of a rejected row the whole of it is told: here the value that did not cast."""
    *about, first, _ = row
    return (*about, json.loads(first)["v"] if "reject" in about else first)


def _wanted(target: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Types as the engine writes them."""
    *about, first = row
    for name, on_spark in ON_SPARK.items() if target != "dev" else ():
        first = first and first.replace(name, on_spark)
    return (*about, first)


@dataclass
class Drifted:
    project: Project
    run: Run
    before: dict[str, Rows]


@pytest.fixture(scope="module")
def drifted(tmp_path_factory: pytest.TempPathFactory, target: str) -> Drifted:
    project = Project(tmp_path_factory.mktemp("drift"), target, artifacts=True)
    shutil.copytree(REPOSITORY / "models/ops", project.root / "models/ops")
    for format, extension in FORMATS.items():
        project.system(format, format=format)
        for name, own, policy, change in GRID:
            if own == format:
                settings = {change.setting: policy} if policy else {}
                project.object(
                    format,
                    name,
                    ID_V,
                    ["id"],
                    "delta",
                    ["id"],
                    source=f"{name}/*.{extension}",
                    settings=settings,
                )
                put(project, format, name, 1, None)
    project.generate()
    project.build()
    before = {name: stored(project, format, name) for name, format, *_ in GRID}
    assert {str(rows) for rows in before.values()} == {str(RESCUED)}
    told = project.rows("ops.drift_log")
    assert told == [], told
    for name, format, _, change in GRID:
        put(project, format, name, 2, change)
    run = project.try_build()
    project.medallion("log", "--target", target)
    return Drifted(project, run, before)


def stored(project: Project, format: str, name: str) -> Rows:
    return project.rows(f"bronze.brz_{format}__{name}", ["id", "v", "t", "_rescued"])


@pytest.mark.parametrize(("name", "format", "policy", "change"), GRID, ids=[g[0] for g in GRID])
def test_what_bronze_has(
    drifted: Drifted, name: str, format: str, policy: str, change: Change
) -> None:
    failures = {n: m for n, m in drifted.run.failures().items() if n.endswith(f"__{name}")}
    if policy in change.rows:
        assert failures == {}
        assert stored(drifted.project, format, name) == change.rows[policy]
    else:
        assert [change.code in message for message in failures.values()] == [True], failures
        assert stored(drifted.project, format, name) == drifted.before[name]


@pytest.mark.parametrize(("name", "format", "policy", "change"), GRID, ids=[g[0] for g in GRID])
def test_what_the_drift_log_has(
    drifted: Drifted, target: str, name: str, format: str, policy: str, change: Change
) -> None:
    columns = ("kind", "source_column", "outcome", "affected_rows", "first_values", "source_file")
    found = drifted.project.rows("ops.drift_log", columns, f"object = '{name}'")
    if policy in change.rows:
        typed = [change.typed] if change.typed and format == "parquet" else []
        wanted = [_wanted(target, row) for row in (*change.told[policy], *typed)]
        assert [_told(row) for row in found] == in_order(wanted)
        assert {row[-1] for row in found} <= {f"{name}/0002.{FORMATS[format]}"}
    else:
        assert [row[:3] for row in found] == [(change.setting, None, "fail")]
