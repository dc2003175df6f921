"""`medallion trace` without a warehouse: keys as typed, and what an event was when it came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from medallion.metadata import load
from medallion.metadata.models import Object
from medallion.trace.accepted import arrival
from medallion.trace.event import Event, in_order, place
from medallion.trace.key import TraceError, parse
from unit.control_tables import Edit, write_tables

Rows = list[dict[str, Any]]


def item_with_keys(folder: Path, keys: str) -> Object:
    write_tables(
        folder,
        Edit(file="objects.csv", add=f"erp,traced,traced/*.jsonl,full,{keys},_file_time,,"),
        Edit(file="columns.csv", add="erp,traced,id,,bigint,,,,"),
        Edit(file="columns.csv", add="erp,traced,line,,text,,,,"),
    )
    return load(folder).objects["erp.traced"]


@pytest.mark.parametrize("texts", [("1|a",), ("1", "a"), ("id=1", "line=a"), ("line=a", "id=1")])
def test_a_key_of_several_columns(tmp_path: Path, texts: tuple[str, ...]) -> None:
    assert parse(item_with_keys(tmp_path, "id|line"), texts) == {"id": "1", "line": "a"}


def test_the_text_of_a_single_key_is_taken_as_it_stands(tmp_path: Path) -> None:
    item = item_with_keys(tmp_path, "line")
    assert parse(item, ["a|b=c"]) == {"line": "a|b=c"}
    assert parse(item, ["line=x"]) == {"line": "x"}


@pytest.mark.parametrize(
    "texts", [("1",), ("1|a|b",), ("id=1",), ("id=1", "id=2"), ("id=1", "other=2", "line=a")]
)
def test_a_key_with_other_parts_is_refused(tmp_path: Path, texts: tuple[str, ...]) -> None:
    with pytest.raises(TraceError) as error:
        parse(item_with_keys(tmp_path, "id|line"), texts)
    assert [problem.code for problem in error.value.problems] == ["TRACE_001"]


def test_an_object_without_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TraceError) as error:
        parse(item_with_keys(tmp_path, ""), ["1"])
    assert [problem.code for problem in error.value.problems] == ["TRACE_003"]


def row(sequence: int, load_id: str, op: str = "upsert", qty: int | None = 1) -> dict[str, Any]:
    return {"_sequence": sequence, "_inserted_load_id": load_id, "_op": op, "qty": qty}


@pytest.mark.parametrize(
    ("before", "event", "expected"),
    [
        ([], row(5, "B"), "inserted"),
        ([row(4, "A")], row(5, "B", qty=2), "updated"),
        ([row(4, "A")], row(5, "B"), "unchanged"),
        ([row(4, "A")], row(5, "B", "delete", None), "deleted"),
        ([], row(5, "B", "delete", None), "unchanged"),
        ([row(4, "A", "delete", None)], row(5, "B"), "inserted"),
        ([row(6, "A")], row(5, "B"), "late"),
        ([row(6, "B")], row(5, "B"), "superseded"),
        ([row(6, "B"), row(7, "A")], row(5, "B"), "late"),
        # What came afterwards does not change what it was.
        ([row(6, "C")], row(5, "B"), "inserted"),
    ],
)
def test_what_an_event_was_when_it_came(before: Rows, event: Any, expected: str) -> None:
    assert arrival(event, [*before, event], [], ["qty"]) == expected


def test_a_truncate_between_two_events_ends_the_first() -> None:
    first, second = row(4, "A"), row(8, "C")
    cut = {"_sequence": 6, "_inserted_load_id": "B"}
    assert arrival(second, [first, second], [cut], ["qty"]) == "inserted"
    late = row(5, "C", "delete", None)
    assert arrival(late, [first, late], [cut], ["qty"]) == "unchanged"


def test_events_are_shown_by_sequence_and_those_without_one_last() -> None:
    events = [Event("B", None, None, "rejected"), Event("C", 2, "upsert", "late")]
    events.append(Event("A", 9, "upsert", "inserted", files=("a", "b")))
    assert [event.sequence for event in in_order(events)] == [2, 9, None]
    assert place(events[2]) == "a or b"
