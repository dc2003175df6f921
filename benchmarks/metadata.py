"""Part `metadata`: validate, generate and `dbt parse` on a simulated estate."""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import clock, estate
from benchmarks.clock import Cost

ROOT = Path(__file__).parents[1]
COPIED = ("dbt_project.yml", "profiles.yml", "profiles", "macros", "tests/dbt", ".dbtignore")
OBJECTS = 500
# Seconds of wall clock on 2 cores, for at most so many objects.
BOUNDS = {
    500: {"validate + generate": 10.0, "dbt parse, cold": 60.0, "dbt parse, warm": 60.0},
    2000: {"validate + generate": 15.0, "dbt parse, cold": 90.0, "dbt parse, warm": 20.0},
}
_DBT = Path(sys.executable).parent / "dbt"


def measure(folder: Path, objects: int) -> dict[str, Any]:
    """Makes the estate's project in `folder` and measures; returns costs, bounds and counts."""
    make_project(folder)
    estate.write(folder / "seeds" / "control", estate.tables(objects))
    steps = [
        clock.run("medallion validate", _medallion("validate"), folder),
        clock.run("medallion generate", _medallion("generate"), folder),
        clock.run("medallion generate, nothing to write", _medallion("generate"), folder),
        clock.run("medallion generate --check", _medallion("generate", "--check"), folder),
        clock.run("dbt parse, cold", [str(_DBT), "parse"], folder),
        clock.run("dbt parse, warm", [str(_DBT), "parse"], folder),
    ]
    both = Cost(
        "validate + generate",
        round(steps[0].wall + steps[1].wall, 2),
        round(steps[0].cpu + steps[1].cpu, 2),
        max(steps[0].memory, steps[1].memory),
    )
    return {
        "objects": objects,
        "counts": count(folder),
        "bounds": next((BOUNDS[most] for most in BOUNDS if objects <= most), {}),
        "steps": [cost.as_dict() for cost in (both, *steps)],
    }


def count(folder: Path) -> dict[str, int]:
    """Generated files and lines, and the nodes that dbt made of them."""
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    kinds = Counter(node["resource_type"] for node in manifest["nodes"].values())
    files = [path for path in (folder / "models").rglob("*") if path.is_file()]
    lines = sum(path.read_text(encoding="utf-8").count("\n") for path in files)
    return {
        "files": len(files),
        "lines": lines,
        "models": kinds["model"],
        "tests": kinds["test"],
        "sources": len(manifest["sources"]),
    }


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    counts = result["counts"]
    lines = [
        f"{result['objects']} objects of {len(estate.COLUMNS)} columns: {counts['files']:,} files "
        f"of {counts['lines']:,} lines, {counts['models']:,} models, {counts['tests']:,} tests.",
        "",
        *steps_table(result),
    ]
    return "\n".join(lines)


def steps_table(result: dict[str, Any]) -> list[str]:
    """The lines of a Markdown table of steps."""
    lines = [
        "| step | wall s | CPU s | MiB | bound s |",
        "|---|--:|--:|--:|--:|",
    ]
    for step in result["steps"]:
        bound = result["bounds"].get(step["step"])
        shown = "" if bound is None else f"{bound:.0f}"
        lines.append(
            f"| {step['step']} | {step['wall']:.1f} | {step['cpu']:.1f} | {step['memory']:.0f} "
            f"| {shown} |"
        )
    return lines


def broken_bounds(result: dict[str, Any]) -> list[str]:
    """The steps that took longer than they may."""
    return [
        f"{step['step']}: {step['wall']} s, more than {result['bounds'][step['step']]:.0f} s"
        for step in result["steps"]
        if step["wall"] > result["bounds"].get(step["step"], float("inf"))
    ]


def make_project(folder: Path) -> None:
    """A project of this repository's macros without models."""
    for name in COPIED:
        source, destination = ROOT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, destination)
        elif source.exists():
            shutil.copy(source, destination)
    for name in ("models", "snapshots", "seeds/control", "warehouse"):
        (folder / name).mkdir(parents=True, exist_ok=True)


def _medallion(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "medallion.cli", *arguments]
