"""The recorded PostgreSQL feed, however it is cut into deliveries: bronze ends with what PostgreSQL
held, value by value, but for values that the feed never sent (rows whose key changed).
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support import feed
from support.column import Column
from support.feed import CUSTOMERS, ORDERS, TABLES, Table
from support.project import Project, in_order
from support.same import assert_same
from support.stream_project import check_history

CUTS = (1, 2, 5)
# A load takes seconds there.
SLOW_CUTS = (1, 2)
# The flag's type changed from boolean to text mid-stream: either way of declaring it must do.
FLAG = {1: "text", 2: "boolean", 5: "boolean"}


def cuts_of(target: str) -> tuple[int, ...]:
    return CUTS if target == "dev" else SLOW_CUTS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cuts" in metafunc.fixturenames:
        metafunc.parametrize("cuts", cuts_of(str(metafunc.config.getoption("--target"))))


def retyped(table: Table, cuts: int) -> dict[str, Column]:
    return {"is_gift": Column(FLAG[cuts])} if table is ORDERS else {}


def deliveries(table: Table, cuts: int) -> list[list[str]]:
    """The feed's lines in as many deliveries. One or two keep the order of the feed between
    deliveries; of five, any line is in any of them. Inside a delivery, lines are in random order.
    """
    chance = random.Random(f"{table.name} {cuts}")
    lines = table.lines
    parts: list[list[str]] = [[] for _ in range(cuts)]
    if cuts == 5:
        for line in lines:
            parts[chance.randrange(cuts)].append(line)
    else:
        cut = chance.randint(1, len(lines) - 1) if cuts == 2 else len(lines)
        parts[0], parts[-1] = lines[:cut], lines[cut:] if cuts == 2 else lines
    for part in parts:
        chance.shuffle(part)
    return parts


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    return play(Project(tmp_path_factory.mktemp("erp_feed"), target), cuts_of(target))


def play(project: Project, all_cuts: tuple[int, ...]) -> Project:
    """Declares the feed once for each way of cutting it, and delivers the parts."""
    for cuts in all_cuts:
        system = f"erp{cuts}"
        project.system(system, format="json", cdc_format="debezium_postgres")
        for table in TABLES.values():
            settings = {"partial_updates": "true"} if table.partial else {}
            if table.name == "order_lines":
                settings["truncate"] = "true"
            project.object(
                system,
                table.name,
                columns=table.columns | retyped(table, cuts),
                keys=table.keys,
                load="cdc",
                history="scd2",
                settings=settings,
            )
    project.generate()
    for number in range(max(all_cuts)):
        systems = [f"erp{cuts}" for cuts in all_cuts if number < cuts]
        for cuts in all_cuts:
            for table in TABLES.values():
                if number < cuts:
                    part = deliveries(table, cuts)[number]
                    project.deliver_json(f"erp{cuts}", table.name, f"{number:04}.jsonl", part)
        project.build("--select", *(f"stg_{system}__*+" for system in systems))
    return project


def expected_rows(table: Table, extra: dict[str, Column]) -> list[tuple[object, ...]]:
    never_sent = feed.never_sent(table)
    rows: list[tuple[object, ...]] = []
    for row in feed.expected(table, extra):
        key = tuple(row[k] for k in table.keys)
        rows.append(tuple(None if (key, c) in never_sent else v for c, v in row.items()))
    return rows


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(project: Project, tmp_path: Path) -> None:
    assert_same(project, play(Project(tmp_path), cuts_of(project.target)))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_equals_what_postgres_held(project: Project, table: Table, cuts: int) -> None:
    found = project.rows(f"bronze.brz_erp{cuts}__{table.name}", list(table.columns))
    assert found == in_order(expected_rows(table, retyped(table, cuts)))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_history_is_consistent(project: Project, table: Table, cuts: int) -> None:
    name = f"bronze.brz_erp{cuts}__{table.name}"
    check_history(project, name, table.keys, table.payload, table.payload)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_history_equals_the_reference(project: Project, table: Table) -> None:
    columns = [*table.columns, "valid_from", "valid_to", "_start_sequence", "_end_sequence"]
    expected = [
        (
            *(*v.key, *v.payload),
            *(v.valid_from, v.valid_to, v.start[0], v.end[0] if v.end else None),
        )
        for v in feed.meaning(table.name).history
    ]
    found = project.rows(f"bronze.brz_erp1__{table.name}__history", columns)
    assert found == in_order(expected)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda t: t.name)
def test_cuts_make_no_difference(project: Project, table: Table) -> None:
    columns = [*table.columns, "valid_from", "valid_to", "_start_sequence", "_end_sequence"]
    columns = [f"cast({c} as varchar)" for c in columns]
    names = [f"bronze.brz_erp{c}__{table.name}__history" for c in cuts_of(project.target)]
    first, *others = (project.rows(name, columns) for name in names)
    assert all(rows == first for rows in others)


def test_nothing_is_rejected(project: Project, cuts: int) -> None:
    assert project.query("select * from ops.quarantine where system = ?", f"erp{cuts}") == []


def test_unknown_column_is_kept(project: Project, cuts: int) -> None:
    """The column added mid-stream is in _rescued until the metadata knows it."""
    field = project.engine.json_text("_rescued", "tier")
    found = project.rows(f"bronze.brz_erp{cuts}__customers", ["customer_id", field])
    tier = {"tier": Column()}
    expected = [(r["customer_id"], r["tier"]) for r in feed.expected(CUSTOMERS, tier)]
    assert found == in_order(expected)


def test_forced_replay_changes_nothing(project: Project) -> None:
    before = project.bronze()
    replayed = [f"erp2__{name}" for name in TABLES] if project.slow else []
    project.replay(*replayed)
    assert project.bronze() == before


def test_refresh_promotes_the_added_column(project: Project, tmp_path: Path) -> None:
    """Once the metadata knows the column, stored rows have it, too; nothing new needs to arrive."""
    copy = project.copy(tmp_path / "project")
    copy.medallion("add", "erp2.customers", "--refresh")
    copy.medallion("generate")
    copy.build("--select", "brz_erp2__customers", "+brz_erp2__customers+")
    columns = {**CUSTOMERS.columns, "tier": Column()}
    found = copy.rows("bronze.brz_erp2__customers", list(columns))
    assert found == in_order(expected_rows(CUSTOMERS, {"tier": Column()}))
