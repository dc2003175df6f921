"""Options that are columns of objects.csv or settings: `--max_delete_fraction 0.5` and the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from medallion.discover import lists
from medallion.discover.errors import AddError, problem
from medallion.errors import Problem
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import LOADS, Settings, about, parse_setting
from medallion.metadata.tables import HEADERS

_ALLOWED = {"load": LOADS, "history": ("none", "scd2")}
_LISTS = ("keys", "sequence")


@dataclass(frozen=True)
class Options:
    """What the command line gives: cells of the table's line, and settings."""

    cells: Mapping[str, str]
    settings: Mapping[str, str]

    def items(self, name: str) -> tuple[str, ...]:
        return lists.split(self.cells.get(name, ""))


# The command's other options, for the hints.
_OWN = ("dry_run", "refresh", "rows", "project_dir")
SYSTEM_CELLS = ("kind", "location", "format", "cdc_format")


def parse(arguments: Sequence[str], table: str) -> Options:
    """Read `--name value`, `--name=value` and `--flag` (true), dashes and underscores alike.

    `table` is `objects` or `systems`; an object may bring its system with it, so that the cells of
    a system are options of both. Raises AddError with all problems."""
    columns = [name for name in HEADERS[table] if name not in ("system", "object")]
    columns += [name for name in SYSTEM_CELLS if name not in columns]
    problems: list[Problem] = []
    cells: dict[str, str] = {}
    settings: dict[str, str] = {}
    for name, value in _pairs(arguments, problems):
        if name in columns:
            target = cells
        elif name in Settings.model_fields:
            target = settings
        else:
            names = [*columns, *Settings.model_fields, *_OWN]
            problems.append(
                problem("ADD_004", f"--{name}", "the option is not known", allowed=", ".join(names),
                        mend=did_you_mean(name, names))
            )  # fmt: skip
            continue
        if name in target:
            problems.append(problem("ADD_005", f"--{name}", "the option is given twice"))
        if value is None and not _is_flag(name):
            problems.append(problem("ADD_003", f"--{name}", "the option has no value"))
        target[name] = "true" if value is None else value
    for name, value in cells.items():
        problems.extend(_wrong_cell(name, value))
    for name, value in settings.items():
        problems.extend(_wrong_setting(name, value))
    if problems:
        raise AddError(problems)
    return Options(cells, settings)


def _pairs(arguments: Sequence[str], problems: list[Problem]) -> list[tuple[str, str | None]]:
    pairs: list[tuple[str, str | None]] = []
    position = 0
    while position < len(arguments):
        word = arguments[position]
        position += 1
        if not word.startswith("--"):
            problems.append(problem("ADD_004", word, "the argument belongs to no option"))
            continue
        name, sign, value = word[2:].partition("=")
        pair_value: str | None = value if sign else None
        if not sign and position < len(arguments) and not arguments[position].startswith("--"):
            pair_value = arguments[position]
            position += 1
        pairs.append((name.replace("-", "_"), pair_value))
    return pairs


def _is_flag(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and isinstance(field.default, bool)


def _wrong_cell(name: str, value: str) -> list[Problem]:
    if name in _ALLOWED and value not in _ALLOWED[name]:
        allowed = _ALLOWED[name]
        return [problem("ADD_005", f"--{name}", "the value is not allowed", value=value,
                        allowed=", ".join(allowed), mend=did_you_mean(value, allowed))]  # fmt: skip
    if name in _LISTS:
        try:
            lists.split(value)
        except ValueError as error:
            return [problem("ADD_005", f"--{name}", f"the list cannot be read: {error}",
                            value=value)]  # fmt: skip
    return []


def _wrong_setting(name: str, value: str) -> list[Problem]:
    try:
        parse_setting(name, value)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        return [problem("ADD_005", f"--{name}", reason, value=value,
                        allowed=about(name).allowed)]  # fmt: skip
    return []
