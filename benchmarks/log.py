"""Part `log`: many small objects on DuckDB: a build, its log and status, runs without news."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import clock, estate, metadata

OBJECTS = 200
ROWS = 20
# Seconds of wall clock for 200 objects on 2 cores: "a few seconds" beside dbt's own start.
BOUNDS = {
    "medallion log": 12.0,
    "medallion status": 8.0,
    "medallion run --changed, nothing new": 12.0,  # 60 ms an object
}
_DBT = Path(sys.executable).parent / "dbt"
# Every way of counting in turn: load, sequence, history.
_KINDS = (
    ("cdc", "seq bigint", "none"),
    ("cdc", "seq bigint", "scd2"),
    ("delta", "seq", "none"),
    ("full", "_file_number", "none"),
)


def measure(folder: Path, objects: int) -> dict[str, Any]:
    """Builds the objects in `folder`, then measures the log; returns costs, bounds and counts."""
    metadata.make_project(folder)
    estate.write(folder / "seeds" / "control", _tables(objects))
    _deliver(folder, objects)
    medallion = [sys.executable, "-m", "medallion.cli"]
    place = {"MEDALLION_DUCKDB_PATH": str(folder / "warehouse" / "log.duckdb")}
    build = [str(_DBT), "--quiet", "build", "--exclude-resource-type", "test"]
    changed = [*medallion, "run", "--changed", "--quiet", "--exclude-resource-type", "test"]
    clock.run("medallion generate", [*medallion, "generate"], folder)
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
    about = f"{result['objects']} objects of {ROWS} rows, {result['counts']['nodes']:,} nodes."
    return "\n".join([about, "", *metadata.steps_table(result)])


broken_bounds = metadata.broken_bounds


def _tables(objects: int) -> estate.Rows:
    rows: estate.Rows = {name: [] for name in estate.HEADERS}
    rows["systems"].append(
        {
            "system": "src", "kind": "files", "location": "landing/src", "format": "json",
            "cdc_format": "generic", "owner": "benchmark", "description": "Simulated system",
        }
    )  # fmt: skip
    for number in range(objects):
        name, (load, sequence, history) = _name(number), _KINDS[number % len(_KINDS)]
        rows["objects"].append(
            {
                "system": "src", "object": name, "source": f"{name}/*.jsonl", "load": load,
                "keys": "id", "sequence": sequence, "history": history,
                "description": "Simulated. One row per id.",
            }
        )  # fmt: skip
        types = {"id": "bigint", "a": "text"} | ({"seq": "bigint"} if load == "delta" else {})
        for column, kind in types.items():
            line = {"system": "src", "object": name, "column": column, "type": kind}
            rows["columns"].append(line)
    return rows


def _deliver(folder: Path, objects: int) -> None:
    for number in range(objects):
        path = folder / "landing" / "src" / _name(number) / "0001.jsonl"
        path.parent.mkdir(parents=True)
        lines = [
            json.dumps({"op": "U", "seq": row, "id": row, "a": f"value {row}"})
            for row in range(ROWS)
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _name(number: int) -> str:
    return f"table_{number:04}"
