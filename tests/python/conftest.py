"""Options and fixtures of all Python tests."""

from __future__ import annotations

import pytest

RUNNABLE = {"dev"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--target",
        choices=["dev", "spark", "prod"],
        default="dev",
        help="the engine that functional tests run on",
    )


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> str:
    """The dbt target of functional tests; skips where it cannot run."""
    name = str(request.config.getoption("--target"))
    if name not in RUNNABLE:
        pytest.skip(f"target {name}: the functional suite does not start its engine yet")
    return name
