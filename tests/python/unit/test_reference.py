"""The reference model itself, against every golden case."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest

from support import feed, golden
from support.golden import CdcCase, of_case
from support.reference import Definition, Event, Result, Value, apply, known_time, place, rank
from support.reference_accept import Raw, Reading, accept
from support.reference_loads import DeltaModel, FullModel
from support.streams import Shape, make_stream

CDC = {c.case: c for c in golden.cdc_cases()}
SNAPSHOTS = [str(r["case_id"]) for r in golden.rows("snapshot_cases")]
DELTAS = [str(r["case_id"]) for r in golden.rows("delta_cases")]


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


def key_of(case: CdcCase, row: golden.Row) -> tuple[Value, ...]:
    return tuple(row[k] if case.composite else number(row[k]) for k in case.keys)


def history_rows(result: Result) -> list[tuple[object, ...]]:
    return sorted(
        ((*v.key, *v.payload, v.valid_from, v.valid_to) for v in result.history), key=repr
    )


@pytest.mark.parametrize("order", ["own", "reversed", "replayed"])
@pytest.mark.parametrize("case_id", CDC)
def test_cdc_case(case_id: str, order: str) -> None:
    case = CDC[case_id]
    sent = [row for batch in case.batches for row in batch]
    sent = {"own": sent, "reversed": sent[::-1], "replayed": sent + sent[::-1]}[order]
    outcomes = [accept(case.reading, case.raw(row)) for row in sent]
    result = apply(case.definition, [o.event for o in outcomes if o.event])

    current = [(*k, *v) for k, v in result.current.items()]
    expected = [(*key_of(case, r), r["a"], r["b"]) for r in of_case("cdc_expected_scd1", case_id)]
    assert sorted(current, key=repr) == sorted(expected, key=repr)
    expected_history = [
        (*key_of(case, r), r["a"], r["b"], number(r["start_at"]), number(r["end_at"]))
        for r in of_case("cdc_expected_scd2", case_id)
    ]
    assert history_rows(result) == sorted(expected_history, key=repr)
    if order == "own":
        reasons = Counter(o.reason for o in outcomes if o.reason)
        assert reasons == golden.expected_count("cdc_expected_counters", case_id, "quarantine")
        warned = golden.expected_count("cdc_expected_counters", case_id, "warning")
        assert result.conflicts == warned.get("sequence_conflict", 0)


def full_model(case_id: str) -> FullModel:
    (case,) = of_case("snapshot_cases", case_id)
    fraction = case["max_delete_fraction"]
    return FullModel(
        definition=Definition(golden.PAYLOAD, golden.listed(case["track_history"], golden.PAYLOAD)),
        keys=("k1",),
        allow_empty=case["allow_empty"] == "true",
        max_delete_fraction=None if fraction is None else float(fraction),
    )


@pytest.mark.parametrize("case_id", SNAPSHOTS)
def test_snapshot_case(case_id: str) -> None:
    model = full_model(case_id)
    rejected = 0
    for load in of_case("snapshot_loads", case_id):
        rows = [r for r in of_case("snapshot_rows", case_id) if r["load"] == load["load"]]
        values = [{"k1": number(r["k1"]), "a": r["a"], "b": r["b"]} for r in rows]
        bad = [r for r in values if r["k1"] is None]
        good = [r for r in values if r["k1"] is not None]
        refused = model.load(number(load["version"]), good, bad)
        assert load["expected_outcome"] == (f"refused:{refused}" if refused else "ok")
        rejected += len(bad)

    counted = golden.expected_count("full_delta_expected_counters", case_id, "quarantine")
    assert rejected == counted.get("null_key", 0)
    result = model.result()
    assert result.current == model.live
    assert sorted((*k, *v) for k, v in result.current.items()) == [
        (number(r["k1"]), r["a"], r["b"]) for r in of_case("snapshot_expected_scd1", case_id)
    ]
    expected = [
        (number(r["k1"]), r["a"], r["b"], number(r["start_at"]), number(r["end_at"]))
        for r in of_case("snapshot_expected_scd2", case_id)
    ]
    assert history_rows(result) == sorted(expected, key=repr)


@pytest.mark.parametrize("case_id", DELTAS)
def test_delta_case(case_id: str) -> None:
    (case,) = of_case("delta_cases", case_id)
    model = DeltaModel(("k1",), ("wm", "a"), "wm", lookback=number(case["lookback"]))
    for load in of_case("delta_loads", case_id):
        rows = [r for r in of_case("delta_rows", case_id) if r["load"] == load["load"]]
        model.load(
            [{"k1": number(r["k1"]), "wm": number(r["wm"]), "a": r["a"]} for r in rows],
            cutoff=number(load["cutoff"]),
        )
        assert model.watermark == number(load["expected_watermark"])

    result = model.result()
    assert sorted((*k, *v) for k, v in result.current.items()) == [
        (number(r["k1"]), number(r["wm"]), r["a"]) for r in of_case("delta_expected", case_id)
    ]
    counted = golden.expected_count("full_delta_expected_counters", case_id, "quarantine")
    assert Counter(model.rejected) == counted
    warned = golden.expected_count("full_delta_expected_counters", case_id, "warning")
    assert result.conflicts == warned.get("sequence_conflict", 0)


def upsert(sequence: int, time: Value = None, **payload: Value) -> Event:
    sent = {"a": None, **payload}
    missing = frozenset(c for c, v in sent.items() if v == "?")
    return Event((1,), (sequence,), "upsert", sent, missing, time)


def periods(*events: Event, definition: Definition | None = None) -> list[tuple[object, ...]]:
    result = apply(definition or Definition(("a",)), events)
    return [(*v.payload, v.valid_from, v.valid_to) for v in result.history]


def test_event_times_never_run_backwards() -> None:
    events = [upsert(1, 50, a="x"), upsert(2, 40, a="y"), upsert(3, 60, a="z")]
    assert periods(*events) == [("x", 50, 50), ("y", 50, 60), ("z", 60, None)]


def test_unknown_event_time_is_the_previous_known_one() -> None:
    events = [upsert(1, 50, a="x"), upsert(2, None, a="y"), upsert(3, 60, a="z")]
    assert periods(*events) == [("x", 50, 50), ("y", 50, 60), ("z", 60, None)]


def test_truncate_closes_at_its_time_and_later_events_start_no_earlier() -> None:
    truncate = Event((), (2,), "truncate", time=70)
    events = [upsert(1, 50, a="x"), truncate, upsert(3, 60, a="x")]
    assert periods(*events) == [("x", 50, 70), ("x", 70, None)]


def test_not_sent_keeps_the_value_of_the_same_life_and_an_explicit_null_overwrites() -> None:
    definition = Definition(("a", "b"), partial_updates=True)
    events = [
        upsert(1, 1, a="x", b="p"),
        upsert(2, 2, a="?", b="q"),
        upsert(3, 3, a=None, b="?"),
        upsert(4, 4, a="?", b="?"),
        Event((1,), (5,), "delete", time=5),
        upsert(6, 6, a="?", b="r"),
    ]
    result = apply(definition, events[::-1])
    assert [v.payload for v in result.history] == [
        ("x", "p"),
        ("x", "q"),
        (None, "q"),
        (None, "r"),
    ]
    assert result.incomplete == {((1,), "a")}


def test_delta_feed_upsert_wins_over_the_delete_of_its_version() -> None:
    definition = Definition(("a",), tie="upsert")
    events = [upsert(1, 1, a="x"), Event((1,), (2,), "delete", time=2), upsert(2, 2, a="y")]
    assert periods(*events, definition=definition) == [("x", 1, 2), ("y", 2, None)]


def test_clock_beyond_tolerance_is_not_believed() -> None:
    now = datetime(2026, 1, 1)
    assert known_time(now + timedelta(hours=23), now) == now + timedelta(hours=23)
    assert known_time(datetime(2099, 1, 1), now) is None


def test_first_reason_wins() -> None:
    reading = Reading(Definition(("a",)), [golden.integer], {"a": golden.integer}, [golden.integer])

    def reason(key: Value, op: str | None, sequence: Value, value: Value = "1") -> str | None:
        return accept(reading, Raw((key,), op, (sequence,), {"a": value})).reason

    assert reason(None, "?", None) == "unknown_op"
    assert reason(None, "U", None) == "null_key"
    assert reason("x", "U", None) == "null_sequence"
    assert reason("x", "U", "1") == "cast_error"
    assert reason("1", "U", "1", "x") is None
    assert reason(None, "B", None) is None


SHAPES = [
    Shape("plain", {"a": "text", "b": "few"}),
    Shape("timed", {"a": "few", "b": "few"}, times=True, track=("a",), truncates=True),
    Shape("keep", {"a": "blank", "b": "few"}, ignore_null=("a",), sequence=("wide", "lsn")),
    Shape("partial", {"a": "few"}, feed="debezium", times=True, partial_updates=True),
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s.name)
def test_streams_mean_the_same_in_every_order(shape: Shape) -> None:
    """The reference's own invariants, on the streams that functional tests use."""
    for number in range(50):
        stream = make_stream(shape, number)
        result = stream.result(shape)
        stream.outcomes = (stream.outcomes * 2)[::-1]
        again = stream.result(shape)
        assert again.current == result.current
        assert sorted(again.history, key=repr) == sorted(result.history, key=repr)
        open_versions = {v.key: v.payload for v in result.history if v.is_current}
        assert result.current == open_versions
        for version in result.history:
            assert version.end is None or place(version.start) < place(version.end)
            assert version.valid_to is None or rank(version.valid_from) <= rank(version.valid_to)


@pytest.mark.parametrize("table", feed.TABLES.values(), ids=lambda t: t.name)
def test_recorded_feed(table: feed.Table) -> None:
    """The reference ends with what PostgreSQL held, but for what the feed never sent."""
    excepted = feed.never_sent(table)
    current = feed.meaning(table.name).current
    expected = {
        tuple(row[k] for k in table.keys): {c: row[c] for c in table.payload}
        for row in feed.expected(table)
    }
    found = {key: dict(zip(table.payload, row, strict=True)) for key, row in current.items()}
    assert found.keys() == expected.keys()
    for key, row in expected.items():
        known = {c: None if (key, c) in excepted else v for c, v in row.items()}
        assert found[key] == known
    assert not excepted or table is feed.CUSTOMERS
