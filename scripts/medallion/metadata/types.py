"""The types of columns.csv: `bigint`, `decimal(18,2)`, `timestamp@epoch_ms`, ..."""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

TYPES = (
    "text",
    "integer",
    "bigint",
    "decimal(p,s)",
    "double",
    "boolean",
    "date",
    "time",
    "timestamp",
    "json",
)
ENCODINGS: dict[str, tuple[str, ...]] = {
    "timestamp": ("epoch_s", "epoch_ms", "epoch_us", "epoch_ns"),
    "date": ("epoch_days",),
    "time": ("epoch_ms", "epoch_us", "epoch_ns"),
    "decimal": ("base64",),
    "bigint": ("digits",),
}
ORDERED = frozenset({"text", "integer", "bigint", "decimal", "date", "timestamp"})
TIMES = frozenset({"date", "timestamp"})
NUMBERS = frozenset({"integer", "bigint", "decimal"})
SUMMED = NUMBERS | {"double"}
KEYS = ORDERED | {"boolean", "time"}

_TYPE = re.compile(
    r"(?P<name>[a-z]+)(?:\(\s*(?P<p>\d{1,3})\s*,\s*(?P<s>\d{1,3})\s*\))?(?:@(?P<encoding>[a-z0-9_]+))?",
    re.ASCII,
)


class DataType(BaseModel):
    """A column's type: `base` is the stored type, `encoding` how the source writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    precision: int | None = None
    scale: int | None = None
    encoding: str | None = None

    @property
    def base(self) -> str:
        """The type without its encoding, as in `decimal(18,2)`."""
        if self.name == "decimal":
            return f"decimal({self.precision},{self.scale})"
        return self.name

    def __str__(self) -> str:
        return f"{self.base}@{self.encoding}" if self.encoding else self.base


class BadType(ValueError):
    """A type that cannot be used: `code` says why, `allowed` what can be used instead."""

    def __init__(self, code: str, message: str, allowed: str) -> None:
        super().__init__(message)
        self.code, self.allowed = code, allowed


@lru_cache(maxsize=4096)
def parse_type(text: str) -> DataType:
    """Reads a type. Raises BadType (META_025, META_026 or META_027)."""
    found = _TYPE.fullmatch(text.strip().lower())
    names = {name.partition("(")[0] for name in TYPES}
    if not found or found["name"] not in names:
        raise BadType("META_025", "the type is not known", ", ".join(TYPES))
    name, encoding = found["name"], found["encoding"]
    if (name == "decimal") != (found["p"] is not None):
        raise BadType("META_025", "only decimal has a precision and a scale", ", ".join(TYPES))
    precision, scale = (int(found["p"]), int(found["s"])) if found["p"] else (None, None)
    if (
        precision is not None
        and scale is not None
        and not (1 <= precision <= 38 and scale <= precision)
    ):
        raise BadType("META_026", "precision or scale is out of range", "1 <= p <= 38, 0 <= s <= p")
    if encoding and encoding not in ENCODINGS.get(name, ()):
        allowed = ", ".join(f"{name}@{each}" for each in ENCODINGS.get(name, ())) or "no encoding"
        raise BadType("META_027", f"{name} has no encoding `{encoding}`", allowed)
    return DataType(name=name, precision=precision, scale=scale, encoding=encoding)
