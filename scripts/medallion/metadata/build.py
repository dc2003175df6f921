"""Turns the rows of one object into an Object, or into problems."""

from __future__ import annotations

from typing import Any, NamedTuple

from medallion.metadata.cascade import Cascade, Resolved
from medallion.metadata.columns import build_columns, build_expectations
from medallion.metadata.feeds import FEEDS, Feed
from medallion.metadata.fit import Facts, check_fit
from medallion.metadata.found import Found
from medallion.metadata.models import (
    CdcLoad,
    Column,
    DeltaLoad,
    FullLoad,
    LoadPattern,
    Object,
    Operation,
    System,
)
from medallion.metadata.names import HISTORY_COLUMNS, did_you_mean
from medallion.metadata.order import Orders
from medallion.metadata.settings import LOADS, Settings
from medallion.metadata.sources import check_credentials, check_source
from medallion.metadata.tables import Row
from medallion.metadata.types import KEYS

HISTORIES = ("none", "scd2", "")


class Parts(NamedTuple):
    """What an object is built from besides its own row."""

    system: System
    columns: list[Row]
    expectations: list[Row]
    cascade: Cascade


def build_object(row: Row, parts: Parts, found: Found) -> Object | None:
    """The object of a row of objects.csv; None when anything about it is wrong."""
    before = len(found)
    check_credentials(row, found)
    check_source(row, parts.system, found)
    is_loadable = found.one_of(row, "load", LOADS)
    is_loadable = found.one_of(row, "history", HISTORIES) and is_loadable
    keys, sequence = found.list(row, "keys"), found.list(row, "sequence")
    columns = build_columns(parts.columns, found)
    expectations = build_expectations(parts.expectations, found)
    if not parts.columns:
        name = f"{row['system']}.{row['object']}"
        found.at(
            row,
            "META_031",
            "object",
            f"`{name}` has no columns in columns.csv",
            mend=f"medallion add {name} --refresh",
        )
    if not (is_loadable and columns) or keys is None or sequence is None:
        return None
    _check_keys(row, keys, {column.name: column for column in columns}, found)
    resolved = parts.cascade.resolve(row["system"], row["object"])
    facts = Facts(row, parts.system, keys, columns)
    check_fit(facts, resolved, found)
    load = _Builder(facts, sequence, resolved, found).load()
    if len(found) > before or load is None:
        return None
    return Object(
        system=parts.system,
        name=row["object"],
        source=row["source"],
        description=row["description"],
        load=load,
        columns=columns,
        expectations=expectations or (),
        settings=resolved.bronze,
        staging_settings=resolved.staging,
        origins=resolved.origins,
        origin=row.origin,
    )


def _check_keys(row: Row, keys: tuple[str, ...], columns: dict[str, Column], found: Found) -> None:
    if not keys and row["load"] != "full":
        found.at(
            row, "META_029", "keys", f"a {row['load']} load needs keys", allowed=", ".join(columns)
        )
    if not keys and row["load"] == "full" and row["history"] == "scd2":
        found.at(
            row,
            "META_030",
            "history",
            "a full load without keys replaces the table: no history",
            allowed="none",
        )
    for key in keys:
        if key not in columns:
            found.at(
                row,
                "META_018",
                "keys",
                f"the key `{key}` is no column of the object",
                allowed=", ".join(columns),
                mend=did_you_mean(key, columns),
            )
        elif columns[key].type.name not in KEYS:
            found.at(
                row,
                "META_048",
                "keys",
                f"the key `{key}` has the type {columns[key].type}",
                allowed=", ".join(sorted(KEYS)),
            )
    if row["history"] == "scd2" and (clash := HISTORY_COLUMNS & {name.lower() for name in columns}):
        found.at(
            row,
            "META_012",
            "history",
            f"the history view itself adds {', '.join(sorted(clash))}",
            mend="rename the column in columns.csv; its physical name goes into source_column",
        )


class _Builder:
    """Builds the load pattern of one object."""

    def __init__(
        self, facts: Facts, sequence: tuple[str, ...], resolved: Resolved, found: Found
    ) -> None:
        self.row, self.system, self.settings = facts.row, facts.system, resolved.bronze
        self.feed: Feed = FEEDS[self.system.cdc_format or "generic"]
        self.orders = Orders(facts, self.feed, resolved, found)
        self.sequence = sequence
        self.common: dict[str, Any] = {
            "keys": facts.keys,
            "history": facts.history,
            "track": self.settings.track if facts.history == "scd2" else None,
        }

    def load(self) -> LoadPattern | None:
        """The load pattern; None after a problem."""
        return {"cdc": self._cdc, "delta": self._delta, "full": self._full}[self.row["load"]]()

    def _cdc(self) -> CdcLoad | None:
        sequence = self.orders.cdc(self.sequence)
        epoch = self.orders.epoch()
        event_time = self.orders.event_time()
        if sequence is None or event_time is None:
            return None
        settings, feed = self.settings, self.feed
        return CdcLoad(
            **self.common,
            event_time=event_time,
            sequence=sequence,
            epoch=epoch,
            operation=_operation(settings, feed),
            envelope=feed.envelope,
            placeholder=feed.placeholder,
            tie=feed.tie,
            ignore_null=settings.ignore_null,
            partial_updates=settings.partial_updates,
            truncate=settings.truncate,
        )

    def _delta(self) -> DeltaLoad | None:
        watermark, event_time = self.orders.delta(self.sequence), self.orders.event_time()
        if watermark is None or event_time is None:
            return None
        lookback = self.settings.lookback
        if (
            lookback is None
            and self.system.kind != "files"
            and watermark.type.name in ("date", "timestamp")
        ):
            lookback = "1 hour"
        return DeltaLoad(
            **self.common,
            event_time=event_time,
            watermark=watermark,
            lookback=lookback,
            cutoff_lag=self.settings.cutoff_lag,
        )

    def _full(self) -> FullLoad | None:
        version, event_time = self.orders.full(self.sequence), self.orders.event_time()
        if version is None or event_time is None:
            return None
        settings = self.settings
        return FullLoad(
            **self.common,
            event_time=event_time,
            version=version,
            scope=settings.scope if self.common["keys"] else (),
            allow_empty=settings.allow_empty,
            max_delete_fraction=settings.max_delete_fraction,
        )


def _operation(settings: Settings, feed: Feed) -> Operation:
    own = dict(settings.operation_map)
    when_null = own.pop("", feed.when_null)
    return Operation(
        source=settings.operation or feed.operation,
        map={**feed.operations, **own},
        when_null=when_null,
        snapshot=feed.snapshot,
    )
