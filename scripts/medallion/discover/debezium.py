"""Debezium's schemas and envelopes: what a connector says about a column. Pure functions.

Source of the names: Debezium's documentation, "Data type mappings" of its connectors, and the
Kafka Connect logical types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from medallion.discover import types

# What a delete image holds for NOT NULL columns that are not part of the key.
ZEROES = ("0", "0.0", "0.00", "", "false", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z",
          "AA==", "00:00:00Z")  # fmt: skip

_FORMATS = {"postgresql": "debezium_postgres", "mysql": "debezium_mysql",
            "mariadb": "debezium_mysql", "sqlserver": "debezium_sqlserver"}  # fmt: skip
_NAMED = {
    "io.debezium.time.Date": "date@epoch_days",
    "io.debezium.time.Timestamp": "timestamp@epoch_ms",
    "io.debezium.time.MicroTimestamp": "timestamp@epoch_us",
    "io.debezium.time.NanoTimestamp": "timestamp@epoch_ns",
    "io.debezium.time.ZonedTimestamp": "timestamp",
    "io.debezium.time.IsoTimestamp": "timestamp",
    "io.debezium.time.IsoDate": "date",
    "io.debezium.time.IsoTime": "time",
    "io.debezium.time.Time": "time@epoch_ms",
    "io.debezium.time.MicroTime": "time@epoch_us",
    "io.debezium.time.NanoTime": "time@epoch_ns",
    "io.debezium.time.Year": "integer",
    "io.debezium.data.Json": "json",
    "org.apache.kafka.connect.data.Date": "date@epoch_days",
    "org.apache.kafka.connect.data.Time": "time@epoch_ms",
    "org.apache.kafka.connect.data.Timestamp": "timestamp@epoch_ms",
}
_PLAIN = {"int8": "integer", "int16": "integer", "int32": "integer", "int64": "bigint",
          "float": "double", "float32": "double", "double": "double", "float64": "double",
          "boolean": "boolean", "struct": "json", "array": "json", "map": "json"}  # fmt: skip
_DECIMAL = "org.apache.kafka.connect.data.Decimal"


def cdc_format(connector: str) -> str:
    """The cdc_format of a connector's name; '' for one that is not known."""
    return _FORMATS.get(connector, "")


def declared_types(schemas: Iterable[Any]) -> dict[str, str]:
    """Column -> type from the `schema` parts of messages, in order; '' where values decide.

    A column whose schema changed gets a type that holds both."""
    found: dict[str, list[str]] = {}
    for field in _row_fields(schemas):
        found.setdefault(str(field.get("field")), []).append(declared_type(field))
    return {
        name: "" if "" in several and len(set(several)) == 1 else _merged(several)
        for name, several in found.items()
    }


def required_columns(schemas: Iterable[Any]) -> frozenset[str]:
    """Columns that every schema says are never null."""
    fields = list(_row_fields(schemas))
    optional = {str(f.get("field")) for f in fields if f.get("optional")}
    return frozenset(str(f.get("field")) for f in fields) - optional


def _merged(several: list[str]) -> str:
    return types.merge(one or "text" for one in several)


def _row_fields(schemas: Iterable[Any]) -> Iterable[Mapping[str, Any]]:
    for schema in schemas:
        parts = schema.get("fields") if isinstance(schema, dict) else None
        images = [p for p in parts or [] if isinstance(p, dict)]
        row = next((p for p in images if p.get("field") == "after"), None)
        row = row or next((p for p in images if p.get("field") == "before"), None)
        yield from (f for f in (row or {}).get("fields") or [] if isinstance(f, dict))


def declared_type(field: Mapping[str, Any]) -> str:
    """The type of one field of a schema; '' for texts, whose values decide (decimals may travel
    as text), and for what Debezium sends in a form of its own."""
    name, plain = str(field.get("name") or ""), str(field.get("type") or "")
    if name == _DECIMAL:
        parameters = field.get("parameters") or {}
        scale = int(parameters.get("scale", 0))
        precision = int(parameters.get("connect.decimal.precision", types.MAX_PRECISION))
        precision = min(types.MAX_PRECISION, max(types.MIN_PRECISION, precision, scale))
        return types.decimal(precision, scale) + "@base64"
    if name in _NAMED:
        return _NAMED[name]
    if name.startswith(("io.debezium.data.geometry", "io.debezium.data.VariableScaleDecimal")):
        return "json"
    if name.startswith(("io.debezium.data.", "io.debezium.time.")) and plain == "string":
        return "text"
    return _PLAIN.get(plain, "text" if plain == "bytes" else "")
