"""Start and stop of the stand-in, and the variables that point a client to it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click

# Good for this machine only: the server listens on the loopback interface.
TOKEN = "local-token"
CLIENT_ID = "local-client"
# The adapter takes a secret that starts so for one of Databricks' own, not for Azure's.
CLIENT_SECRET = "dose-local-secret"
START_SECONDS = 120


@dataclass(frozen=True)
class Place:
    """Where a stand-in keeps its state, and where it listens."""

    folder: Path
    port: int

    @property
    def pid_file(self) -> Path:
        """Written when the server is ready."""
        return self.folder / "ready.pid"

    def pid(self) -> int | None:
        """The process id of the running server."""
        try:
            pid = int(self.pid_file.read_text())
            os.kill(pid, 0)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            return None
        return pid

    def environment(self, catalog: str) -> dict[str, str]:
        """The variables of a client."""
        from workspace.certificate import ensure_certificate

        bundle = str(ensure_certificate(self.folder)[2])
        return {
            "DATABRICKS_HOST": f"localhost:{self.port}/gw",
            "DATABRICKS_HTTP_PATH": "/sql/1.0/warehouses/local",
            "DATABRICKS_TOKEN": TOKEN,
            "DATABRICKS_CATALOG": catalog,
            "SSL_CERT_FILE": bundle,
            "REQUESTS_CA_BUNDLE": bundle,
        }


class StartError(RuntimeError):
    """The server did not become ready; the message ends with what it said."""


def start_server(
    place: Place, jars: Path, catalogs: str = "main,hive_metastore", persist: bool = False
) -> int:
    """Start the server in the background and wait until it is ready; returns its process id."""
    if pid := place.pid():
        return pid
    place.folder.mkdir(parents=True, exist_ok=True)
    place.pid_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "workspace", "serve", "--folder", str(place.folder)]
    command += ["--port", str(place.port), "--jars", str(jars), "--catalogs", catalogs]
    command += ["--persist"] if persist else []
    path = os.pathsep.join(
        filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")])
    )
    output = place.folder / "server.log"
    with output.open("w") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
        )
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if place.pid_file.is_file():
            return process.pid
        if process.poll() is not None:
            break
        time.sleep(0.2)
    process.terminate()
    raise StartError("The stand-in did not start:\n" + "\n".join(_tail(output)))


def _tail(path: Path) -> list[str]:
    return [line[:500] for line in path.read_text(errors="replace").splitlines()[-15:]]


def stop_server(place: Place) -> bool:
    """Stop the server and its JVM; false where none runs."""
    pid = place.pid()
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    for _ in range(150):
        if place.pid() is None or not place.pid_file.is_file():
            break
        time.sleep(0.1)
    place.pid_file.unlink(missing_ok=True)
    return True


def _exports(place: Place, catalog: str) -> str:
    variables = place.environment(catalog)
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _place(folder: Path, port: int) -> Place:
    return Place(folder.resolve(), port)


folder_option = click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("target/workspace"), show_default=True
)
port_option = click.option("--port", default=8443, show_default=True)
jars_option = click.option(
    "--jars", type=click.Path(path_type=Path), default=Path(".venv/jars"), show_default=True
)
catalogs_option = click.option("--catalogs", default="main,hive_metastore", show_default=True)
persist_option = click.option("--persist", is_flag=True, help="keep tables after the server stops")


@click.group()
def main() -> None:
    """A local stand-in for a Databricks workspace."""


@main.command()
@folder_option
@port_option
@jars_option
@catalogs_option
@persist_option
def start(folder: Path, port: int, jars: Path, catalogs: str, persist: bool) -> None:
    """Start in the background and print the variables to export."""
    place = _place(folder, port)
    try:
        start_server(place, jars.resolve(), catalogs, persist)
    except StartError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_exports(place, catalogs.split(",")[0]))


@main.command()
@folder_option
@port_option
def stop(folder: Path, port: int) -> None:
    """Stop what `start` started."""
    stopped = stop_server(_place(folder, port))
    click.echo("stopped" if stopped else "not running", err=True)


@main.command()
@folder_option
@port_option
@catalogs_option
def env(folder: Path, port: int, catalogs: str) -> None:
    """Print the variables to export."""
    click.echo(_exports(_place(folder, port), catalogs.split(",")[0]))


@main.command()
@folder_option
@port_option
@jars_option
@catalogs_option
@persist_option
def serve(folder: Path, port: int, jars: Path, catalogs: str, persist: bool) -> None:
    """Run in the foreground."""
    from workspace.run import serve_forever

    serve_forever(_place(folder, port), jars.resolve(), catalogs.split(","), persist)
