"""One stand-in for all tests of this folder that need it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.workspace import Workspace, missing_tools, running_workspace


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A running stand-in; skips where Java or Maven is missing."""
    if reason := missing_tools():
        pytest.skip(reason)
    with running_workspace(tmp_path_factory.mktemp("workspace")) as running:
        yield running
