"""The counts of a project's last loads, by the SQL that the log and the generated test use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from medallion import metadata
from medallion.log.counts import counted
from medallion.warehouse import open_warehouse
from support.invoke import dbt_at

if TYPE_CHECKING:
    from support.project import Project

CLASSES = (
    "rejected", "dropped", "ignored", "truncate", "duplicate", "conflict", "superseded", "late",
    "inserted", "updated", "deleted", "unchanged",
)  # fmt: skip
Counts = Mapping[str, Any]


def counts_of(project: Project, built: Collection[str] | None = None) -> dict[str, Counts]:
    """The counts of the last load of every object, by its name; they must add up.

    built: `system__object` of those to count; None is all.
    """
    items = [
        item
        for item in metadata.load(project.root / "seeds" / "control").objects.values()
        if built is None or f"{item.system.name}__{item.name}" in built
    ]
    if not items:
        return {}
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
