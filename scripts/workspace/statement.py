"""What a statement says about itself: who sent it, whether it writes, and to what."""

from __future__ import annotations

import re
from dataclasses import dataclass

LITERAL = r"'(?:\\.|''|[^'\\])*'|\"(?:\\.|[^\"\\])*\""
COMMENT = r"--[^\n]*|/\*.*?\*/"
NAME = r"(?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+)){0,3}"

_HEAD = re.compile(rf"\s*(?:{COMMENT})", re.S)
_NODE = re.compile(r'"node_id":\s*"([^"]+)"')
_TEMPORARY = re.compile(r"create\s+(?:or\s+replace\s+)?(?:global\s+)?temp(?:orary)?\s", re.I)
_WRITES = re.compile(
    r"(create|replace|alter|drop|insert|merge|update|delete|truncate|copy|optimize|vacuum|analyze"
    r"|comment|grant|revoke|restore|undrop|refresh|msck)\b",
    re.I,
)
_OBJECT = re.compile(
    r"(?:create|replace|alter|drop|insert|merge|update|delete|truncate|copy|optimize|vacuum|analyze"
    r"|comment|grant|revoke|restore|refresh|msck)\b"
    r"(?:\s+(?:or|replace|external|materialized|streaming|table|view|schema|database|into|overwrite"
    r"|from|repair|to|on|if|not|exists|column|constraint|select|modify|all|privileges|with|schema"
    rf"|evolution)\b)*\s+(?P<name>{NAME})",
    re.I,
)
_PARTS = re.compile(r"`[^`]+`|\w+")
# The adapter's names for a table on its way to its own name.
_HELPER = re.compile(r"__dbt_(?:tmp|stg|backup|staging)(?:_\w+)?$", re.I)


@dataclass(frozen=True)
class Statement:
    """A SQL text (or a Python run) with what can be read off it.

    node: dbt's unique_id from the query comment; object: the written relation without its
    catalog, lower case, the adapter's helper tables under the name of what they serve.
    """

    text: str  # without the query comment
    node: str | None
    object: str | None
    writes: bool


def _without_comments(sql: str) -> str:
    while match := _HEAD.match(sql):
        sql = sql[match.end() :]
    return sql.strip()


def _object(body: str) -> str | None:
    """The written relation; None where a statement names none."""
    match: re.Match[str] | None = _OBJECT.match(body)
    if match is None:
        return None
    name: str = match["name"]
    parts = [part.strip("`") for part in _PARTS.findall(name)]
    if re.match(r"comment\s+on\s+column\b", body, re.I):
        parts = parts[:-1]
    if re.search(r"\b(?:schema|database)\b(?!\s+evolution)", body[: match.start("name")], re.I):
        return str(parts[-1]).lower()
    return str(_HELPER.sub("", ".".join(parts[-2:]).lower()))


def read_statement(sql: str) -> Statement:
    """Classify one SQL text."""
    body = _without_comments(sql)
    node = _NODE.search(sql)
    writes = bool(_WRITES.match(body)) and not _TEMPORARY.match(body)
    return Statement(body, node[1] if node else None, _object(body) if writes else None, writes)
