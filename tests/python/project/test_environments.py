"""The project as dbt parses it, target by target, and what is generated for an estate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from medallion.generate import render
from medallion.generate.render import SQL_MARK, YAML_MARK
from medallion.metadata import Project, load

ROOT = Path(__file__).parents[3]
DBT = str(Path(sys.executable).parent / "dbt")
# Targets that need them find their variables; `dbt parse` connects to nothing.
VARIABLES = {
    "DATABRICKS_HOST": "localhost",
    "DATABRICKS_HTTP_PATH": "/sql/1.0/warehouses/none",
    "DATABRICKS_TOKEN": "none",
    "DATABRICKS_CATALOG": "main",
}


def targets() -> list[str]:
    profiles = yaml.safe_load((ROOT / "profiles" / "profiles.yml").read_text(encoding="utf-8"))
    return sorted(profiles["medallion"]["outputs"])


def parse(folder: Path, target: str, scratch: Path) -> subprocess.CompletedProcess[str]:
    """A strict `dbt parse` that leaves nothing behind in `folder`."""
    return subprocess.run(
        [DBT, "--warn-error", "parse", "--no-partial-parse", "--show-all-deprecations", "--target",
         target, "--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")],
        cwd=folder, env={**os.environ, **VARIABLES}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("target", targets())
def test_parse_is_free_of_warnings(tmp_path: Path, target: str) -> None:
    done = parse(ROOT, target, tmp_path)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    assert "WARNING]" not in done.stdout
    assert "deprecat" not in done.stdout.lower()


def test_parse_compares_macros_with_their_pages(tmp_path: Path) -> None:
    """The check of macro arguments is on: without it the test above would prove nothing."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    page = {"name": "twice", "arguments": [{"name": "valeu", "type": "string"}]}
    small = {name: project[name] for name in ("name", "version", "profile", "flags")}
    files = {
        "dbt_project.yml": yaml.safe_dump(small),
        "macros/twice.sql": "{% macro twice(value) %}{{ value }}{{ value }}{% endmacro %}\n",
        "macros/twice.yml": yaml.safe_dump({"macros": [page]}),
        "profiles.yml": (ROOT / "profiles" / "profiles.yml").read_text(encoding="utf-8"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = parse(tmp_path, "dev", tmp_path)
    assert done.returncode != 0
    assert "valeu" in done.stdout


def test_generated_files_are_what_the_metadata_gives() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "medallion.cli", "generate", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_generated_file_says_so_on_its_first_line() -> None:
    files = render(load(ROOT / "seeds" / "control"))
    assert len(files) > 30
    for path, text in files.items():
        mark = SQL_MARK if path.endswith(".sql") else YAML_MARK
        assert text.split("\n")[0] == mark, path


@dataclass
class Found:
    """What dbt made of one object."""

    models: list[str] = field(default_factory=list)
    tests: int = 0
    files: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Estate:
    """A generated estate with an object of every pattern, as measured by benchmarks/run.py."""

    project: Project
    manifest: dict[str, Any]
    result: dict[str, Any]
    output: str

    @property
    def objects(self) -> dict[str, Found]:
        found: dict[str, Found] = {name: Found() for name in self.project.objects}
        owners: dict[str, Found] = {}
        for unique_id, node in self.manifest["nodes"].items():
            if node["resource_type"] != "model":
                continue
            about = node["config"]["meta"]["medallion"]
            owner = owners[unique_id] = found[f"{about['system']}.{about['object']}"]
            owner.models.append(node["name"])
            owner.files |= {node["original_file_path"], node["patch_path"].split("://")[1]}
        for node in self.manifest["nodes"].values():
            if node["resource_type"] == "test":
                owners[node["attached_node"]].tests += 1
        return found


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    folder = tmp_path_factory.mktemp("estate")
    done = subprocess.run(
        [sys.executable, "benchmarks/run.py", "--part", "metadata", "--objects", "16",
         "--folder", str(folder / "project"), "--results", str(folder / "results")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    root = folder / "project" / "metadata"
    return Estate(
        load(root / "seeds" / "control"),
        json.loads((root / "target" / "manifest.json").read_text(encoding="utf-8")),
        json.loads((folder / "results" / "metadata.json").read_text(encoding="utf-8")),
        done.stdout,
    )


def test_the_benchmark_reports_what_it_measured(estate: Estate) -> None:
    """Its results, not its times: those belong to a quiet machine."""
    kinds = Counter(node["resource_type"] for node in estate.manifest["nodes"].values())
    counts = estate.result["counts"]
    assert estate.result["objects"] == len(estate.project.objects) == 16
    assert counts["models"] == kinds["model"] and counts["tests"] == kinds["test"]
    assert counts["sources"] == 16
    assert counts["files"] == len(render(estate.project))
    steps = {step["step"]: step for step in estate.result["steps"]}
    assert set(estate.result["bounds"]) < set(steps)
    for name, step in steps.items():
        assert step["wall"] > 0 and step["cpu"] > 0 and step["memory"] > 0, name
        assert f"| {name} | " in estate.output
    assert estate.result["machine"]["cores"] == os.cpu_count()


def test_no_object_has_too_many_models_files_or_tests(estate: Estate) -> None:
    for name, found in estate.objects.items():
        has_history = estate.project.objects[name].has_history
        assert 1 <= len(found.models) <= (5 if has_history else 3), (name, found)
        assert found.tests <= (6 if has_history else 4), (name, found)
        # One file a model, and one of YAML a layer.
        assert len(found.files) <= len(found.models) + 2, (name, found)


def test_every_object_with_keys_is_tested_for_them(estate: Estate) -> None:
    for name, found in estate.objects.items():
        if estate.project.objects[name].load.keys:
            assert found.tests >= 1, name


def test_the_estate_has_every_pattern(estate: Estate) -> None:
    """So that the bounds above are about all of them."""
    shapes = Counter(
        (item.load.load, item.has_history, bool(item.load.keys), item.settings.staging)
        for item in estate.project.objects.values()
    )
    assert len(shapes) >= 8
    assert {load for load, _, _, _ in shapes} == {"full", "delta", "cdc"}
    assert {staging for _, _, _, staging in shapes} == {"none", "transient", "checkpointed"}


def test_every_model_of_the_estate_is_described_up_to_its_grain(estate: Estate) -> None:
    for node in estate.manifest["nodes"].values():
        if node["resource_type"] == "model":
            assert "One row per " in node["description"], node["name"]
            described = [name for name, column in node["columns"].items() if column["description"]]
            assert len(described) >= 10, node["name"]
