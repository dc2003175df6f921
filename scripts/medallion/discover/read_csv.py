"""Read CSV files as the loads read them: a header line, one of four delimiters, all as text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from medallion.discover import sql
from medallion.discover.errors import AddError, problem
from medallion.discover.frame import TableColumn, Tabular, count
from medallion.discover.read_table import TableRows
from medallion.discover.session import message

_DELIMITERS = (",", ";", "\t", "|")
_OPENING = 65_536
# Columns that take what a row has too much, as in macros/glue/csv_reads.sql.
_SPARE = 8

Header = tuple[str, tuple[str, ...]]


def read_csv(con: duckdb.DuckDBPyConnection, files: Sequence[Path], limit: int) -> TableRows:
    """Load CSV files, every value as text. Raises AddError (ADD_009)."""
    notes: list[str] = []
    headers = {path: header for path in files if (header := _header(path, notes))}
    if files and not headers and any("UTF-8" in note for note in notes):
        raise AddError([problem("ADD_009", str(files[0].parent), note) for note in notes])
    names = list(dict.fromkeys(name for _, header in headers.values() for name in header))
    if len(set(headers.values())) > 1:
        notes.append("the files have different headers: the columns are those of all of them")
    frame = Tabular("data", tuple(TableColumn(name) for name in names))
    if not names:
        return TableRows(frame, False, tuple(notes))
    _load(con, headers, names, limit, notes)
    sampled = count(con, "data") > limit
    con.execute(f"delete from data where n > {limit}")
    broken = count(con, "data where is_broken")
    if broken:
        notes.append(f"{broken} rows have not as many fields as the header: a load rejects them")
        con.execute("delete from data where is_broken")
    return TableRows(frame, sampled, tuple(notes))


def _header(path: Path, notes: list[str]) -> Header | None:
    """The delimiter and the names of a file's first line; None for a file that cannot be used."""
    with path.open("rb") as stream:
        opening = stream.read(_OPENING)
    line = opening.partition(b"\n")[0].rstrip(b"\r")
    if not opening:
        notes.append(f"{path.name} is empty")
        return None
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(f"{path.name} is not UTF-8 in line 1: a load refuses the file")
        return None
    best = max(_DELIMITERS, key=lambda delimiter: len(_split(text, delimiter)))
    return best, tuple(_split(text, best))


def _split(line: str, delimiter: str) -> list[str]:
    """The names in a header line; a repeated name gets its place behind it."""
    sign = re.escape(delimiter)
    names: list[str] = []
    for place, found in enumerate(
        re.findall(rf'(?:^|{sign})("(?:[^"]|"")*"|[^{sign}]*)', line), start=1
    ):
        quoted = len(found) > 1 and found[0] == found[-1] == '"'
        name = (found[1:-1].replace('""', '"') if quoted else found).strip()
        names.append(f"{name}_{place}" if name in names else name)
    return names


def _load(
    con: duckdb.DuckDBPyConnection, headers: Mapping[Path, Header], names: Sequence[str],
    limit: int, notes: list[str],
) -> None:  # fmt: skip
    try:
        _create(con, headers, names, limit, lenient=False)
    except duckdb.Error as error:
        try:
            _create(con, headers, names, limit, lenient=True)
        except duckdb.Error as again:
            folder = str(next(iter(headers)).parent)
            raise AddError([problem("ADD_009", folder, message(again))]) from again
        notes.append(f"lines that cannot be read were left out: {message(error)}")


def _create(
    con: duckdb.DuckDBPyConnection, headers: Mapping[Path, Header], names: Sequence[str],
    limit: int, *, lenient: bool,
) -> None:  # fmt: skip
    groups: dict[Header, list[Path]] = {}
    for path, header in headers.items():
        groups.setdefault(header, []).append(path)
    selects = [
        _select(header, paths, names, lenient=lenient) for header, paths in groups.items()
    ]  # fmt: skip
    con.execute(
        "create or replace temp table data as select row_number() over () as n, * "
        f"from ({' union all '.join(selects)}) limit {limit + 1}"
    )


def _select(header: Header, paths: Sequence[Path], names: Sequence[str], *, lenient: bool) -> str:
    delimiter, own = header
    fields = [f"f{i}" for i in range(len(own))] + [f"x{i}" for i in range(_SPARE)]
    columns = ", ".join(f"'{field}': 'VARCHAR'" for field in fields)
    listed = ", ".join(sql.literal(str(path)) for path in paths)
    cells = [
        f"nullif(f{own.index(name)}, '') as c{i}" if name in own else f"null::varchar as c{i}"
        for i, name in enumerate(names)
    ]
    return f"""
        select filename as file, {", ".join(cells)},
            f{len(own) - 1} is null or x0 is not null as is_broken
        from read_csv([{listed}], auto_detect = false, header = true, filename = true,
            parallel = false, delim = {sql.literal(delimiter)}, quote = '"', escape = '"',
            nullstr = chr(1), null_padding = true, ignore_errors = {str(lenient).lower()},
            columns = {{{columns}}})
    """
