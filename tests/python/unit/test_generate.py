"""Literals, YAML texts, and what `write` does to a folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jinja2 import Environment

from medallion.cli import main
from medallion.errors import GenerateError
from medallion.generate import render, write
from medallion.generate.literal import literal
from medallion.generate.render import SQL_MARK, YAML_MARK
from medallion.generate.yaml_text import described, scalar
from medallion.metadata import load
from unit.control_tables import Edit, write_tables

TEXTS = [
    "plain",
    "it's",
    "both \" and '",
    "back\\slash \\n",
    "line\nend\ttab\r",
    "ümläut 漢字 🙂",
    "",
    " blank ",
    "true",
    "null",
    "1.5",
    "a: b",
    "a # b",
    "- a",
    "@a",
    "%x",
    "key: 'value'",
    "No",
    "x,",
    "2026-01-01",
    "* star",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_survives_jinja_and_yaml(text: str) -> None:
    value = {"a": {"b": [text, {"c": text}], text: None}, "flag": True, "number": 0.95}
    template = Environment().from_string("{{ " + literal(value, top=True) + " | tojson }}")
    assert json.loads(template.render().replace("\\u0027", "'")) == value
    assert yaml.safe_load(f"key: {scalar(text)}") == {"key": text}


def test_long_descriptions_are_folded() -> None:
    text = "word: " * 60 + "end."
    folded = f"    description: {described(text, 4)}\n"
    assert max(map(len, folded.splitlines())) <= 100
    assert yaml.safe_load(folded)["description"].strip() == text


def test_long_literals_are_broken() -> None:
    value = {"columns": {f"column_{number}": {"type": "text"} for number in range(20)}}
    text = literal(value, top=True)
    assert max(map(len, text.splitlines())) <= 100
    assert text == literal(value, top=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project with the small estate, generated."""
    write_tables(tmp_path / "seeds/control")
    (tmp_path / "dbt_project.yml").touch()
    write(files_of(tmp_path), tmp_path)
    return tmp_path


def files_of(root: Path) -> dict[str, str]:
    return render(load(root / "seeds/control"))


STATE = "models/bronze/erp/brz_erp__orders__state.sql"


def test_writing_twice_changes_nothing(project: Path) -> None:
    result = write(files_of(project), project)
    assert not result.written and not result.deleted
    assert sorted(result.unchanged) == sorted(files_of(project))
    write(files_of(project), project, check=True)


@pytest.mark.parametrize(
    "damage, code",
    [
        (lambda path: path.write_text(path.read_text() + "-- x\n"), "GEN_001"),
        (lambda path: path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n")), "GEN_001"),
        (lambda path: path.unlink(), "GEN_002"),
        (lambda path: path.with_name("brz_erp__gone.sql").write_text(SQL_MARK + "\n"), "GEN_003"),
        (lambda path: path.with_name("brz_erp__gone.yml").write_text(YAML_MARK + "\n"), "GEN_003"),
    ],
)
def test_check_names_the_file_and_the_mend(project: Path, damage: Any, code: str) -> None:
    damage(project / STATE)
    with pytest.raises(GenerateError) as error:
        write(files_of(project), project, check=True)
    (problem,) = error.value.problems
    assert problem.code == code
    assert problem.file.startswith("models/bronze/erp/brz_erp__")
    write(files_of(project), project)
    write(files_of(project), project, check=True)


def test_check_shows_the_difference(project: Path) -> None:
    path = project / STATE
    path.write_text(path.read_text().replace("'conflict': 'warn'", "'conflict': 'fail'"))
    with pytest.raises(GenerateError, match="-    'conflict': 'fail',\n\\+    'conflict': 'warn',"):
        write(files_of(project), project, check=True)


def test_check_finds_stale_files(project: Path) -> None:
    Edit(file="settings.csv", add=",erp,orders,conflict,fail").apply(project / "seeds/control")
    with pytest.raises(GenerateError) as error:
        write(files_of(project), project, check=True)
    assert {problem.file for problem in error.value.problems} == {
        STATE,
        "models/bronze/erp/brz_erp__orders__ledger.sql",
    }


def test_a_file_without_the_mark_takes_the_place_of_the_generated_one(project: Path) -> None:
    path = project / STATE
    path.write_text("select 1 as one\n")
    (path.parent / "brz_erp__by_hand.sql").write_text("select 2 as two\n")
    result = write(files_of(project), project)
    assert result.hand_written == [STATE]
    assert path.read_text() == "select 1 as one\n"
    write(files_of(project), project, check=True)


def test_files_of_objects_that_left_are_deleted(project: Path) -> None:
    hand_written = project / "models/bronze/erp/brz_erp__orders__state.sql"
    hand_written.write_text("select 1 as one\n")
    elsewhere = project / "models/silver/erp/slv.sql"
    elsewhere.parent.mkdir(parents=True)
    elsewhere.write_text(SQL_MARK + "\n")
    files = {path: text for path, text in files_of(project).items() if "/erp/" not in path}
    result = write(files, project)
    assert "models/staging/erp/_erp__sources.yml" in result.deleted
    assert not (project / "models/staging/erp").exists()
    assert hand_written.exists() and elsewhere.exists()


def test_the_command_says_what_it_did(project: Path) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [*arguments, "--project-dir", str(project)])
        return result.exit_code, result.output

    assert run("generate", "--check")[0] == 0
    (project / STATE).unlink()
    code, output = run("generate", "--check")
    assert code == 1 and "MED-GEN-002" in output and STATE in output
    assert "run `medallion generate`" in output
    code, output = run("generate")
    assert code == 0 and f"written  {STATE}" in output
    assert run("validate") == (0, "6 systems, 7 objects: no problem found\n")
    Edit(file="objects.csv", old="cdc,order_id", new="cdc,order").apply(project / "seeds/control")
    for command in ("validate", "generate"):
        code, output = run(command)
        assert code == 1 and "MED-META-018 seeds/control/objects.csv:2 (keys)" in output


def test_a_folder_that_is_no_project(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["generate", "--project-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "MED-GEN-004" in result.output
    (tmp_path / "dbt_project.yml").touch()
    result = CliRunner().invoke(main, ["validate", "--project-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert (
        "MED-META-001 seeds/control: the folder of the control tables is missing" in result.output
    )


def test_500_objects_have_files_of_their_own(tmp_path: Path) -> None:
    write_tables(tmp_path)
    before = len(render(load(tmp_path)))
    objects, columns = tmp_path / "objects.csv", tmp_path / "columns.csv"
    loads = ["cdc,id,,scd2", "full,id,,none", "delta,id,c1,none", "cdc,id,,none", "full,id,,scd2"]
    with objects.open("a", encoding="utf-8") as lines:
        for number in range(500):
            load_pattern = loads[number % len(loads)]
            lines.write(f"erp,t{number},t{number}/*.jsonl,{load_pattern},Table {number}\n")
    with columns.open("a", encoding="utf-8") as lines:
        for number in range(500):
            lines.write(f"erp,t{number},id,,bigint,true,,,Key\n")
            for column in range(9):
                lines.write(f"erp,t{number},c{column},,timestamp,,,internal,A column\n")
    assert len(render(load(tmp_path))) - before > 500 * 4
