"""The golden cases of tests/python/fixtures/cdc-cases as Python values."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from support.reference import Definition, Value
from support.reference_accept import Cast, Raw, Reading, UncastableError

FOLDER = Path(__file__).parents[1] / "fixtures" / "cdc-cases"
PAYLOAD = ("a", "b")

Row = dict[str, str | None]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """A golden file's rows; an empty field is None."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple({k: v or None for k, v in row.items()} for row in csv.DictReader(file))


def of_case(name: str, case: str) -> list[Row]:
    return [row for row in rows(name) if row["case_id"] == case]


def listed(text: str | None, everything: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A golden list (`a+b`); `*` is everything."""
    if text == "*":
        return everything
    return tuple(text.split("+")) if text else ()


def integer(value: Value) -> Value:
    """A cast to bigint that accepts whole numbers only."""
    try:
        return int(str(value))
    except ValueError as error:
        raise UncastableError(str(value)) from error


def text(value: Value) -> Value:
    return str(value)


@dataclass(frozen=True)
class CdcCase:
    """A change feed case: its events in batches, in order of arrival, and how to read them."""

    case: str
    keys: tuple[str, ...]
    definition: Definition
    batches: tuple[tuple[Row, ...], ...]

    @property
    def composite(self) -> bool:
        return len(self.keys) > 1

    @property
    def truncates(self) -> bool:
        return any(row["op"] == "T" for batch in self.batches for row in batch)

    @property
    def reading(self) -> Reading:
        cast: Cast = text if self.composite else integer
        return Reading(self.definition, [cast] * len(self.keys), {}, [integer])

    def raw(self, row: Row) -> Raw:
        key = tuple(row[k] for k in self.keys)
        payload = {c: row[c] for c in PAYLOAD}
        return Raw(key, row["op"], (row["seq"],), payload, time=int(row["seq"] or 0))


@cache
def cdc_cases() -> tuple[CdcCase, ...]:
    cases = []
    for row in rows("cdc_cases"):
        case = str(row["case_id"])
        events = of_case("cdc_events", case)
        batches: dict[int, list[Row]] = defaultdict(list)
        for event in events:
            batches[int(str(event["batch"]))].append(event)
        definition = Definition(
            columns=PAYLOAD,
            track=listed(row["track_history"], PAYLOAD),
            ignore_null=listed(row["ignore_null"]),
        )
        cases.append(
            CdcCase(
                case=case,
                keys=listed(row["key_columns"]),
                definition=definition,
                batches=tuple(tuple(batches[i]) for i in range(1, max(batches) + 1)),
            )
        )
    return tuple(cases)


def expected_count(name: str, case: str, kind: str) -> dict[str, int]:
    """Expected counters of a case: reason to count."""
    return {
        str(row["reason"]): int(str(row["count"]))
        for row in of_case(name, case)
        if row["kind"] == kind
    }
