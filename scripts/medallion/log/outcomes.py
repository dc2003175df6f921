"""What dbt's runs did with an object, from the rows of the run log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from medallion.log.artifacts import FAILED
from medallion.log.rows import Row, truncated


@dataclass(frozen=True)
class Outcome:
    """What one dbt invocation did with one object: its rows of the run log, at least one model."""

    nodes: tuple[Row, ...]

    @property
    def models(self) -> list[Row]:
        return [row for row in self.nodes if row["resource_type"] == "model"]

    @property
    def failed(self) -> list[Row]:
        return [row for row in self.nodes if row["status"] in FAILED]

    @property
    def failed_models(self) -> list[Row]:
        return [row for row in self.models if row["status"] in FAILED]

    @property
    def has_built_bronze(self) -> bool:
        bronze = [row for row in self.models if row["layer"] == "bronze"]
        return bool(bronze) and all(row["status"] == "success" for row in bronze)

    @property
    def invocation_id(self) -> str:
        return str(self.nodes[0]["invocation_id"])

    @property
    def started_at(self) -> datetime:
        started: datetime = self.nodes[0]["run_started_at"]
        return started

    @property
    def finished_at(self) -> datetime | None:
        return max((row["finished_at"] for row in self.nodes if row["finished_at"]), default=None)

    @property
    def seconds(self) -> float:
        """Time that its nodes took, waiting for others left out."""
        return round(sum(float(row["seconds"]) for row in self.nodes), 6)

    def includes(self, model: str) -> bool:
        return any(row["node_name"] == model for row in self.models)

    @property
    def message(self) -> str | None:
        """The first error; a model's before a test's, for it is the cause."""
        failed = sorted(self.failed, key=lambda row: row["resource_type"] != "model")
        if not failed:
            return None
        return truncated(f"{failed[0]['node_name']}: {failed[0]['message'] or failed[0]['status']}")


def outcomes(rows: Iterable[Row]) -> dict[str, list[Outcome]]:
    """By object, the invocations that built a model of it in staging or bronze, oldest first."""
    found: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row["system"] and row["object"] and row["layer"] in ("staging", "bronze"):
            name = f"{row['system']}.{row['object']}"
            found.setdefault(name, {}).setdefault(row["invocation_id"], []).append(row)
    built = {name: [Outcome(tuple(each)) for each in runs.values()] for name, runs in found.items()}
    return {
        name: sorted((run for run in runs if run.models), key=lambda run: run.started_at)
        for name, runs in built.items()
    }
