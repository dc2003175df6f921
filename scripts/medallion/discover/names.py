"""What names say: safe identifiers, times, keys, personal data. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from medallion.metadata.names import RESERVED, name_problem

_TIME_LIKE = re.compile(
    r"(^|_)(at|ts|on|when|time|timestamp|datetime|date|dob|birthday|created|updated|modified|changed"
    r"|inserted|deleted|time(stamp)?_?(ms|us|ns|utc))$"
    r"|^(created|updated|modified|last)_|timestamp|datetime|_date_|_time_"
)
_DATE_LIKE = re.compile(r"(^|_)(date|on|birth|birthday|dob|born)($|_)|birthdate|date$")
_TIME_OF_DAY = re.compile(
    r"^time$|time_of_day|(^|_)(start|end|open|opening|close|closing|begin|departure|arrival|pickup"
    r"|delivery|check_?in|check_?out|cutoff)_time$"
)
_DURATION = re.compile(r"duration|elapsed|latency|uptime|runtime|air_time|delay|timeout|seconds")
_CHANGED = re.compile(
    r"(^|_)(updated|modified|changed|last_?update|last_?change|last_?modified)(_|$)"
    r"|updated?(at|on|time|date)$|modified(at|on|date)?$|^last_(update|mod|change)"
)
_RECEIVED = re.compile(r"(^|_)(received|loaded|ingested|synced|extracted|inserted)(_|$)")
_NOT_A_MARK = re.compile(r"(^|_)(created|deleted|expires?|expired|birth|born|valid|due|planned)")
_PERSONAL = re.compile(
    r"(^|_)(e_?mails?|e_?mail_?address|phones?|phone_?(no|number)|telephone|tel|mobile|cell|fax"
    r"|address|addresses|street|postal_address|birth\w*|dob|born|ssn|passport\w*|iban|tax_id"
    r"|national_id|ip_address|ip|surname|forename|given_name|family_name|maiden_name|nick_?name"
    r"|user_?name|gender|contact_name|person_name|customer_name|employee_name)($|_)"
    r"|(^|_)(full|first|last|middle)_?names?($|_)|(^|_)e?mail(_|$)|phone_?number"
)
_SECRET = re.compile(r"(^|_)(password|passwd|pwd|password_hash|secret|api_?key|access_?token)($|_)")
_AMOUNT = re.compile(
    r"(^|_)(amount|price|total|subtotal|cost|balance|quantity|qty|rate|fee|tax|sum|value|discount"
    r"|salary|weight|net|gross)(_|$)"
)
_CODE_NOT_NUMBER = re.compile(r"(^|_)(zip|zip_?code|postal_?code|post_?code|plz|phone\w*|fax|tel)$")


def is_safe(name: str) -> bool:
    """Whether a source's name can be a column's name as it stands."""
    return name_problem(name) is None and name == name.lower()


def safe_name(name: str) -> str:
    """The column name for a source's name: lower case ASCII letters, digits and underscores.

    Only the case is folded, words are not split, so that a look-up by the source's own name still
    fits on engines that ignore case. Leading underscores are reserved for technical columns.
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").replace("ẞ", "SS"))
    ascii_only = plain.encode("ascii", "ignore").decode("ascii").lower()
    joined = re.sub(r"_{3,}", "__", re.sub(r"[^a-z0-9_]+", "_", ascii_only)).strip("_")
    if not joined:
        return "field"
    safe = (joined if joined[0].isalpha() else f"c_{joined}")[:62].rstrip("_")
    return f"{safe}_" if safe in RESERVED else safe


def unique_names(names: Iterable[str], reserved: Iterable[str] = ()) -> list[str]:
    """Safe names for a list of source names; a name that is taken gets a number behind it, one
    that is reserved `source_` in front of it. Names that are safe already keep theirs."""
    originals = list(names)
    taken = refused = frozenset(reserved)
    kept = {name for name in originals if is_safe(name) and name not in taken}
    taken |= kept
    result = []
    for name in originals:
        if name in kept:
            result.append(name)
            kept.discard(name)  # a second column of the same name is numbered
            continue
        base = safe_name(name)
        base = f"source_{base}" if base in refused else base
        candidate = base
        number = 2
        while candidate in taken:
            candidate = f"{base[:58]}_{number}"
            number += 1
        taken |= {candidate}
        result.append(candidate)
    return result


def quoted_path(field: str) -> str:
    """A field as a path: one whose name holds a dot stands in quotation marks."""
    return f'"{field}"' if "." in field else field


def field_of(path: str) -> str:
    """The field that a path of one part names; other paths as they are."""
    inner = path[1:-1]
    is_quoted = len(path) > 2 and path[0] == path[-1] == '"' and '"' not in inner
    return inner if is_quoted else path


def words(name: str) -> str:
    """The name with its words separated, for recognising (`createdAt` -> `created_at`)."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")


def is_time_like(name: str) -> bool:
    return _TIME_LIKE.search(words(name)) is not None and not _DURATION.search(words(name))


def is_date_like(name: str) -> bool:
    return _DATE_LIKE.search(words(name)) is not None


def is_time_of_day(name: str) -> bool:
    return _TIME_OF_DAY.search(words(name)) is not None


def is_code(name: str) -> bool:
    """Digits that are no number: leading zeros may come later."""
    return _CODE_NOT_NUMBER.search(words(name)) is not None


def is_amount(name: str) -> bool:
    return _AMOUNT.search(words(name)) is not None


def watermark_rank(name: str) -> int | None:
    """How well a time column marks changes: 0 best, None not at all, 2 only a candidate."""
    text = words(name)
    if _CHANGED.search(text):
        return 0
    if _NOT_A_MARK.search(text):
        return 2 if text.startswith(("created", "insert")) else None
    if _RECEIVED.search(text):
        return 0
    return 1 if text.endswith("_at") else None


def key_rank(name: str, object_name: str) -> int | None:
    """How much a name looks like a key of the object: 0 best, None not at all."""
    text = words(name)
    singular = {object_name, object_name.removesuffix("s"), object_name.removesuffix("es"),
                re.sub(r"ies$", "y", object_name)}  # fmt: skip
    if text in {f"{one}_{part}" for one in singular for part in ("id", "key", "no", "number")}:
        return 0
    if text in {"id", "uuid", "guid"}:
        return 1
    if text in singular or text in {f"{one}_code" for one in singular}:
        return 2
    if text.endswith("_id") or re.search(r"(^|_)(uuid|guid)$", text):
        return 3
    if re.search(r"(^|_)(key|code|no|nr|num|number|line|sku|iata|icao|faa)$", text):
        return 4
    return None


def classify(name: str) -> str:
    """`personal` for names of personal data, `secret` for credentials, else `internal`."""
    text = words(name)
    if _SECRET.search(text):
        return "secret"
    return "personal" if _PERSONAL.search(text) else "internal"
