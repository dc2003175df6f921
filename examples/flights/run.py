"""Real input at size: 336,776 flights in four deliveries, each followed by one `dbt build`.

    .venv/bin/python examples/flights/run.py [--folder examples/flights] [--carriers AS HA]
        [--at-once]

Landing files, database and logs lie below the folder; what an earlier run left there is made anew.
Exit code 1 when a build fails. What it shows is counted from the tables.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from examples.flights.prepare import AT_ONCE, DELIVERIES, Record

from demo import CONSOLE, BuildFailedError, bronze_table, failure, layer_table, say, summary
from demo_counts import Tables

PROJECT = Path(__file__).resolve().parent
MARK = ".medallion-flights"
SYSTEMS = ("operations", "registry", "weather")
# The year of each airline; delays weighted by the flights behind them.
ANSWER = """
select
    carrier_name,
    sum(flight_count) as flights,
    sum(cancelled_count) as cancelled,
    sum(diverted_count) as diverted,
    100.0 * sum(on_time_count) / sum(flight_count) as on_time_percent,
    sum(arrival_delay_minutes * arrived_count) / sum(arrived_count) as arrival_delay,
    sum(fair_weather_departure_delay_minutes * fair) / sum(fair) as fair_weather_delay,
    sum(adverse_weather_departure_delay_minutes * adverse) / nullif(sum(adverse), 0)
        as adverse_weather_delay
from (
    select
        *,
        adverse_weather_count - adverse_weather_cancelled_count as adverse,
        flight_count - adverse_weather_count - cancelled_count + adverse_weather_cancelled_count
            as fair
    from gold_reporting.carrier_punctuality
)
group by carrier_name
order by on_time_percent desc, carrier_name
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the deliveries; 0 when all of them were built."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=PROJECT)
    parser.add_argument("--carriers", nargs="*", default=[], metavar="CODE")
    parser.add_argument("--at-once", action="store_true", help="everything in one delivery")
    options = parser.parse_args(arguments)
    folder = options.folder.resolve()
    started = time.monotonic()
    make_empty(folder)
    say("The flights that left New York in 2013, as a change feed; weather and registry as CSV.")
    record = Record(options.carriers)
    deliveries = {1: AT_ONCE} if options.at_once else DELIVERIES
    try:
        dbt("deps", folder)
        for number, delivery in deliveries.items():
            CONSOLE.rule(f"Delivery {number} of {len(deliveries)}")
            say(delivery.text)
            files = record.land(delivery, folder / "landing")
            build(len(files), folder)
    except BuildFailedError as error:
        CONSOLE.print(f"[red]The build failed.[/red] {error}", markup=True)
        return 1
    CONSOLE.print(answer(database(folder)))
    say(f"It took {time.monotonic() - started:.0f} s. The rows behind it: {database(folder)}")
    return 0


def make_empty(folder: Path) -> None:
    """Removes what an earlier run left; a landing folder of another origin is left alone."""
    landing = folder / "landing"
    if landing.exists() and not (landing / MARK).exists():
        raise SystemExit(f"{landing} was not made by this example: choose another --folder.")
    shutil.rmtree(landing, ignore_errors=True)
    for path in (folder / "warehouse").glob("medallion.duckdb*"):
        path.unlink()
    landing.mkdir(parents=True)
    (landing / MARK).touch()
    (folder / "warehouse").mkdir(exist_ok=True)


def database(folder: Path) -> Path:
    """The DuckDB file, where `dbt build` in examples/flights also looks for it by default."""
    return folder / "warehouse/medallion.duckdb"


def dbt(command: str, folder: Path, *arguments: str) -> None:
    """One dbt command in a process of its own. Raises BuildFailedError."""
    call = [str(Path(sys.executable).with_name("dbt")), "--quiet", command, *arguments]
    call += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target", "dev"]
    call += ["--log-path", str(folder / "logs")]
    variables = {k: v for k, v in os.environ.items() if not k.startswith("MEDALLION_")}
    variables["MEDALLION_DUCKDB_PATH"] = str(database(folder))
    for system in SYSTEMS:
        variables[f"MEDALLION_LOCATION_{system.upper()}"] = str(folder / "landing" / system)
    done = subprocess.run(call, cwd=PROJECT, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise BuildFailedError(
            failure(folder / "target/run_results.json", done.stdout + done.stderr)
        )


def build(files: int, folder: Path) -> None:
    """Build everything and show what became of the files."""
    target = folder / "target"
    (target / "run_results.json").unlink(missing_ok=True)
    started = time.monotonic()
    with CONSOLE.status("dbt build ..."):
        dbt("build", folder, "--target-path", str(target))
    seconds = time.monotonic() - started
    results: dict[str, Any] = json.loads((target / "run_results.json").read_text("utf-8"))
    say(f"{files} files arrived; `dbt build` took {seconds:.0f} s.")
    say(f"It built {summary(results)}.\n")
    with Tables(database(folder), target / "manifest.json", results) as tables:
        CONSOLE.print(bronze_table(tables.objects()))
        CONSOLE.print(layer_table(tables))


def answer(path: Path) -> Table:
    """What gold says about the year of each airline."""
    table = Table(title="On time out of New York in 2013 (gold_reporting)", title_justify="left")
    for name in ("airline", "flights", "cancelled", "diverted", "on time", "arrival delay"):
        table.add_column(name, justify="left" if name == "airline" else "right")
    table.add_column("departure delay in fair weather", justify="right")
    table.add_column("in adverse weather", justify="right")
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(ANSWER).fetchall()
    for name, flights, cancelled, diverted, on_time, *minutes in rows:
        shown = ["-" if value is None else f"{value:.1f} min" for value in minutes]
        table.add_row(
            name, f"{flights:,}", str(cancelled), str(diverted), f"{on_time:.1f} %", *shown
        )
    return table


if __name__ == "__main__":
    raise SystemExit(main())
