"""Which rows of a feed are accepted, in plain Python: load-semantics section 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from support.reference import Definition, Event, Key, Op, Value, known_time

GENERIC_OPS: dict[str, Op | None] = {
    **dict.fromkeys(["I", "U", "R", "c", "u", "r", "insert", "update"], "upsert"),
    **dict.fromkeys(["update_postimage"], "upsert"),
    **dict.fromkeys(["D", "d", "delete"], "delete"),
    **dict.fromkeys(["T", "t"], "truncate"),
    **dict.fromkeys(["B", "M", "m", "update_preimage"], None),
}
NULL_TOKENS = ("", "N/A")
PLACEHOLDER = "__debezium_unavailable_value"


class UncastableError(ValueError):
    """A raw value that has no meaning in its column's type."""


Cast = Callable[[Value], Value]


@dataclass(frozen=True)
class Raw:
    """A row as the feed sent it: raw values, None where the field is null or absent."""

    key: tuple[Value, ...]
    op: str | None
    sequence: tuple[Value, ...]
    payload: Mapping[str, Value]
    time: Value = None


@dataclass(frozen=True)
class Reading:
    """How raw rows become events. A column without a cast is text."""

    definition: Definition
    key_casts: Sequence[Cast]
    casts: Mapping[str, Cast]
    sequence_casts: Sequence[Cast]
    required: tuple[str, ...] = ()
    null_tokens: tuple[str, ...] = NULL_TOKENS
    null_sequence_allowed: bool = False
    placeholder: str | None = None
    clean: bool = True
    loaded_at: datetime = datetime(2100, 1, 1)


@dataclass(frozen=True)
class Outcome:
    """An event, a reason for rejecting, or neither for an ignored row."""

    event: Event | None = None
    reason: str | None = None


def accept(reading: Reading, raw: Raw) -> Outcome:
    """The first reason wins: op, null key, null sequence, casts, unavailable values."""
    if raw.op is None or raw.op not in GENERIC_OPS:
        return Outcome(reason="unknown_op")
    op = GENERIC_OPS[raw.op]
    if op is None:
        return Outcome()
    if op != "truncate" and any(part is None for part in raw.key):
        return Outcome(reason="null_key")
    if not reading.null_sequence_allowed and any(part is None for part in raw.sequence):
        return Outcome(reason="null_sequence")
    try:
        key: Key = ()
        if op != "truncate":
            key = _cast_all(reading.key_casts, raw.key)
        sequence = _cast_all(reading.sequence_casts, raw.sequence)
        payload, not_sent = _payload(reading, raw) if op == "upsert" else ({}, frozenset())
    except UncastableError:
        return Outcome(reason="cast_error")
    if not_sent - set(reading.definition.carried):
        return Outcome(reason="unavailable_value")
    time = known_time(raw.time, reading.loaded_at)
    return Outcome(event=Event(key, sequence, op, payload, not_sent, time))


def _cast_all(casts: Sequence[Cast], values: Sequence[Value]) -> tuple[Value, ...]:
    return tuple(None if v is None else c(v) for c, v in zip(casts, values, strict=True))


def _payload(reading: Reading, raw: Raw) -> tuple[dict[str, Value], frozenset[str]]:
    """Typed values, NULL where a value does not cast, and the columns that were not sent."""
    payload: dict[str, Value] = {}
    not_sent = set()
    for column in reading.definition.columns:
        value = raw.payload.get(column)
        if reading.placeholder is not None and value == reading.placeholder:
            not_sent.add(column)
            value = None
        elif value is None and column in reading.definition.ignore_null:
            not_sent.add(column)
        payload[column] = _value(reading, column, value)
    return payload, frozenset(not_sent)


def _value(reading: Reading, column: str, value: Value) -> Value:
    if reading.clean and isinstance(value, str):
        value = value.strip(" ")
        value = None if value in reading.null_tokens else value
    if value is None:
        return None
    try:
        return reading.casts.get(column, _as_is)(value)
    except UncastableError:
        if column in reading.required:
            raise
        return None


def _as_is(value: Value) -> Value:
    return value
