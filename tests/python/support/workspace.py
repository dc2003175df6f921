"""The stand-in for a Databricks workspace as tests use it: start, ask, refuse, stop."""

from __future__ import annotations

import atexit
import json
import shutil
import socket
import ssl
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from databricks import sql

from workspace.cli import TOKEN, Place, start_server, stop_server

REPOSITORY = Path(__file__).parents[3]
JARS = REPOSITORY / ".venv" / "jars"
CATALOG = "main"


def missing_tools() -> str | None:
    """Why the stand-in cannot run on this machine, or None."""
    lacking = [name for name in ("java", "mvn") if shutil.which(name) is None]
    return f"not on PATH: {', '.join(lacking)}" if lacking else None


@dataclass(frozen=True)
class Workspace:
    """A running stand-in."""

    place: Place

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point a client, dbt for one, to it."""
        return self.place.environment(CATALOG)

    def connect(self, **more: Any) -> Any:
        """A connection of the unmodified databricks-sql-connector."""
        known = self.environment
        return sql.connect(
            server_hostname=known["DATABRICKS_HOST"],
            http_path=known["DATABRICKS_HTTP_PATH"],
            **{"access_token": TOKEN, **more},
            _tls_trusted_ca_file=known["SSL_CERT_FILE"],
            catalog=CATALOG,
            enable_telemetry=False,
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of one query."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A REST call below /api/2.0/ with the token; the answer's JSON."""
        request = urllib.request.Request(
            f"https://localhost:{self.place.port}/api/2.0/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        context = ssl.create_default_context(cafile=self.environment["SSL_CERT_FILE"])
        with urllib.request.urlopen(request, context=context) as answer:
            return json.load(answer)

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """What clients sent after number `since`."""
        entries: list[dict[str, Any]] = self.call("GET", f"stand-in/log?since={since}")["entries"]
        return entries

    def last(self) -> int:
        """The number of the newest entry of the log."""
        entries = self.log()
        return int(entries[-1]["seq"]) if entries else 0

    @contextmanager
    def refusing(self, match: str | None, nth: int, onwards: bool = True) -> Iterator[None]:
        """Refuse the n-th writing statement of what matches, until the block ends."""
        self.call("POST", "stand-in/refuse", {"match": match, "nth": nth, "onwards": onwards})
        try:
            yield
        finally:
            self.call("DELETE", "stand-in/refuse")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_workspace(folder: Path, catalogs: Sequence[str] = (CATALOG,)) -> Iterator[Workspace]:
    """Start a stand-in with its state in `folder` on a free port; stop it at the end."""
    subprocess.run(["make", "--silent", "jars"], cwd=REPOSITORY, check=True)
    place = Place(folder, _free_port())
    start_server(place, JARS, ",".join(catalogs))
    try:
        yield Workspace(place)
    finally:
        stop_server(place)


@cache
def shared_workspace() -> Workspace:
    """The test session's own stand-in: started on first use, thrown away with the session."""
    folder = Path(tempfile.mkdtemp(prefix="medallion_workspace_"))
    stack = ExitStack()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(stack.close)
    return stack.enter_context(running_workspace(folder))
