"""Whether an object's settings fit its load, its system, its columns and each other."""

from __future__ import annotations

import re
from typing import NamedTuple

from medallion.metadata.cascade import Line, Resolved
from medallion.metadata.found import Found
from medallion.metadata.models import Column, System
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import about
from medallion.metadata.tables import Row
from medallion.metadata.types import SUMMED

_WITH_KEYS = ("scope", "control_totals")


class Facts(NamedTuple):
    """What is known about an object before its load pattern is built."""

    row: Row
    system: System
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def load(self) -> str:
        return self.row["load"]

    @property
    def history(self) -> str:
        return self.row["history"] or "none"


def check_fit(facts: Facts, resolved: Resolved, found: Found) -> None:
    """Adds what does not fit."""
    for own in resolved.lines.values():
        if own.is_object_level:
            _applies(own, facts, found)
    for setting in ("track", "ignore_null", "scope", "control_totals"):
        if (line := resolved.lines.get(setting)) and _is_executed(setting, facts):
            _columns_exist(setting, line, facts, found)
    if line := resolved.lines.get("control_totals"):
        _can_be_summed(line, facts, found)
    _check_choices(facts, resolved, found)


def _is_executed(setting: str, facts: Facts) -> bool:
    known = about(setting)
    if facts.load not in known.loads:
        return False
    return {"scd2": facts.history == "scd2", "keys": bool(facts.keys), "": True}[known.needs]


def _applies(line: Line, facts: Facts, found: Found) -> None:
    setting = line.setting
    known = about(setting)
    if facts.load not in known.loads:
        found.at(
            line.row,
            "META_040",
            "setting",
            f"`{setting}` does nothing for a {facts.load} load",
            allowed=f"load {' or '.join(known.loads)}",
        )
    elif not _is_executed(setting, facts):
        needed = "history scd2" if known.needs == "scd2" else "keys"
        found.at(
            line.row,
            "META_040",
            "setting",
            f"`{setting}` does nothing without {needed}",
            allowed=needed,
        )


def _columns_exist(setting: str, line: Line, facts: Facts, found: Found) -> None:
    names = {column.name for column in facts.columns}
    for name in line.value:
        if name not in names:
            found.at(
                line.row,
                "META_018",
                "value",
                f"`{setting}`: `{name}` is no column of {facts.row['object']}",
                value=name,
                allowed=", ".join(sorted(names)),
                mend=did_you_mean(name, names),
            )
        elif setting not in _WITH_KEYS and name in facts.keys:
            found.at(line.row, "META_043", "value", f"`{setting}`: `{name}` is a key", value=name)


def _can_be_summed(line: Line, facts: Facts, found: Found) -> None:
    types = {column.name: column.type for column in facts.columns}
    for name in line.value:
        if name in types and types[name].name not in SUMMED:
            found.at(
                line.row,
                "META_050",
                "value",
                f"`control_totals`: `{name}` is {types[name]}",
                value=name,
                allowed=", ".join(n for n, kind in types.items() if kind.name in SUMMED),
            )


def _check_choices(facts: Facts, resolved: Resolved, found: Found) -> None:
    row, system, settings = facts.row, facts.system, resolved.bronze
    is_cdc, has_history = facts.load == "cdc", facts.history == "scd2"
    carries = is_cdc and bool(settings.ignore_null or settings.partial_updates)

    def contradiction(setting: str, message: str, allowed: str) -> None:
        line = resolved.lines.get(setting)
        place, column = (line.row, "value") if line else (row, "object")
        value = str(line.row["value"]) if line else row["object"]
        found.at(place, "META_042", column, message, value=value, allowed=allowed)

    if settings.staging == "none" and (has_history or carries):
        reason = "history scd2" if has_history else "ignore_null and partial_updates"
        contradiction("staging", f"{reason} needs a staging table", "transient, checkpointed")
    if settings.staging == "checkpointed" and (system.kind != "files" or system.format == "delta"):
        contradiction("staging", "only files can be checkpointed", "none, transient")
    if settings.missing_column == "carry" and not (is_cdc and settings.partial_updates):
        contradiction(
            "missing_column", "`carry` needs a cdc load with partial_updates", "fail, null"
        )
    if is_cdc and system.cdc_format.startswith("debezium"):
        operation = resolved.lines.get("operation")
        if operation and not re.fullmatch(r"[\w.$]+", operation.value):
            contradiction("operation", "not a path of the envelope", "a path such as `op`")
