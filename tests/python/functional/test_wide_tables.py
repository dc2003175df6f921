"""Tables with many columns: how long an engine plans a load must not double with each column."""

from __future__ import annotations

import pytest

from support.column import Column
from support.project import Project

VALUES = [f"value_{number:02}" for number in range(30)]
# Object: load, sequence, history.
OBJECTS = {
    "state": ("cdc", ["seq bigint"], "none"),
    "history": ("cdc", ["seq bigint"], "scd2"),
    "newest": ("delta", ["seq"], "none"),
    "compared": ("full", ["_file_number"], "none"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    """Two deliveries: key 1 is replaced in its last column, key 2 stays, key 3 is new."""
    project = Project(tmp_path_factory.mktemp("wide"), target)
    project.system("shop", format="json", cdc_format="generic")
    columns = {"id": Column("bigint"), "seq": Column("bigint")} | {n: Column() for n in VALUES}
    for name, (load, sequence, history) in OBJECTS.items():
        project.object("shop", name, columns, ["id"], load, sequence, history)
    project.generate()
    for number, texts in ((1, {1: "a", 2: "a"}), (2, {1: "b", 2: "a", 3: "c"})):
        rows = [row(key, number, text) for key, text in texts.items()]
        for name in OBJECTS:
            project.deliver_json("shop", name, f"{number:04}.jsonl", rows)
        project.build()
    return project


def row(key: int, number: int, text: str) -> dict[str, object]:
    """A row whose last column says `text`."""
    values = dict.fromkeys(VALUES, "same") | {VALUES[-1]: text}
    return {"op": "U", "seq": number, "id": key, **values}


@pytest.mark.parametrize("name", OBJECTS)
def test_current_rows(project: Project, name: str) -> None:
    columns = ("id", VALUES[0], VALUES[-1])
    rows = project.rows(f"bronze.brz_shop__{name}", columns)
    assert rows == [(1, "same", "b"), (2, "same", "a"), (3, "same", "c")]


def test_versions(project: Project) -> None:
    """Each event differs in its sequence, which is a column of the table too."""
    columns = ("id", "seq", VALUES[-1], "is_current")
    assert project.rows("bronze.brz_shop__history__history", columns) == [
        (1, 1, "a", False), (1, 2, "b", True),
        (2, 1, "a", False), (2, 2, "a", True),
        (3, 2, "c", True),
    ]  # fmt: skip
