"""examples/flights end to end, on the airlines with few flights: this project used as a package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from medallion.generate import render, write
from medallion.project import load_project
from support import flights_record
from support.flights_record import Flight

EXAMPLE = Path(__file__).parents[3] / "examples/flights"
# Cancelled and diverted flights, planes without a number, two zones behind a change of clocks.
CARRIERS = ("AS", "F9", "HA", "OO", "YV")
Rows = list[tuple[Any, ...]]


class Warehouse:
    """The database that a run of the example leaves behind."""

    def __init__(self, folder: Path) -> None:
        self._connection = duckdb.connect(
            str(folder / "warehouse/medallion.duckdb"), read_only=True
        )

    def rows(self, sql: str) -> Rows:
        return self._connection.execute(sql).fetchall()

    def close(self) -> None:
        self._connection.close()


def run(folder: Path, *options: str) -> Warehouse:
    """One run of the example by its own command."""
    command = [sys.executable, str(EXAMPLE / "run.py"), "--folder", str(folder), *options]
    command += ["--carriers", *CARRIERS]
    variables = {k: v for k, v in os.environ.items() if not k.startswith("MEDALLION_")}
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Warehouse(folder)


def test_late_months_give_the_same_tables(tmp_path: Path) -> None:
    """Months that arrive behind later ones, or all in order: both say what the record says."""
    record = flights_record.flights(CARRIERS)
    late, in_order = run(tmp_path / "late"), run(tmp_path / "in-order", "--at-once")
    for warehouse in (late, in_order):
        check_current(warehouse, record)
        check_history(warehouse, record)
        check_gold(warehouse, record)
        check_weather_and_registry(warehouse)
    # April and September came behind May and October, so versions had to be cut again.
    recut = "select count(*) from bronze.brz_operations__flights__ledger where _action = 'recut'"
    assert late.rows(recut)[0][0] > 0
    assert in_order.rows(recut)[0][0] == 0
    planes = "select count(*) from bronze.brz_registry__planes__state where _load_id = (select {})"
    new = planes.format("max(_load_id) from bronze.brz_registry__planes__state")
    assert late.rows(new) == [(92,)], "only the planes built in 2013 are new in the last snapshot"
    late.close()
    in_order.close()


def check_current(warehouse: Warehouse, record: list[Flight]) -> None:
    """One row per flight that was not cancelled, with its final values."""
    expected = sorted(
        (
            *flight.key,
            flight.destination,
            flight.distance,
            flight.scheduled_at,
            flight.tail_number,
            flight.versions[-1].status,
            flight.versions[-1].departure_delay,
            flight.versions[-1].arrival_delay,
            flight.air_time,
            None,
        )
        for flight in record
        if not flight.is_cancelled
    )
    assert (
        warehouse.rows(
            """
            select
                carrier, flight_number, origin, flight_date, destination, distance_miles,
                scheduled_departure_at, tail_number, status, departure_delay_minutes,
                arrival_delay_minutes, air_time_minutes, _rescued
            from bronze.brz_operations__flights order by all
            """
        )
        == expected
    )


def check_history(warehouse: Warehouse, record: list[Flight]) -> None:
    """Every version of every flight, with the times between which it held."""
    expected = sorted(
        (
            *flight.key,
            v.since,
            v.until,
            v.until is None,
            v.status,
            v.departure_delay,
            v.arrival_delay,
        )
        for flight in record
        for v in flight.versions
    )
    assert (
        warehouse.rows(
            """
            select
                carrier, flight_number, origin, flight_date, valid_from, valid_to, is_current,
                status, departure_delay_minutes, arrival_delay_minutes
            from bronze.brz_operations__flights__history
            order by carrier, flight_number, origin, flight_date, valid_from
            """
        )
        == expected
    )
    events = sum(len(flight.versions) + flight.is_cancelled for flight in record)
    ledger = "select count(*) from bronze.brz_operations__flights__ledger"
    assert warehouse.rows(ledger) == [(events,)]


def check_gold(warehouse: Warehouse, record: list[Flight]) -> None:
    """The sums behind each row; averages times what they are averages of."""
    found = warehouse.rows(
        """
        select
            carrier, origin, flight_month, flight_count, cancelled_count, diverted_count,
            arrived_count, on_time_count, adverse_weather_count,
            coalesce(round(departure_delay_minutes * (flight_count - cancelled_count)), 0),
            coalesce(round(arrival_delay_minutes * arrived_count), 0)
        from gold_reporting.carrier_punctuality
        """
    )
    months = flights_record.punctuality(record)
    assert {row[:3]: row[3:] for row in found} == {key: m.row() for key, m in months.items()}
    assert warehouse.rows(
        "select carrier, any_value(carrier_name) from gold_reporting.carrier_punctuality"
        " group by carrier order by carrier"
    ) == [(r["carrier"], r["name"]) for r in flights_record.rows("airlines.csv")
          if r["carrier"] in CARRIERS]  # fmt: skip


def check_weather_and_registry(warehouse: Warehouse) -> None:
    """All rows of the CSV files, `NA` as null; one observation is impossible."""
    stored = warehouse.rows(
        "select airport, observed_at, temperature_f, wind_gust_mph, _rescued"
        " from bronze.brz_weather__observations"
    )
    assert {row[:2]: row[2:] for row in stored} == flights_record.observations()
    assert len(stored) == len(flights_record.observations())
    assert warehouse.rows("select object, reason, rules from ops.quarantine") == [
        ("observations", "expectation", "|possible_wind|")
    ]
    for name in ("airlines", "airports", "planes"):
        count = warehouse.rows(f"select count(*), count(_rescued) from bronze.brz_registry__{name}")
        assert count == [(len(flights_record.rows(f"{name}.csv")), 0)]
    built = "select count(*) from bronze.brz_registry__planes where built_year is null"
    planes = flights_record.rows("planes.csv")
    assert warehouse.rows(built) == [(sum(row["year"] == "NA" for row in planes),)]


def test_generated_files_are_current() -> None:
    """`medallion generate --check` would find nothing to write."""
    result = write(render(load_project(EXAMPLE)), EXAMPLE, check=True)
    assert not result.written
