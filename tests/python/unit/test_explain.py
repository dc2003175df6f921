"""`medallion explain`: every setting with its value and the line it comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from medallion.cli import main
from medallion.metadata import Settings
from medallion.metadata.settings import PER_LAYER
from unit.control_tables import Edit, write_tables


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_tables(
        tmp_path / "seeds/control",
        Edit(file="settings.csv", add=",erp,,epoch,source.txId"),
        Edit(file="settings.csv", add="staging,erp,,tags,early"),
        Edit(file="settings.csv", add="bronze,,,max_reject_fraction,0.2"),
    )
    (tmp_path / "dbt_project.yml").touch()
    return tmp_path


def explain(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["explain", *arguments, "--project-dir", str(project)])


def settings_of(project: Path, name: str) -> dict[str, Any]:
    result = explain(project, name, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)["settings"]
    return found


def test_every_setting_has_a_value_and_an_origin(project: Path) -> None:
    found = settings_of(project, "erp.orders")
    for name in Settings.model_fields:
        for shown in [f"{name} (staging)", f"{name} (bronze)"] if name in PER_LAYER else [name]:
            assert found[shown]["origin"]
    assert found["track"] == {"value": ["status", "amount"], "origin": "settings.csv:2"}
    assert found["epoch"] == {"value": "source.txId", "origin": "settings.csv:4"}
    assert found["tags (staging)"] == {"value": ["early"], "origin": "settings.csv:5"}
    assert found["tags (bronze)"] == {"value": [], "origin": "default"}
    assert found["max_reject_fraction"] == {"value": 0.2, "origin": "settings.csv:6"}
    assert found["keys"] == {"value": ["order_id"], "origin": "objects.csv:2"}
    assert found["sequence"]["value"] == ["source.txId bigint", "source.lsn bigint"]
    assert found["models"]["value"][0] == "stg_erp__orders"


def test_a_setting_that_the_load_never_reads_says_so(project: Path) -> None:
    found = settings_of(project, "ref.countries")
    assert found["epoch"]["origin"] == "default (not used by a full load)"
    assert found["track"]["origin"] == "default (not used without history)"


def test_the_table_shows_the_same(project: Path) -> None:
    result = explain(project, "erp.orders")
    assert result.exit_code == 0
    assert "settings.csv:2" in result.output and "null_tokens" in result.output


def test_an_unknown_object(project: Path) -> None:
    result = explain(project, "erp.order")
    assert result.exit_code == 1
    assert "MED-META-017" in result.output and "did you mean `erp.orders`?" in result.output
