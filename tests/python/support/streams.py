"""Random change streams: raw rows, the lines that carry them, and what they mean."""

from __future__ import annotations

import json
import random
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from support.golden import integer, text
from support.reference import Definition, Event, Position, Result, Value, apply
from support.reference_accept import PLACEHOLDER, Cast, Outcome, Raw, Reading, accept

EPOCH = datetime(1970, 1, 1)
START = datetime(2026, 3, 1)
TEXTS = ["x", "X", "y", "ä", "a\u0308", "'; --", 'q"', "|", "\\", "💧", "a\nb", "0", "null", "z,z"]
KEY_TEXTS = ["a", "A", " a", "", "ä", "a\u0308", "N/A", "it's", '"', "a|b", "\\n", "線", "null"]
LSNS = ["0000002a:00000410:0003", "0000002a:00000410:000b", "0000002b:00000001:0001"]


@dataclass(frozen=True)
class Type:
    """A column type: what the feed sends, and what bronze holds."""

    name: str
    raw: tuple[Any, ...]
    cast: Cast


def _moment(value: Value) -> Value:
    return datetime.fromisoformat(str(value))


def _day(value: Value) -> Value:
    return date.fromisoformat(str(value))


def _decimal(value: Value) -> Value:
    return Decimal(str(value)).quantize(Decimal("0.001"))


def _moments(count: int) -> tuple[str, ...]:
    return tuple((START + timedelta(seconds=i, microseconds=i)).isoformat() for i in range(count))


TYPES = {
    "text": Type("text", tuple(TEXTS), text),
    "few": Type("text", ("x", "y", "z"), text),
    "blank": Type("text", ("x", "y", "", " N/A ", "N/A"), text),
    "bigint": Type("bigint", (-1, 0, 9, 10, 2**53 + 1, 2**63 - 1), integer),
    "decimal": Type("decimal(12,3)", ("-1.5", "9.1", "10.0", "10.000"), _decimal),
    "boolean": Type("boolean", (True, False), lambda v: v),
    "date": Type("date", ("2024-02-29", "1999-12-31"), _day),
    "timestamp": Type("timestamp", _moments(3), _moment),
}
PARTS: dict[str, Type] = {
    "number": Type("bigint", tuple(range(1, 13)), integer),
    "wide": Type("bigint", (-5, -1, 0, 9, 10, 2**53, 2**53 + 1, 2**62), integer),
    "small": Type("integer", (0, 1, 2), integer),
    "moment": Type("timestamp", _moments(4), _moment),
    "lsn": Type("text", tuple(LSNS), text),
}


@dataclass(frozen=True)
class Shape:
    """An object for random streams. Names in `columns`, `sequence` are of TYPES and PARTS."""

    name: str
    columns: Mapping[str, str]
    sequence: tuple[str, ...] = ("number",)
    epoch: bool = False
    keys: Literal["number", "text"] = "number"
    track: tuple[str, ...] | None = None
    ignore_null: tuple[str, ...] = ()
    partial_updates: bool = False
    feed: Literal["generic", "debezium"] = "generic"
    times: bool = False
    truncates: bool = False
    history: Literal["none", "scd2"] = "scd2"
    raw: bool = False
    streams: int = 25

    @property
    def definition(self) -> Definition:
        return Definition(tuple(self.columns), self.track, self.ignore_null, self.partial_updates)

    @property
    def parts(self) -> tuple[Type, ...]:
        """Types of the sequence's components, the epoch first."""
        names = (("small",) if self.epoch else ()) + self.sequence
        return tuple(PARTS[name] for name in names)

    @property
    def reading(self) -> Reading:
        key_cast: Cast = text if self.raw or self.keys == "text" else integer
        casts = {c: text if self.raw else TYPES[t].cast for c, t in self.columns.items()}
        return Reading(
            definition=self.definition,
            key_casts=[text, key_cast],
            casts=casts,
            sequence_casts=[part.cast for part in self.parts],
            null_tokens=() if self.raw else ("", "N/A"),
            placeholder=PLACEHOLDER if self.feed == "debezium" else None,
            clean=not self.raw,
            loaded_at=datetime.now(UTC).replace(tzinfo=None),
        )


@dataclass
class Stream:
    """A stream's rows and, for each, what becomes of it."""

    name: str
    rows: list[Raw] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)

    def result(self, shape: Shape) -> Result:
        """The tables that the stream's accepted events mean."""
        return apply(shape.definition, [o.event for o in self.outcomes if o.event])


def make_stream(shape: Shape, number: int) -> Stream:
    """A stream, the same for the same shape and number."""
    chance = random.Random(f"{shape.name} {number}")
    stream = Stream(f"s{number:03}")
    reading = shape.reading
    pool: Sequence[Any] = KEY_TEXTS if shape.keys == "text" else range(1, 100)
    keys = chance.sample(list(pool), chance.choice([1, 1, 2, 3]))
    for _ in range(chance.randint(4, 14) * len(keys)):
        raw = _random_row(shape, chance, stream.name, chance.choice(keys))
        if chance.random() < 0.08:
            raw = _broken(chance, raw)
        outcome = accept(reading, raw)
        if _ambiguous(shape, stream, outcome):
            continue
        stream.rows.append(raw)
        stream.outcomes.append(outcome)
    return stream


def _random_row(shape: Shape, chance: random.Random, stream: str, key: Any) -> Raw:
    weights = {"I": 2, "U": 8, "D": 2, "R": 1, "B": 1, "T": 1 if shape.truncates else 0}
    if shape.feed == "debezium":
        weights = {"c": 2, "u": 8, "d": 2, "r": 1, "m": 1, "t": 1 if shape.truncates else 0}
    op = chance.choices(list(weights), list(weights.values()))[0]
    sequence = tuple(chance.choice(part.raw) for part in shape.parts)
    if op in "Tt":
        return Raw((None, None), op, sequence, {}, _time(shape, "", sequence))
    payload = {c: _random_value(shape, chance, c) for c in shape.columns}
    if op in "Dd" and chance.random() < 0.5:
        payload = dict.fromkeys(payload)
    said = (op in "Dd") or sorted(payload.items())
    return Raw((stream, key), op, sequence, payload, _time(shape, f"{key}{said}", sequence))


def _random_value(shape: Shape, chance: random.Random, column: str) -> Any:
    unavailable = 0.3 if shape.partial_updates else 0.02
    if shape.feed == "debezium" and chance.random() < unavailable:
        return PLACEHOLDER
    empty = 0.4 if column in shape.ignore_null else 0.15
    return None if chance.random() < empty else chance.choice(TYPES[shape.columns[column]].raw)


def _time(shape: Shape, said: str, sequence: Position) -> Value:
    """Event times follow from the event, so that a duplicate has its original's; they run
    backwards, are null, and sometimes of 2099.
    """
    if not shape.times:
        first = 1 if shape.epoch else 0
        return shape.parts[first].cast(sequence[first])
    drawn = zlib.crc32(f"{said}{sequence}".encode()) % 23
    if drawn == 0:
        return None
    return datetime(2099, 1, 1) if drawn == 1 else START + timedelta(minutes=drawn)


def _broken(chance: random.Random, raw: Raw) -> Raw:
    """A row that must be rejected."""
    stream = raw.key[0]
    kind = chance.choice(["op", "no op", "key", "sequence"])
    if kind == "key" and raw.op not in ("T", "t"):
        return Raw((stream, None), raw.op, raw.sequence, raw.payload, raw.time)
    if kind == "sequence":
        return Raw(raw.key, raw.op, (None, *raw.sequence[1:]), raw.payload, raw.time)
    return Raw(raw.key, "?" if kind == "op" else None, raw.sequence, raw.payload, raw.time)


def _ambiguous(shape: Shape, stream: Stream, outcome: Outcome) -> bool:
    """Whether the meaning of an event hangs on what the specification leaves open.

    Left open are rivals that differ in nothing but their not-sent columns or their event time, and
    a truncate with an event time at an event's position.
    """
    event = outcome.event
    if event is None:
        return False
    for other in (o.event for o in stream.outcomes):
        if other is None or other.sequence != event.sequence:
            continue
        if shape.times and "truncate" in (event.op, other.op) and event.op != other.op:
            return True
        same = (other.key, other.op) == (event.key, event.op) and _values(other) == _values(event)
        if same and event.op == "upsert" and other.not_sent != event.not_sent:
            return True
        if same and other.time != event.time:
            return True
    return False


def _values(event: Event) -> dict[str, Value]:
    return dict(event.payload) if event.op == "upsert" else {}


Line = dict[str, Any] | str


def line_of(shape: Shape, raw: Raw) -> Line:
    """A row as the feed sends it."""
    return _debezium_line(shape, raw) if shape.feed == "debezium" else _generic_line(shape, raw)


def _generic_line(shape: Shape, raw: Raw) -> Line:
    line: dict[str, Any] = {"op": raw.op, "stream": raw.key[0], "k": raw.key[1]}
    names = sequence_names(shape)
    line |= dict(zip(names, raw.sequence, strict=True))
    line |= {c: v for c, v in raw.payload.items() if v is not None or zlib.crc32(c.encode()) % 2}
    if shape.times:
        line["at"] = raw.time.isoformat() if isinstance(raw.time, datetime) else None
    return line


def _debezium_line(shape: Shape, raw: Raw) -> Line:
    image = {"stream": raw.key[0], "k": raw.key[1], **raw.payload}
    micros = None
    if isinstance(raw.time, datetime):
        micros = round((raw.time - EPOCH) / timedelta(microseconds=1))
    source = {"lsn": raw.sequence[-1], "ts_us": micros, "snapshot": "false", "db": "shop"}
    if shape.epoch:
        source["server_id"] = raw.sequence[0]
    empty = raw.op in ("t", "T", "m")
    line = {
        "before": image if raw.op == "d" and not empty else None,
        "after": image if raw.op != "d" and not empty else None,
        "source": source,
        "op": raw.op,
        "ts_ms": 1,
    }
    if zlib.crc32(json.dumps(line).encode()) % 3 == 0:
        return {"schema": {"type": "struct"}, "payload": line}
    return line


def sequence_names(shape: Shape) -> list[str]:
    """Names of the fields that order a generic feed."""
    return (["epoch"] if shape.epoch else []) + [f"q{i}" for i, _ in enumerate(shape.sequence)]


def deliveries(shape: Shape, streams: Sequence[Stream], count: int) -> list[list[Line]]:
    """All streams' rows in `count` batches, in random order, some rows and batches repeated."""
    chance = random.Random(f"deliveries of {shape.name}")
    batches: list[list[Line]] = [[] for _ in range(count)]
    for stream in streams:
        own: list[list[Line]] = [[] for _ in range(count)]
        for raw in stream.rows:
            for _ in range(chance.choice([1, 1, 1, 2])):
                own[chance.randrange(count)].append(line_of(shape, raw))
        again = chance.randrange(count)
        own[chance.randrange(count)] += own[again]
        for batch, lines in zip(batches, own, strict=True):
            batch += lines
    for batch in batches:
        if shape.feed == "debezium":
            batch += ["null"] * (len(batch) // 10)
        chance.shuffle(batch)
    return batches


def rejections(streams: Sequence[Stream]) -> Counter[str]:
    """Reasons for which some row of the streams is rejected."""
    return Counter(o.reason for s in streams for o in s.outcomes if o.reason)


def sort_text(parts: Sequence[Type], position: Position) -> Value:
    """A sequence as bronze stores it: the value itself, or one sortable text."""
    if len(parts) == 1:
        return position[0]
    encoders: dict[str, Callable[[Any], str]] = {
        "bigint": lambda v: f"{v + 2**63:020}",
        "integer": lambda v: f"{v + 2**63:020}",
        "timestamp": lambda v: f"{round((v - EPOCH) / timedelta(microseconds=1)) + 2**63:020}",
        "text": str,
    }
    pairs = zip(parts, position, strict=True)
    return " ".join("" if v is None else encoders[p.name](v) for p, v in pairs)
