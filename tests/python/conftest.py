"""Options and fixtures of all Python tests."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# Modules that take minutes for few tests: begun first, so that no worker is left alone with one.
LONG = (
    "test_killed", "test_benchmark_parts", "test_benchmark_loads", "test_random_full",
    "test_flights", "test_run_changed", "test_log_statements", "test_random_delta", "test_demo",
    "test_stand_in",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--target",
        choices=["dev", "spark", "prod"],
        default="dev",
        help="the engine that functional tests run on",
    )
    parser.addoption(
        "--kills",
        default=0,
        help="how many runs test_killed kills (default: 25 on DuckDB, 5 on the other engines)",
    )
    parser.addoption(
        "--all-patterns",
        action="store_true",
        help="test_refused with every load pattern, each crash repaired: 40 minutes",
    )


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> str:
    """The dbt target of functional tests."""
    return str(request.config.getoption("--target"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "other_engines: compares an engine with DuckDB")
    config.option.loadscopereorder = False  # by the number of tests


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long modules first. There is nothing to compare DuckDB with: it is what the other engines are
    compared with."""
    items.sort(key=lambda item: item.path.stem not in LONG)
    if config.getoption("--target") == "dev":
        items[:] = [item for item in items if not item.get_closest_marker("other_engines")]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """A module's tests share a warehouse: with -n, a module goes to one worker as a whole."""
    return LoadFileScheduling(config, log)
