"""Many small objects with a file each: what the parts `log` and `tables` build."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import clock, estate, metadata

ROWS = 20
# Every way of counting in turn: load, sequence, history.
_KINDS = (
    ("cdc", "seq bigint", "none"),
    ("cdc", "seq bigint", "scd2"),
    ("delta", "seq", "none"),
    ("full", "_file_number", "none"),
)


def make(folder: Path, objects: int) -> None:
    """Makes a project of `objects` objects in `folder`, generated, with a delivery for each."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata.make_project(folder)
    estate.write(folder / "seeds" / "control", _tables(objects))
    _deliver(folder, objects)
    clock.run("medallion generate", [sys.executable, "-m", "medallion.cli", "generate"], folder)


def table_name(number: int) -> str:
    """What the object of a number is called, in the system `src`."""
    return f"table_{number:04}"


def _tables(objects: int) -> estate.Rows:
    rows: estate.Rows = {name: [] for name in estate.HEADERS}
    rows["systems"].append(
        {
            "system": "src", "kind": "files", "location": "landing/src", "format": "json",
            "cdc_format": "generic", "owner": "benchmark", "description": "Simulated system",
        }
    )  # fmt: skip
    for number in range(objects):
        name, (load, sequence, history) = table_name(number), _KINDS[number % len(_KINDS)]
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
        path = folder / "landing" / "src" / table_name(number) / "0001.jsonl"
        path.parent.mkdir(parents=True)
        lines = [
            json.dumps({"op": "U", "seq": row, "id": row, "a": f"value {row}"})
            for row in range(ROWS)
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
