"""The generated files of a small estate, byte for byte.

After a wanted change: MEDALLION_UPDATE_GOLDEN=1 pytest tests/python/golden, then read the diff.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

import medallion
from medallion.generate import render, write
from medallion.metadata import load
from medallion.metadata.dbt_models import models_of

HERE = Path(__file__).parent
CONTROL, EXPECTED = HERE / "control", HERE / "expected"


def test_generated_files_are_as_stored() -> None:
    files = render(load(CONTROL))
    if os.environ.get("MEDALLION_UPDATE_GOLDEN"):
        write(files, EXPECTED)
    stored = {
        path.relative_to(EXPECTED).as_posix(): path.read_bytes().decode("utf-8")
        for path in EXPECTED.rglob("*")
        if path.is_file()
    }
    assert sorted(stored) == sorted(files)
    for path, text in files.items():
        assert stored[path] == text, path


@pytest.mark.parametrize("zone, locale", [("UTC", "C"), ("Asia/Tokyo", "tr_TR.UTF-8")])
def test_bytes_are_the_same_in_every_locale(tmp_path: Path, zone: str, locale: str) -> None:
    script = (
        "import sys; from pathlib import Path; from medallion.generate import render, write;"
        "from medallion.metadata import load;"
        "write(render(load(Path(sys.argv[1]))), Path(sys.argv[2]))"
    )
    environment = {
        **os.environ,
        "LC_ALL": locale,
        "PYTHONHASHSEED": "7" if zone == "UTC" else "8",
        "PYTHONPATH": str(Path(medallion.__file__).parents[1]),
        "PYTHONUTF8": "0",
        "TZ": zone,
    }
    arguments = [sys.executable, "-c", script, str(CONTROL), str(tmp_path)]
    subprocess.run(arguments, check=True, env=environment, cwd=tmp_path)
    for path in EXPECTED.rglob("*"):
        if path.is_file():
            assert (tmp_path / path.relative_to(EXPECTED)).read_bytes() == path.read_bytes()


def test_no_object_has_too_many_models_or_tests() -> None:
    project = load(CONTROL)
    files = render(project)
    for item in project.objects.values():
        system = item.system.name
        names = {model.name for model in models_of(item)}
        documents = [
            model
            for path, text in files.items()
            if path.endswith(".yml") and f"/{system}/" in path
            for model in yaml.safe_load(text).get("models", [])
            if model["name"] in names
        ]
        assert {model["name"] for model in documents} == names
        tests = sum(len(model.get("data_tests", [])) for model in documents)
        assert len(names) <= (5 if item.has_history else 3), item.full_name
        assert tests <= (6 if item.has_history else 4), item.full_name


def test_every_model_ends_its_description_with_its_grain() -> None:
    for path, text in render(load(CONTROL)).items():
        for model in yaml.safe_load(text).get("models", []) if path.endswith(".yml") else []:
            assert "One row per " in model["description"].strip().rsplit(". ", 1)[-1], model["name"]
            assert model["description"].rstrip().endswith(".")
