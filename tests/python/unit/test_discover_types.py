"""Types are inferred from all rows of real files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from medallion.discover import types
from unit.discover_project import make_system, propose_source


def csv_type(folder: Path, values: Sequence[str], name: str = "value") -> str:
    lines = [f"row_no,{name}", *(f'{i},"{value}"' for i, value in enumerate(values))]
    (folder / "things.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return propose_source(make_system(folder, "csv"), "things.csv").columns[1].type


def json_type(folder: Path, values: Sequence[object], name: str = "value") -> str:
    lines = [json.dumps({"row_no": i, name: value}) for i, value in enumerate(values)]
    (folder / "things.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return propose_source(make_system(folder, "json"), "things.jsonl").columns[1].type


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1", "-20", "0"], "bigint"),
        ([" 1", "2 "], "bigint"),
        (["1", "", "N/A"], "bigint"),
        (["1", "x"], "text"),
        (["007", "12"], "text"),
        (["1_000", "2"], "text"),
        (["9223372036854775807"], "bigint"),
        (["9223372036854775808", "1"], "decimal(25,0)"),
        (["1" * 39], "text"),
        (["1.5", "20.25", "3"], "decimal(18,2)"),
        (["123456789012345.1234"], "decimal(25,4)"),
        (["0.5", "-0.25"], "decimal(18,2)"),
        (["00.5"], "text"),
        (["1,5"], "text"),
        (["1e3", "2.5", "7"], "double"),
        (["0.30000000000000004", "0.1"], "double"),
        (["0.1428571428571428571428"], "decimal(29,22)"),
        (["1" * 20 + "." + "1" * 20], "double"),
        (["true", "False", "TRUE"], "boolean"),
        (["true", "yes"], "text"),
        (["true", "1"], "text"),
        (["2024-02-29", "2023-01-01"], "date"),
        (["2024-02-30"], "text"),
        (["2024-02-29", "2024-02-29 10:00:00"], "timestamp"),
        (["2024-02-29T10:00:00.123456Z", "2024-02-29 10:00"], "timestamp"),
        (["2024-02-29T10:00:00+02:00", "2024-02-29T10:00:00+0200"], "timestamp"),
        (["2024-02-29T25:00:00"], "text"),
        (["10:20:30", "23:59:59.5"], "time"),
        (["24:20:30"], "text"),
        (["", "N/A", " "], "text"),
        ([], "text"),
    ],
)
def test_csv(tmp_path: Path, values: list[str], expected: str) -> None:
    assert csv_type(tmp_path, values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, None, -5], "bigint"),
        ([1, 2.5], "double"),
        ([12345678901234567890], "decimal(26,0)"),
        (["1", "2"], "text"),
        ([1, "2"], "text"),
        ([True, False, None], "boolean"),
        ([True, "true"], "text"),
        (["true", "false"], "text"),
        (["12.50", "3"], "decimal(18,2)"),
        (["12.50", 3], "text"),
        (["2024-01-01T00:00:00Z", None], "timestamp"),
        (["2024-01-01"], "date"),
        (["2024-01-01", "soon"], "text"),
        ([{"a": 1}, [1, 2], None], "json"),
        ([{"a": 1}, "x"], "text"),
        ([None, None], "text"),
        ([""], "text"),
    ],
)
def test_json(tmp_path: Path, values: list[object], expected: str) -> None:
    assert json_type(tmp_path, values) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("created_at", 1767225720565829, "timestamp@epoch_us"),
        ("ts", 1767225720565, "timestamp@epoch_ms"),
        ("event_time", 1767225720, "timestamp@epoch_s"),
        ("updatedAt", 1767225720565829000, "timestamp@epoch_ns"),
        ("amount", 1767225720565, "bigint"),
        ("phone", 1767225720, "bigint"),
        ("updated_at", 17, "bigint"),
        ("air_time", 1767225720, "bigint"),
    ],
)
def test_epochs_need_a_plausible_value_and_a_name(
    tmp_path: Path, name: str, value: int, expected: str
) -> None:
    assert json_type(tmp_path, [value, value + 1], name) == expected


def test_some_sentinels_do_not_hide_an_epoch(tmp_path: Path) -> None:
    values = [1767225720565829] * 19 + [9223372036825200000]
    assert json_type(tmp_path, values, "valid_at") == "timestamp@epoch_us"


@pytest.mark.parametrize(("name", "expected"), [("zip_code", "text"), ("count", "bigint")])
def test_digits_of_codes_are_texts(tmp_path: Path, name: str, expected: str) -> None:
    assert csv_type(tmp_path, ["12345", "67890"], name) == expected


def test_a_version_is_no_decimal(tmp_path: Path) -> None:
    assert json_type(tmp_path, ["1.10", "1.9"], "app_version") == "text"


@pytest.mark.parametrize(
    ("several", "expected"),
    [
        ([], "text"),
        (["integer", "bigint"], "bigint"),
        (["date", "timestamp"], "timestamp"),
        (["bigint", "decimal(18,2)"], "decimal(21,2)"),
        (["decimal(38,0)", "decimal(18,10)"], "double"),
        (["double", "integer"], "double"),
        (["double", "decimal(18,2)"], "double"),
        (["boolean", "bigint"], "text"),
        (["json", "text"], "text"),
    ],
)
def test_types_are_merged(several: list[str], expected: str) -> None:
    assert types.merge(several) == expected


@pytest.mark.parametrize(
    ("engine_type", "expected"),
    [
        ("SMALLINT", "integer"), ("BIGINT", "bigint"), ("UBIGINT", "decimal(20,0)"),
        ("DECIMAL(9,2)", "decimal(9,2)"), ("TIMESTAMP WITH TIME ZONE", "timestamp"),
        ("TIMESTAMP_NS", "timestamp"), ("INTEGER[]", "json"), ("STRUCT(a INTEGER)", "json"),
        ("MAP(VARCHAR, INTEGER)", "json"), ("VARCHAR", ""), ("ENUM('a', 'b')", ""), ("BLOB", ""),
        ("FLOAT", "double"), ("TIME", "time"), ("TIME WITH TIME ZONE", ""),
    ],
)  # fmt: skip
def test_engine_types(engine_type: str, expected: str) -> None:
    assert types.of_duckdb(engine_type) == expected
