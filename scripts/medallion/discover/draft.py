"""A proposal in the making: what is decided so far, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medallion.discover import names
from medallion.discover.errors import problem
from medallion.discover.model import ColumnProposal, Profile, Request
from medallion.errors import Problem


@dataclass
class Draft:
    """What is decided so far, and everything that is wrong."""

    request: Request
    profile: Profile
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cdc_format: str = ""
    load: str = ""
    operation: str = ""
    columns: tuple[ColumnProposal, ...] = ()
    watermarks: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def is_envelope(self) -> bool:
        return self.profile.feed is not None and self.profile.feed.envelope == "debezium"

    @property
    def by_path(self) -> dict[str, str]:
        """Column names by the source's names (and by themselves)."""
        own = {column.column: column.column for column in self.columns}
        return {**own, **{column.path: column.column for column in self.columns}}

    def wrong(self, code: str, where: str, message: str, **more: str) -> None:
        self.problems.append(problem(code, where, message, **more))


def mapped(name: str, by_path: Mapping[str, str]) -> str:
    """The column's name for what a user wrote: its name, the source's name, in any case."""
    if name in by_path:
        return by_path[name]
    folded = {path.lower(): column for path, column in by_path.items()}
    return folded.get(name.lower(), name)


def strong_watermark(draft: Draft) -> str:
    by_name = {column.column: column.path for column in draft.columns}
    strong = [name for name in draft.watermarks if names.watermark_rank(by_name[name]) != 2]
    return strong[0] if strong else ""
