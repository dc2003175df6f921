"""Where entries go: the tables of the warehouse, and a metadata database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from medallion.errors import MedallionError
from medallion.log.rows import COLUMNS, KEYS, LOOKUP, Key, Row, Table, key, to_text
from medallion.log.staged import value
from medallion.warehouse import Warehouse

ROWS_PER_STATEMENT = 500
CHARACTERS_PER_STATEMENT = 1_000_000


class Sink(Protocol):
    """A place that keeps entries; both methods raise when it cannot be reached."""

    @property
    def name(self) -> str:
        """What the spool calls it."""

    def known(self, table: Table, rows: Sequence[Row]) -> set[Key]:
        """The keys, of those that share a load or a run with the rows, that are kept already."""

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        """Adds rows, none of which is known."""


def write(sink: Sink, table: Table, rows: Sequence[Row]) -> int:
    """Adds the rows that the sink does not have, each once; how many these were."""
    if not rows:
        return 0
    known = sink.known(table, rows)
    missing = {key(table, row): row for row in rows if key(table, row) not in known}
    sink.append(table, list(missing.values()))
    return len(missing)


def one_line(error: Exception) -> str:
    """The heart of an error. A text, because an exception that is kept keeps connections open."""
    text = error.problems[0].message if isinstance(error, MedallionError) else str(error)
    return " ".join(text.split())[:500]


class WarehouseSink:
    """ops.load_log and ops.run_log. Nothing but inserts of values: Delta lets these pass beside
    other writers."""

    def __init__(self, warehouse: Warehouse, environment: str) -> None:
        self._warehouse = warehouse
        self.name = f"warehouse.{environment}"

    def relation(self, table: Table) -> str:
        return self._warehouse.render("ops_relation", name=table)

    def rows(self, table: Table, where: str) -> list[Row]:
        """Kept rows under a condition, as they were written."""
        columns = COLUMNS[table]
        sql = f"select {', '.join(columns)} from {self.relation(table)} where {where}"
        return [
            {name: value(kind, row[name]) for name, kind in columns.items()}
            for row in self._warehouse.query(sql)
        ]

    def among(self, column: str, values: Iterable[str]) -> str:
        """A condition: the column has one of the values."""
        texts = sorted(set(values))
        if not texts:
            return "1 = 0"
        return f"{column} in ({', '.join(self._literals(texts))})"

    def known(self, table: Table, rows: Sequence[Row]) -> set[Key]:
        where = self.among(LOOKUP[table], (row[LOOKUP[table]] for row in rows))
        sql = f"select {', '.join(KEYS[table])} from {self.relation(table)} where {where}"
        kinds = [(name, COLUMNS[table][name]) for name in KEYS[table]]
        return {
            tuple(value(kind, row[name]) for name, kind in kinds)
            for row in self._warehouse.query(sql)
        }

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        types = self._types(table) if rows else {}
        for batch in batches([_texts(table, row) for row in rows]):
            self._warehouse.execute(self._insert(table, batch, types))

    def _insert(
        self, table: Table, batch: Sequence[Sequence[str | None]], types: dict[str, str]
    ) -> str:
        texts = sorted({text for row in batch for text in row if text is not None})
        literal = dict(zip(texts, self._literals(texts), strict=True))
        lines = [
            f"({', '.join('null' if text is None else literal[text] for text in row)})"
            for row in batch
        ]
        names = ", ".join(types)
        casts = ", ".join(f"cast({name} as {type}) as {name}" for name, type in types.items())
        values = ",\n".join(lines)
        return (
            f"insert into {self.relation(table)} ({names})\n"
            f"select {casts}\nfrom (values\n{values}\n) as v ({names})"
        )

    def _types(self, table: Table) -> dict[str, str]:
        kinds = sorted(set(COLUMNS[table].values()))
        sql = {kind: self._warehouse.render("sql_type", type=kind) for kind in kinds}
        return {name: sql[kind] for name, kind in COLUMNS[table].items()}

    def _literals(self, texts: Sequence[str]) -> list[str]:
        literals: list[str] = self._warehouse.call("literals", values=list(texts))
        return literals


def _texts(table: Table, row: Row) -> list[str | None]:
    return [to_text(kind, row[name]) for name, kind in COLUMNS[table].items()]


def batches(rows: Sequence[Sequence[str | None]]) -> Iterator[list[Sequence[str | None]]]:
    """Rows in portions that one statement can carry."""
    batch: list[Sequence[str | None]] = []
    size = 0
    for row in rows:
        length = sum(len(text or "") + 8 for text in row)
        if batch and (len(batch) == ROWS_PER_STATEMENT or size + length > CHARACTERS_PER_STATEMENT):
            yield batch
            batch, size = [], 0
        batch.append(row)
        size += length
    if batch:
        yield batch
