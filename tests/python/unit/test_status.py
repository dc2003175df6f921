"""What `medallion status` makes of a load: who is late, who needs an eye, what is shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from medallion.log.show_status import duration
from medallion.log.status import Status, chosen
from medallion.metadata import load
from medallion.metadata.models import Object
from medallion.metadata.settings import in_seconds
from unit.control_tables import Edit, write_tables
from unit.log_rows import load_row

NOW = datetime(2026, 3, 1, 12, 0, 0)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Object]:
    folder = tmp_path_factory.mktemp("control")
    write_tables(folder, Edit(file="settings.csv", add=",erp,orders,expected_every,2 Hours"))
    return load(folder).objects


def status_of(item: Object, hours: float | None = 1, **more: object) -> Status:
    fresh_at = None if hours is None else NOW - timedelta(hours=hours)
    return Status(item, load_row(failed_nodes=0) | more, fresh_at, NOW)


@pytest.mark.parametrize("hours, late", [(1.9, False), (2.1, True), (None, True)])
def test_late_is_what_is_older_than_expected(
    objects: dict[str, Object], hours: float | None, late: bool
) -> None:
    assert status_of(objects["erp.orders"], hours).is_late is late
    assert status_of(objects["ref.countries"], hours).is_late is False


@pytest.mark.parametrize(
    "status, failed_nodes, failed",
    [
        ("applied", 0, False),
        ("empty", 0, False),
        ("applied", 1, True),
        ("failed", 1, True),
        ("skipped", 0, True),
        ("interrupted", None, True),
    ],
)
def test_what_needs_an_eye(
    objects: dict[str, Object], status: str, failed_nodes: int | None, failed: bool
) -> None:
    found = status_of(objects["erp.orders"], status=status, failed_nodes=failed_nodes)
    assert found.is_failed is failed
    assert found.as_json()["is_failed"] is failed


def test_filters(objects: dict[str, Object]) -> None:
    late = status_of(objects["erp.orders"], 9)
    failed = status_of(objects["ref.countries"], status="failed")
    every = [late, failed]
    assert chosen(every, None, failed=False, late=False) == every
    assert chosen(every, "erp", failed=False, late=False) == [late]
    assert chosen(every, "ref.countries", failed=False, late=False) == [failed]
    assert chosen(every, None, failed=True, late=False) == [failed]
    assert chosen(every, None, failed=False, late=True) == [late]
    assert chosen(every, None, failed=True, late=True) == every
    assert chosen(every, "ref", failed=False, late=True) == []


def test_an_object_that_was_never_loaded(objects: dict[str, Object]) -> None:
    found = Status(objects["erp.orders"], None, None, NOW)
    assert (found.status, found.is_failed, found.is_late) == ("never loaded", False, True)
    assert found.as_json()["load"] is None


@pytest.mark.parametrize(
    "seconds, text",
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (7199, "1 h"), (90000, "1 d"), (-5, "0 s")],
)
def test_durations(seconds: int, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    "text, seconds", [("1 day", 86400), ("90 minutes", 5400), ("1 second", 1), ("2 hours", 7200)]
)
def test_a_setting_in_seconds(text: str, seconds: int) -> None:
    assert in_seconds(text) == seconds
