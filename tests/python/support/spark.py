"""The Spark server of a test session: started on first use, its tables thrown away with it."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import socket
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyhive import hive  # type: ignore[import-untyped]

SCRIPT = Path(__file__).parents[3] / "scripts" / "spark_server" / "server.py"


@dataclass(frozen=True)
class Spark:
    """A running server."""

    port: int

    def open(self) -> Any:
        """A session."""
        return hive.connect(host="127.0.0.1", port=self.port, username="tests")


def _server() -> Any:
    """scripts/spark_server/server.py, which is no package."""
    spec = importlib.util.spec_from_file_location("spark_server", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def spark() -> Spark:
    """The session's server; the one that MEDALLION_SPARK_PORT names, if it runs."""
    server = _server()
    given = int(os.environ.get("MEDALLION_SPARK_PORT", "0"))
    if given and server.is_up(given):
        return Spark(given)
    home = Path(tempfile.mkdtemp(prefix="medallion_spark_"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server.start(home, port, more=server.TINY_DATA)
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    atexit.register(server.stop, home)
    return Spark(port)
