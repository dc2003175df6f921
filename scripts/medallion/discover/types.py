"""From the forms of a column's values to its type in columns.csv. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from medallion.discover import names
from medallion.discover.model import ClassStats, ColumnProfile

MIN_PRECISION = 18
MAX_PRECISION = 38
# Room for greater values than those seen, in digits before the point.
HEADROOM = 6
# A double prints with up to 17 significant digits; a fraction that long is most likely one, when
# no value has more than a double holds.
DOUBLE_DIGITS = 16
DOUBLE_SCALE = 10
# Days since 1970: below this (1980) a number is hardly a date.
_FIRST_DAY = 3653

_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT"}
_DUCKDB = {
    "BIGINT": "bigint", "UINTEGER": "bigint", "UBIGINT": "decimal(20,0)",
    "HUGEINT": "decimal(38,0)", "UHUGEINT": "decimal(38,0)", "BIGNUM": "decimal(38,0)",
    "FLOAT": "double", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date", "TIME": "time",
    "JSON": "json", "VARIANT": "json",
}  # fmt: skip


def decimal(precision: int, scale: int) -> str:
    return f"decimal({precision},{scale})"


def of_duckdb(name: str) -> str:
    """The type for a DuckDB type name; '' for text, whose values decide."""
    upper = name.upper()
    if upper.startswith("DECIMAL"):
        return upper.lower().replace(" ", "")
    if upper.startswith(("TIMESTAMP",)):
        return "timestamp"
    if upper.endswith("]") or upper.startswith(("STRUCT", "MAP", "UNION")):
        return "json"
    if upper in _INTEGERS:
        return "integer"
    return _DUCKDB.get(upper, "")


def merge(types: Iterable[str]) -> str:
    """One type that holds all values of several: wider numbers, else text."""
    distinct = sorted(set(types))
    if not distinct:
        return "text"
    if len(distinct) == 1:
        return distinct[0]
    kinds = set(distinct)
    if kinds <= {"integer", "bigint"}:
        return "bigint"
    if kinds <= {"date", "timestamp"}:
        return "timestamp"
    numeric = [_digits(one) for one in distinct]
    if all(digits is not None for digits in numeric):
        whole = max(digits[0] for digits in numeric if digits)
        scale = max(digits[1] for digits in numeric if digits)
        return decimal(whole + scale, scale) if whole + scale <= MAX_PRECISION else "double"
    if all(_digits(one) or one == "double" for one in distinct):
        return "double"
    return "text"


def _digits(one: str) -> tuple[int, int] | None:
    """Digits before and behind the point of an exact number type."""
    if one in ("integer", "bigint"):
        return (10 if one == "integer" else 19, 0)
    found = _DECIMAL.fullmatch(one)
    return (int(found[1]) - int(found[2]), int(found[2])) if found else None


def infer(column: ColumnProfile, *, debezium: bool = False) -> tuple[str, str]:
    """The type of a column and, where it is not obvious, why. Empty columns are text."""
    seen = {name: s for name, s in column.classes.items() if name not in ("null", "placeholder")}
    if column.declared:
        return column.declared, ""
    if not seen:
        return column.fallback, "no value seen" if column.fallback == "text" else ""
    if column.mode == "text":
        return _of_texts(seen)
    if column.mode == "json":
        return _of_json(column.name, seen, debezium=debezium)
    if column.fallback == "boolean" and set(seen) == {"text_int"}:
        bits = seen["text_int"]
        return (
            ("boolean", "") if bits.minimum in (0, 1) and bits.maximum in (0, 1) else ("bigint", "")
        )
    return _of_untyped(column.name, seen)


def _of_texts(seen: Mapping[str, ClassStats]) -> tuple[str, str]:
    forms = set(seen)
    if forms <= {"text_date", "text_timestamp"}:
        return ("timestamp" if "text_timestamp" in forms else "date"), ""
    if forms == {"text_time"}:
        return "time", ""
    return "text", ""


def _of_json(name: str, seen: Mapping[str, ClassStats], *, debezium: bool) -> tuple[str, str]:
    forms = set(seen)
    if forms == {"json"}:
        return "json", ""
    if forms == {"boolean"}:
        return "boolean", ""
    if forms == {"int"}:
        return _of_integers(name, seen["int"], debezium=debezium)
    if forms <= {"int", "number"}:
        return "double", ""
    # Texts stay texts, but exact decimals travel as text because JSON numbers lose digits.
    if "text_decimal" in forms and forms <= {"text_decimal", "text_int"}:
        if "version" in names.words(name):
            return "text", ""
        return _of_decimals(seen, exact=True), "decimals sent as text"
    if all(form.startswith("text") for form in forms):
        return _of_texts(seen)
    kinds = {"text" if form.startswith("text") else form for form in forms}
    return "text", "mixed: " + ", ".join(sorted(kinds))


def _of_untyped(name: str, seen: Mapping[str, ClassStats]) -> tuple[str, str]:
    forms = set(seen)
    if names.is_code(name) and forms == {"text_int"}:
        return "text", "digits of a code, not a number"
    if forms == {"text_boolean"}:
        return "boolean", ""
    if forms == {"text_int"}:
        return _of_integers(name, seen["text_int"], debezium=False)
    if "text_exponent" in forms and forms <= {"text_exponent", "text_decimal", "text_int"}:
        return "double", ""
    if "text_decimal" in forms and forms <= {"text_decimal", "text_int"}:
        return _of_decimals(seen, exact=False), ""
    if len(forms) > 1 and not forms <= {"text_date", "text_timestamp"}:
        plain = sorted({_plain(form) for form in forms})
        return "text", ("mixed: " + ", ".join(plain)) if len(plain) > 1 else ""
    return _of_texts(seen)


def is_base64_number(column: ColumnProfile) -> bool:
    """Whether texts look like Debezium's precise decimals, and the name like a number's."""
    filled = {form: stats for form, stats in column.classes.items() if form != "null"}
    texts = filled and set(filled) <= {"text", "text_int"} and "text" in filled
    return bool(
        texts and names.is_amount(column.name)
        and all(stats.base64 == stats.count for stats in filled.values())
    )  # fmt: skip


def _plain(form: str) -> str:
    return form.removeprefix("text_")


def _of_integers(name: str, stats: ClassStats, *, debezium: bool) -> tuple[str, str]:
    if stats.out_of_bigint:
        digits = stats.int_digits
        if digits > MAX_PRECISION:
            return "text", "more digits than a decimal holds"
        return decimal(max(MIN_PRECISION, min(MAX_PRECISION, digits + HEADROOM)), 0), ""
    encoding = _encoding(name, stats, debezium=debezium)
    return encoding or "bigint", "looks like an epoch" if encoding else ""


def _encoding(name: str, stats: ClassStats, *, debezium: bool) -> str:
    """`timestamp@epoch_us` and the like, when the name is a time's and 9 of 10 values fit.

    Some may not: sentinels such as year 1, 9999 or PostgreSQL's infinity."""
    if debezium and names.is_time_of_day(name) and stats.epochs.get("of_day") == stats.count:
        top = stats.maximum or 0
        if top > 86_400:
            return "time@epoch_us" if top > 86_400_000 else "time@epoch_ms"
    if not names.is_time_like(name):
        return ""
    for unit in ("epoch_s", "epoch_ms", "epoch_us", "epoch_ns"):
        if stats.epochs.get(unit, 0) >= 0.9 * stats.count:
            return f"timestamp@{unit}"
    is_date = names.is_date_like(name) and (stats.maximum or 0) > _FIRST_DAY
    if debezium and is_date and stats.epochs.get("epoch_days") == stats.count:
        return "date@epoch_days"
    return ""


def _of_decimals(seen: Mapping[str, ClassStats], *, exact: bool) -> str:
    whole = max(stats.int_digits for stats in seen.values())
    scale = max(stats.scale for stats in seen.values())
    if whole + scale > MAX_PRECISION:
        return "double"
    printed_double = scale >= DOUBLE_SCALE and whole + scale >= DOUBLE_DIGITS
    if printed_double and not exact and not seen["text_decimal"].not_double:
        return "double"
    precision = min(MAX_PRECISION, max(MIN_PRECISION, whole + scale + HEADROOM))
    return decimal(precision, scale)
