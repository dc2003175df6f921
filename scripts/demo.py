"""The demo: three deliveries, each followed by one `dbt build`, and what each of them did.

    .venv/bin/python scripts/demo.py [--folder warehouse/demo]

Everything that it makes lies below the folder, which it empties first. Exit code 1 when a build
fails. What it shows is what `medallion log` counted from the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo_counts import ObjectCounts, Tables
from medallion import warehouse

ROOT = Path(__file__).resolve().parents[1]
LANDING = ROOT / "landing"
MARK = ".medallion-demo"
DELIVERIES = {
    1: "The first snapshot of every system, and the order system's first changes.",
    2: "A new column appears in erp.customers, order_lines are truncated, a country is retired, "
    "a price is no number, and marketing knows more people.",
    3: "The type of erp.orders.is_gift changes, a phone comes back online, a price is mended.",
}
CONSOLE = Console(width=None if sys.stdout.isatty() else 110)


class BuildFailedError(Exception):
    """A build ended with an error; the message says which nodes and why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the deliveries; 0 when all of them were built."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "warehouse/demo")
    folder = parser.parse_args(arguments).folder.resolve()
    prepare(folder)
    say("[bold]A shop with four source systems: erp (a change feed), crm, web and ref.[/bold]")
    say(f"Landing folder, database and logs of this demo: {escape(shown(folder))}\n")
    for number, text in DELIVERIES.items():
        CONSOLE.rule(f"Delivery {number} of {len(DELIVERIES)}")
        say(escape(text))
        files = deliver(number, folder)
        try:
            results, seconds = build(folder)
        except BuildFailedError as error:
            CONSOLE.print(f"[red]The build failed.[/red] {escape(str(error))}")
            return 1
        with Tables(folder / "demo.duckdb", folder / "target/manifest.json", results) as tables:
            show(files, results, seconds, tables)
    closing(folder)
    return 0


def prepare(folder: Path) -> None:
    """An empty folder for the demo; one that is not the demo's own is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise SystemExit(f"{folder} is not empty and not a folder of the demo: choose another one.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def deliver(number: int, folder: Path) -> list[Path]:
    """Put the files of a delivery where the source systems would put them."""
    files = []
    for source in sorted(LANDING.rglob(f"{number:04d}.*")):
        relative = source.relative_to(LANDING)
        if source.suffix == ".sqlite":  # a database is replaced, files are added
            relative = relative.parent.with_suffix(".sqlite")
        target = folder / "landing" / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        files.append(relative)
    return files


def environment(folder: Path) -> dict[str, str]:
    """Where this demo's data lies, as a developer would say it in the shell."""
    landing = folder / "landing"
    return {
        "MEDALLION_DUCKDB_PATH": str(folder / "demo.duckdb"),
        "MEDALLION_LOCATION_CRM": str(landing / "crm.sqlite"),
        "MEDALLION_LOCATION_ERP": str(landing / "erp"),
        "MEDALLION_LOCATION_REF": str(landing / "ref"),
        "MEDALLION_LOCATION_WEB": str(landing / "web"),
    }


def build(folder: Path) -> tuple[dict[str, Any], float]:
    """One `dbt build` of everything; its run_results and how long it took."""
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", "--target", "dev"]
    command += ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    variables = {k: v for k, v in os.environ.items() if not k.startswith("MEDALLION_")}
    results = folder / "target/run_results.json"
    results.unlink(missing_ok=True)
    started = time.monotonic()
    with CONSOLE.status("dbt build ..."):
        done = subprocess.run(
            command, cwd=ROOT, env=variables | environment(folder), capture_output=True, text=True
        )
    seconds = time.monotonic() - started
    if done.returncode or not results.is_file():
        raise BuildFailedError(failure(results, done.stdout + done.stderr))
    log(folder, variables | environment(folder))
    read: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    return read, seconds


def log(folder: Path, variables: dict[str, str]) -> None:
    """`medallion log`: what the build did goes to ops.load_log and ops.run_log."""
    command = [str(Path(sys.executable).with_name("medallion")), "log", "--project-dir", str(ROOT)]
    command += ["--target", "dev", "--target-path", str(folder / "target")]
    with CONSOLE.status("medallion log ..."):
        done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise BuildFailedError("\n" + done.stdout + done.stderr)


def failure(results: Path, output: str) -> str:
    """What failed: the nodes with an error, else the end of what dbt printed."""
    if problem := warehouse.held(output):
        return f"\n{problem}"
    if results.is_file():
        nodes = json.loads(results.read_text(encoding="utf-8"))["results"]
        failed = [n for n in nodes if n["status"] in ("error", "fail", "runtime error")]
        lines = [f"{node['unique_id']}: {node['message']}" for node in failed]
        if lines:
            return "\n" + "\n".join(lines)
    return "\n" + output[-4000:]


def show(files: list[Path], results: dict[str, Any], seconds: float, tables: Tables) -> None:
    """What a delivery brought and what became of it."""
    say(f"{len(files)} files arrived; `dbt build` took {seconds:.0f} s.")
    say(f"It built {escape(summary(results))}.\n")
    CONSOLE.print(bronze_table(tables.objects()))
    CONSOLE.print(layer_table(tables))
    for note in tables.notes():
        say(f"  - {escape(note)}")
    say("")


def summary(results: dict[str, Any]) -> str:
    """`24 tables and views, 60 tests (1 warned: ...)`."""
    tests = Counter[str]()
    warned, nodes = [], 0
    for result in results["results"]:
        kind = result["unique_id"].split(".")[0]
        if kind in ("test", "unit_test"):
            tests[result["status"]] += 1
            if result["status"] == "warn":
                warned.append(result["unique_id"].split(".")[2])
        elif kind in ("model", "snapshot"):
            nodes += 1
    text = f"{nodes} tables and views, {tests['pass']} tests passed"
    return text + (f", {len(warned)} warned ({', '.join(warned)})" if warned else "")


def bronze_table(objects: list[ObjectCounts]) -> Table:
    """Sources to bronze, per object."""
    table = Table(title="Sources to bronze (rows)", title_justify="left")
    table.add_column("object", no_wrap=True)
    table.add_column("read", justify="right")
    table.add_column("rejected or dropped")
    for name in ("inserted", "updated", "deleted", "no effect*", "now", "versions"):
        table.add_column(name, justify="right")
    for one in objects:
        rejected = ", ".join(f"{count} {reason}" for reason, count in sorted(one.rejected.items()))
        versions = "" if one.versions is None else str(one.versions)
        written = (one.inserted, one.updated, one.deleted, one.without_effect, one.current)
        table.add_row(
            f"{one.name} ({one.load})", str(one.read), rejected or "-", *map(str, written), versions
        )
    table.caption = (
        "* older than a change in the same delivery or in the table, repeated, ignored or unchanged"
    )
    table.caption_justify = "left"
    return table


def layer_table(tables: Tables) -> Table:
    """Silver and gold: how many rows each model has now."""
    table = Table(title="Silver and gold (rows)", title_justify="left")
    table.add_column("schema", no_wrap=True)
    table.add_column("models")
    for schema, models in tables.layers().items():
        table.add_row(schema, ", ".join(f"{name} {rows}" for name, rows in models.items()))
    return table


def closing(folder: Path) -> None:
    """Where to look next."""
    exports = " ".join(f"{k}={shown(Path(v))}" for k, v in environment(folder).items())
    show_rows = ".venv/bin/dbt --quiet show --inline"
    CONSOLE.rule("Where to look next")
    say("The metadata behind it: seeds/control/*.csv. What is generated from it: models/staging,")
    say("models/bronze. By hand: models/silver, models/gold, snapshots. The story: docs/demo.md.\n")
    say("These commands look at the demo (copy the first line first):")
    for line in (
        f"export {exports}",
        f"{show_rows} \"select * from {{{{ ref('customer_activity') }}}}\" --limit 10",
        f"{show_rows} \"select * from {{{{ ref('order_history') }}}} where order_id = 65\"",
        f'{show_rows} "select object, reason, raw from ops.quarantine" --limit 20',
        ".venv/bin/medallion status   # the last load of every object, at a glance",
        ".venv/bin/medallion explain erp.customers   # every setting, and where it comes from",
        ".venv/bin/medallion add erp.customers --refresh   # take the new column `tier` in",
        ".venv/bin/medallion lint --list   # which gold columns show personal data",
        ".venv/bin/dbt build   # nothing new has come: it writes nothing to bronze",
    ):
        CONSOLE.print(f"  {escape(line)}", soft_wrap=True, highlight=False)


def say(text: str) -> None:
    """Prints text without colouring its numbers."""
    CONSOLE.print(text, highlight=False)


def shown(path: Path) -> str:
    """A path as short as it can be from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    raise SystemExit(main())
