"""Runs a command as a fresh process and says what it cost."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")


@dataclass(frozen=True)
class Cost:
    """What a step took: seconds of wall clock and CPU (its children's included), MiB at most."""

    step: str
    wall: float
    cpu: float
    memory: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class FailedError(Exception):
    """The command failed; carries what it printed."""


def run(
    step: str, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Cost:
    """Runs a command to its end. Raises FailedError when it fails."""
    output = folder / "output.log"
    with output.open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, env={**os.environ, **(environment or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise FailedError(f"{step}: {' '.join(command)}\n{output.read_text(encoding='utf-8')}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(step, round(wall, 2), round(cpu, 2), round(usage.ru_maxrss / 1024))


def machine() -> dict[str, Any]:
    """What the numbers were measured on; no name of the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }
