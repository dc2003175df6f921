"""Times of other zones are stored in UTC and without a zone, on every engine."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from medallion.warehouse import open_warehouse
from support.invoke import dbt_at
from support.project import Project

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
TEXTS = (
    "2026-01-15 12:00:00", "2026-07-15T12:00:00.123456", "2026-03-29 01:59:59",
    "2026-07-15 12:00:00Z", "2026-07-15T23:30:00+02:00", "2026-02-30 12:00:00", "noon",
)  # fmt: skip
NO_TIME = {"2026-02-30 12:00:00", "noon"}


def in_utc(text: str, zone: str) -> datetime | None:
    if text in NO_TIME:
        return None
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC).replace(tzinfo=None)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, target: str) -> dict[str, list[object]]:
    """By zone, what each text is read as, and the type."""
    project = Project(tmp_path_factory.mktemp("zones"), target)
    project.generate()
    values = ", ".join(f"({place}, '{text}')" for place, text in enumerate(TEXTS))
    types = {}
    with (
        dbt_at(project.root, **project.engine.variables),
        open_warehouse(project.root, target) as warehouse,
    ):
        for zone in ZONES:
            parsed = warehouse.render("parse_timestamp", expression="v", time_zone=zone)
            rows = warehouse.query(
                f"select {parsed} as at, typeof({parsed}) as type"
                f" from (values {values}) as t(place, v) order by place"
            )
            types[zone] = [value for row in rows for value in (row["at"], row["type"])]
    return types


@pytest.mark.parametrize("zone", ZONES)
def test_times_are_in_utc_and_without_a_zone(
    found: dict[str, list[object]], zone: str, target: str
) -> None:
    assert found[zone][::2] == [in_utc(text, zone) for text in TEXTS]
    assert set(found[zone][1::2]) == {"TIMESTAMP" if target == "dev" else "timestamp_ntz"}
