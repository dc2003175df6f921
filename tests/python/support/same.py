"""Comparing the tables of two projects that were built from the same deliveries."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from support.engine import Rows
from support.project import Project

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
            table = f"{schema}.{name}"
            times = left_out.get(name, ())
            columns, own = (
                [c for c in project.columns(table) if c not in times and not OWN.search(c)]
                for project in (one, other)
            )
            assert columns == own, table
            rows, right = one.rows(table, columns), other.rows(table, columns)
            compared += len(right)
            if rows != right:
                wrong.append(_report(table, columns, rows, right))
    assert compared, f"no rows in {schemas}"
    assert not wrong, "\n".join(wrong)


def _report(table: str, columns: Sequence[str], rows: Rows, right: Rows) -> str:
    lines = [f"== {table} ({', '.join(columns)})"]
    lines += [f"  missing  {row}" for row in right if row not in rows][:5]
    lines += [f"  too much {row}" for row in rows if row not in right][:5]
    return "\n".join(lines)
