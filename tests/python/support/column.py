"""A column of a test's control tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """What a line of columns.csv says about a column, besides its name."""

    type: str = "text"
    source: str = ""
    required: bool = False
    lookup: str = ""
