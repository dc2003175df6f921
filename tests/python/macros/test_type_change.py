"""Which new type of a column can be had by altering the stored one."""

from __future__ import annotations

import pytest

from support import macro

TYPE_CHANGE = macro.load("load/widen_columns.sql")["type_change"]


@pytest.mark.parametrize(
    "stored, wanted, change",
    [
        ("INTEGER", "integer", "none"),
        ("int", "INTEGER", "none"),
        ("VARCHAR", "varchar", "none"),
        ("TIMESTAMP", "timestamp_ntz", "none"),
        ("DECIMAL(12,2)", "decimal(12, 2)", "none"),
        ("INTEGER", "bigint", "widen"),
        ("INTEGER", "decimal(12,2)", "widen"),
        ("DECIMAL(12,2)", "decimal(14,4)", "widen"),
        ("INTEGER", "double", "widen"),
        ("smallint", "double", "widen"),
        ("TINYINT", "smallint", "widen"),
        ("INTEGER", "SMALLINT", "keep"),
        ("DATE", "timestamp", "widen"),
        ("BOOLEAN", "varchar", "widen"),
        ("BIGINT", "integer", "keep"),
        ("DECIMAL(14,4)", "decimal(12,2)", "keep"),
        ("TIMESTAMP", "date", "keep"),
        ("DECIMAL(12,2)", "decimal(12,4)", "refuse"),
        ("BIGINT", "decimal(12,2)", "refuse"),
        ("BIGINT", "double", "refuse"),
        ("VARCHAR", "integer", "refuse"),
        ("BOOLEAN", "integer", "refuse"),
    ],
)
def test_type_change(stored: str, wanted: str, change: str) -> None:
    assert TYPE_CHANGE(stored, wanted, True) == change


def test_text_where_the_engine_cannot_alter_to_it() -> None:
    assert TYPE_CHANGE("int", "string", False) == "refuse"
