"""Comparing the tables of two projects that were built from the same deliveries."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from support.engine import Rows, Table
from support.project import Project, in_order

# What no two runs share: load ids, and what dbt gives a snapshot's rows.
OWN = re.compile(r"(^|_)load_id$|^_scd_id$|^_updated_at$")


def assert_same(
    one: Project,
    other: Project,
    schemas: Sequence[str] = ("bronze",),
    absent: Collection[str] = (),
    left_out: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> None:
    """Every table and view of the schemas has the same columns and the same rows, value by value,
    in both projects; load ids are left out.

    absent: tables that `one` must not have. left_out: a table's columns that hold the time of a
    load, of a file or of a snapshot.
    """
    wrong = []
    compared = 0
    for schema in schemas:
        names, others = one.engine.tables(schema), other.engine.tables(schema)
        assert names == [name for name in others if name not in absent], schema
        for name in names:
            without = left_out.get(name, ())
            columns, rows = _comparable(one.engine.read(f"{schema}.{name}"), without)
            own, right = _comparable(other.engine.read(f"{schema}.{name}"), without)
            assert columns == own, f"{schema}.{name}"
            compared += len(right)
            if rows != right:
                wrong.append(_report(f"{schema}.{name}", columns, rows, right))
    assert compared, f"no rows in {schemas}"
    assert not wrong, "\n".join(wrong)


def _comparable(table: Table, left_out: Collection[str]) -> Table:
    """The columns that two projects can share, and their rows in order."""
    names, rows = table
    kept = [i for i, c in enumerate(names) if c not in left_out and not OWN.search(c)]
    return [names[i] for i in kept], in_order(tuple(row[i] for i in kept) for row in rows)


def _report(table: str, columns: Sequence[str], rows: Rows, right: Rows) -> str:
    lines = [f"== {table} ({', '.join(columns)})"]
    lines += [f"  missing  {row}" for row in right if row not in rows][:5]
    lines += [f"  too much {row}" for row in rows if row not in right][:5]
    return "\n".join(lines)
