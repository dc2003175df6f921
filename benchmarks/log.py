"""Part `log`: many small objects on DuckDB: a build, its log and status, runs without news."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import clock, metadata, small_tables

OBJECTS = 200
# Seconds of wall clock for 200 objects on 2 cores: "a few seconds" beside dbt's own start.
BOUNDS = {
    "medallion log": 8.0,
    "medallion status": 8.0,
    "medallion run --changed, nothing new": 12.0,  # 60 ms an object
}
_DBT = Path(sys.executable).parent / "dbt"


def measure(folder: Path, objects: int) -> dict[str, Any]:
    """Builds the objects in `folder`, then measures the log; returns costs, bounds and counts."""
    small_tables.make(folder, objects)
    medallion = [sys.executable, "-m", "medallion.cli"]
    place = {"MEDALLION_DUCKDB_PATH": str(folder / "warehouse" / "log.duckdb")}
    build = [str(_DBT), "--quiet", "build", "--exclude-resource-type", "test"]
    changed = [*medallion, "run", "--changed", "--quiet", "--exclude-resource-type", "test"]
    steps = [
        clock.run("dbt build (for comparison)", build, folder, place),
        clock.run("medallion log", [*medallion, "log"], folder, place),
        clock.run("medallion log, nothing to write", [*medallion, "log"], folder, place),
        clock.run("medallion status", [*medallion, "status", "--json"], folder, place),
        clock.run("dbt build, nothing new", build, folder, place),
        clock.run("medallion log, nothing new", [*medallion, "log"], folder, place),
        clock.run("medallion run --changed, nothing new", changed, folder, place),
    ]
    results = json.loads((folder / "target" / "run_results.json").read_text(encoding="utf-8"))
    return {
        "objects": objects,
        "counts": {"nodes": len(results["results"])},
        "bounds": BOUNDS,
        "steps": [cost.as_dict() for cost in steps],
    }


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    nodes = f"{result['counts']['nodes']:,} nodes"
    about = f"{result['objects']} objects of {small_tables.ROWS} rows, {nodes}."
    return "\n".join([about, "", *metadata.steps_table(result)])


broken_bounds = metadata.broken_bounds
