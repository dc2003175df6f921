"""Production's profile says which variable is missing, and where to set it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from support.workspace import REPOSITORY

TOKEN = {
    "DATABRICKS_HOST": "localhost",
    "DATABRICKS_HTTP_PATH": "/sql/1.0/warehouses/none",
    "DATABRICKS_CATALOG": "main",
    "DATABRICKS_TOKEN": "none",
}
CLIENT = {
    **{name: value for name, value in TOKEN.items() if name != "DATABRICKS_TOKEN"},
    "DATABRICKS_CLIENT_ID": "none",
    "DATABRICKS_CLIENT_SECRET": "none",
}


@pytest.mark.parametrize(
    ("known", "missing", "named"),
    [
        *((TOKEN, name, name) for name in TOKEN),
        (CLIENT, "DATABRICKS_CLIENT_SECRET", "DATABRICKS_CLIENT_SECRET"),
        (CLIENT, "DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_ID"),
    ],
)
def test_a_missing_variable_is_named(
    known: dict[str, str],
    missing: str,
    named: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in {**TOKEN, **CLIENT}:
        monkeypatch.delenv(name, raising=False)
    for name in set(known) - {missing}:
        monkeypatch.setenv(name, known[name])
    options = {
        "--target": "prod",
        "--project-dir": REPOSITORY,
        "--profiles-dir": REPOSITORY / "profiles",
        "--target-path": tmp_path / "target",
        "--log-path": tmp_path,
    }
    arguments = [str(part) for option in options.items() for part in option]
    done = dbtRunner().invoke(["parse", *arguments])
    assert not done.success
    assert f"not provided: '{named} (" in str(done.exception) or f"(or {named}" in str(
        done.exception
    )
    assert "README.md" in str(done.exception)
