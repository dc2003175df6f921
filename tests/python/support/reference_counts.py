"""Which class each row of a batch is in, in plain Python: load-semantics section 3."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from support.reference import (
    Definition,
    Event,
    Key,
    Position,
    Result,
    Step,
    Value,
    apply,
    normalised,
    place,
    rank,
    steps_of,
    tie_rank,
)
from support.reference_accept import Outcome

Place = tuple[Key, Position]
DeltaRow = tuple[Key, Value, tuple[Value, ...]]


@dataclass
class Counting:
    """What an object has accepted so far, and the classes of the next batch.

    With a ledger every accepted event is remembered, without one only what the newest event of
    each key was.
    """

    definition: Definition
    has_ledger: bool
    events: list[Event] = field(default_factory=list)

    def load(self, batch: Sequence[Outcome]) -> Counter[str]:
        """The classes of a batch's rows; zero counts are left out."""
        found = Counter[str]()
        accepted = []
        for outcome in batch:
            if outcome.reason:
                found["rejected"] += 1
            elif outcome.event is None:
                found["ignored"] += 1
            elif outcome.event.op == "truncate":
                found["truncate"] += 1
            else:
                accepted.append(normalised(self.definition, outcome.event))
        before = list(self.events)
        self.events += [o.event for o in batch if o.event is not None]
        groups: dict[Place, list[Event]] = defaultdict(list)
        for event in accepted:
            groups[event.key, event.sequence].append(event)
        contents = {at: _distinct(self.definition, events) for at, events in groups.items()}
        for at, events in groups.items():
            found["duplicate"] += len(events) - len(contents[at])
        classify = self._by_ledger if self.has_ledger else self._by_state
        found += classify(before, contents)
        return +found

    def _by_ledger(
        self, before: Sequence[Event], contents: dict[Place, list[Event]]
    ) -> Counter[str]:
        found = Counter[str]()
        stored = _winners(self.definition, before)
        new: set[Place] = set()
        for at, said in contents.items():
            held = stored.get(at)
            if held is None or _best(self.definition, [*said, held]) is not held:
                found["conflict"] += len(said) - 1
                new.add(at)
            else:
                same = sum(_same(self.definition, event, held) for event in said)
                found["duplicate"] += same
                found["conflict"] += len(said) - same
        newest = _newest(new)
        found["superseded"] += len(new) - len(newest)
        for key, position in newest.items():
            found[self._effect_in_ledger(before, stored, (key, position))] += 1
        return found

    def _effect_in_ledger(
        self, before: Sequence[Event], stored: dict[Place, Event], at: Place
    ) -> str:
        key, position = at
        older = [p for k, p in stored if k == key]
        if any(place(p) > place(position) for p in older):
            return "late"
        steps = {s.event.sequence: s for s in steps_of(self.definition, self.events, key)}
        live = key in apply(self.definition, [e for e in self.events if _of(e, key)]).current
        was_live = key in apply(self.definition, [e for e in before if _of(e, key)]).current
        if at in stored:
            return "updated" if live else ("deleted" if was_live else "unchanged")
        previous = max(older, key=place, default=None)
        changed = previous is not None and _payload(steps[previous]) != _payload(steps[position])
        return _effect(was_live, live, changed)

    def _by_state(
        self, before: Sequence[Event], contents: dict[Place, list[Event]]
    ) -> Counter[str]:
        found = Counter[str]()
        stored = _winners(self.definition, before)
        newest = _newest(contents)
        for (key, position), said in contents.items():
            held_at = max((p for k, p in stored if k == key), key=place, default=None)
            if position != newest[key]:
                kind = "superseded"
            elif held_at is not None and place(position) < place(held_at):
                kind = "late"
            elif held_at == position:
                held = stored[key, position]
                if _best(self.definition, [*said, held]) is held:
                    kind = "conflict"
                    if any(_same(self.definition, event, held) for event in said):
                        kind = "duplicate"
                else:
                    kind = self._effect_in_state(before, key)
            else:
                kind = self._effect_in_state(before, key)
            found[kind] += 1
            found["conflict"] += len(said) - 1
        return found

    def _effect_in_state(self, before: Sequence[Event], key: Key) -> str:
        now = self._of_key(self.events, key).current
        then = self._of_key(before, key).current
        return _effect(key in then, key in now, then.get(key) != now.get(key))

    def _of_key(self, events: Iterable[Event], key: Key) -> Result:
        return apply(self.definition, [e for e in events if _of(e, key)])


def _newest(places: Iterable[Place]) -> dict[Key, Position]:
    """The greatest position of each key."""
    found: dict[Key, Position] = {}
    for key, position in places:
        if key not in found or place(position) > place(found[key]):
            found[key] = position
    return found


def _effect(was_live: bool, live: bool, changed: bool) -> str:
    if live:
        return "updated" if was_live and changed else "unchanged" if was_live else "inserted"
    return "deleted" if was_live else "unchanged"


def _of(event: Event, key: Key) -> bool:
    return event.op == "truncate" or event.key == key


def _payload(step: Step) -> dict[str, object]:
    return {c: v for c, v in step.payload.items() if v is not None}


def _distinct(definition: Definition, events: Iterable[Event]) -> list[Event]:
    return list({tie_rank(definition, event): event for event in events}.values())


def _same(definition: Definition, one: Event, other: Event) -> bool:
    return tie_rank(definition, one) == tie_rank(definition, other)


def _best(definition: Definition, events: Sequence[Event]) -> Event:
    """The winner of a tie; the last of equals."""
    return max(reversed(events), key=lambda event: tie_rank(definition, event))


def _winners(definition: Definition, events: Iterable[Event]) -> dict[Place, Event]:
    """The event that is kept at each place of a key."""
    kept: dict[Place, Event] = {}
    for event in events:
        if event.op == "truncate":
            continue
        one, at = normalised(definition, event), (event.key, event.sequence)
        if at not in kept or tie_rank(definition, one) > tie_rank(definition, kept[at]):
            kept[at] = one
    return kept


def full_classes(
    before: Mapping[Key, tuple[Value, ...]],
    after: Mapping[Key, tuple[Value, ...]],
    accepted: Sequence[tuple[Key, tuple[Value, ...]]],
    rejected: int,
) -> dict[str, int]:
    """The classes of a snapshot's rows, and the keys that it deleted by leaving them out."""
    distinct = dict(accepted)
    found = Counter(rejected=rejected, duplicate=len(accepted) - len(distinct))
    for key, payload in distinct.items():
        known = before.get(key)
        found["unchanged" if known == payload else "updated" if known else "inserted"] += 1
    found["deleted"] = len(set(before) - set(after))
    return dict(+found)


@dataclass
class DeltaCounting:
    """The classes of delta reads; rows as (key, watermark, payload with the watermark).

    Without history only the newest row of each key is remembered.
    """

    has_ledger: bool
    reads: int = 0
    rows: dict[tuple[Key, Position], tuple[Value, ...]] = field(default_factory=dict)

    def load(self, *reads: Sequence[DeltaRow]) -> Counter[str]:
        """The classes of one load's rows; the n-th read of all has sequence (watermark, n)."""
        found = Counter[str]()
        groups: dict[tuple[Key, Position], list[tuple[Value, ...]]] = defaultdict(list)
        for rows in reads:
            self.reads += 1
            for key, mark, payload in rows:
                groups[key, (mark, self.reads)].append(payload)
        held = dict(self.rows)
        events = {}
        for (key, at), said in groups.items():
            contents = set(said)
            found["duplicate"] += len(said) - len(contents)
            found["conflict"] += len(contents) - 1
            best = max(contents, key=lambda payload: tuple(map(rank, payload)))
            if self.has_ledger and self._is_repeated(held, key, at, best):
                found["duplicate"] += 1
                continue
            events[key, at] = best
        newest = _newest(events)
        for (key, at), payload in events.items():
            if at != newest[key]:
                found["superseded"] += 1
                self._keep(key, at, payload, only_ledger=True)
                continue
            older = [p for k, p in held if k == key]
            top = max(older, key=place, default=None)
            if top is not None and place(at) < place(top):
                found["late"] += 1
                self._keep(key, at, payload, only_ledger=True)
            elif top is not None and held[key, top] == payload:
                found["unchanged" if self.has_ledger else "duplicate"] += 1
                self._keep(key, at, payload, only_ledger=True)
            else:
                found["inserted" if top is None else "updated"] += 1
                self._keep(key, at, payload)
        return +found

    @staticmethod
    def _is_repeated(
        held: Mapping[tuple[Key, Position], tuple[Value, ...]],
        key: Key,
        at: Position,
        payload: tuple[Value, ...],
    ) -> bool:
        """Whether the last row of the key at the same watermark said the same."""
        same = [p for k, p in held if k == key and p[0] == at[0]]
        return bool(same) and held[key, max(same, key=place)] == payload

    def _keep(
        self, key: Key, at: Position, payload: tuple[Value, ...], only_ledger: bool = False
    ) -> None:
        if self.has_ledger:
            self.rows[key, at] = payload
        elif not only_ledger:
            for other in [o for o in self.rows if o[0] == key]:
                del self.rows[other]
            self.rows[key, at] = payload
