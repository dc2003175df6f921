"""The SELECT that sums up the values of columns by their form. Text only, nothing is run here."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable

PLACEHOLDER = "__debezium_unavailable_value"


def _placeholders() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The forms in which the connector writes it: as a whole value (text, base64 of bytes, the UUID
    of the name, an array of codes), and as a part of an array or a map."""
    word = PLACEHOLDER.encode()
    encoded = base64.b64encode(word).decode()
    digest = bytearray(hashlib.md5(word, usedforsecurity=False).digest())
    name_based = str(uuid.UUID(bytes=bytes(digest), version=3))
    codes = "[" + ",".join(str(code) for code in word) + "]"
    whole = (PLACEHOLDER, encoded, name_based, codes)
    return whole, tuple(f'"{form}"' for form in whole[:3])


_WHOLE, _PARTS = _placeholders()

_INT = r"0|-?[1-9][0-9]*"
_DECIMAL = r"-?(0|[1-9][0-9]*)\.[0-9]+"
_EXPONENT = r"-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
_ZONE = r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
_TIMESTAMP = _DATE + r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?" + _ZONE

# Plausible epochs, 1990 to 2100, by unit: the ranges do not touch. Days from 1870 (birthdays).
_SECONDS = (631_152_000, 4_102_444_800)
EPOCHS = {
    "epoch_s": _SECONDS,
    "epoch_ms": (_SECONDS[0] * 10**3, _SECONDS[1] * 10**3),
    "epoch_us": (_SECONDS[0] * 10**6, _SECONDS[1] * 10**6),
    "epoch_ns": (_SECONDS[0] * 10**9, _SECONDS[1] * 10**9),
    "epoch_days": (-36_525, 73_050),
    "of_day": (0, 86_399_999_999),
}


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def null_list(tokens: Iterable[str]) -> str:
    return "(" + ", ".join(literal(token) for token in sorted({"", *tokens})) + ")"


def class_statistics(values: str, null_tokens: Iterable[str]) -> str:
    """Sum up a SELECT of (name, n, kind, v) by name and form of value.

    `kind` is how the source wrote the value: null, json (object or array), boolean, number, text,
    or typed (its form does not matter, the source names its type). Forms (`class`): null,
    placeholder, typed, json, boolean, int, number for values that the source types itself, and
    text_int, text_decimal, text_exponent, text_boolean, text_date, text_timestamp, text_time,
    text for texts.
    """
    epochs = ",\n    ".join(
        f"count(*) filter (where whole between {low} and {high}) as {name}"
        for name, (low, high) in EPOCHS.items()
    )
    whole = ", ".join(map(literal, _WHOLE))
    parts = " or ".join(f"contains(t, {literal(part)})" for part in _PARTS)
    return f"""
with trimmed as (
    select name, n, kind, v, trim(v, ' \t\r\n') as t from ({values})
),
formed as (
    select name, n, t,
        case
            when kind = 'null' or v is null then 'null'
            when kind = 'typed' then 'typed'
            when kind = 'text' and t in {null_list(null_tokens)} then 'null'
            when t in ({whole}) or (kind = 'json' and ({parts})) then 'placeholder'
            when kind in ('json', 'boolean') then kind
            when kind = 'number' then if(regexp_full_match(t, '{_INT}'), 'int', 'number')
            when regexp_full_match(t, '{_INT}') then 'text_int'
            when regexp_full_match(t, '{_DECIMAL}') then 'text_decimal'
            when regexp_full_match(t, '{_EXPONENT}') then 'text_exponent'
            when lower(t) in ('true', 'false') then 'text_boolean'
            when regexp_full_match(t, '{_DATE}') and try_cast(t as date) is not null
                then 'text_date'
            when regexp_full_match(t, '{_TIMESTAMP}')
                and try_cast(left(t, 16) as timestamp) is not null then 'text_timestamp'
            when regexp_full_match(t, '{_TIME}') and try_cast(t as time) is not null
                then 'text_time'
            else 'text'
        end as class
    from trimmed
),
measured as (
    select name, n, class, t,
        case when class in ('int', 'text_int', 'text_decimal', 'number')
            then length(ltrim(split_part(t, '.', 1), '-')) else 0 end as int_digits,
        case when class in ('text_decimal', 'number')
            then length(split_part(t, '.', 2)) else 0 end as scale,
        case when class in ('int', 'text_int') then try_cast(t as bigint) end as whole
    from formed
)
select
    name, class, count(*) as rows, min(n) as first_seen,
    max(int_digits) as int_digits, max(scale) as scale,
    min(whole) as minimum, max(whole) as maximum,
    count(*) filter (where class in ('int', 'text_int') and whole is null) as out_of_bigint,
    count(*) filter (
        where class = 'text_decimal' and rtrim(rtrim(t, '0'), '.')
            is distinct from regexp_replace(cast(try_cast(t as double) as varchar), '\\.0$', '')
    ) as not_double,
    count(*) filter (
        where class in ('text', 'text_int') and length(t) % 4 = 0
            and regexp_full_match(t, '[A-Za-z0-9+/]{{2,22}}={{0,2}}')
    ) as base64,
    {epochs}
from measured
group by name, class
"""
