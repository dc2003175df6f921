"""The log of everything that clients sent, as JSON lines and in memory."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """One statement, Python run or REST call; `seq` is the order in which they ended."""

    seq: int
    at: str
    kind: str  # sql, metadata, python, rest
    session: str
    node: str | None
    object: str | None
    writes: bool
    status: str  # ok, error, refused
    error_class: str | None
    sqlstate: str | None
    seconds: float
    text: str


class StatementLog:
    """Appends entries to a file and keeps them for `GET /api/2.0/stand-in/log`."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def add(
        self,
        kind: str,
        text: str,
        *,
        session: str = "",
        node: str | None = None,
        object: str | None = None,
        writes: bool = False,
        status: str = "ok",
        error_class: str | None = None,
        sqlstate: str | None = None,
        seconds: float = 0.0,
    ) -> Entry:
        """Number, store and return one entry."""
        with self._lock:
            entry = Entry(
                seq=len(self._entries) + 1,
                at=datetime.now(UTC).isoformat(timespec="milliseconds"),
                kind=kind,
                session=session,
                node=node,
                object=object,
                writes=writes,
                status=status,
                error_class=error_class,
                sqlstate=sqlstate,
                seconds=round(seconds, 3),
                text=text,
            )
            self._entries.append(entry)
            self._file.write(json.dumps(asdict(entry)) + "\n")
            self._file.flush()
        return entry

    def since(self, seq: int) -> list[Entry]:
        """The entries after number `seq`."""
        with self._lock:
            return self._entries[max(seq, 0) :]
