"""The key that a command names, as values of the key columns."""

from __future__ import annotations

from collections.abc import Sequence

from medallion.errors import MedallionError, Problem
from medallion.generate import specs
from medallion.metadata.models import Object
from medallion.warehouse import Warehouse

Key = dict[str, str]


class TraceError(MedallionError):
    """A key that cannot be traced."""


def parse(item: Object, texts: Sequence[str]) -> Key:
    """The values by key column, as texts.

    `texts` are `a|b` or one text a column, in the order of the keys, or `name=value` in any order.
    Raises TraceError (TRACE_001, TRACE_003).
    """
    names = item.load.keys
    if not names:
        raise _error("TRACE_003", f"{item.full_name} has no keys")
    pairs = [text.partition("=") for text in texts]
    if all(sign and name in names for name, sign, _ in pairs):
        given = {name: value for name, _, value in pairs}
        if len(given) == len(pairs) == len(names):
            return {name: given[name] for name in names}
        raise _wrong(item, texts)
    parts = list(texts)
    if len(parts) == 1 and len(names) > 1:
        parts = parts[0].split("|")
    if len(parts) != len(names):
        raise _wrong(item, texts)
    return dict(zip(names, parts, strict=True))


def types(item: Object) -> dict[str, str]:
    """The types of the key columns as bronze stores them."""
    stored = specs.stored_types(item)
    return {name: stored[name] for name in item.load.keys}


def check(warehouse: Warehouse, item: Object, key: Key) -> None:
    """Raises TraceError (TRACE_002) where a value is not of its column's type."""
    kinds = types(item)
    (row,) = warehouse.query(warehouse.render("trace_key", values=key, types=kinds))
    wrong = [name for name in key if row[name.lower()] is None]
    if wrong:
        problems = [
            Problem(
                item.full_name, 0, "TRACE_002", f"the key column {name} is {kinds[name]}",
                column=name, value=key[name],
            )
            for name in wrong
        ]  # fmt: skip
        raise TraceError(problems)


def _wrong(item: Object, texts: Sequence[str]) -> TraceError:
    names = "|".join(item.load.keys)
    return _error("TRACE_001", f"the key of {item.full_name} is {names}", " ".join(texts))


def _error(code: str, message: str, value: str = "") -> TraceError:
    return TraceError([Problem("objects.csv", 0, code, message, value=value)])
