"""How many statements `medallion log` sends for 200 objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from medallion.log.counts import BATCH
from support.column import Column
from support.logged import count, log
from support.project import Project
from support.sent import statements

OBJECTS = 200
# The last reads, the tables that are there, what is logged already, the inserts: of any number of
# objects.
CONSTANT = 20


def test_one_statement_for_twenty_objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path / "project", artifacts=True)
    project.system("src", format="csv")
    for number in range(OBJECTS):
        name = f"t{number:03}"
        project.object("src", name, {"a": Column()}, [], "full", ["_file_number"])
        project.deliver_csv("src", name, "0001.csv", ["a"], [{"a": "x"}])
    project.generate()
    project.build(tests=False)

    sent = statements(monkeypatch)
    report = log(project)
    assert report.warnings == [] and len(report.loads) == OBJECTS
    counting = [sql for sql in sent if "rows_unaccounted" in sql and "insert into" not in sql]
    known = [sql for sql in counting if '."load_log"' in sql]
    assert len(counting) - len(known) == OBJECTS / BATCH
    assert len(sent) <= OBJECTS / BATCH + CONSTANT
    monkeypatch.undo()
    assert count(project, "load_log") == (OBJECTS, OBJECTS)
    ((written,),) = project.query("select sum(rows_inserted) from ops.load_log")
    assert written == OBJECTS
