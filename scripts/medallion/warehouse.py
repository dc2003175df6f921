"""The warehouse's DuckDB file: what it means when it cannot be opened."""

from __future__ import annotations

import re

from medallion.errors import Problem

_HELD = re.compile(
    r'Could not set lock on file "(?P<file>[^"]+)": Conflicting lock is held'
    r"(?: in (?P<program>[^\n]*?))?(?: \(PID (?P<pid>\d+)\))"
)


def held(text: str) -> Problem | None:
    """The problem (DB_001) that an engine's or dbt's error text tells of; None if another one.

    DuckDB lets one process have a file, for reading too while that one may write."""
    found = _HELD.search(text)
    if found is None:
        return None
    program = (found["program"] or "").rsplit("/", 1)[-1]
    who = f"{program} (process {found['pid']})" if program else f"process {found['pid']}"
    return Problem(found["file"], 0, "DB_001", f"another process holds the DuckDB file: {who}")
