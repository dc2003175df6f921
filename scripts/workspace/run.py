"""The server's process: Spark, then HTTPS, until it is told to stop."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workspace.certificate import ensure_certificate
from workspace.cli import CLIENT_ID, CLIENT_SECRET, TOKEN, Place
from workspace.engine import Engine
from workspace.log import StatementLog
from workspace.server import SignIn, WorkspaceServer
from workspace.spark import start_spark


def serve_forever(place: Place, jars: Path, catalogs: Sequence[str], persist: bool) -> None:
    """Serve until SIGTERM or SIGINT; the pid file appears once clients may come."""
    # Errors go to the client and to the statement log; pyspark would repeat them here.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    state = place.folder / "state"
    if not persist:
        # Without a metastore nobody knows the tables of the last time.
        shutil.rmtree(state, ignore_errors=True)
    cert, key, _ = ensure_certificate(place.folder)
    spark = start_spark(jars, state, persist)
    engine = Engine(spark, catalogs, StatementLog(place.folder / "statements.jsonl"))
    sign_in = SignIn(
        os.environ.get("DATABRICKS_TOKEN") or TOKEN,
        os.environ.get("DATABRICKS_CLIENT_ID") or CLIENT_ID,
        os.environ.get("DATABRICKS_CLIENT_SECRET") or CLIENT_SECRET,
    )
    server = WorkspaceServer(place.port, cert, key, engine, sign_in)

    def end(*_: Any) -> None:
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    place.pid_file.write_text(str(os.getpid()))
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        spark.stop()
        place.pid_file.unlink(missing_ok=True)
