"""Reads the control tables: rows of text that remember their file and line."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from medallion.errors import Problem
from medallion.metadata.names import did_you_mean

HEADERS: dict[str, tuple[str, ...]] = {
    "systems": ("system", "kind", "location", "format", "cdc_format", "owner", "description"),
    "objects": (
        "system",
        "object",
        "source",
        "load",
        "keys",
        "sequence",
        "history",
        "description",
    ),
    "settings": ("layer", "system", "object", "setting", "value"),
    "columns": (
        "system",
        "object",
        "column",
        "source_column",
        "type",
        "required",
        "lookup",
        "classification",
        "description",
    ),
    "expectations": ("system", "object", "name", "expression", "action", "description"),
}
REQUIRED = ("systems", "objects")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029]")
_JINJA = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a control table: its cells by column (outer blanks removed) and where it stands."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    @property
    def origin(self) -> str:
        """`objects.csv:12`."""
        return f"{self.file}:{self.line}"


@dataclass(slots=True)
class Tables:
    """All rows by table, in the order of the files' names, and what could not be read."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)


def read_tables(control_dir: Path) -> Tables:
    """Reads `<table>.csv` and `<table>__<part>.csv` ; never raises for what is in them."""
    tables = Tables()
    if not control_dir.is_dir():
        tables.problems.append(
            Problem(
                ".",
                0,
                "META_001",
                "the folder of the control tables is missing",
                mend="create seeds/control with systems.csv and objects.csv",
            )
        )
        return tables
    seen = set()
    for path in sorted(control_dir.glob("*.csv"), key=lambda path: path.name):
        table = path.stem.partition("__")[0]
        if table not in HEADERS:
            hint = did_you_mean(table, HEADERS)
            tables.problems.append(
                Problem(
                    path.name,
                    0,
                    "META_007",
                    f"`{path.name}` is no control table",
                    value=path.name,
                    allowed=", ".join(f"{name}.csv, {name}__<part>.csv" for name in HEADERS),
                    mend=hint,
                )
            )
            continue
        seen.add(table)
        _read_file(path, table, tables)
    tables.problems.extend(
        Problem(
            f"{table}.csv",
            0,
            "META_001",
            f"{table}.csv is missing",
            mend=f"create it with the header {','.join(HEADERS[table])}",
        )
        for table in REQUIRED
        if table not in seen
    )
    return tables


def _read_file(path: Path, table: str, tables: Tables) -> None:
    """Adds the rows of one file to `tables`."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        tables.problems.append(
            Problem(
                path.name,
                line,
                "META_002",
                "the file is not UTF-8",
                value=f"byte 0x{content[error.start]:02x} in line {line}",
            )
        )
        return
    header = HEADERS[table]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    has_header = False
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = reader.line_num - sum(cell.count("\n") for cell in cells)
            if not has_header:
                has_header = True
                if tuple(cell.strip() for cell in cells) != header:
                    tables.problems.append(_bad_header(path.name, line, cells, header))
                    return
            elif len(cells) != len(header):
                tables.problems.append(_ragged(path.name, line, cells, header))
            else:
                values = [cell.strip() for cell in cells]
                row = Row(path.name, line, dict(zip(header, values, strict=True)))
                tables.rows[table].append(row)
                _check_cells(row, tables)
    except csv.Error as error:
        tables.problems.append(
            Problem(path.name, reader.line_num, "META_005", f"the file is not valid CSV: {error}")
        )
        return
    if not has_header:
        tables.problems.append(
            Problem(path.name, 0, "META_003", "the file is empty", allowed=",".join(header))
        )


def _bad_header(file: str, line: int, cells: list[str], header: tuple[str, ...]) -> Problem:
    names = [cell.strip() for cell in cells]
    unknown = [name for name in names if name not in header]
    missing = [name for name in header if name not in names]
    found = [f"unknown: {', '.join(unknown)}"] if unknown else []
    found += [f"missing: {', '.join(missing)}"] if missing else []
    hints = [did_you_mean(name, missing) for name in unknown]
    return Problem(
        file,
        line,
        "META_004",
        f"the header is wrong ({'; '.join(found) or 'a column stands twice or in another order'})",
        value=",".join(names),
        allowed=",".join(header),
        mend=" ".join(["write the header as listed", *filter(None, hints)]),
    )


def _ragged(file: str, line: int, cells: list[str], header: tuple[str, ...]) -> Problem:
    return Problem(
        file,
        line,
        "META_006",
        f"the row has {len(cells)} cells, the header {len(header)}",
        value=",".join(cells)[:100],
        allowed=f"{len(header)} cells: {','.join(header)}",
    )


def _check_cells(row: Row, tables: Tables) -> None:
    """Cells are written into generated files: nothing in them may be read as a template."""
    text = "\x1f".join(row.cells.values())
    joined = text.replace("\x1f", "")
    if not _JINJA.search(text) and not _CONTROL.search(joined):
        return
    for column, cell in row.cells.items():
        if found := _JINJA.search(cell) or _CONTROL.search(cell):
            tables.problems.append(
                Problem(
                    row.file,
                    row.line,
                    "META_008",
                    "the cell holds Jinja or a control character",
                    column,
                    repr(found.group()),
                )
            )
