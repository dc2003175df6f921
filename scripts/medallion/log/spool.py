"""Entries that could not be written wait in files below dbt's target folder."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from medallion.log.rows import COLUMNS, Key, Row, Table, from_text, key, to_text
from medallion.log.sink import Sink, one_line, write

FOLDER = "medallion_spool"
Entries = Mapping[Table, Sequence[Row]]


@dataclass(frozen=True)
class Spool:
    """The waiting entries of one sink: a file of JSON lines for each time that it failed."""

    folder: Path

    @classmethod
    def of(cls, target_path: Path, sink: str) -> Spool:
        return cls(target_path / FOLDER / sink)

    def files(self) -> list[Path]:
        """The files, oldest first."""
        return sorted(self.folder.glob("*.jsonl"))

    def rows(self) -> dict[Table, list[Row]]:
        """All waiting rows, each once. A line that cannot be read is left out."""
        found: dict[Table, dict[Key, Row]] = {table: {} for table in COLUMNS}
        for path in self.files():
            for table, row in _read(path):
                found[table].setdefault(key(table, row), row)
        return {table: list(rows.values()) for table, rows in found.items()}

    def add(self, entries: Entries) -> int:
        """Keeps the rows that do not wait yet; how many these were."""
        waiting = {table: {key(table, row) for row in rows} for table, rows in self.rows().items()}
        lines = [
            _line(table, row)
            for table, rows in entries.items()
            for row in rows
            if key(table, row) not in waiting[table]
        ]
        if lines:
            self._file(lines)
        return len(lines)

    def post(self, sink: Sink) -> tuple[dict[Table, list[Row]], list[str]]:
        """Writes what waits; the rows that were waiting, and why some of them still do."""
        files, waiting = self.files(), self.rows()
        faults: list[str] = []
        left: dict[Table, list[Row]] = {}
        for table, rows in waiting.items():
            try:
                write(sink, table, rows)
            except Exception as error:  # whatever the sink's driver raises
                faults.append(one_line(error))
                left[table] = rows
        self._replace(files, left)
        return waiting, faults

    def _replace(self, files: Collection[Path], left: Entries) -> None:
        if len(left) == len(COLUMNS):  # nothing could be posted
            return
        if lines := [_line(table, row) for table, rows in left.items() for row in rows]:
            self._file(lines)
        for path in files:
            path.unlink(missing_ok=True)

    def _file(self, lines: Sequence[str]) -> None:
        """A new file, which appears as a whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max((int(path.name[:6]) for path in self.files()), default=0) + 1
        path = self.folder / f"{number:06d}-{uuid4().hex[:8]}.jsonl"
        part = path.with_suffix(".part")
        part.write_text("".join(lines), encoding="utf-8")
        part.replace(path)


def _line(table: Table, row: Row) -> str:
    texts = {name: to_text(kind, row[name]) for name, kind in COLUMNS[table].items()}
    return json.dumps({"table": table, "row": texts}, ensure_ascii=False) + "\n"


def _read(path: Path) -> Iterator[tuple[Table, Row]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            given = json.loads(line)
            table: Table = given["table"]
            texts = given["row"]
            yield (
                table,
                {name: from_text(kind, texts.get(name)) for name, kind in COLUMNS[table].items()},
            )
        except (ValueError, KeyError, TypeError):
            continue
