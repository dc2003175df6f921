"""Targets of one adapter compile to the same SQL, up to the names that may differ."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner

from support.engine import SparkSql, engine_of
from support.invoke import dbt_at
from support.project import REPOSITORY

FAMILIES = {"dev": ("dev", "ci"), "spark": ("spark",), "prod": ("test", "stage", "prod")}
PREFIXES = {"dev": "", "ci": "nightly_", "test": "", "stage": "", "prod": ""}
# The start of the run and its id, and the time of the run.
LOAD_ID = re.compile(r"\d{8}T\d{6,}[0-9a-zA-Z_.-]*|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[.0-9]*(?:\+00:00)?")
RESOURCES = ("model", "snapshot", "test")


def compiled(target: str, folder: Path) -> dict[str, str]:
    """The compiled code of every node that runs SQL, names and ids taken out."""
    engine = engine_of("prod" if target in FAMILIES["prod"] else target, folder)
    variables = {**engine.variables, "MEDALLION_LOCATION_CRM": str(crm_file(engine, folder))}
    prefix = engine.prefix if isinstance(engine, SparkSql) else PREFIXES[target]
    variables["MEDALLION_SCHEMA_PREFIX"] = prefix
    if isinstance(engine, SparkSql):
        variables["MEDALLION_LOCATION_CRM"] = f"catalog:{engine.prefix}crm"
        engine.run(f"create schema {engine.prefix}crm")
        engine.run(
            f"create table {engine.prefix}crm.customers (crm_id string, display_name string,"
            " email string, phone string, country string, city string,"
            " accepts_newsletter string, updated_at string) using delta"
        )
    (folder / "warehouse").mkdir(parents=True, exist_ok=True)
    command = ["compile", "--target", target, "--quiet", "--no-partial-parse"]
    command += ["--project-dir", str(REPOSITORY), "--profiles-dir", str(REPOSITORY / "profiles")]
    command += ["--target-path", str(folder / "target"), "--log-path", str(folder / "logs")]
    with dbt_at(REPOSITORY, **variables):
        done = dbtRunner().invoke(command)
    assert done.success, done.exception
    manifest = json.loads((folder / "target" / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for name, node in manifest["nodes"].items():
        if node["resource_type"] in RESOURCES and node.get("compiled_code"):
            code = node["compiled_code"].replace(str(folder), "")
            for database in {node["database"], "test"}:
                code = re.sub(rf"([`\"]){database}\1\.", "", code)
            code = re.sub(rf"([`\"]){prefix}", r"\1", code) if prefix else code
            code = code.replace(f"{prefix}crm.", "crm.") if prefix else code
            found[name] = TIME.sub("TIME", LOAD_ID.sub("LOAD_ID", code))
    return found


def crm_file(engine: object, folder: Path) -> Path:
    file = folder / "crm.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(REPOSITORY / "landing" / "crm" / "0001.sqlite", file)
    return file


def test_targets_of_one_adapter_compile_to_the_same(tmp_path: Path, target: str) -> None:
    first, *others = FAMILIES[target]
    if not others:
        pytest.skip(f"{target} is the only target of its adapter")
    right = compiled(first, tmp_path / first)
    assert len(right) > 60
    for other in others:
        found = compiled(other, tmp_path / other)
        assert found.keys() == right.keys()
        assert {name: code for name, code in found.items() if code != right[name]} == {}, other
