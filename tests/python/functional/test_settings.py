"""Settings that no other module needs: each takes effect, from its line to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from support.column import Column
from support.engine import Rows
from support.project import Project, Run

LONG_AGO, AHEAD = datetime(2020, 1, 1), datetime.now() + timedelta(hours=1)
ID_A = {"id": Column("bigint"), "a": Column()}
NUMBER = ID_A | {"n": Column("integer")}
TIMED = ID_A | {"at_time": Column("timestamp")}
CHANGED = ID_A | {"changed": Column("timestamp")}
CODED = ID_A | {"code": Column(lookup="src.codes.code")}
HEADS = {
    "changed": ("id", "a", "changed"),
    "code": ("id", "a", "code"),
    "at_time": ("id", "a", "at_time"),
}


def row(id: int, a: str = "x", **more: Any) -> dict[str, Any]:
    return {"id": id, "a": a, **more}


def event(op: str | None, seq: int, **more: Any) -> dict[str, Any]:
    return {"op": op, "seq": seq, **more}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, target: str) -> tuple[Project, list[Run]]:
    project = Project(tmp_path_factory.mktemp("settings"), target)
    project.system("src", format="csv", cdc_format="generic")

    def full(name: str, columns: dict[str, Column], **settings: str) -> None:
        project.object("src", name, columns, ["id"], "full", ["_file_number"], settings=settings)

    def cdc(name: str, columns: dict[str, Column], **settings: str) -> None:
        project.object("src", name, columns, ["id"], "cdc", ["seq bigint"], settings=settings)

    def delta(name: str, **settings: str) -> None:
        project.object("src", name, CHANGED, ["id"], "delta", ["changed"], settings=settings)

    def put(name: str, number: int, header: Sequence[str], *rows: dict[str, Any]) -> None:
        project.deliver_csv("src", name, f"{number:04}.csv", header, rows)

    full("codes", {"id": Column("bigint"), "code": Column()})
    full("cleansed", CODED, bronze="cleansed")
    full("light", CODED)
    full("tokens", ID_A, null_tokens="none|-")
    full("zoned", TIMED, time_zone="Europe/Berlin")
    full("switched_off", ID_A, enabled="false")
    full("missing_null", NUMBER, missing_column="null")
    full("missing_fail", NUMBER)
    full("retyped_reject", NUMBER, type_change="reject", max_delete_fraction="1")
    full("retyped_fail", NUMBER, type_change="fail")
    full("widened_fail", ID_A, new_column="fail")
    full("widened_ignore", ID_A, new_column="ignore")
    cdc("mapped", ID_A, operation_map="new=upsert|gone=delete|U=ignore|=upsert")
    cdc("rivals", ID_A, conflict="fail")
    delta("free")
    delta("lagging", cutoff_lag="1000 days")
    project.generate()

    runs = []
    put("codes", 1, ["id", "code"], {"id": 1, "code": "DE"}, {"id": 2, "code": "at"})
    for name in ("cleansed", "light"):
        put(name, 1, HEADS["code"], row(1, code=" de "), row(2, code="AT"), row(3, code="xx"))
    put("tokens", 1, ["id", "a"], row(1, "none"), row(2, " - "), row(3, "N/A"))
    summer, winter = "2026-07-01 12:00:00", "2026-12-01 12:00:00"
    zoned = [row(1, at_time=summer), row(2, at_time=winter), row(3, at_time=f"{summer}+00:00")]
    put("zoned", 1, HEADS["at_time"], *zoned)
    put("switched_off", 1, ["id", "a"], row(1))
    for name in ("missing_null", "missing_fail", "retyped_reject", "retyped_fail"):
        put(name, 1, ["id", "a", "n"], row(1, n=1), row(2, n=2))
    for name in ("widened_fail", "widened_ignore"):
        put(name, 1, ["id", "a"], row(1))
    codes = [("new", 1), ("gone", 2), (None, 3), ("U", 4), ("new", 5), ("gone", 6)]
    events = [event(op, seq, **row(1 if seq in (1, 2, 4) else seq)) for op, seq in codes]
    put("mapped", 1, ["op", "seq", "id", "a"], *events)
    put("rivals", 1, ["op", "seq", "id", "a"], event("I", 1, **row(1)))
    for name in ("free", "lagging"):
        given = [
            row(1, changed=LONG_AGO),
            row(2, changed=datetime(2026, 1, 1)),
            row(3, changed=AHEAD),
        ]
        put(name, 1, HEADS["changed"], *given)
    runs.append(project.build())

    put("missing_null", 2, ["id", "a"], row(1), row(2))
    put("missing_fail", 2, ["id", "a"], row(1), row(2))
    for name in ("retyped_reject", "retyped_fail"):
        put(name, 2, ["id", "a", "n"], row(1, n="one"), row(2, n=3))
    for name in ("widened_fail", "widened_ignore"):
        put(name, 2, ["id", "a", "more"], row(1, "y", more="z"))
    put(
        "rivals",
        2,
        ["op", "seq", "id", "a"],
        event("U", 2, **row(1, "y")),
        event("U", 2, **row(1, "z")),
    )
    runs.append(project.try_build())
    return project, runs


def rows(loaded: tuple[Project, list[Run]], name: str, *columns: str) -> Rows:
    return loaded[0].rows(f"bronze.brz_src__{name}", columns)


def test_cleansed_takes_the_spelling_of_the_reference(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "cleansed", "code") == [("DE",), ("at",), ("xx",)]
    assert rows(loaded, "light", "code") == [("AT",), ("de",), ("xx",)]


def test_null_tokens_replace_the_default(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "tokens", "id", "a") == [(1, None), (2, None), (3, "N/A")]


def test_times_without_a_zone_are_read_in_the_system_s(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "zoned", "id", "at_time") == [
        (1, datetime(2026, 7, 1, 10)),
        (2, datetime(2026, 12, 1, 11)),
        (3, datetime(2026, 7, 1, 12)),
    ]


def test_an_object_that_is_switched_off_is_not_built(loaded: tuple[Project, list[Run]]) -> None:
    assert not [name for name in loaded[0].bronze() if "switched_off" in name]


def test_a_missing_column(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "missing_null", "id", "n") == [(1, None), (2, None)]
    assert rows(loaded, "missing_fail", "id", "n") == [(1, 1), (2, 2)]


def test_a_value_of_another_type(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "retyped_reject", "id", "n", "_rescued") == [(1, 1, None), (2, 3, None)]
    assert rows(loaded, "retyped_fail", "id", "n") == [(1, 1), (2, 2)]


def test_a_new_column(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "widened_fail", "a", "_rescued") == [("x", None)]
    assert rows(loaded, "widened_ignore", "a", "_rescued") == [("y", None)]


def test_operation_codes_of_the_object_s_own(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "mapped", "id") == [(3,), (5,)]
    assert loaded[0].query("select * from ops.quarantine where object = 'mapped'") == []


def test_rivals_at_one_position_fail_the_load(loaded: tuple[Project, list[Run]]) -> None:
    assert rows(loaded, "rivals", "a") == [("x",)]


def test_only_these_loads_failed_and_say_why(loaded: tuple[Project, list[Run]]) -> None:
    wanted = {
        "stg_src__missing_fail": "MED-STG-004",
        "stg_src__retyped_fail": "MED-STG-006",
        "stg_src__widened_fail": "MED-STG-005",
        "brz_src__rivals__state": "sequence_conflict",
    }
    failures = loaded[1][1].failures()
    assert set(failures) == set(wanted)
    for name, code in wanted.items():
        assert code in failures[name], failures[name]


def test_the_watermark_stays_behind_the_cutoff(loaded: tuple[Project, list[Run]]) -> None:
    marks: dict[str, datetime] = dict(
        loaded[0].query(
            "select object, max(cast(watermark as timestamp)) from ops.load_state"
            " where object in ('free', 'lagging') group by object"
        )
    )
    assert marks == {"free": datetime(2026, 1, 1), "lagging": LONG_AGO}
    assert date.today() > marks["free"].date()
