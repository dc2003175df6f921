"""Python values as Jinja literals, over as many lines as they need."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WIDTH = 100


class Code(str):
    """A Jinja expression, written as it stands."""

    __slots__ = ()


def literal(value: Any, indent: int = 0, *, prefix: int = 0, top: bool = False) -> str:
    """The value as a Jinja literal.

    `indent`: blanks before the line it starts on; `prefix`: characters of that line before it. A
    mapping or list goes over several lines when it does not fit into one, and when it is the
    outermost (`top`).
    """
    if not isinstance(value, Mapping | list | tuple):
        return _scalar(value)
    inline = _inline(value)
    if not value or (not top and indent + prefix + len(inline) < WIDTH):
        return inline
    inner = " " * (indent + 4)
    if isinstance(value, Mapping):
        lines = []
        for key, item in value.items():
            head = f"{_scalar(key)}: "
            lines.append(f"{inner}{head}{literal(item, indent + 4, prefix=len(head))},")
        opening, closing = "{", "}"
    else:
        lines = [f"{inner}{literal(item, indent + 4)}," for item in value]
        opening, closing = "[", "]"
    return "\n".join([opening, *lines, " " * indent + closing])


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        items = ", ".join(f"{_scalar(key)}: {_inline(item)}" for key, item in value.items())
        return "{" + items + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, Code):
        return str(value)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return quoted(str(value))


def quoted(text: str) -> str:
    """A text as a Jinja string, in the quotation marks that it does not hold."""
    escaped = text.replace("\\", "\\\\")
    for sign, name in (("\n", "n"), ("\r", "r"), ("\t", "t")):
        escaped = escaped.replace(sign, f"\\{name}")
    if "'" in escaped and '"' not in escaped:
        return f'"{escaped}"'
    return "'" + escaped.replace("'", "\\'") + "'"


def call(name: str, arguments: Mapping[str, Any]) -> str:
    """A call with keyword arguments, one a line."""
    if not arguments:
        return f"{name}()"
    inline = f"{name}({', '.join(f'{key}={_inline(item)}' for key, item in arguments.items())})"
    if len(inline) < WIDTH - 6 and "meta" not in arguments:
        return inline
    lines = [
        f"    {key}={literal(item, 4, prefix=len(key) + 1)}," for key, item in arguments.items()
    ]
    return "\n".join([f"{name}(", *lines, ")"])
