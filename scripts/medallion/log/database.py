"""A metadata database as a sink, by its SQLAlchemy URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from medallion.log.rows import COLUMNS, KEYS, LOOKUP, Key, Kind, Row, Table

_TYPES: dict[Kind, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.Text,
    "bigint": sa.BigInteger,
    "double": sa.Double,
    "timestamp": sa.DateTime,
}
_VALUES_PER_LOOKUP = 500


def tables() -> dict[Table, sa.Table]:
    """load_log and run_log; an entry's key is the primary key, so no entry can stand twice."""
    metadata = sa.MetaData()
    return {
        name: sa.Table(
            name,
            metadata,
            *(
                sa.Column(
                    column, _TYPES[kind], primary_key=column in KEYS[name], autoincrement=False
                )
                for column, kind in columns.items()
            ),
        )
        for name, columns in COLUMNS.items()
    }


class DatabaseSink:
    """The same rows in a database; the tables are created on the first use."""

    name = "database"

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._tables = tables()
        self._created = False

    def known(self, table: Table, rows: Sequence[Row]) -> set[Key]:
        self._create()
        kept = self._tables[table]
        column = kept.c[LOOKUP[table]]
        wanted = sorted({row[LOOKUP[table]] for row in rows})
        found: set[Key] = set()
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _VALUES_PER_LOOKUP):
                part = wanted[start : start + _VALUES_PER_LOOKUP]
                query = sa.select(*(kept.c[name] for name in KEYS[table])).where(column.in_(part))
                found |= {tuple(row) for row in connection.execute(query)}
        return found

    def append(self, table: Table, rows: Sequence[Row]) -> None:
        self._create()
        if rows:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(self._tables[table]), list(rows))

    def _create(self) -> None:
        if not self._created:
            self._tables["load_log"].metadata.create_all(self._engine)
            self._created = True


@contextmanager
def database_sink(url: str) -> Iterator[DatabaseSink]:
    """The sink behind a URL; sqlalchemy.exc.SQLAlchemyError when it cannot be used."""
    engine = sa.create_engine(url)
    try:
        yield DatabaseSink(engine)
    finally:
        engine.dispose()
