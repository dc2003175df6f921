"""Files that are not UTF-8 are refused with their names, whatever the engine; nothing is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.column import Column
from support.project import Project

FILES = {"json": '{{"id": {}, "a": "{}"}}\n', "csv": "id,a\n{},{}\n"}
EXTENSIONS = {"json": "jsonl", "csv": "csv"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("encodings"), target)
    for format in FILES:
        project.system(format, format=format)
        columns = {"id": Column("bigint"), "a": Column()}
        project.object(format, "names", columns, ["id"], "delta", ["id"])
    project.generate()
    return project


def deliver(project: Project, number: int, name: str, encoding: str) -> list[Path]:
    """A file of each format."""
    paths = []
    for format, text in FILES.items():
        path = project.landing(format, "names", f"{number:04}.{EXTENSIONS[format]}")
        path.write_bytes(text.format(number, name).encode(encoding))
        paths.append(path)
    return paths


def test_refused_until_they_are_delivered_again(project: Project) -> None:
    deliver(project, 1, "zoë", "utf-8")
    project.build()
    before = project.bronze()
    assert all(len(rows) == 1 for _, rows in before.values())

    bad = deliver(project, 2, "zoë", "latin-1")
    failures = project.try_build().failures()
    for format, path in zip(FILES, bad, strict=True):
        message = failures[f"stg_{format}__names"]
        assert "MED-STG-002" in message
        assert f"{format}.names: not valid UTF-8" in message
        assert path.name in message
    assert project.bronze() == before

    deliver(project, 2, "zoë", "utf-8")
    project.build()
    for format in FILES:
        assert project.rows(f"bronze.brz_{format}__names", ("id", "a")) == [(1, "zoë"), (2, "zoë")]
