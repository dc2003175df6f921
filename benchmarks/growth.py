"""Part `growth`: the same change feed into N / 10, N and 3 N stored rows, on DuckDB."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import loads

OBJECTS = 10_000_000
REPETITIONS = 1
# CPU of the object's nodes, staging included: the largest table to the smallest.
BOUND = 3.0
# The first way by hand beside ours: its result is the reference.
WORKS = {
    name: replace(loads.WORKS[name], by_hand=loads.WORKS[name].by_hand[:1])
    for name in ("state", "history")
}


def measure(folder: Path, rows: int, repetitions: int = REPETITIONS) -> dict[str, Any]:
    """Loads `rows` / 100 events into a tenth of the rows, the rows, and three times the rows."""
    batch, sizes = rows // 100, {}
    for size in (rows // 10, rows, 3 * rows):
        place = folder / str(size)
        sizes[str(size)] = loads.measure_works(place, WORKS, size, batch, repetitions)
        shutil.rmtree(place)
    return {"objects": rows, "repetitions": repetitions, "batch": batch, "sizes": sizes}


def table(result: dict[str, Any]) -> str:
    """The result as Markdown."""
    lines = [
        f"{result['batch']:,} events, medians of {result['repetitions']} runs. Nodes: CPU seconds "
        "of the object's nodes, staging, commits and checkpoint included.",
        "",
        "| work | stored rows | nodes s | to the smallest | bound | MiB | by hand s "
        "| to the smallest |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, work in WORKS.items():
        for size, works in result["sizes"].items():
            ways = works[name]["ways"]
            cells = [work.title, f"{int(size):,}"]
            cells += [f"{_nodes(ways['medallion']):.2f}", f"{_growth(result, name, size):.2f}"]
            cells += [f"{BOUND:.1f}", f"{ways['medallion']['memory']:.0f}"]
            by_hand = work.by_hand[0]
            cells += [f"{_nodes(ways[by_hand]):.2f}", f"{_growth(result, name, size, by_hand):.2f}"]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def broken_bounds(result: dict[str, Any]) -> list[str]:
    """The works that cost more beside many rows than they may."""
    largest = list(result["sizes"])[-1]
    return [
        f"{work.title}: {growth:.2f} times the cost beside few rows, bound {BOUND}"
        for name, work in WORKS.items()
        if (growth := _growth(result, name, largest)) > BOUND
    ]


def _nodes(cost: dict[str, Any]) -> float:
    return float(cost["staging"] + cost["load"] + cost["checkpoint"])


def _growth(result: dict[str, Any], name: str, size: str, way: str = "medallion") -> float:
    """What a way costs at a size, to what it costs at the smallest."""
    sizes = result["sizes"]
    smallest = next(iter(sizes.values()))
    return _nodes(sizes[size][name]["ways"][way]) / _nodes(smallest[name]["ways"][way])
