"""What the specification leaves open must still not depend on the order of arrival: rivals at one
position that differ in nothing but what was not sent, what was rescued, or their event time.
"""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from support.engine import Rows
from support.project import Project

PLACEHOLDER = "__debezium_unavailable_value"
ORDERS = 6
COLUMNS = {"arrival": "bigint", "id": "bigint", "a": "text", "n": "integer"}
KEYS = ["arrival", "id"]


def events(seed: int) -> list[dict[str, Any]]:
    """Events of one key, few positions, and little that tells them apart."""
    chance = random.Random(seed)
    rows = []
    for _ in range(8):
        row = {"id": seed, "a": chance.choice(["x", None, PLACEHOLDER])}
        row["n"] = chance.choice([1, "one", "eins", None, PLACEHOLDER])
        if chance.random() < 0.3:
            row["unknown"] = chance.choice([1, 2])
        source = {"lsn": chance.randint(1, 3), "ts_us": chance.choice([None, 10**15, 2 * 10**15])}
        rows.append({"row": row, "op": chance.choice("uuud"), "source": source})
    return rows


def line(event: dict[str, Any], arrival: int) -> dict[str, Any]:
    image = {"arrival": arrival, **event["row"]}
    sides = {"before": image, "after": None} if event["op"] == "d" else {"after": image}
    return {"before": None, **sides, "op": event["op"], "source": event["source"]}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("rivals"), target)
    project.system("pg", format="json", cdc_format="debezium_postgres")
    late = {"max_late_fraction": "1"}
    settings = {"partial_updates": "true", **late}
    project.object("pg", "partial", COLUMNS, KEYS, "cdc", history="scd2", settings=settings)
    project.object("pg", "whole", COLUMNS, KEYS, "cdc", history="scd2", settings=late)
    project.generate()
    batches: list[list[dict[str, Any]]] = [[], [], []]
    for arrival, seed in itertools.product(range(ORDERS), range(40)):
        chance = random.Random(f"{arrival} {seed}")
        for event in chance.sample(events(seed), 8):
            batches[chance.randrange(3)].append(line(event, arrival))
    for number, batch in enumerate(batches):
        for name in ("partial", "whole"):
            project.deliver_json("pg", name, f"{number:04}.jsonl", batch)
        project.build()
    return project


def of_arrival(project: Project, table: str, columns: list[str], arrival: int) -> Rows:
    return project.rows(f"bronze.{table}", columns, where=f"arrival = {arrival}")


@pytest.mark.parametrize("name", ["partial", "whole"])
@pytest.mark.parametrize("suffix", ["", "__history"])
def test_order_of_arrival_does_not_matter(project: Project, name: str, suffix: str) -> None:
    table = f"brz_pg__{name}{suffix}"
    left_out = {"arrival", "_load_id", "_inserted_load_id", "_action"}
    columns = [c for c in project.columns(f"bronze.{table}") if c not in left_out]
    tables = [of_arrival(project, table, columns, arrival) for arrival in range(ORDERS)]
    for one, two in itertools.pairwise(tables):
        assert [r for r in one if r not in two] == [r for r in two if r not in one]


def test_forced_replay_changes_nothing(project: Project) -> None:
    before = project.bronze()
    project.replay()
    assert project.bronze() == before
