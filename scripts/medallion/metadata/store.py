"""Edit the control tables line by line: every line that is not meant stays as it is, byte by byte.

A control file is parsed into records that remember their raw text, so that appending a row or
changing one cell keeps the order, the quoting and the line ends of everything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medallion.metadata.tables import HEADERS

BOM = "\ufeff"


class StoreError(Exception):
    """A control file cannot be edited: what, where and how to mend it are in the message."""


@dataclass(frozen=True)
class Field:
    raw: str
    value: str


@dataclass(frozen=True)
class Record:
    """One CSV record: its fields, its line end as written and its first line (1 = header)."""

    fields: tuple[Field, ...]
    end: str
    line: int

    @property
    def is_blank(self) -> bool:
        return len(self.fields) == 1 and not self.fields[0].raw.strip()

    def text(self) -> str:
        return ",".join(field.raw for field in self.fields) + self.end


@dataclass(frozen=True)
class Row:
    """A data row of a control table, with where it stands."""

    path: Path
    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Document:
    """A control file in memory. `edit` functions return a new one; `text` gives it back."""

    path: Path
    bom: bool
    records: tuple[Record, ...]

    @property
    def header(self) -> tuple[str, ...]:
        return tuple(field.value.strip() for field in self.records[0].fields)

    def text(self) -> str:
        return (BOM if self.bom else "") + "".join(record.text() for record in self.records)

    def values(self, record: Record) -> dict[str, str]:
        cells = [field.value for field in record.fields]
        cells += [""] * (len(self.header) - len(cells))
        return dict(zip(self.header, cells, strict=False))

    def rows(self) -> list[Row]:
        return [
            Row(self.path, record.line, self.values(record))
            for record in self.records[1:]
            if not record.is_blank
        ]


def parse(text: str, path: Path) -> Document:
    """Split CSV text (RFC 4180, as the csv module reads it) into records with their raw text."""
    bom = text.startswith(BOM)
    records = tuple(_records(text[1:] if bom else text, path))
    if not records or records[0].is_blank:
        raise StoreError(f"{path}: the file has no header; write one or delete the file.")
    return Document(path=path, bom=bom, records=records)


def _records(text: str, path: Path) -> Iterable[Record]:
    position, line = 0, 1
    while position < len(text):
        first_line, fields = line, []
        while True:
            field, position = _field(text, position, path, first_line)
            fields.append(field)
            line += field.raw.count("\n")
            if text[position : position + 1] != ",":
                break
            position += 1
        end = "\r\n" if text.startswith("\r\n", position) else text[position : position + 1]
        position += len(end)
        line += 1
        yield Record(tuple(fields), end, first_line)


def _field(text: str, start: int, path: Path, line: int) -> tuple[Field, int]:
    position, value = start, ""
    if text.startswith('"', position):
        while True:
            close = text.find('"', position + 1)
            if close < 0:
                raise StoreError(f"{path}, line {line}: a quotation mark is never closed.")
            value += text[position + 1 : close]
            position = close + 1
            if not text.startswith('"', position):
                break
            value += '"'
    while position < len(text) and text[position] not in ",\r\n":
        value += text[position]
        position += 1
    return Field(text[start:position], value), position


def read(path: Path) -> Document:
    """Read a control file. Raises StoreError when it is not UTF-8 or not CSV."""
    try:
        return parse(path.read_bytes().decode("utf-8"), path)
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8.") from error


def table_files(control_dir: Path, table: str) -> list[Path]:
    """The files of a table: `objects.csv` first, then its splits (`objects__erp.csv`) by name."""
    base = control_dir / f"{table}.csv"
    splits = sorted(control_dir.glob(f"{table}__*.csv"), key=lambda path: path.name)
    return ([base] if base.is_file() else []) + splits


def rows(control_dir: Path, table: str, **where: str) -> list[Row]:
    """All rows of a table, over its files, whose cells equal `where` (trimmed)."""
    found = [row for path in table_files(control_dir, table) for row in read(path).rows()]
    return [row for row in found if _matches(row.values, where)]


def _matches(values: Mapping[str, str], where: Mapping[str, str]) -> bool:
    return all(values.get(name, "").strip() == value for name, value in where.items())


def target_file(control_dir: Path, table: str, *, system: str = "", object: str = "") -> Path:
    """The file where a new row belongs: where the object's (then the system's) rows are, then the
    system's own split, then the unsplit table."""
    for where in ({"system": system, "object": object}, {"system": system}):
        known = rows(control_dir, table, **where) if all(where.values()) else []
        if known:
            return known[-1].path
    split = control_dir / f"{table}__{system}.csv"
    return split if system and split.is_file() else control_dir / f"{table}.csv"


def append(
    path: Path, new: Sequence[Mapping[str, str]], *, after: Sequence[Mapping[str, str]] = ()
) -> None:
    """Add rows behind the last row that matches the first fitting mapping of `after`, else at the
    end. A missing file is created with the table's header."""
    if not new:
        return
    document = read(path) if path.is_file() else _empty(path)
    write(insert(document, new, after=after))


def insert(
    document: Document,
    new: Sequence[Mapping[str, str]],
    *,
    after: Sequence[Mapping[str, str]] = (),
) -> Document:
    """The document with the rows added; see `append`. Raises StoreError for a cell that the file's
    header does not have."""
    unknown = sorted({name for row in new for name, value in row.items() if value}
                     - set(document.header))  # fmt: skip
    if unknown:
        raise StoreError(
            f"{document.path}: the header has no column {', '.join(unknown)}; "
            f"it should be {','.join(HEADERS[_table(document.path)])}."
        )
    records = list(document.records)
    position = _position(document, after)
    end = records[0].end or "\n"
    if not records[position].end:
        records[position] = replace(records[position], end=end)
    quote_all = all(field.raw.startswith('"') for field in records[0].fields)
    added = [
        Record(tuple(_make(row.get(name, ""), quote_all) for name in document.header), end, 0)
        for row in new
    ]
    records[position + 1 : position + 1] = added
    return replace(document, records=tuple(_numbered(records)))


def _position(document: Document, after: Sequence[Mapping[str, str]]) -> int:
    filled = [i for i, record in enumerate(document.records) if i == 0 or not record.is_blank]
    for where in after:
        found = [i for i in filled[1:] if _matches(document.values(document.records[i]), where)]
        if found:
            return found[-1]
    return filled[-1]


def update(path: Path, where: Mapping[str, str], changes: Mapping[str, str]) -> int:
    """Change cells of the rows that match `where`, leaving their other cells as written.

    Returns the number of rows that were changed."""
    document = read(path)
    missing = sorted(set(changes) - set(document.header))
    if missing:
        raise StoreError(f"{path}: the header has no column {', '.join(missing)}.")
    records, changed = list(document.records), 0
    for i, record in enumerate(records[1:], start=1):
        values = document.values(record)
        if record.is_blank or not _matches(values, where):
            continue
        if any(values[name] != value for name, value in changes.items()):
            records[i] = _changed(document, record, changes)
            changed += 1
    if changed:
        write(replace(document, records=tuple(_numbered(records))))
    return changed


def _changed(document: Document, record: Record, changes: Mapping[str, str]) -> Record:
    fields = list(record.fields)
    fields += [Field("", "")] * (len(document.header) - len(fields))
    for name, value in changes.items():
        index = document.header.index(name)
        if fields[index].value != value:
            fields[index] = _make(value, fields[index].raw.startswith('"'))
    return replace(record, fields=tuple(fields))


def _numbered(records: Iterable[Record]) -> Iterable[Record]:
    line = 1
    for record in records:
        yield replace(record, line=line)
        line += 1 + sum(field.raw.count("\n") for field in record.fields)


def _make(value: str, quote: bool) -> Field:
    if quote or any(sign in value for sign in ',"\r\n'):
        doubled = value.replace('"', '""')
        return Field(f'"{doubled}"', value)
    return Field(value, value)


def _table(path: Path) -> str:
    return path.stem.partition("__")[0]


def _empty(path: Path) -> Document:
    header = HEADERS[_table(path)]
    return Document(path, False, (Record(tuple(Field(n, n) for n in header), "\n", 1),))


def write(document: Document) -> None:
    """Write the file in one step, so that a reader never sees half of it."""
    document.path.parent.mkdir(parents=True, exist_ok=True)
    scratch = document.path.with_name(f".{document.path.name}.new")
    scratch.write_bytes(document.text().encode("utf-8"))
    if document.path.exists():
        scratch.chmod(document.path.stat().st_mode & 0o777)
    scratch.replace(document.path)
