"""The recorded Debezium feed of a PostgreSQL shop, and what PostgreSQL held at the end."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from support.column import Column
from support.reference import Definition, Event, Result, Value, apply
from support.reference_accept import NULL_TOKENS, PLACEHOLDER

FOLDER = Path(__file__).parents[1] / "fixtures" / "feeds" / "postgres-debezium"
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Table:
    """A table of the shop. The column added mid-stream is not among the columns."""

    name: str
    keys: tuple[str, ...]
    columns: dict[str, Column]
    partial: bool = False

    @property
    def payload(self) -> tuple[str, ...]:
        return tuple(c for c in self.columns if c not in self.keys)

    @property
    def lines(self) -> list[str]:
        text = (FOLDER / f"{self.name}.jsonl").read_text(encoding="utf-8")
        return text.removesuffix("\n").split("\n")


CUSTOMERS = Table(
    "customers",
    ("customer_id",),
    {
        "customer_id": Column("bigint"),
        "full_name": Column(),
        "email": Column(),
        "country": Column(),
        "loyalty_points": Column("integer"),
        "notes": Column(),
        "updated_at": Column("timestamp"),
    },
    partial=True,
)
ORDERS = Table(
    "orders",
    ("order_id",),
    {
        "order_id": Column("bigint"),
        "customer_id": Column("bigint"),
        "status": Column(),
        "amount": Column("decimal(12,2)"),
        "ordered_at": Column("timestamp@epoch_us"),
        "is_gift": Column(),
    },
)
ORDER_LINES = Table(
    "order_lines",
    ("order_id", "line_no"),
    {
        "order_id": Column("bigint"),
        "line_no": Column("integer"),
        "sku": Column(),
        "qty": Column("integer"),
        "price": Column("decimal(18,4)"),
    },
)
TABLES = {t.name: t for t in (CUSTOMERS, ORDERS, ORDER_LINES)}


def clean(value: str | None) -> str | None:
    """What `light` does to a text that is not a key."""
    value = None if value is None else value.strip()
    return None if value in NULL_TOKENS else value


def _moment(value: str) -> Value:
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo is None else parsed.astimezone(UTC).replace(tzinfo=None)


def _from_copy(type: str, value: str) -> Value:
    """A value as PostgreSQL's COPY writes it."""
    casts: dict[str, Callable[[str], Value]] = {
        "bigint": int,
        "integer": int,
        "text": clean,
        "boolean": lambda v: v == "true",
        "decimal": Decimal,
        "timestamp": _moment,
    }
    return None if value == "\\N" else casts[type.split("(")[0].split("@")[0]](value)


def expected(table: Table, extra: dict[str, Column] | None = None) -> list[dict[str, Value]]:
    """What PostgreSQL held, cleaned as bronze cleans it; `extra` adds or retypes columns."""
    columns = table.columns | (extra or {})
    with (FOLDER / f"{table.name}.expected.csv").open(encoding="utf-8", newline="") as file:
        return [
            {c: _from_copy(about.type, row[c]) for c, about in columns.items()}
            for row in csv.DictReader(file)
        ]


def _from_json(type: str, value: Any) -> Value:
    if value is None:
        return None
    if type == "timestamp@epoch_us":
        return EPOCH + timedelta(microseconds=value)
    if isinstance(value, bool):
        return str(value).lower() if type == "text" else value
    return _from_copy(type, str(value))


@cache
def meaning(name: str) -> Result:
    """The reference model's answer for a table of the feed."""
    table = TABLES[name]
    events = []
    for line in table.lines:
        message = json.loads(line)
        if message is None:
            continue
        op = {"d": "delete", "t": "truncate"}.get(message["op"], "upsert")
        image = message["before"] if op == "delete" else message["after"]
        key = () if image is None else tuple(image[k] for k in table.keys)
        sent = {c: image[c] for c in table.payload} if op == "upsert" else {}
        missing = frozenset(c for c, v in sent.items() if v == PLACEHOLDER)
        payload = {
            c: None if c in missing else _from_json(table.columns[c].type, v)
            for c, v in sent.items()
        }
        time = EPOCH + timedelta(microseconds=message["source"]["ts_us"])
        sequence = (message["source"]["lsn"],)
        events.append(Event(key, sequence, op, payload, missing, time))  # type: ignore[arg-type]
    return apply(Definition(table.payload, partial_updates=table.partial), events)


def never_sent(table: Table) -> set[tuple[tuple[Value, ...], str]]:
    """(key, column) whose value the feed never sends: rows whose key changed."""
    result = meaning(table.name)
    live = {v.key: v for v in result.history if v.is_current}
    return {
        (row_key, c)
        for row in expected(table)
        for row_key in [tuple(row[k] for k in table.keys)]
        for c in table.payload
        if (row_key, c) in result.incomplete
        and live[row_key].payload[table.payload.index(c)] is None
    }
