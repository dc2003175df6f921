"""What comparing one object found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from medallion.metadata.models import Object
from medallion.reconcile.totals import Sums, parse_sums, same_sum

Status = Literal["equal", "explained", "different", "failed", "not loaded", "not compared"]
EXAMPLES = 5
COUNTS = (
    "source_rows", "bronze_rows", "rejected_rows", "dropped_rows", "accepted_rows",
    "accepted_keys", "missing_keys", "missing_explained", "extra_keys", "changed_keys",
    "held_keys",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A key that differs; totals by column, as text, of the sides that have it."""

    kind: str
    key: str
    is_explained: bool
    source: Sums
    bronze: Sums


@dataclass(frozen=True)
class Figures:
    """A row of `reconcile_figures`. `expected` are the sums of the rows that bronze should hold,
    `comparable` those of bronze without keys whose row in the source is refused."""

    counts: Mapping[str, int]
    source: Sums
    bronze: Sums
    expected: Sums
    comparable: Sums

    def __getitem__(self, name: str) -> int:
        return self.counts[name]


@dataclass(frozen=True)
class Result:
    """An object with its figures, or with the reason why it has none."""

    item: Object
    status: Status
    reason: str = ""
    figures: Figures | None = None
    examples: list[Example] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.status in ("equal", "explained", "not compared")


def figures_of(row: Mapping[str, Any]) -> Figures:
    """A row of the figures statement with its types."""
    groups = ("source_sums", "bronze_sums", "expected_sums", "comparable_sums")
    counts = {name: int(row[name] or 0) for name in COUNTS}
    return Figures(counts, *(parse_sums(row[name]) for name in groups))


def example_of(row: Mapping[str, Any]) -> Example:
    """A row of the examples statement with its types."""
    return Example(
        row["kind"], row["key_text"], bool(row["is_explained"]),
        parse_sums(row["source_totals"]), parse_sums(row["bronze_totals"]),
    )  # fmt: skip


def judge(item: Object, found: Figures) -> Status:
    """Equal; explained: what differs are just the source's rejected, dropped and repeated rows."""
    if _differs(item, found):
        return "different"
    is_same = found["source_rows"] == found["bronze_rows"] and found["missing_keys"] == 0
    is_same = is_same and not differing_sums(item, found) and found["held_keys"] == 0
    return "equal" if is_same else "explained"


def _differs(item: Object, found: Figures) -> bool:
    if _differing(item, found.expected, found.comparable):
        return True
    if not item.load.keys:
        return found["accepted_rows"] != found["bronze_rows"]
    unexplained = found["missing_keys"] - found["missing_explained"]
    return unexplained + found["extra_keys"] + found["changed_keys"] > 0


def differing_sums(item: Object, found: Figures) -> list[str]:
    """The control totals whose sums differ, whatever explains it."""
    return _differing(item, found.source, found.bronze)


def _differing(item: Object, left: Sums, right: Sums) -> list[str]:
    kinds = {column.name: column.type.name for column in item.columns}
    return [name for name, value in left.items() if not same_sum(value, right[name], kinds[name])]
