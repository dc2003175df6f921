"""Every golden change feed case, in several orders of arrival, through generated models.

Cases of the same definition share an object: the case and its order of arrival are part of the key.
A truncate empties a whole object, so its cases have objects of their own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from support import golden
from support.column import Column
from support.engine import Rows
from support.golden import CdcCase, Row, of_case
from support.project import Project, in_order
from support.same import assert_same

CASES = {c.case: c for c in golden.cdc_cases()}
ORDERS = ("own", "reversed", "one_batch", "single", "single_reversed", "shuffled")
# A build of an object takes seconds there: as many orders as still differ in what arrives together,
# three builds of each, and one order of what has an object of its own.
SLOW_ORDERS = ("own", "shuffled")
SLOW_BUILDS = 3
KEYS = ("case_id", "arrival")

Batches = list[list[Row]]


def orders_of(target: str) -> tuple[str, ...]:
    return ORDERS if target == "dev" else SLOW_ORDERS


def plays(case: CdcCase, order: str, target: str) -> bool:
    """Whether a case is delivered in that order on a target."""
    return order == "own" or target == "dev" or not case.truncates


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    target = str(metafunc.config.getoption("--target"))
    if "order" in metafunc.fixturenames:
        orders = orders_of(target)
        pairs = [(name, o) for name, c in CASES.items() for o in orders if plays(c, o, target)]
        metafunc.parametrize(("case_id", "order"), pairs)


def deliveries(case: CdcCase, order: str) -> Batches:
    """The case's events in batches, for one order of arrival."""
    own = [list(batch) for batch in case.batches]
    events = [row for batch in own for row in batch]
    if order == "own":
        return own
    if order == "reversed":
        return [batch[::-1] for batch in own[::-1]]
    if order == "one_batch":
        return [events]
    if order == "single":
        return [[row] for row in events]
    if order == "single_reversed":
        return [[row] for row in events[::-1]]
    return shuffled(case.case, events)


def shuffled(seed: str, events: list[Row]) -> Batches:
    """Events in random order, cut in three, with one batch delivered again."""
    chance = random.Random(seed)
    events = chance.sample(events, len(events))
    cuts = sorted(chance.randint(0, len(events)) for _ in range(2))
    batches = [events[: cuts[0]], events[cuts[0] : cuts[1]], events[cuts[1] :]]
    batches.insert(chance.randint(0, 3), chance.choice(batches))
    return batches


def capped(batches: Batches, most: int) -> Batches:
    """The batches with all that is too many in the last one."""
    return [*batches[: most - 1], [row for batch in batches[most - 1 :] for row in batch]]


def object_of(case: CdcCase, order: str) -> str:
    """Cases of one definition share an object."""
    if case.truncates or (case.case, order) == ("C34", "own"):
        return f"{case.case.lower()}_{order}"
    if case.composite:
        return "pair"
    track = "" if case.definition.track == golden.PAYLOAD else "_track_a"
    keep = "".join(f"_keep_{c}" for c in case.definition.ignore_null)
    return f"plain{track}{keep}"


@dataclass
class Loaded:
    """The golden project after its last delivery."""

    project: Project
    staged: list[tuple[Any, ...]] = field(default_factory=list)
    first_of_c34: Rows = field(default_factory=list)
    tables: dict[str, Rows] = field(default_factory=dict)

    def of(self, table: str, case: str, order: str) -> list[tuple[Any, ...]]:
        """A table's rows of one case and order, the case and the order left out."""
        return in_order(r[2:] for r in self.tables[table] if r[:2] == (case, order))


def declare(project: Project, plan: Iterable[tuple[str, str]]) -> dict[str, CdcCase]:
    """Declares every object of the cases and orders; returns an example case of each object."""
    project.system("golden", format="json", cdc_format="generic")
    objects = {object_of(CASES[case], order): CASES[case] for case, order in plan}
    for name, case in objects.items():
        settings = {}
        if case.definition.track != golden.PAYLOAD:
            settings["track"] = "|".join(case.definition.tracked)
        if case.definition.ignore_null:
            settings["ignore_null"] = "|".join(case.definition.ignore_null)
        if case.truncates:
            settings["truncate"] = "true"
        types = {k: Column("text" if case.composite else "bigint") for k in case.keys}
        project.object(
            "golden",
            name,
            columns={**dict.fromkeys(KEYS, Column("text")), **types, "a": Column(), "b": Column()},
            keys=[*KEYS, *case.keys],
            load="cdc",
            sequence=["seq bigint"],
            history="scd2",
            settings=settings,
        )
    project.generate()
    return objects


def line(case: CdcCase, order: str, row: Row) -> dict[str, object]:
    """An event as a JSON line: numbers as numbers."""
    keys = {k: row[k] if case.composite or row[k] is None else int(str(row[k])) for k in case.keys}
    sequence = None if row["seq"] is None else int(row["seq"])
    values = {"op": row["op"], "seq": sequence, "a": row["a"], "b": row["b"]}
    return {"case_id": case.case, "arrival": order, **keys, **values}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    return play(Project(tmp_path_factory.mktemp("golden_cdc"), target), plan_of(target))


def plan_of(target: str) -> dict[tuple[str, str], Batches]:
    """What a target gets of each case in each order of arrival."""
    pairs = [(c, o) for c in CASES.values() for o in orders_of(target) if plays(c, o, target)]
    plan = {(case.case, order): deliveries(case, order) for case, order in pairs}
    if target != "dev":
        plan = {name: capped(batches, SLOW_BUILDS) for name, batches in plan.items()}
    return plan


def play(project: Project, plan: Mapping[tuple[str, str], Batches]) -> Loaded:
    """Delivers every case in its orders of arrival, a build after each delivery."""
    objects = declare(project, plan)
    result = Loaded(project)
    for number in range(max(map(len, plan.values()))):
        files: dict[str, list[dict[str, object]]] = {}
        for (case, order), batches in plan.items():
            rows = batches[number] if number < len(batches) else []
            lines = files.setdefault(object_of(CASES[case], order), [])
            lines += [line(CASES[case], order, row) for row in rows]
        delivered = [name for name, lines in files.items() if lines or name == "c34_own"]
        for name in delivered:
            project.deliver_json("golden", name, f"{number:04}.jsonl", files[name])
        project.build("--select", *(f"stg_golden__{name}+" for name in delivered))
        for name in delivered:
            for row in project.query(
                f"select case_id, arrival, _reject_reason, _sequence, _rescued, _op, a, b,"
                f" {', '.join(objects[name].keys)} from staging.stg_golden__{name}"
            ):
                case_id, arrival, reason, sequence, rescued, op, *rest = row
                event = (op, *rest[:2]) if op not in (None, "ignore") else None
                key = tuple(rest[2:])
                result.staged.append((case_id, arrival, reason, key, sequence, event, rescued))
        if number == 0:
            result.first_of_c34 = project.rows("bronze.brz_golden__c34_own")
    for suffix, extra in (("", ()), ("__history", ("valid_from", "valid_to", "is_current"))):
        found: Rows = []
        for name, case_of in objects.items():
            columns = [*KEYS, *case_of.keys, "a", "b", *extra]
            found += project.rows(f"bronze.brz_golden__{name}{suffix}", columns)
        result.tables[suffix] = found
    return result


def typed_key(case: CdcCase, row: Row) -> tuple[object, ...]:
    return tuple(row[k] if case.composite else int(str(row[k])) for k in case.keys)


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


def test_current_rows(loaded: Loaded, case_id: str, order: str) -> None:
    case = CASES[case_id]
    expected = [
        (*typed_key(case, r), r["a"], r["b"]) for r in of_case("cdc_expected_scd1", case_id)
    ]
    assert loaded.of("", case_id, order) == in_order(expected)


def test_history(loaded: Loaded, case_id: str, order: str) -> None:
    case = CASES[case_id]
    expected = [
        (
            *(*typed_key(case, r), r["a"], r["b"]),
            *(number(r["start_at"]), number(r["end_at"]), r["end_at"] is None),
        )
        for r in of_case("cdc_expected_scd2", case_id)
    ]
    assert loaded.of("__history", case_id, order) == in_order(expected)


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(loaded: Loaded, tmp_path: Path) -> None:
    twin = play(Project(tmp_path), plan_of(loaded.project.target))
    assert_same(loaded.project, twin.project)


@pytest.mark.parametrize("case_id", CASES)
def test_counters_of_the_own_order(loaded: Loaded, case_id: str) -> None:
    staged = [row[2:] for row in loaded.staged if row[:2] == (case_id, "own")]
    reasons = Counter(reason for reason, *_ in staged if reason)
    assert reasons == golden.expected_count("cdc_expected_counters", case_id, "quarantine")

    kept = loaded.project.query(
        "select reason, count(*) from ops.quarantine where raw like ? and raw like ? group by all",
        f'%"{case_id}"%',
        '%"own"%',
    )
    assert dict(kept) == dict(reasons)
    events = {repr((k, s, e)) for reason, k, s, e, _ in staged if not reason and e}
    places = {repr((k, s)) for reason, k, s, e, _ in staged if not reason and e}
    warned = golden.expected_count("cdc_expected_counters", case_id, "warning")
    assert len(events) - len(places) == warned.get("sequence_conflict", 0)


def test_nothing_is_rescued(loaded: Loaded) -> None:
    assert [row for row in loaded.staged if row[-1] is not None] == []


def test_empty_batch_makes_empty_tables(loaded: Loaded) -> None:
    assert loaded.first_of_c34 == []


def test_forced_replay_changes_nothing(loaded: Loaded) -> None:
    before = loaded.project.bronze()
    replayed = ["plain", "pair", "c42_own"] if loaded.project.slow else []
    loaded.project.replay(*(f"golden__{name}" for name in replayed))
    assert loaded.project.bronze() == before


def test_unchanged_files_are_not_read_again(loaded: Loaded) -> None:
    loaded.project.build("--select", "stg_golden__plain+")
    assert loaded.project.query("select count(*) from staging.stg_golden__plain") == [(0,)]
