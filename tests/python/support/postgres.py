"""A throw-away PostgreSQL server for tests, from the machine's own binaries.

PostgreSQL refuses to run as root: there, the server runs as `nobody` through setpriv.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_DEBIAN = Path("/usr/lib/postgresql")
_USER = "postgres"


@dataclass(frozen=True)
class Server:
    """A running server; `dsn` is a libpq connection string of its superuser."""

    bin_dir: Path
    socket_dir: Path
    port: int

    @property
    def dsn(self) -> str:
        return f"host={self.socket_dir} port={self.port} user={_USER} dbname=postgres"

    def execute(self, sql: str) -> str:
        """Run SQL with psql; returns its output, raises AssertionError with the server's error."""
        options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        command = [str(self.bin_dir / "psql"), self.dsn, *options]
        done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def find_binaries() -> Path | None:
    """The folder of initdb, postgres and psql: on the PATH, else Debian's newest version."""
    found = shutil.which("initdb")
    candidates = [Path(found).resolve().parent] if found else []
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda path: path.parent.name.zfill(4))
    candidates += reversed(versions)
    names = ("initdb", "pg_ctl", "postgres", "psql")
    fitting = [path for path in candidates if all((path / name).is_file() for name in names)]
    return fitting[0] if fitting else None


def why_not() -> str | None:
    """The reason why no server can be started here; None when one can."""
    if find_binaries() is None:
        return "no PostgreSQL server binaries (initdb, pg_ctl, postgres, psql) on this machine"
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "running as root without setpriv: PostgreSQL refuses to run as root"
    return None


@contextmanager
def running(*, wal_level: str = "replica") -> Iterator[Server]:
    """A server with a fresh data folder on a free port, reached through a Unix socket."""
    bin_dir = find_binaries()
    assert bin_dir is not None, why_not()
    # A short path of our own: socket paths are limited to about 100 bytes, and `nobody` may not
    # enter pytest's folders.
    home = Path(tempfile.mkdtemp(prefix="mdl_pg_"))
    try:
        if os.geteuid() == 0:
            shutil.chown(home, "nobody")
        server = Server(bin_dir, home, _free_port())
        data = home / "data"
        _run(home, bin_dir / "initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync")  # fmt: skip
        options = (
            f"-p {server.port} -c listen_addresses='' -c unix_socket_directories={home}"
            f" -c wal_level={wal_level} -c fsync=off"
        )
        log = home / "server.log"
        _run(home, bin_dir / "pg_ctl", "-D", data, "-o", options, "-l", log, "-w", "start")
        try:
            yield server
        finally:
            _run(home, bin_dir / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(home: Path, *command: str | Path) -> None:
    prefix: list[str] = []
    if os.geteuid() == 0:
        prefix = ["setpriv", "--reuid=nobody", "--clear-groups"]
    environment = {**os.environ, "HOME": str(home), "LC_ALL": "C"}
    # To a file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with (home / "commands.log").open("ab") as output:
        done = subprocess.run(
            [*prefix, *map(str, command)], cwd=home, env=environment, stdout=output,
            stderr=output, check=False,
        )  # fmt: skip
    assert done.returncode == 0, (home / "commands.log").read_text(encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for the session; the test is skipped, with the reason, without one."""
    reason = why_not()
    if reason:
        pytest.skip(reason)
    with running() as server:
        yield server
