"""The counts of a project's last loads, by the SQL that the log and the generated test use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from medallion import metadata
from medallion.log.counts import counted
from medallion.log.staged import reader
from medallion.warehouse import open_warehouse
from support.invoke import dbt_at

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

    from support.project import Project

CLASSES = (
    "rejected", "dropped", "ignored", "truncate", "duplicate", "conflict", "superseded", "late",
    "inserted", "updated", "deleted", "unchanged",
)  # fmt: skip
Counts = Mapping[str, Any]


def counts_of(
    project: Project, read_by: Collection[str] | None = None, manifest: Manifest | None = None
) -> dict[str, Counts]:
    """The counts of the last load of every object, by its name; they must add up.

    read_by: models whose objects are counted, staging's or what reads in its place; None is all.
    manifest: what dbt parsed of the project; None parses it again.
    """
    items = [
        item
        for item in metadata.load(project.root / "seeds" / "control").objects.values()
        if read_by is None or reader(item) in read_by
    ]
    if not items:
        return {}
    with (
        dbt_at(project.root, **project.engine.variables),
        open_warehouse(project.root, project.target, manifest=manifest) as warehouse,
    ):
        rows: list[Counts] = list(counted(warehouse, items))
    broken = [f"{row['object']}: {row['failure']}" for row in rows if row["failure"]]
    assert not broken, "\n".join(broken)
    return {str(row["object"]): row for row in rows}


def classes(counts: Counts) -> dict[str, int]:
    """The counts that are not zero, by class."""
    return {name: int(counts[f"rows_{name}"]) for name in CLASSES if counts[f"rows_{name}"]}
