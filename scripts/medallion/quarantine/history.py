"""What was done about a rejected row, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from medallion.quarantine.entries import Entry
from medallion.warehouse import Warehouse

Row = dict[str, Any]
STEPS = {
    "release": 0, "discard": 0, "stage": 1, "reject": 2, "reject elsewhere": 3, "apply": 4,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A step; `load_id` where a load took it, `said` what it was about."""

    at: datetime
    step: str
    load_id: str | None
    said: str | None

    def __str__(self) -> str:
        text = {
            "reject": "rejected: {said}",
            "release": "released, mended to {said}" if self.said else "released as it was",
            "discard": "discarded",
            "stage": "read again",
            "reject elsewhere": "rejected as entry {said}",
            "apply": "its load was applied by {said}",
        }[self.step].format(said=self.said)
        load = f"  (load {self.load_id})" if self.load_id else ""
        return f"{str(self.at)[:19]}  {text}{load}"


def history(warehouse: Warehouse, entry: Entry) -> list[Step]:
    """Every reading of the row, every decision and what came of it, oldest first."""
    rows = warehouse.query(warehouse.render("entry_history", entry_id=entry["entry_id"]))
    steps = [Step(row["at"], row["step"], row["load_id"], row["said"]) for row in rows]
    return sorted(steps, key=lambda step: (step.load_id or _load(step.at), STEPS[step.step]))


def _load(at: datetime) -> str:
    """A time as ids of loads begin with it, so that both sort together."""
    return at.strftime("%Y%m%dT%H%M%S%f")
