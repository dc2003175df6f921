"""Databricks' table function read_files, as a file relation of open-source Spark.

    read_files('/p/*.csv', format => 'csv', header => true)
    csv.`/p/*.csv` with ('header' = 'true')

keeps the hidden column `_metadata` and can stand in a view. What has no counterpart is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from workspace.statement import COMMENT, LITERAL

FORMATS = {"text", "csv", "json", "parquet", "binaryfile"}
# Options that both engines know under the same name.
SAME = {
    "header", "sep", "delimiter", "quote", "escape", "encoding", "charset", "multiline", "linesep",
    "wholetext", "mode", "nullvalue", "emptyvalue", "dateformat", "timestampformat", "comment",
    "columnnameofcorruptrecord", "pathglobfilter", "recursivefilelookup", "ignoremissingfiles",
    "ignorecorruptfiles", "ignoreleadingwhitespace", "ignoretrailingwhitespace", "mergeschema",
    "primitivesasstring", "allowcomments", "allowsinglequotes", "inferschema", "timezone",
    "modifiedafter", "modifiedbefore", "maxcolumns", "maxcharspercolumn", "locale",
}  # fmt: skip
RENAMED = {"filenamepattern": "pathGlobFilter", "infercolumntypes": "inferSchema"}
OWN = {"format", "schema", "skiprows", "rescueddatacolumn", "schemaevolutionmode"}

_TOKEN = re.compile(rf"{LITERAL}|`[^`]*`|{COMMENT}|[(),]|[^'\"`(),/-]+|.", re.S)
_CALL = re.compile(rf"{LITERAL}|`[^`]*`|{COMMENT}|(?P<call>\bread_files\s*\()", re.I | re.S)
_FIELD = re.compile(r"\s*(`[^`]+`|\w+)\s*:?\s+(.+?)\s*(?:comment\s+'.*')?\s*$", re.I | re.S)


class Reader(Protocol):
    """What must be asked of Spark."""

    def columns(self, relation: str) -> list[str]:
        """The column names of a relation."""

    def view(self, path: str, schema: str, options: Mapping[str, str]) -> str:
        """The name of a temporary view of CSV files read with a schema, and `_metadata`."""


class ReadFilesError(ValueError):
    """A call of read_files that the stand-in cannot express."""

    condition = "STAND_IN_READ_FILES"
    sqlstate = "0A000"

    def __init__(self, message: str) -> None:
        super().__init__(f"[{self.condition}] {message} SQLSTATE: {self.sqlstate}")


def _split(text: str) -> list[str]:
    """Split at the commas that stand in no literal and no parenthesis."""
    parts, depth = [""], 0
    for token in _TOKEN.findall(text):
        if token[0] not in "'\"`":
            plain = token.replace("=>", "")
            depth += sum(plain.count(c) for c in "(<") - sum(plain.count(c) for c in ")>")
        if token == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += token
    return [part.strip() for part in parts]


def _arguments(text: str, start: int) -> tuple[str, int]:
    """The text between the parenthesis that opens before `start` and its end."""
    depth, at = 1, start
    for match in _TOKEN.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return text[start : match.start()], match.end()
        at = match.end()
    raise ReadFilesError(f"read_files is not closed: {text[start:at][:200]}")


def _value(text: str) -> str:
    if re.fullmatch(LITERAL, text, re.S):
        return re.sub(
            r"\\(.)|''", lambda m: {"t": "\t", "n": "\n"}.get(m[1], m[1]) or "'", text[1:-1]
        )
    if re.fullmatch(r"true|false|[\d.]+", text, re.I):
        return text.lower()
    raise ReadFilesError(f"Only literals are understood as arguments of read_files: {text}")


def _options(arguments: str) -> tuple[str, dict[str, str]]:
    """The path, and the other arguments by lower-case name."""
    found: dict[str, str] = {}
    for number, part in enumerate(_split(arguments)):
        named = re.match(r"(\w+)\s*=>\s*(.+)$", part, re.S)
        if named is None and number > 0:
            raise ReadFilesError(f"An argument of read_files has no name: {part}")
        key, value = (named[1].lower(), named[2]) if named else ("path", part)
        found[key] = _value(value.strip())
    if "path" not in found:
        raise ReadFilesError("read_files has no path")
    return found.pop("path"), found


def _fields(schema: str) -> list[tuple[str, str]]:
    found = [_FIELD.match(field) for field in _split(schema)]
    if not all(found):
        raise ReadFilesError(f"The schema is not understood: {schema}")
    return [(match[1].strip("`"), match[2]) for match in found if match]


def _projected(relation: str, schema: str, columns: list[str], header: bool) -> str:
    """The relation with the columns of `schema`; what does not parse or is missing is NULL."""
    known = {name.lower(): name for name in columns}
    chosen = []
    for number, (name, kind) in enumerate(_fields(schema)):
        by_place = columns[number] if number < len(columns) else None
        source = known.get(name.lower()) if header else by_place
        value = f"try_cast(`{source}` as {kind})" if source else f"cast(null as {kind})"
        chosen.append(f"{value} as `{name}`")
    return f"(select {', '.join(chosen)} from {relation})"


def _relation(arguments: str, reader: Reader) -> str:
    path, given = _options(arguments)
    kind = given.get("format", "").lower()
    if kind not in FORMATS:
        raise ReadFilesError(f"format must be one of {sorted(FORMATS)}, not {kind!r}.")
    if unknown := set(given) - SAME - set(RENAMED) - OWN:
        raise ReadFilesError(f"Options of read_files not known here: {sorted(unknown)}.")
    options = {RENAMED.get(key, key): value for key, value in given.items() if key not in OWN}
    schema = given.get("schema")
    if kind == "csv" and schema is None:
        options.setdefault("inferSchema", "true")
    if skipped := given.get("skiprows"):
        # What Spark can skip is a header; without one, columns are found by their place.
        if (kind, skipped, options.get("header", "false")) != ("csv", "1", "false"):
            raise ReadFilesError("skipRows is 1, for CSV files without a header.")
        options["header"] = "true"
    corrupt = options.get("columnnameofcorruptrecord")
    if kind == "csv" and schema and corrupt in [name for name, _ in _fields(schema)]:
        return reader.view(path, schema, options)
    quoted = ", ".join(f"'{key}' = {_literal(value)}" for key, value in sorted(options.items()))
    target = path.replace("`", "``")
    if kind == "json" and schema is not None and options.get("multiline") != "true":
        parsed = f"select from_json(value, {_literal(schema)}) as _row from text.`{target}`"
        return f"(select _row.* from ({parsed}))"
    relation = f"{kind}.`{target}`" + (f" with ({quoted})" if quoted else "")
    if kind == "text":
        return relation
    if kind == "binaryfile":
        # Its schema is fixed, so no file is no error: the null device is there.
        found = target if ":" in target.split("/")[0] else f"/{{{target[1:]},dev/null}}"
        return f"(select * from binaryFile.`{found}` where path <> 'file:/dev/null')"
    if schema is not None:
        by_name = kind != "csv" or (options.get("header") == "true" and not skipped)
        return _projected(relation, schema, reader.columns(relation), by_name)
    if given.get("schemaevolutionmode", "").lower() == "none":
        return relation
    rescued = given.get("rescueddatacolumn", "_rescued_data")
    return f"(select *, cast(null as string) as `{rescued}` from {relation})"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def translate_read_files(sql: str, reader: Reader) -> str:
    """Replace every call of read_files in `sql`.

    reader: asked only where a call names a schema.
    Raises ReadFilesError.
    """
    done, at = "", 0
    for match in _CALL.finditer(sql):
        if match["call"] and match.start() >= at:
            arguments, end = _arguments(sql, match.end())
            done += sql[at : match.start()] + _relation(arguments, reader)
            at = end
    return done + sql[at:]
