"""The counts of a project's last loads, by the SQL that the log and the generated test use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medallion import metadata
from medallion.log.counts import counted
from medallion.warehouse import open_warehouse
from support.project import Project, dbt_at

CLASSES = (
    "rejected", "dropped", "ignored", "truncate", "duplicate", "conflict", "superseded", "late",
    "inserted", "updated", "deleted", "unchanged",
)  # fmt: skip
Counts = Mapping[str, Any]


def counts_of(project: Project) -> dict[str, Counts]:
    """The counts of the last load of every object, by its name; they must add up."""
    items = list(metadata.load(project.root / "seeds" / "control").objects.values())
    with (
        dbt_at(project.root, **project.engine.variables),
        open_warehouse(project.root, project.target) as warehouse,
    ):
        rows: list[Counts] = list(counted(warehouse, items))
    broken = [f"{row['object']}: {row['failure']}" for row in rows if row["failure"]]
    assert not broken, "\n".join(broken)
    return {str(row["object"]): row for row in rows}


def classes(counts: Counts) -> dict[str, int]:
    """The counts that are not zero, by class."""
    return {name: int(counts[f"rows_{name}"]) for name in CLASSES if counts[f"rows_{name}"]}
