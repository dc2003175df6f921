"""Lists on the command line and in cells: `a|b`, `a,b`, a JSON array; and back again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from medallion.metadata.lists import parse_list

_COMMA = re.compile(r",(?![^(]*\))")


def split(text: str) -> tuple[str, ...]:
    """A list as users type it: bars or commas (not those of `decimal(18,2)`), or a JSON array.

    Raises ValueError."""
    text = text.strip()
    if text.startswith("[") or "|" in text:
        return parse_list(text)
    return tuple(item.strip() for item in _COMMA.split(text) if item.strip())


def join(items: Iterable[str]) -> str:
    """A list as it stands in a cell."""
    listed = list(items)
    if any("|" in item or not item or item != item.strip() for item in listed) or (
        listed and listed[0].startswith("[")
    ):
        return json.dumps(listed, ensure_ascii=False)
    return "|".join(listed)
