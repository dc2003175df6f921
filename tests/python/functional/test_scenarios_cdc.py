"""Change feed scenarios beyond the golden cases: an object each, three builds for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from support.engine import Rows
from support.project import Project, Run
from support.same import assert_same

EPOCH = datetime(1970, 1, 1)
START = datetime(2026, 3, 1)
BUILDS = (1, 2, 3)
KEY_AND_VALUE = {"id": "bigint", "a": "text"}
HISTORY = ("id", "a", "valid_from", "valid_to", "is_current")

Line = dict[str, Any]


def minute(number: int) -> datetime:
    return START + timedelta(minutes=number)


def change(kind: str, version: int, id: int, a: str | None) -> Line:
    """A row of a Delta change data feed."""
    time = minute(version).isoformat()
    about = {"_change_type": kind, "_commit_version": version, "_commit_timestamp": time}
    return {"id": id, "a": a, **about}


def captured(op: str, id: int, values: Line, source: Line, time: datetime) -> Line:
    """A Debezium event."""
    image = {"id": id, **values}
    millis = round((time - EPOCH) / timedelta(milliseconds=1))
    source = {"ts_ms": millis, "db": "shop", **source}
    before, after = (image, None) if op == "d" else (None, image)
    return {"before": before, "after": after, "source": source, "op": op, "ts_ms": millis}


def positions(commit: str | None, change: str | None, serial: int | None) -> Line:
    return {"commit_lsn": commit, "change_lsn": change, "event_serial_no": serial}


def upserts(first: int, value: str, count: int = 120, **more: Any) -> list[Line]:
    return [
        {"op": "U", "id": n, "seq": first + n, "a": f"{value}{n}", **more} for n in range(count)
    ]


LSN = ["00000027:00000ac0:0001", "00000027:00000ac0:0002", "0000002a:00000010:0001"]
DELIVERIES: dict[tuple[str, str], list[Iterable[Line | str]]] = {
    # The rewrite of version 2 arrives insert first, and again with its delete last of all.
    ("lake", "rewritten"): [
        [change("insert", 1, 1, "a"), change("insert", 1, 2, "b"), change("insert", 1, 3, "c")],
        [
            change("insert", 2, 1, "a2"),
            change("delete", 2, 1, "a"),
            change("delete", 3, 2, "b"),
            change("insert", 2, 3, "c2"),
            change("update_preimage", 4, 1, "a2"),
            change("update_postimage", 4, 1, "a4"),
        ],
        [change("delete", 2, 3, "c"), change("delete", 2, 1, "a")],
    ],
    ("mssql", "read_first"): [
        [
            captured("r", 1, {"a": "read"}, positions(None, None, None), minute(0)),
            captured("r", 2, {"a": "read"}, positions(LSN[0], None, None), minute(0)),
            captured("u", 2, {"a": "changed"}, positions(LSN[0], LSN[1], 1), minute(2)),
        ],
        [
            captured("u", 1, {"a": "changed"}, positions(LSN[1], LSN[1], 1), minute(3)),
            captured("u", 3, {"a": "changed"}, positions(LSN[1], LSN[1], 2), minute(3)),
            captured("u", 9, {"a": "nowhere"}, positions(None, None, None), minute(3)),
        ],
        [captured("r", 3, {"a": "read"}, positions(None, None, None), minute(0))],
    ],
    ("generic", "restarted"): [upserts(1001, "old"), upserts(1, "new"), []],
    ("generic", "with_epoch"): [
        upserts(1001, "old", server=1),
        upserts(1, "new", server=2),
        upserts(500, "late", 60, server=1),
    ],
    ("generic", "few_late"): [upserts(1001, "old", 99), upserts(1, "late", 99), []],
    ("generic", "late_archive"): [upserts(1001, "old"), upserts(1, "late"), []],
    ("generic", "repeated"): [upserts(1001, "old"), upserts(1001, "old"), []],
    ("generic", "wrong_clock"): [
        [{"op": "U", "id": 1, "seq": 1, "a": "x", "at": "2026-03-01T00:00:00"}],
        [{"op": "U", "id": 1, "seq": 2, "a": "y", "at": "2099-01-01T00:00:00"}],
        [{"op": "U", "id": 1, "seq": 3, "a": "z", "at": "2026-03-01T00:05:00"}],
    ],
    ("postgres", "partly_sent"): [
        [captured("c", 1, {"a": "x", "b": "p"}, {"lsn": 1}, minute(1))],
        [
            captured("u", 1, {"a": "?", "b": "q"}, {"lsn": 2}, minute(2)),
            captured("u", 1, {"a": None, "b": "?"}, {"lsn": 3}, minute(3)),
        ],
        [captured("u", 1, {"a": "?", "b": "r"}, {"lsn": 4}, minute(4))],
    ],
    ("generic", "all_late"): [
        [{"op": "U", "id": 1, "seq": 10, "a": "x"}],
        [{"op": "U", "id": 1, "seq": 5, "a": "late"}, {"op": "U", "id": 1, "seq": 4, "a": "late"}],
        [{"op": "U", "id": 2, "seq": 1, "a": "new"}],
    ],
    ("generic", "all_rejected"): [
        [{"op": "U", "id": 1, "seq": 10, "a": "x"}],
        [{"op": "?", "id": 1, "seq": 11, "a": "bad"}, "no JSON"],
        [{"op": "U", "id": 2, "seq": 1, "a": "new"}],
    ],
}


class Loaded:
    """The project after its builds, with bronze as each build left it."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.runs: dict[int, Run] = {}
        self.bronze: dict[int, dict[str, tuple[list[str], Rows]]] = {}

    def current(self, system: str, object: str, *columns: str) -> Rows:
        return self.project.rows(f"bronze.brz_{system}__{object}", columns or ("id", "a"))

    def history(self, system: str, object: str, *columns: str) -> Rows:
        return self.project.rows(f"bronze.brz_{system}__{object}__history", columns or HISTORY)

    def failures(self, build: int, object: str) -> dict[str, str]:
        return {n: m for n, m in self.runs[build].failures().items() if object in n}

    def tables(self, build: int, object: str) -> dict[str, tuple[list[str], Rows]]:
        return {n: t for n, t in self.bronze[build].items() if object in n}


def declare(project: Project) -> None:
    project.system("lake", format="json", cdc_format="delta")
    project.system("mssql", format="json", cdc_format="debezium_sqlserver")
    project.system("postgres", format="json", cdc_format="debezium_postgres")
    project.system("generic", format="json", cdc_format="generic")
    order = ["seq bigint"]

    def add(system: str, name: str, sequence: list[str], history: str, **settings: str) -> None:
        columns = KEY_AND_VALUE | ({"b": "text"} if name == "partly_sent" else {})
        project.object(system, name, columns, ["id"], "cdc", sequence, history, settings=settings)

    add("lake", "rewritten", [], "scd2")
    add("mssql", "read_first", [], "scd2")
    add("generic", "restarted", order, "scd2")
    add("generic", "with_epoch", order, "scd2", epoch="server bigint")
    add("generic", "few_late", order, "none")
    add("generic", "late_archive", order, "scd2", max_late_fraction="1")
    add("generic", "repeated", order, "none")
    add("generic", "wrong_clock", order, "scd2", event_time="at timestamp")
    add("postgres", "partly_sent", [], "scd2", partial_updates="true")
    add("generic", "all_late", order, "none")
    add("generic", "all_rejected", order, "none")
    project.generate()


def sent(line: Line | str) -> Line | str:
    """`?` is a value that PostgreSQL did not send."""
    if isinstance(line, dict) and line.get("after"):
        unavailable = "__debezium_unavailable_value"
        image = {k: unavailable if v == "?" else v for k, v in line["after"].items()}
        return {**line, "after": image}
    return line


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> Loaded:
    return play(Project(tmp_path_factory.mktemp("scenarios_cdc"), target))


def play(project: Project) -> Loaded:
    """A build after each delivery."""
    declare(project)
    result = Loaded(project)
    for build in BUILDS:
        for (system, name), deliveries in DELIVERIES.items():
            lines = [sent(line) for line in deliveries[build - 1]]
            if lines:
                project.deliver_json(system, name, f"{build:04}.jsonl", lines)
        result.runs[build] = project.try_build()
        result.bronze[build] = project.bronze()
    return result


def test_only_the_restarted_sequence_fails(loaded: Loaded) -> None:
    for build in BUILDS:
        failures = loaded.runs[build].failures()
        assert {n: m for n, m in failures.items() if "restarted" not in n} == {}


@pytest.mark.other_engines
def test_tables_equal_those_of_duckdb(loaded: Loaded, tmp_path: Path) -> None:
    assert_same(loaded.project, play(Project(tmp_path)).project)


def test_delta_feed_version_as_delete_and_insert(loaded: Loaded) -> None:
    """The upsert wins over the delete of its version, in whatever order and delivery they come."""
    assert loaded.current("lake", "rewritten") == [(1, "a4"), (3, "c2")]
    assert loaded.history("lake", "rewritten") == [
        (1, "a", minute(1), minute(2), False),
        (1, "a2", minute(2), minute(4), False),
        (1, "a4", minute(4), None, True),
        (2, "b", minute(1), minute(3), False),
        (3, "c", minute(1), minute(2), False),
        (3, "c2", minute(2), None, True),
    ]


def test_sql_server_snapshot_reads_rank_lowest(loaded: Loaded) -> None:
    """A snapshot read has null positions, which is not a missing sequence; a change has not."""
    assert loaded.current("mssql", "read_first") == [(1, "changed"), (2, "changed"), (3, "changed")]
    assert loaded.history("mssql", "read_first") == [
        (1, "changed", minute(3), None, True),
        (1, "read", minute(0), minute(3), False),
        (2, "changed", minute(2), None, True),
        (2, "read", minute(0), minute(2), False),
        (3, "changed", minute(3), None, True),
        (3, "read", minute(0), minute(3), False),
    ]
    rejected = loaded.project.query(
        "select reason, source_file from ops.quarantine where object = 'read_first'"
    )
    assert rejected == [("null_sequence", "read_first/0002.jsonl")]


def test_restarted_sequence_is_refused(loaded: Loaded) -> None:
    for build in (2, 3):
        failures = loaded.failures(build, "__restarted")
        assert failures
        assert all("sequence_restarted" in message for message in failures.values()), failures
    assert loaded.tables(1, "__restarted") == loaded.tables(3, "__restarted")
    assert loaded.current("generic", "restarted")[0] == (0, "old0")


def test_restarted_sequence_is_accepted_with_an_epoch(loaded: Loaded) -> None:
    current = loaded.current("generic", "with_epoch")
    assert sorted(current) == [(n, f"new{n}") for n in range(120)]
    history = loaded.history("generic", "with_epoch")
    first = sorted((r for r in history if r[0] == 7), key=lambda r: str(r[1]))
    # valid_from is the position, made monotone: the new server's positions begin below.
    assert first == [
        (7, "late7", 507, 1008, False),
        (7, "new7", 1008, None, True),
        (7, "old7", 1008, 1008, False),
    ]


def test_a_late_archive_is_accepted_when_told_so(loaded: Loaded) -> None:
    assert loaded.current("generic", "late_archive")[0] == (0, "old0")
    history = [row[1] for row in loaded.history("generic", "late_archive") if row[0] == 7]
    assert sorted(history) == ["late7", "old7"]


def test_few_late_rows_are_no_restart(loaded: Loaded) -> None:
    assert loaded.tables(1, "few_late") == loaded.tables(2, "few_late")


def test_repeated_rows_are_no_restart(loaded: Loaded) -> None:
    assert loaded.tables(1, "repeated") == loaded.tables(2, "repeated")


def test_event_of_2099_does_not_blank_later_versions(loaded: Loaded) -> None:
    assert loaded.history("generic", "wrong_clock") == [
        (1, "x", minute(0), minute(0), False),
        (1, "y", minute(0), minute(5), False),
        (1, "z", minute(5), None, True),
    ]


def test_not_sent_value_and_explicit_null(loaded: Loaded) -> None:
    columns = ("a", "b", "valid_from", "valid_to")
    assert loaded.current("postgres", "partly_sent", "id", "a", "b") == [(1, None, "r")]
    assert loaded.history("postgres", "partly_sent", *columns) == [
        (None, "q", minute(3), minute(4)),
        (None, "r", minute(4), None),
        ("x", "p", minute(1), minute(2)),
        ("x", "q", minute(2), minute(3)),
    ]


@pytest.mark.parametrize("name", ["all_late", "all_rejected"])
def test_file_without_a_row_for_bronze_is_not_read_again(loaded: Loaded, name: str) -> None:
    """Build 2 wrote nothing for its file; build 3 reads the new file only."""
    assert loaded.tables(1, name) == loaded.tables(2, name)
    staged = loaded.project.query(f"select distinct _source_file from staging.stg_generic__{name}")
    assert staged == [(f"{name}/0003.jsonl",)]
    assert loaded.current("generic", name) == [(1, "x"), (2, "new")]
