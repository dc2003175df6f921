"""FullLoad with comparison and DeltaLoad, in plain Python: load-semantics sections 1 and 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from support.reference import Definition, Event, Key, Result, Value, apply, rank

Row = Mapping[str, Value]


@dataclass
class FullModel:
    """The memory of a compared full load: one row per key, and every applied difference."""

    definition: Definition
    keys: tuple[str, ...]
    scope: tuple[str, ...] = ()
    allow_empty: bool = False
    max_delete_fraction: float | None = None
    live: dict[Key, tuple[Value, ...]] = field(default_factory=dict)
    changes: dict[tuple[Key, Any], Event] = field(default_factory=dict)
    applied: Any = None

    def load(self, version: Any, rows: Sequence[Row], rejected: Sequence[Row] = ()) -> str | None:
        """Applies a snapshot; returns a reason when it is refused and nothing changes.

        `rejected` rows count as present; one whose key cannot be read (None in a key column)
        stops deletions in its scope.
        """
        reasons = self.refusals(version, rows, rejected)
        if reasons:
            return reasons[0]
        snapshot = {self._key(row): self._payload(row) for row in rows}
        for key in self._missing(snapshot, rows, rejected)[0]:
            del self.live[key]
            self.changes[key, version] = Event(key, (version,), "delete", time=version)
        for key, payload in snapshot.items():
            if self.live.get(key) != payload:
                self.live[key] = payload
                values = dict(zip(self.definition.columns, payload, strict=True))
                event = Event(key, (version,), "upsert", values, time=version)
                self.changes[key, version] = event
        self.applied = version
        return None

    def refusals(self, version: Any, rows: Sequence[Row], rejected: Sequence[Row]) -> list[str]:
        """Every reason for which the snapshot must be refused."""
        distinct = {(self._key(row), self._payload(row)) for row in rows}
        snapshot = {key for key, _ in distinct}
        missing, in_scope = self._missing(dict.fromkeys(snapshot), rows, rejected)
        empty = not rows and not rejected and bool(self.live) and not self.allow_empty
        stale = self.applied is not None and rank(version) < rank(self.applied)
        found = {
            "duplicate_key": len(distinct) > len(snapshot),
            "empty_snapshot": empty,
            "stale_version": stale,
            "delete_guard": not empty and self._too_many(len(missing), len(in_scope)),
        }
        return [reason for reason, holds in found.items() if holds]

    def result(self) -> Result:
        """Current rows and history."""
        return apply(self.definition, self.changes.values())

    def _key(self, row: Row) -> Key:
        return tuple(row[k] for k in self.keys)

    def _payload(self, row: Row) -> tuple[Value, ...]:
        return tuple(row[c] for c in self.definition.columns)

    def _missing(
        self, snapshot: Mapping[Key, object], rows: Sequence[Row], rejected: Sequence[Row]
    ) -> tuple[list[Key], list[Key]]:
        """Live keys that the snapshot should hold and does not, and all that it should hold."""
        spoken_for = {self._scope(row) for row in [*rows, *rejected]}
        unreadable = {self._scope(r) for r in rejected if None in self._key(r)}
        kept = {self._key(r) for r in rejected}
        in_scope = [k for k in self.live if not self.scope or self._scope_of(k) in spoken_for]
        missing = [
            k
            for k in in_scope
            if k not in snapshot and k not in kept and self._scope_of(k) not in unreadable
        ]
        return missing, in_scope

    def _scope(self, row: Row) -> Key:
        return tuple(row[c] for c in self.scope)

    def _scope_of(self, key: Key) -> Key:
        row = dict(zip(self.keys, key, strict=True))
        row |= dict(zip(self.definition.columns, self.live[key], strict=True))
        return self._scope(row)

    def _too_many(self, missing: int, present: int) -> bool:
        if self.max_delete_fraction is not None:
            return missing > self.max_delete_fraction * present
        return missing > 20 and missing > 0.2 * present


@dataclass
class DeltaModel:
    """The memory of a delta load: what was accepted, and the watermark."""

    keys: tuple[str, ...]
    columns: tuple[str, ...]
    watermark_column: str
    lookback: Any = None
    watermark: Any = None
    reads: int = 0
    accepted: list[Event] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)

    def load(self, *reads: Sequence[Row], cutoff: Any = None) -> None:
        """One load of one or more reads of the source: at an equal watermark later reads win."""
        since = self.since
        for rows in reads:
            self.reads += 1
            for row in rows:
                self._take(row, since, cutoff)

    @property
    def since(self) -> Any:
        """The least watermark that the next load reads; None = without a lookback all of a file."""
        if self.watermark is None or self.lookback is None:
            return None
        return self.watermark - self.lookback

    def _take(self, row: Row, since: Any, cutoff: Any) -> None:
        key, mark = tuple(row[k] for k in self.keys), row[self.watermark_column]
        if None in key:
            self.rejected.append("null_key")
        elif mark is None:
            self.rejected.append("null_sequence")
        elif since is None or rank(mark) >= rank(since):
            values = {c: row[c] for c in self.columns}
            self.accepted.append(Event(key, (mark, self.reads), "upsert", values, time=mark))
            believed = cutoff is None or rank(mark) <= rank(cutoff)
            if believed and (self.watermark is None or rank(mark) > rank(self.watermark)):
                self.watermark = mark

    def result(self, track: tuple[str, ...] | None = None) -> Result:
        """Current rows and history of every row that was accepted so far."""
        return apply(Definition(self.columns, track), self.accepted)
