"""Texts as YAML scalars, and long ones folded."""

from __future__ import annotations

import json
import re
import textwrap

WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./*\-]*( [A-Za-z0-9_./*()',\-]+)*\.?", re.ASCII)
_WORDS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf"})


def scalar(text: str) -> str:
    """A text as a YAML scalar in one line: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text.endswith(","):
        return text
    return json.dumps(text, ensure_ascii=False)


def described(text: str, indent: int) -> str:
    """The value of a `description:` that stands behind `indent` blanks."""
    one_line = " ".join(text.split())
    plain = scalar(one_line)
    if indent + len("description: ") + len(plain) <= WIDTH:
        return plain
    lines = textwrap.wrap(
        one_line, WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join([">-", *(" " * (indent + 2) + line for line in lines)])


def flow(items: list[str]) -> str:
    """A list of texts in one line."""
    return "[" + ", ".join(_item(item) for item in items) + "]"


def _item(text: str) -> str:
    plain = scalar(text)
    return json.dumps(text, ensure_ascii=False) if "," in plain and plain == text else plain
