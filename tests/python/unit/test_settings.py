"""The settings: the cascade, the values, and the page that describes them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from medallion.docs_pages import pages, write_pages
from medallion.errors import CODES
from medallion.metadata import Settings, load
from medallion.metadata.settings import LAYERS, PER_LAYER, about, parse_setting
from unit.control_tables import Edit, write_tables

ROOT = Path(__file__).parents[3]
LINES = {
    "default": "",
    "layer": "bronze,,,{setting},{value}",
    "system": ",ref,,{setting},{value}",
    "system with layer": "bronze,ref,,{setting},{value}",
    "object": ",ref,countries,{setting},{value}",
}


@pytest.mark.parametrize("name", ["max_reject_fraction", "tags"])
@pytest.mark.parametrize("winner", LINES)
def test_the_most_specific_line_wins(winner: str, name: str, tmp_path: Path) -> None:
    levels = list(LINES)
    used = levels[1 : levels.index(winner) + 1]
    edits = [
        Edit(file="settings.csv", add=LINES[level].format(setting=name, value=f"0.{place}"))
        for place, level in enumerate(used, 1)
    ]
    lines = write_tables(tmp_path, *reversed(edits))
    item = load(tmp_path).objects["ref.countries"]
    shown = f"{name} (bronze)" if name in PER_LAYER else name
    if winner == "default":
        assert getattr(item.settings, name) == getattr(Settings(), name)
        assert item.origins[shown] == "default"
    else:
        assert getattr(item.settings, name) in (len(used) / 10, (f"0.{len(used)}",))
        assert item.origins[shown] == f"settings.csv:{lines[0]}"


def test_tags_and_grants_differ_by_layer(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        Edit(file="settings.csv", add="staging,,,tags,early"),
        Edit(file="settings.csv", add="bronze,ref,,tags,late"),
        Edit(file="settings.csv", add=",ref,,tags,both"),
    )
    objects = load(tmp_path).objects
    assert objects["ref.notes"].settings_of("staging").tags == ("both",)
    assert objects["ref.notes"].settings_of("bronze").tags == ("late",)
    assert objects["erp.orders"].settings_of("staging").tags == ("early",)
    assert objects["erp.orders"].settings_of("bronze").tags == ()


def test_a_setting_of_a_system_is_left_out_where_it_does_not_apply(tmp_path: Path) -> None:
    write_tables(
        tmp_path,
        Edit(file="settings.csv", add=",ref,,lookback,1 day"),
        Edit(file="settings.csv", add="bronze,,,ignore_null,no_such_column"),
        Edit(file="objects.csv", old="erp,orders,orders/*.jsonl,cdc", new="erp,orders,x/*,full"),
        Edit(file="objects.csv", old="parquet,cdc,id,", new="parquet,full,id,"),
        Edit(file="objects.csv", old="cdc,part_id,change_seq text", new="full,part_id,"),
        Edit(file="objects.csv", old="cdc,shipment_id", new="full,shipment_id"),
    )
    assert load(tmp_path).objects["ref.countries"].load.load == "full"


@pytest.mark.parametrize(
    "name, text, value",
    [
        ("truncate", "TRUE", True),
        ("lookback", "1 Hour", "1 hour"),
        ("lookback", "30minutes", "30 minutes"),
        ("lookback", "10", 10),
        ("lookback", "0.5", 0.5),
        ("max_reject_fraction", "0", 0.0),
        ("null_tokens", '["", "a|b"]', ("", "a|b")),
        ("null_tokens", "[]", ()),
        ("null_tokens", "NA|na", ("NA", "na")),
        ("grants", "select=a|select=b", (("select", "a"), ("select", "b"))),
        ("operation_map", "=upsert|X=delete", (("", "upsert"), ("X", "delete"))),
        ("time_zone", "Europe/Berlin", "Europe/Berlin"),
    ],
)
def test_values(name: str, text: str, value: Any) -> None:
    assert parse_setting(name, text) == value


@pytest.mark.parametrize(
    "text, path, type_",
    [
        ("source.server_id bigint", "source.server_id", "bigint"),
        ("at timestamp@epoch_ms", "at", "timestamp@epoch_ms"),
        ("Order No", "Order No", None),
        ("x decimal(10,0)", "x", "decimal(10,0)"),
    ],
)
def test_order_items(text: str, path: str, type_: str | None) -> None:
    item = parse_setting("epoch", text)
    assert (item.path, str(item.type) if item.type else None) == (path, type_)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name: str) -> None:
    field = Settings.model_fields[name]
    facts = about(name)
    assert field.description and facts.allowed and facts.loads
    for choice in get_args(field.annotation):
        if isinstance(choice, str):
            assert choice in facts.allowed
            assert parse_setting(name, choice) == choice


def test_settings_are_frozen_and_know_no_others() -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"orchestration": "dag"})
    with pytest.raises(ValidationError):
        setattr(Settings(), "staging", "none")  # noqa: B010
    assert LAYERS == ("staging", "bronze")


@pytest.mark.parametrize("path", pages())
def test_the_pages_are_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == pages()[path], (
        "run `medallion docs-reference`"
    )


def test_pages_are_written_once(tmp_path: Path) -> None:
    assert write_pages(tmp_path) == list(pages())
    assert write_pages(tmp_path) == []


def test_every_code_that_a_macro_raises_is_listed() -> None:
    raised = {
        code.replace("-", "_")
        for path in sorted((ROOT / "macros").rglob("*.sql"))
        for code in re.findall(r"MED-([A-Z]+-\d{3})", path.read_text(encoding="utf-8"))
    }
    assert raised <= set(CODES), "add them to scripts/medallion/codes.py"
