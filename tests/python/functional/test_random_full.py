"""Random snapshots against the reference model: corrections of a version, stale versions,
duplicates, rejected rows, guards, scopes. A correction overwrites its file; after a refusal the
file is what it was before.
"""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support.column import Column
from support.counted import Counts, classes
from support.engine import Rows
from support.project import Project, in_order
from support.reference import Definition, Key, Value
from support.reference_counts import full_classes
from support.reference_loads import FullModel

BUILDS = 7
KEYS = ("tenant", "id")
HEADER = ("tenant", "id", "a", "n")
COLUMNS = {
    "tenant": Column(),
    "id": Column("integer"),
    "a": Column(),
    "n": Column("integer", required=True),
}


@dataclass(frozen=True)
class Kind:
    """How an object is declared."""

    name: str
    settings: dict[str, str] = field(default_factory=dict)
    history: str = "scd2"
    scoped: bool = False

    @property
    def model(self) -> FullModel:
        track = self.settings.get("track")
        fraction = self.settings.get("max_delete_fraction")
        return FullModel(
            definition=Definition(("a", "n"), None if track is None else (track,)),
            keys=KEYS,
            scope=("tenant",) if self.scoped else (),
            allow_empty="allow_empty" in self.settings,
            max_delete_fraction=None if fraction is None else float(fraction),
        )


KINDS = [
    *(Kind(f"plain{n}") for n in range(4)),
    *(Kind(f"current{n}", history="none") for n in range(3)),
    *(Kind(f"tracked{n}", {"track": "a"}) for n in range(3)),
    *(Kind(f"guarded{n}", {"max_delete_fraction": "0.4"}) for n in range(4)),
    *(Kind(f"empty{n}", {"allow_empty": "true", "max_delete_fraction": "1"}) for n in range(3)),
    *(
        Kind(f"scoped{n}", {"scope": "tenant", "max_delete_fraction": "1"}, scoped=True)
        for n in range(4)
    ),
]


@dataclass
class Snapshot:
    """A file of a random full load."""

    version: int
    name: str
    rows: list[dict[str, Any]]

    def _parted(self, good: bool) -> list[dict[str, Any]]:
        return [
            {c: v or None if c == "a" else v for c, v in row.items()}
            for row in self.rows
            if good == (row["id"] is not None and row["n"] != "many")
        ]

    @property
    def accepted(self) -> list[dict[str, Any]]:
        return self._parted(good=True)

    @property
    def rejected(self) -> list[dict[str, Any]]:
        return self._parted(good=False)


def snapshot(chance: random.Random, kind: Kind, applied: int) -> Snapshot:
    """A snapshot: mostly newer, sometimes a correction or stale, with a few odd rows."""
    choices = [applied + 1] * 6 + ([applied] * 2 + [applied - 1] if not kind.scoped else [])
    version = max(1, chance.choice(choices))
    tenants = chance.sample(["A", "B", "C"], chance.choice([1, 2, 3]) if kind.scoped else 3)
    rows = [
        {"tenant": t, "id": i, "a": chance.choice(["x", "y", "", "z"]), "n": chance.choice([1, 2])}
        for t in tenants
        for i in range(4)
        if chance.random() < 0.8
    ]
    if chance.random() < 0.1 and not kind.scoped:
        rows = []
    if rows and chance.random() < 0.25:
        rows.append(dict(chance.choice(rows)))
    if rows and chance.random() < 0.12:
        rows.append({**chance.choice(rows), "a": "rival"})
    if rows and chance.random() < 0.25:
        odd = rows.pop(chance.randrange(len(rows)))
        rows.append(odd | chance.choice([{"n": "many"}, {"id": None}]))
    chance.shuffle(rows)
    return Snapshot(version, f"{version:04}.csv", rows)


@dataclass
class Before:
    """A file as it was before a snapshot was written to it."""

    path: Path
    content: bytes | None
    times: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> Before:
        if not path.exists():
            return cls(path, None, (0, 0))
        about = path.stat()
        return cls(path, path.read_bytes(), (about.st_atime_ns, about.st_mtime_ns))

    def restore(self) -> None:
        if self.content is None:
            self.path.unlink()
        else:
            self.path.write_bytes(self.content)
            os.utime(self.path, ns=self.times)


@dataclass
class Loaded:
    """What each build should have made of each object, and what it made."""

    project: Project
    models: dict[str, FullModel]
    wrong: dict[str, list[str]]
    refused: int = 0


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    project = Project(tmp_path_factory.mktemp("random_full"), target)
    project.system("src", format="csv")
    for kind in KINDS:
        about = (KEYS, "full", ["_file_number"], kind.history)
        project.object("src", kind.name, COLUMNS, *about, settings=kind.settings)
    project.generate()
    models = {kind.name: kind.model for kind in KINDS}
    result = Loaded(project, models, {kind.name: [] for kind in KINDS})
    chances = {kind.name: random.Random(kind.name) for kind in KINDS}
    for build in range(BUILDS):
        expected, before = {}, {}
        files: dict[str, Before] = {}
        for kind in KINDS:
            model = models[kind.name]
            given = snapshot(chances[kind.name], kind, model.applied or 0)
            expected[kind.name] = model.refusals(given.version, given.accepted, given.rejected)
            before[kind.name] = (given, dict(model.live))
            model.load(given.version, given.accepted, given.rejected)
            files[kind.name] = Before.of(project.landing("src", kind.name, given.name))
            project.deliver_csv("src", kind.name, given.name, HEADER, given.rows)
        failures = project.try_build(tests=False).failures()
        counts = project.load_counts()
        for name, reasons in expected.items():
            wrong = "" if reasons else miscounted(models[name], *before[name], counts[name])
            if wrong:
                result.wrong[name].append(f"build {build}: {wrong}")
            messages = [m for n, m in failures.items() if f"src__{name}" in n]
            if reasons:
                result.refused += 1
                files[name].restore()
            if bool(messages) != bool(reasons) or any(
                not any(reason in m for reason in reasons) for m in messages
            ):
                result.wrong[name].append(f"build {build}: wanted {reasons}, got {messages}")
            if difference := differs(project, models[name], name):
                result.wrong[name].append(f"build {build}: {difference}")
    return result


def differs(project: Project, model: FullModel, name: str) -> str:
    """How the object's tables differ from the model's; empty when they do not."""
    table = f"bronze.brz_src__{name}"
    result = model.result()
    found = {t for (t,) in project.query("select table_name from information_schema.tables")}
    if f"brz_src__{name}" not in found:  # nothing but refused loads so far
        return "" if not model.live else "the table is missing"
    pairs = [(in_order((*k, *v) for k, v in model.live.items()), project.rows(table, HEADER))]
    if f"brz_src__{name}__history" in found:
        columns = (*HEADER, "valid_from", "valid_to")
        versions = [(*v.key, *v.payload, v.valid_from, v.valid_to) for v in result.history]
        pairs.append((in_order(versions), project.rows(f"{table}__history", columns)))
    return "; ".join(
        f"missing {only(right, found)}, too much {only(found, right)}"
        for right, found in pairs
        if right != found
    )


def miscounted(
    model: FullModel, given: Snapshot, before: dict[Key, tuple[Value, ...]], counts: Counts
) -> str:
    """How the load's counts differ from the model's; empty when they do not."""
    rows = [
        (tuple(row[k] for k in KEYS), tuple(row[c] for c in ("a", "n"))) for row in given.accepted
    ]
    expected = full_classes(before, model.live, rows, len(given.rejected))
    found = classes(counts)
    return "" if found == expected else f"wanted {expected}, counted {found}"


def only(one: Rows, other: Rows) -> Rows:
    return [row for row in one if row not in other]


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_equals_the_reference_after_every_load(loaded: Loaded, name: str) -> None:
    assert not loaded.wrong[name], "\n".join(loaded.wrong[name])


def test_some_loads_were_refused(loaded: Loaded) -> None:
    assert loaded.refused > 10


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    before = loaded.project.bronze()
    loaded.project.replay()
    assert loaded.project.bronze() == before
