"""Resolves the columns and paths that order and date the events of an object."""

from __future__ import annotations

from collections.abc import Mapping

from medallion.metadata.cascade import Line, Resolved
from medallion.metadata.feeds import SQLSERVER_EVENT_TIME, Feed
from medallion.metadata.fit import Facts
from medallion.metadata.found import Found
from medallion.metadata.models import Position
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import OrderItem, parse_order_item
from medallion.metadata.tables import Row
from medallion.metadata.types import NUMBERS, ORDERED, TIMES, BadType, DataType, parse_type

PSEUDO = {
    "_file_time": "timestamp",
    "_file_name": "text",
    "_file_number": "bigint",
    "_run_started_at": "timestamp",
}


class Orders:
    """The order of one object: sequence, epoch, watermark, version and event time."""

    def __init__(self, facts: Facts, feed: Feed, resolved: Resolved, found: Found) -> None:
        self.row, self.system, self.feed, self.found = facts.row, facts.system, feed, found
        self.lines: Mapping[str, Line] = resolved.lines
        self.settings = resolved.bronze
        self.columns = {column.name: column for column in facts.columns}
        self.is_cdc = facts.load == "cdc"

    def cdc(self, names: tuple[str, ...]) -> tuple[Position, ...] | None:
        """The sequence of a change feed: the named one, else the format's own."""
        if not names:
            if not self.feed.sequence:
                self._sequence(
                    "META_032", f"cdc_format {self.system.cdc_format or 'generic'} needs a sequence"
                )
                return None
            return tuple(
                Position(source=path, type=parse_type(data_type), nullable=nullable)
                for path, data_type, nullable in self.feed.sequence
            )
        found = [self._named(name) for name in names]
        positions = tuple(position for position in found if position is not None)
        if len(positions) < len(names) or not self._is_allowed(positions):
            return None
        defaults = {path: nullable for path, _, nullable in self.feed.sequence}
        return tuple(
            position.model_copy(
                update={"nullable": defaults.get(position.source, self.feed.nullable)}
            )
            for position in positions
        )

    def _is_allowed(self, positions: tuple[Position, ...]) -> bool:
        for position in positions:
            if position.source in self.feed.refused:
                self._sequence(
                    "META_035", f"`{position.source}` does not order the events of this feed"
                )
                return False
            if position.column and self.feed.envelope:
                self._sequence(
                    "META_035",
                    f"`{position.column}` is a column of the row, which a delete does not have",
                )
                return False
        if self.system.cdc_format == "dms" and all(each.type.name in TIMES for each in positions):
            self._sequence(
                "META_035",
                "a commit time ties the events of a whole transaction: it cannot be the only order",
            )
            return False
        return True

    def epoch(self) -> Position | None:
        """The leading component of the sequence, when the metadata names one."""
        item = self.settings.epoch
        return self._setting("epoch", item) if item else None

    def delta(self, names: tuple[str, ...]) -> Position | None:
        """The watermark: one declared column with an order."""
        if len(names) != 1:
            code = "META_036" if names else "META_032"
            self._sequence(code, "a delta load needs one watermark column", ", ".join(self.columns))
            return None
        watermark = self._declared(names[0], "the watermark")
        for setting in ("lookback", "cutoff_lag"):
            if watermark and setting in self.lines:
                self._lag_fits(self.lines[setting], watermark.type.name)
        return watermark

    def _lag_fits(self, line: Line, kind: str) -> None:
        """A lag is an interval for a time and a number for a number; a text has none."""
        is_number = isinstance(line.value, int | float)
        if (kind in TIMES and not is_number) or (
            kind in NUMBERS and is_number and line.setting == "lookback"
        ):
            return
        allowed = "`<n> seconds`, `minutes`, `hours`, `days`, with a time as watermark"
        if line.setting == "lookback" and kind in NUMBERS:
            allowed = "a number"
        message = f"`{line.setting}` does not fit a watermark of type {kind}"
        self.found.at(line.row, "META_040", "value", message, allowed=allowed)

    def full(self, names: tuple[str, ...]) -> Position | None:
        """The version: a declared column or a pseudo column."""
        files = self.system.kind == "files" and self.system.format != "delta"
        default = "_file_time" if files else "_run_started_at"
        if len(names) > 1:
            self._sequence("META_036", "the version of a full load is a single column")
            return None
        name = names[0] if names else default
        if not name.startswith("_"):
            return self._declared(name, "the version")
        allowed = tuple(PSEUDO) if files else ("_run_started_at",)
        if name not in allowed:
            self._sequence(
                "META_037",
                f"`{name}` is not known for a full load of this system",
                ", ".join(allowed),
            )
            return None
        return Position(source=name, type=parse_type(PSEUDO[name]))

    def event_time(self) -> tuple[Position, ...] | None:
        """Where the event time stands; empty: the first part of the sequence."""
        if items := self.settings.event_time:
            found = [self._setting("event_time", item) for item in items]
            positions = tuple(position for position in found if position is not None)
            if len({position.type.name in TIMES for position in positions}) > 1:
                line = self.lines["event_time"].row
                self.found.at(
                    line,
                    "META_042",
                    "value",
                    "the event times are of different kinds",
                    allowed="times, or numbers",
                )
            return positions if len(positions) == len(items) else None
        if not self.is_cdc:
            return ()
        if self.system.cdc_format == "sqlserver":
            return tuple(
                Position(source=column.source, type=column.type, column=column.name)
                for column in self.columns.values()
                if column.source == SQLSERVER_EVENT_TIME and column.type.name in TIMES
            )
        return tuple(
            Position(source=path, type=parse_type(data_type))
            for path, data_type in self.feed.event_time
        )

    def _sequence(self, code: str, message: str, allowed: str = "", mend: str = "") -> None:
        self.found.at(self.row, code, "sequence", message, allowed=allowed, mend=mend)

    def _declared(self, name: str, what: str) -> Position | None:
        column = self.columns.get(name)
        if column is None:
            self._sequence(
                "META_018",
                f"{what} `{name}` is no column of the object",
                ", ".join(self.columns),
                did_you_mean(name, self.columns),
            )
            return None
        if column.type.name not in ORDERED:
            self._sequence(
                "META_034",
                f"{what} `{name}` has the type {column.type}",
                ", ".join(sorted(ORDERED)),
            )
            return None
        return Position(source=column.source, type=column.type, column=name)

    def _named(self, text: str) -> Position | None:
        try:
            item = parse_order_item(text)
        except BadType as error:
            self._sequence(error.code, f"`{text}`: {error}", error.allowed)
            return None
        return self._position(item, self.row, "sequence", ORDERED)

    def _setting(self, name: str, item: OrderItem) -> Position | None:
        allowed = TIMES | {"integer", "bigint"} if name == "event_time" else ORDERED
        return self._position(item, self.lines[name].row, "value", allowed)

    def _position(
        self, item: OrderItem, row: Row, cell: str, allowed: frozenset[str]
    ) -> Position | None:
        """A declared column, a known position of the feed, or a path with its type."""
        column = self.columns.get(item.path)
        data_type = item.type or (column.type if column else self._known(item.path))
        if data_type is None:
            self.found.at(
                row,
                "META_033",
                cell,
                f"the type of `{item.path}` is not known",
                value=item.path,
                allowed=", ".join([*self.columns, *(self.feed.known if self.is_cdc else ())]),
                mend=did_you_mean(item.path, [*self.columns, *self.feed.known]),
            )
            return None
        if data_type.name not in allowed:
            self.found.at(
                row,
                "META_034",
                cell,
                f"`{item.path}` has the type {data_type}",
                value=item.path,
                allowed=", ".join(sorted(allowed)),
            )
            return None
        if column is None:
            return Position(source=item.path, type=data_type)
        source = f"after.{column.source}" if self.is_cdc and self.feed.envelope else column.source
        return Position(source=source, type=data_type, column=column.name)

    def _known(self, path: str) -> DataType | None:
        known = self.feed.known.get(path) if self.is_cdc else None
        return parse_type(known) if known else None
