"""Names: the one pattern they pass, and the words and names that are taken."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}", re.ASCII)

# Words that DuckDB, Spark or Databricks refuse as an unquoted column name.
# fmt: off
RESERVED = frozenset({
    "all", "alter", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc", "asof",
    "asymmetric", "at", "authorization", "between", "both", "by", "case", "cast", "check",
    "collate", "collation", "column", "columns", "concurrently", "constraint", "create", "cross",
    "current_catalog", "current_date", "current_schema", "current_time", "current_timestamp",
    "current_user", "default", "deferrable", "delete", "desc", "describe", "distinct", "do",
    "drop", "else", "end", "escape", "except", "exists", "false", "fetch", "filter", "for",
    "foreign", "freeze", "from", "full", "generated", "glob", "grant", "group", "having", "ilike",
    "in", "initially", "inner", "insert", "intersect", "into", "is", "isnull", "join", "lambda",
    "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "map", "merge",
    "minus", "natural", "not", "notnull", "null", "offset", "on", "only", "or", "order", "outer",
    "overlaps", "pivot", "pivot_longer", "pivot_wider", "placing", "positional", "primary",
    "qualify", "references", "returning", "revoke", "right", "rollback", "select", "semi",
    "session_user", "show", "similar", "some", "struct", "summarize", "symmetric", "table",
    "tablesample", "then", "to", "trailing", "true", "truncate", "try_cast", "union", "unique",
    "unpack", "unpivot", "update", "user", "using", "values", "variadic", "verbose", "when",
    "where", "window", "with",
})
# fmt: on
# Columns that the history view adds without a leading underscore.
HISTORY_COLUMNS = frozenset({"valid_from", "valid_to", "is_current"})


def name_problem(name: str) -> str | None:
    """The error code (`META_010` to `META_012`) of a name that cannot be used, else None."""
    if name.startswith("_"):
        return "META_012"
    if not IDENTIFIER.fullmatch(name):
        return "META_010"
    if name.lower() in RESERVED:
        return "META_011"
    return None


def did_you_mean(value: str, allowed: Iterable[str]) -> str:
    """`did you mean x?` when one of the allowed values is near, else the empty text."""
    known = {item.lower(): item for item in allowed}
    near = difflib.get_close_matches(value.lower(), list(known), n=1, cutoff=0.6)
    return f"did you mean `{known[near[0]]}`?" if near else ""
