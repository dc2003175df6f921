"""Random delta loads against the reference model: equal watermarks, late rows inside and below the
lookback, rejected rows, one or two files in a load.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from support.counted import classes
from support.project import Project, in_order
from support.reference_counts import DeltaCounting, DeltaRow
from support.reference_loads import DeltaModel

BUILDS = 6
HEADER = ("id", "mark", "a", "b")
COLUMNS = {"id": "bigint", "mark": "bigint", "a": "text", "b": "text"}
PAYLOAD = ("mark", "a", "b")


@dataclass(frozen=True)
class Kind:
    """How an object is declared."""

    name: str
    lookback: int | None
    history: str
    raw: bool = False


KINDS = [
    *(
        Kind(f"{history}_{lookback}_{number}", lookback, history)
        for history in ("none", "scd2")
        for lookback in (None, 0, 3)
        for number in range(3)
    ),
    Kind("none_raw", 0, "none", raw=True),
    Kind("scd2_raw", 3, "scd2", raw=True),
]


def read(chance: random.Random, build: int) -> list[dict[str, Any]]:
    rows = [
        {
            "id": chance.choice([1, 2, 3, 4, None if chance.random() < 0.3 else 5]),
            "mark": None if chance.random() < 0.05 else build * 3 + chance.randint(-6, 4),
            "a": chance.choice(["x", "y", None]),
            "b": chance.choice(["p", "q"]),
        }
        for _ in range(chance.choice([0, 4, 8, 12]))
    ]
    return rows + [dict(row) for row in rows if chance.random() < 0.1]


@dataclass
class Loaded:
    project: Project
    models: dict[str, DeltaModel]
    wrong: dict[str, list[str]]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("random_delta"), target)
    project.system("src", format="csv")
    for kind in KINDS:
        settings = {} if kind.lookback is None else {"lookback": str(kind.lookback)}
        if kind.raw:
            settings["bronze"] = "raw"
        about = (["id"], "delta", ["mark"], kind.history)
        project.object("src", kind.name, COLUMNS, *about, settings=settings)
    project.generate()
    models = {k.name: DeltaModel(("id",), PAYLOAD, "mark", lookback=k.lookback) for k in KINDS}
    result = Loaded(project, models, {kind.name: [] for kind in KINDS})
    countings = {kind.name: DeltaCounting(kind.history == "scd2") for kind in KINDS}
    chances = {kind.name: random.Random(kind.name) for kind in KINDS}
    for build in range(BUILDS):
        expected = {}
        for kind in KINDS:
            chance = chances[kind.name]
            reads = [read(chance, build) for _ in range(chance.choice([1, 1, 2]))]
            since = models[kind.name].since
            models[kind.name].load(*reads)
            expected[kind.name] = expected_classes(countings[kind.name], reads, since)
            for number, rows in enumerate(reads):
                name = f"{build:04}_{number}.csv"
                project.deliver_csv("src", kind.name, name, HEADER, rows)
        project.build(tests=False)
        marks: dict[str, int] = dict(
            project.query(
                "select object, max(cast(watermark as bigint)) from ops.load_state group by all"
            )
        )
        counts = project.load_counts()
        for kind in KINDS:
            if (found := classes(counts[kind.name])) != expected[kind.name]:
                text = f"build {build}: wanted {expected[kind.name]}, counted {found}"
                result.wrong[kind.name].append(text)
            if difference := differs(project, kind, models[kind.name], marks.get(kind.name)):
                result.wrong[kind.name].append(f"build {build}: {difference}")
    return result


def expected_classes(
    counting: DeltaCounting, reads: list[list[dict[str, Any]]], since: Any
) -> dict[str, int]:
    """The classes of one load; rows below the lookback are not read at all."""
    rejected = 0
    accepted: list[list[DeltaRow]] = []
    for rows in reads:
        staged = [r for r in rows if r["mark"] is None or since is None or r["mark"] >= since]
        good = [r for r in staged if r["id"] is not None and r["mark"] is not None]
        rejected += len(staged) - len(good)
        accepted.append([((r["id"],), r["mark"], tuple(r[c] for c in PAYLOAD)) for r in good])
    found = counting.load(*accepted)
    return dict(+(found + Counter(rejected=rejected)))


def differs(project: Project, kind: Kind, model: DeltaModel, mark: int | None) -> str:
    """How the object's tables differ from the model's; empty when they do not."""
    table = f"bronze.brz_src__{kind.name}"
    result = model.result()
    current = [stored(kind, (*k, *v)) for k, v in result.current.items()]
    pairs = [(in_order(current), project.rows(table, HEADER)), ([(model.watermark,)], [(mark,)])]
    if kind.history == "scd2":
        columns = (*HEADER, "valid_from", "valid_to")
        versions = [
            (*stored(kind, (*v.key, *v.payload)), v.valid_from, v.valid_to) for v in result.history
        ]
        pairs.append((in_order(versions), project.rows(f"{table}__history", columns)))
    return "; ".join(
        f"missing {[r for r in right if r not in found]}, "
        f"too much {[r for r in found if r not in right]}"
        for right, found in pairs
        if right != found
    )


def stored(kind: Kind, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as bronze holds it: raw bronze keeps texts."""
    return tuple(None if v is None else str(v) for v in row) if kind.raw else row


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_equals_the_reference_after_every_load(loaded: Loaded, name: str) -> None:
    assert not loaded.wrong[name], "\n".join(loaded.wrong[name])


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    before = loaded.project.bronze()
    loaded.project.replay()
    assert loaded.project.bronze() == before
