"""Benchmarks, in parts: `python benchmarks/run.py --part metadata --objects 500`.

Prints a Markdown table and writes the numbers to benchmarks/results/<part>.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import clock, growth, loads, log, metadata, spark, tables  # noqa: E402

PARTS: dict[str, Any] = {
    "metadata": metadata,
    "log": log,
    "tables": tables,
    "loads": loads,
    "growth": growth,
    "spark": spark,
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    broken: list[str] = []
    for name in options.part or PARTS:
        result = _measured(name, options)
        print(f"## {name}\n\n{_machine(result)}\n{PARTS[name].table(result)}\n")
        options.results.mkdir(parents=True, exist_ok=True)
        path = options.results / f"{name}.json"
        path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        broken += PARTS[name].broken_bounds(result)
    print("\n".join(broken) or "Every bound holds.")
    return 1 if broken and options.enforce else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Raw)
    parser.add_argument("--part", action="append", choices=PARTS, help="all parts if left out")
    parser.add_argument(
        "--objects",
        type=int,
        help="objects (metadata 500, log, tables 200) or rows (loads, spark 1 M, growth 10 M)",
    )
    parser.add_argument("--repetitions", type=int, help="of every load (loads 3, growth 1)")
    parser.add_argument("--folder", type=Path, help="keep the project in this empty folder")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    parser.add_argument("--enforce", action="store_true", help="fail when a bound is broken")
    return parser.parse_args(arguments)


class _Raw(argparse.RawDescriptionHelpFormatter):
    pass


def _measured(name: str, options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="medallion_") as temporary:
        folder = (options.folder or Path(temporary)).resolve() / name
        folder.mkdir(parents=True)
        part = PARTS[name]
        size, more = options.objects or part.OBJECTS, {}
        if options.repetitions and hasattr(part, "REPETITIONS"):
            more["repetitions"] = options.repetitions
        result = part.measure(folder, size, **more)
    return {"part": name, "machine": clock.machine(), **result}


def _machine(result: dict[str, Any]) -> str:
    about = result["machine"]
    packages = ", ".join(f"{n} {about[n]}" for n in ("dbt-core", "dbt-duckdb", "duckdb"))
    return (
        f"{about['date']}, {about['cores']} cores, {about['memory_gib']} GiB, "
        f"Python {about['python']}, {packages}.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
