"""Starts and stops Spark's Thrift Server with Delta: one warm JVM for all runs of target `spark`.

The server comes with pyspark's jars, `make jars` fetches the rest. Its tables and its catalog lie
in a folder (warehouse/spark), so they outlive it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
JARS = Path(sys.prefix) / "jars"
PATIENCE_SECONDS = 120
SETTINGS = {
    "spark.sql.catalogImplementation": "hive",
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC",
    # Small data on few cores: planning costs more than the rows.
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.databricks.delta.snapshotPartitions": "2",
    "spark.ui.enabled": "false",
    "spark.hadoop.datanucleus.schema.autoCreateAll": "true",
    "spark.hadoop.hive.metastore.schema.verification": "false",
    # Every new thread opens the metastore anew; unless told otherwise there are 100, for 10 s each.
    "spark.hadoop.hive.server2.async.exec.threads": "8",
    "spark.hadoop.hive.server2.async.exec.keepalive.time": "3600s",
}
# For a few rows a statement: compiling a query costs far more than interpreting it. Not for real
# data.
TINY_DATA = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.databricks.delta.stats.collect": "false",
    # Each is a job over the log of every table that a statement reads.
    "spark.databricks.delta.stats.skipping": "false",
    "spark.databricks.delta.optimizeMetadataQuery.enabled": "false",
    "spark.databricks.delta.writeChecksumFile.enabled": "false",
    # Asked of the catalog by every rule that sees a new table or view; a check of the optimiser.
    "spark.sql.collation.schemaLevel.enabled": "false",
    "spark.sql.lightweightPlanChangeValidation": "false",
}
# The first compiler's code cache is 48 MB unless told otherwise: too small for Spark, whose methods
# were thrown out of it and compiled again all the time.
JVM = "-XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"


class ServerError(Exception):
    """The server could not be started."""


def more_jars() -> list[Path]:
    """What `make jars` fetches beside pyspark's jars. Raises ServerError where it is missing."""
    if not list(JARS.glob("delta-spark_*.jar")):
        raise ServerError("Delta's jars are missing: run `make jars` (it needs Maven)")
    return sorted(JARS.glob("*.jar"))


def command_line(home: Path, port: int, memory: str, more: Mapping[str, str]) -> list[str]:
    """spark-submit of the Thrift Server; `home` is where tables, catalog and logs go."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise ServerError("pyspark is not installed: run `make setup`")
    settings = (
        SETTINGS
        | dict(more)
        | {
            "spark.sql.warehouse.dir": str(home / "tables"),
            "spark.hadoop.javax.jdo.option.ConnectionURL": (
                f"jdbc:derby:;databaseName={home / 'catalog'};create=true"
            ),
            "spark.hadoop.hive.server2.thrift.port": str(port),
            "spark.hadoop.hive.server2.thrift.bind.host": "127.0.0.1",
            "spark.local.dir": str(home / "scratch"),
            "spark.hadoop.hive.exec.scratchdir": str(home / "scratch" / "hive"),
        }
    )
    options = f"{JVM} -Dderby.system.home={home}"
    command = [str(Path(spec.origin).parent / "bin" / "spark-submit"), "--master", "local[2]"]
    command += ["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"]
    command += ["--driver-memory", memory, "--driver-java-options", options]
    # With --jars some of the server's threads do not find Delta's classes.
    command += ["--driver-class-path", os.pathsep.join(map(str, more_jars()))]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    return [*command, "spark-internal"]


def is_up(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(
    home: Path, port: int, memory: str = "2g", more: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Starts the server, with `more` settings, and waits until it answers; raises ServerError with
    the log's end.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "scratch").mkdir(exist_ok=True)
    log = home / "server.log"
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "TZ": "UTC"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command_line(home, port, memory, more or {}), cwd=home, env=environment, stdout=output,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    (home / "server.pid").write_text(str(process.pid), encoding="utf-8")
    for _ in range(PATIENCE_SECONDS * 4):
        if process.poll() is not None:
            break
        if is_up(port):
            return process
        time.sleep(0.25)
    stop(home)
    raise ServerError("Spark did not start:\n" + log.read_text(errors="replace")[-3000:])


def stop(home: Path) -> None:
    """Stops the server that `home` belongs to, if it runs."""
    note = home / "server.pid"
    if not note.exists():
        return
    process = int(note.read_text(encoding="utf-8"))
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, signal.SIGTERM)
    for _ in range(40):
        try:
            os.killpg(process, 0)
        except ProcessLookupError:
            break
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
        time.sleep(0.25)
    note.unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["start", "stop"])
    parser.add_argument("--tiny", action="store_true", help="for tests: few rows a table")
    given = parser.parse_args(arguments)
    folder = os.environ.get("MEDALLION_SPARK_FOLDER", str(REPOSITORY / "warehouse" / "spark"))
    port = int(os.environ.get("MEDALLION_SPARK_PORT", "10001"))
    home = Path(folder).resolve()
    if given.command == "stop":
        stop(home)
        print("stopped")
        return 0
    if is_up(port):
        print(f"port {port} answers already")
        return 0
    try:
        memory = os.environ.get("MEDALLION_SPARK_MEMORY", "2g")
        start(home, port, memory, TINY_DATA if given.tiny else {})
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Spark answers on port {port}, its tables are in {home}; now: dbt build --target spark")
    return 0


if __name__ == "__main__":
    sys.exit(main())
