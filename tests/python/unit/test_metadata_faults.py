"""Every fault of the control tables: one invalid case for each, found alone, at its line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from medallion.errors import CODES, MetadataError
from medallion.metadata import check, load
from unit.control_tables import TABLES, Edit, write_tables


class Fault(BaseModel):
    """A change of a valid estate and the one problem that it makes; see metadata_faults.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    code: str
    column: str = ""
    value: str | None = None
    says: str = ""
    line: int | None = None
    at: str | None = None
    edits: Sequence[Edit]


FAULTS = [
    Fault.model_validate(fault)
    for fault in yaml.safe_load(
        Path(__file__).with_name("metadata_faults.yml").read_text(encoding="utf-8")
    )
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_is_found_alone_at_its_line(fault: Fault, tmp_path: Path) -> None:
    *_, line = write_tables(tmp_path, *fault.edits)
    _, problems = check(tmp_path)
    assert len(problems) == 1, "\n".join(map(str, problems))
    problem = problems[0]
    assert problem.code == fault.code, str(problem)
    assert problem.file == (fault.at or fault.edits[-1].file)
    assert problem.line == (line if fault.line is None else fault.line)
    assert problem.column == fault.column
    if fault.value is not None:
        assert problem.value == fault.value
    assert fault.says in str(problem)
    assert problem.mend or CODES[problem.code].mend
    assert "s3cr3t" not in str(problem)


def test_every_code_of_the_control_tables_has_a_fault() -> None:
    known = {code for code in CODES if code.startswith("META_")}
    assert known == {fault.code for fault in FAULTS}
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 45


def test_all_problems_are_found_at_once(tmp_path: Path) -> None:
    lines = [fault for fault in FAULTS if all(edit.add for edit in fault.edits)]
    write_tables(tmp_path, *(edit for fault in lines for edit in fault.edits))
    with pytest.raises(MetadataError) as error:
        load(tmp_path)
    found = {problem.code for problem in error.value.problems}
    assert len(lines) > 30
    # What is between two objects is looked at once both are right.
    assert found >= {fault.code for fault in lines} - {"META_044", "META_047", "META_051"}
    places = [(problem.file, problem.line) for problem in error.value.problems]
    assert places == sorted(places)


def test_the_estate_itself_is_valid(tmp_path: Path) -> None:
    write_tables(tmp_path)
    project = load(tmp_path)
    assert len(project.objects) == TABLES["objects.csv"].count("\n") - 1
