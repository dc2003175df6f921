"""The lines that a proposal adds to the control tables, and the hand edits that it leaves."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from medallion.discover import lists, names
from medallion.discover.context import Context
from medallion.discover.errors import AddError, problem
from medallion.discover.model import ColumnProposal, Proposal
from medallion.errors import MetadataError, Problem
from medallion.metadata import store
from medallion.metadata.tables import HEADERS, Row


@dataclass(frozen=True)
class Line:
    """A row to add to a table."""

    table: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What will be written: new lines, and a cdc_format for a system that has none.

    `kept` says which lines stay although the proposal differs."""

    lines: tuple[Line, ...]
    cdc_format: str = ""
    kept: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.cdc_format

    def of(self, table: str) -> list[Mapping[str, str]]:
        return [line.cells for line in self.lines if line.table == table]


def for_object(context: Context, proposal: Proposal) -> Plan:
    """The plan of an object. Raises AddError (ADD_017) when a cdc_format cannot be set."""
    if proposal.cdc_format and context.other_feeds:
        raise AddError([
            problem("ADD_017", f"system {proposal.system}", "the data asks for another cdc_format, "
                    f"and the system has other feeds: {', '.join(context.other_feeds)}",
                    value="(empty)", allowed=proposal.cdc_format)
        ])  # fmt: skip
    own = {"system": proposal.system, "object": proposal.object}
    cells = {
        **own, "source": proposal.source, "load": proposal.load,
        "keys": lists.join(proposal.keys), "sequence": lists.join(proposal.sequence),
        "history": proposal.history, "description": proposal.description,
    }  # fmt: skip
    added = [Line("objects", cells)] if context.line is None else []
    kept = _differences(context.line, cells)
    settings, left = _settings(context, proposal.settings, own)
    columns = new_columns(context.columns, proposal.columns, own)
    return Plan((*added, *settings, *columns), proposal.cdc_format, (*kept, *left))


def for_system(context: Context, cells: Mapping[str, str], settings: Mapping[str, str]) -> Plan:
    """The plan of a system."""
    own = {"system": context.system_name}
    line = {**own, **cells}
    added = [Line("systems", line)] if context.line is None else []
    lines, left = _settings(context, settings, own)
    return Plan((*added, *lines), kept=(*_differences(context.line, line), *left))


def _differences(row: Row | None, cells: Mapping[str, str]) -> list[str]:
    """Cells of a line that differ from what is proposed; an empty proposal never does."""
    return [
        f"{row.origin} keeps {name} `{row[name]}` (proposed: `{value}`)"
        for name, value in cells.items()
        if row is not None and value and row[name] != value
    ]


def _settings(
    context: Context, settings: Mapping[str, str], own: Mapping[str, str]
) -> tuple[list[Line], list[str]]:
    lines, kept = [], []
    for name, value in settings.items():
        row = context.own_settings.get(name)
        if row is not None:
            kept.extend(_differences(row, {"value": value}))
        elif not context.is_inherited(name, value):
            lines.append(Line("settings", {**own, "setting": name, "value": value}))
    return lines, kept


def new_columns(
    rows: Sequence[Row], proposed: Iterable[ColumnProposal], own: Mapping[str, str]
) -> list[Line]:
    """Lines for the columns whose source no line reads yet, under names that are free."""
    known = {names.field_of(row["source_column"] or row["column"]) for row in rows}
    missing = [column for column in proposed if column.path not in known]
    taken = {row["column"].lower() for row in rows}
    lines = []
    for column in missing:
        name = column.column
        if name in taken:
            name = names.unique_names([column.path], reserved=taken)[0]
        taken.add(name)
        field_path = "" if name == column.path else column.source_column or column.path
        cells = {
            **own, "column": name, "source_column": field_path, "type": column.type,
            "classification": column.classification, "description": column.description,
        }  # fmt: skip
        lines.append(Line("columns", cells))
    return lines


def problems(context: Context, plan: Plan) -> list[Problem]:
    """What validation would say of the new lines, tried on a copy of the control tables."""
    from medallion.metadata import check

    before = {_essence(one) for one in check(context.control)[1]}
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for path in context.control.glob("*.csv"):
            shutil.copy(path, copy / path.name)
        write(copy, context.system_name, plan)
        after = check(copy)[1]
    return [one for one in after if _essence(one) not in before]


def _essence(one: Problem) -> tuple[str, str, str, str]:
    return one.code, one.column, one.value, one.message


def verify(context: Context, plan: Plan) -> None:
    """Raises MetadataError with the problems that the new lines would bring."""
    found = problems(context, plan)
    if found:
        raise MetadataError(found)


def write(control: Path, system: str, plan: Plan) -> None:
    """Write the plan. Raises AddError (ADD_019) when a file cannot be edited."""
    try:
        for table in HEADERS:
            _append(control, table, plan.of(table))
        if plan.cdc_format:
            for path in store.table_files(control, "systems"):
                store.update(path, {"system": system}, {"cdc_format": plan.cdc_format})
    except (store.StoreError, OSError) as error:
        raise AddError([problem("ADD_019", str(control), str(error))]) from error


def _append(control: Path, table: str, rows: Sequence[Mapping[str, str]]) -> None:
    if not rows:
        return
    system, name = rows[0]["system"], rows[0].get("object", "")
    path = store.target_file(control, table, system=system, object=name)
    where = [{"system": system, "object": name}, {"system": system}] if name else []
    store.append(path, rows, after=[one for one in where if table != "systems"])
