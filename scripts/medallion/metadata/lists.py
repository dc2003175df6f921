"""Lists in a cell: `a|b`, or a JSON array where an item is empty or holds a bar."""

from __future__ import annotations

import json


def parse_list(text: str) -> tuple[str, ...]:
    """Reads a list; an empty cell is an empty list. Raises ValueError."""
    if not text:
        return ()
    if text.startswith("["):
        try:
            items = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(
                f"not a JSON array: {error.msg} at character {error.pos + 1}"
            ) from None
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise ValueError("not a JSON array of texts")
        return tuple(items)
    parts = tuple(item.strip() for item in text.split("|"))
    if "" in parts:
        raise ValueError("an item is empty: write a JSON array if that is meant")
    return parts


def duplicates(items: tuple[str, ...]) -> list[str]:
    """The items that stand more than once, ignoring case, in their order."""
    lower = [item.lower() for item in items]
    return [item for place, item in enumerate(items) if item.lower() in lower[:place]]
