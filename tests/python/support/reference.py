"""What the load patterns mean, in plain Python and without SQL.

Written from load-semantics.md alone, so that a shared mistake is unlikely. Slow and obvious on
purpose: every answer is computed from the whole set of events at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

Value = str | int | float | bool | Decimal | datetime | date | None
Key = tuple[Value, ...]
Position = tuple[Value, ...]
Op = Literal["upsert", "delete", "truncate"]
Rank = tuple[int, Any]

CLOCK_TOLERANCE = timedelta(days=1)


@dataclass(frozen=True)
class Definition:
    """How an object's events are read: the payload's columns and the settings that matter."""

    columns: tuple[str, ...]
    track: tuple[str, ...] | None = None
    ignore_null: tuple[str, ...] = ()
    partial_updates: bool = False
    tie: Literal["delete", "upsert"] = "delete"

    @property
    def tracked(self) -> tuple[str, ...]:
        return self.columns if self.track is None else self.track

    @property
    def carried(self) -> tuple[str, ...]:
        """Columns whose value an event may leave out."""
        return self.columns if self.partial_updates else self.ignore_null


@dataclass(frozen=True)
class Event:
    """An accepted event. `sequence` is a tuple of components, most significant first."""

    key: Key
    sequence: Position
    op: Op
    payload: Mapping[str, Value] = field(default_factory=dict)
    not_sent: frozenset[str] = frozenset()
    time: Value = None


@dataclass(frozen=True)
class Version:
    """One row of the history: the last event of a run of equal tracked values."""

    key: Key
    payload: tuple[Value, ...]
    valid_from: Value
    valid_to: Value
    is_current: bool
    start: Position
    end: Position | None


@dataclass(frozen=True)
class Result:
    """The tables that a set of events means."""

    current: dict[Key, tuple[Value, ...]]
    history: list[Version]
    events: int
    duplicates: int
    conflicts: int
    incomplete: set[tuple[Key, str]]


@dataclass
class Step:
    """An event in its key's chain, with everything that depends on its neighbours."""

    event: Event
    payload: dict[str, Value]
    time: Value
    gone: bool
    life: int


def rank(value: Value) -> Rank:
    """Orders values: NULL lowest, text by its bytes."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (1, value.encode())
    return (1, value)


def place(sequence: Position) -> tuple[Rank, ...]:
    """Orders sequences component by component; the null of a snapshot read is lowest."""
    return tuple(rank(part) for part in sequence)


def known_time(time: Value, loaded_at: datetime) -> Value:
    """An event time that cannot be true yet is not believed."""
    if isinstance(time, datetime) and time > loaded_at + CLOCK_TOLERANCE:
        return None
    return time


def apply(definition: Definition, events: Iterable[Event]) -> Result:
    """The final current rows and history of a set of accepted events, in any order."""
    given = [normalised(definition, event) for event in events]
    truncates = sorted((e for e in given if e.op == "truncate"), key=lambda e: place(e.sequence))
    chains: dict[Key, list[Event]] = defaultdict(list)
    for event in given:
        if event.op != "truncate":
            chains[event.key].append(event)

    result = Result({}, [], 0, 0, 0, set())
    for key, chain in chains.items():
        winners, duplicates, conflicts = _without_ties(definition, chain)
        steps = _filled(definition, _chain(winners, truncates), result.incomplete)
        result = replace(
            result,
            events=result.events + len(winners),
            duplicates=result.duplicates + duplicates,
            conflicts=result.conflicts + conflicts,
        )
        versions = _versions(definition, steps, truncates)
        result.history.extend(versions)
        result.current.update((key, v.payload) for v in versions if v.is_current)
    return result


def normalised(definition: Definition, event: Event) -> Event:
    """A delete carries no payload; a value that was not sent is no value."""
    if event.op != "upsert":
        return replace(event, payload={}, not_sent=frozenset())
    payload = {c: None if c in event.not_sent else event.payload.get(c) for c in definition.columns}
    return replace(event, payload=payload)


def _without_ties(definition: Definition, chain: Sequence[Event]) -> tuple[list[Event], int, int]:
    """One event per sequence: the winner of each tie, exact duplicates and conflicts counted."""
    at: dict[Position, list[Event]] = defaultdict(list)
    for event in chain:
        at[event.sequence].append(event)
    duplicates = conflicts = 0
    winners = []
    for rivals in at.values():
        distinct = {tie_rank(definition, e): e for e in rivals}
        duplicates += len(rivals) - len(distinct)
        conflicts += len(distinct) - 1
        winners.append(distinct[max(distinct)])
    winners.sort(key=lambda e: place(e.sequence))
    return winners, duplicates, conflicts


def tie_rank(
    definition: Definition, event: Event
) -> tuple[bool, tuple[Rank, ...], tuple[str, ...]]:
    wins = event.op == definition.tie
    payload = tuple(rank(event.payload.get(c)) for c in sorted(definition.columns))
    return (wins, payload, tuple(sorted(event.not_sent)))


def _chain(winners: Sequence[Event], truncates: Sequence[Event]) -> list[Step]:
    """Marks what a truncate swallowed, the life each event belongs to and the monotone time."""
    steps: list[Step] = []
    for event in winners:
        before = [t for t in truncates if place(t.sequence) <= place(event.sequence)]
        gone = event.op == "delete" or any(t.sequence == event.sequence for t in before)
        ended = sum(1 for s in steps if s.event.op == "delete")
        times = [t.time for t in before] + [s.event.time for s in steps] + [event.time]
        steps.append(Step(event, dict(event.payload), _latest(times), gone, ended + len(before)))
    return steps


def steps_of(definition: Definition, events: Iterable[Event], key: Key) -> list[Step]:
    """A key's events, one per sequence, each with what it depends on."""
    given = [normalised(definition, event) for event in events]
    truncates = sorted((e for e in given if e.op == "truncate"), key=lambda e: place(e.sequence))
    chain = [event for event in given if event.op != "truncate" and event.key == key]
    winners, _, _ = _without_ties(definition, chain)
    return _filled(definition, _chain(winners, truncates), set())


def _latest(times: Iterable[Value]) -> Value:
    return max(times, key=rank, default=None)


def _filled(
    definition: Definition, steps: list[Step], incomplete: set[tuple[Key, str]]
) -> list[Step]:
    """A value that was not sent is the newest older one of the same life of the key."""
    for column in definition.carried:
        known: tuple[int, Value] | None = None
        for step in steps:
            if step.gone:
                continue
            if column not in step.event.not_sent:
                known = (step.life, step.event.payload[column])
            elif known is not None and known[0] == step.life:
                step.payload[column] = known[1]
            else:
                incomplete.add((step.event.key, column))
    return steps


def _versions(
    definition: Definition, steps: Sequence[Step], truncates: Sequence[Event]
) -> list[Version]:
    """Cuts a key's chain into runs of equal tracked values within one life."""
    runs: list[list[Step]] = []
    previous: Step | None = None
    for step in steps:
        if not step.gone:
            if previous is not None and _continues(definition, previous, step):
                runs[-1].append(step)
            else:
                runs.append([step])
        previous = step
    return [_version(definition, run, steps, truncates) for run in runs]


def _continues(definition: Definition, previous: Step, step: Step) -> bool:
    return (
        not previous.gone
        and previous.life == step.life
        and all(previous.payload[c] == step.payload[c] for c in definition.tracked)
    )


def _version(
    definition: Definition,
    run: Sequence[Step],
    steps: Sequence[Step],
    truncates: Sequence[Event],
) -> Version:
    first, last = run[0], run[-1]
    after = [s for s in steps if place(s.event.sequence) > place(last.event.sequence)]
    cuts = [t for t in truncates if place(t.sequence) > place(last.event.sequence)]
    ends = [s.event.sequence for s in after[:1]] + [t.sequence for t in cuts[:1]]
    end = min(ends, key=place) if ends else None
    valid_to: Value = None
    if end is not None:
        closing = [s.event.time for s in after[:1] if s.event.sequence == end]
        closing += [t.time for t in cuts if t.sequence == end]
        valid_to = _latest([last.time, *closing])
    return Version(
        key=last.event.key,
        payload=tuple(last.payload[c] for c in definition.columns),
        valid_from=first.time,
        valid_to=valid_to,
        is_current=end is None,
        start=first.event.sequence,
        end=end,
    )
