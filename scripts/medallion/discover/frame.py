"""Rows of a source in a DuckDB session, ready to be summed up by column (frames), and the summary.

A frame is made by one of the readers; nothing here knows where its rows came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import duckdb

from medallion.discover import sql
from medallion.discover.model import ClassStats, ColumnProfile

# Columns tried together as a key, and how many of each size.
_KEY_COLUMNS = 6
_KEY_SIZE = 3


class Frame(Protocol):
    """`relation` has one row per row image, with `n` and `file`; see Tabular and Images."""

    @property
    def relation(self) -> str: ...

    def names(self) -> list[str]:
        """The source's column names, in the order in which they appear."""
        ...

    def values(self) -> str:
        """A SELECT of (name, n, kind, v): every value of every column."""
        ...

    def value(self, name: str) -> str:
        """The SQL expression, over `relation`, of a column's value as text."""
        ...

    def whole(self) -> str:
        """The SQL expression of the whole row image, to tell a repeated event from a new one."""
        ...

    def describe(self, name: str) -> tuple[str, str, str, bool]:
        """(mode, declared, fallback, optional) of a column; see ColumnProfile."""
        ...


@dataclass(frozen=True)
class TableColumn:
    name: str
    mode: str = "untyped"
    declared: str = ""
    fallback: str = "text"
    optional: bool = True


@dataclass(frozen=True)
class Tabular:
    """A temporary table with n, file and the columns c0, c1, ... as text."""

    relation: str
    columns: tuple[TableColumn, ...]

    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def values(self) -> str:
        return " union all ".join(
            f"select {sql.literal(column.name)} as name, n, "
            f"'{'typed' if column.declared else 'text'}' as kind, c{i} as v from {self.relation}"
            for i, column in enumerate(self.columns)
        )

    def value(self, name: str) -> str:
        return f"c{self.names().index(name)}"

    def whole(self) -> str:
        return f"row({', '.join(f'c{i}' for i in range(len(self.columns)))})"

    def describe(self, name: str) -> tuple[str, str, str, bool]:
        column = self.columns[self.names().index(name)]
        return column.mode, column.declared, column.fallback, column.optional


@dataclass(frozen=True)
class Images:
    """A temporary table with n, file and `image`, a JSON object; `declared` from a schema."""

    relation: str
    order: tuple[str, ...]
    declared: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    mode: str = "json"

    def names(self) -> list[str]:
        return list(self.order)

    def values(self) -> str:
        return f"""
            select e.key as name, n,
                case e.type when 'NULL' then 'null' when 'OBJECT' then 'json'
                    when 'ARRAY' then 'json' when 'BOOLEAN' then 'boolean'
                    when 'VARCHAR' then 'text' else 'number' end as kind,
                e.value ->> '$' as v
            from {self.relation}, json_each(image) as e
        """

    def value(self, name: str) -> str:
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        return f"json_extract_string(image, {sql.literal(pointer)})"

    def whole(self) -> str:
        return "image"

    def describe(self, name: str) -> tuple[str, str, str, bool]:
        return self.mode, self.declared.get(name, ""), "text", name not in self.required


def summarise(
    con: duckdb.DuckDBPyConnection, frame: Frame, null_tokens: Iterable[str]
) -> tuple[ColumnProfile, ...]:
    """One ColumnProfile per column of the frame, in its order."""
    if not frame.names():
        return ()
    rows = count(con, frame.relation)
    result = con.execute(sql.class_statistics(frame.values(), null_tokens))
    labels = [entry[0] for entry in result.description or []]
    classes: dict[str, dict[str, ClassStats]] = {name: {} for name in frame.names()}
    for row in result.fetchall():
        cells = dict(zip(labels, row, strict=True))
        if cells["name"] in classes:
            classes[cells["name"]][cells["class"]] = ClassStats(
                count=cells["rows"], int_digits=cells["int_digits"], scale=cells["scale"],
                minimum=cells["minimum"], maximum=cells["maximum"],
                out_of_bigint=cells["out_of_bigint"], not_double=cells["not_double"],
                base64=cells["base64"],
                epochs={name: cells[name] for name in sql.EPOCHS},
            )  # fmt: skip
    return tuple(_profile(frame, name, classes[name], rows) for name in frame.names())


def _profile(frame: Frame, name: str, classes: dict[str, ClassStats], rows: int) -> ColumnProfile:
    mode, declared, fallback, optional = frame.describe(name)
    placeholder = classes.pop("placeholder", None)
    return ColumnProfile(
        name=name, mode=mode, classes=classes, rows=rows, declared=declared, fallback=fallback,
        placeholders=placeholder.count if placeholder else 0, optional=optional,
    )  # fmt: skip


def count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
