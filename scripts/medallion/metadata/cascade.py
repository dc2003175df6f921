"""Settings lines and the cascade: object, system with layer, system, layer, built-in default."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from pydantic import ValidationError

from medallion.metadata.found import Found
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import (
    DRIFT_POLICIES,
    LAYERS,
    OF_RUN,
    PER_LAYER,
    Layer,
    Settings,
    about,
    parse_setting,
)
from medallion.metadata.tables import Row

DEFAULT = "default"
# Layers that no setting speaks about: their models are written by hand.
CONTRACTED = ("silver", "gold")


@dataclass(frozen=True, slots=True)
class Line:
    """A settings line whose value could be read."""

    row: Row
    setting: str
    value: Any

    @property
    def is_object_level(self) -> bool:
        return bool(self.row["object"])


class Level(NamedTuple):
    """What a line speaks about; an empty part means any."""

    layer: str
    system: str
    object: str


class Resolved(NamedTuple):
    """An object's settings by layer, where each value comes from, and its own lines."""

    bronze: Settings
    staging: Settings
    lines: dict[str, Line]
    origins: dict[str, str]


class Cascade:
    """All settings lines by level."""

    def __init__(self, rows: list[Row], found: Found) -> None:
        self._lines: dict[Level, dict[str, Line]] = defaultdict(dict)
        for row in rows:
            if line := _read(row, found):
                self._add(line, found)
        self._used = {name for lines in self._lines.values() for name in lines}

    def _add(self, line: Line, found: Found) -> None:
        row = line.row
        level = Level(row["layer"], row["system"], row["object"])
        others = (row["layer"],) if line.setting in PER_LAYER else ("", *LAYERS)
        for layer in others:
            same = self._lines[level._replace(layer=layer)].get(line.setting)
            if same and (layer == row["layer"] or (layer and row["layer"])):
                found.at(
                    row,
                    "META_014",
                    "setting",
                    f"`{line.setting}` is already set in {same.row.origin}",
                    value=line.setting,
                )
                return
        self._lines[level][line.setting] = line

    def find(self, setting: str, system: str, name: str, layer: Layer) -> Line | None:
        """The most specific line for a setting of an object's models of a layer."""
        layers: tuple[str, ...] = (layer,) if setting in PER_LAYER else LAYERS
        levels = [
            *(Level(each, system, name) for each in layers),
            Level("", system, name),
            *(Level(each, system, "") for each in layers),
            Level("", system, ""),
            *(Level(each, "", "") for each in layers),
        ]
        for level in levels:
            if (lines := self._lines.get(level)) and setting in lines:
                return lines[setting]
        return None

    def resolve(self, system: str, name: str) -> Resolved:
        """All settings of an object."""
        bronze, staging = (
            self._values(system, name, "bronze"),
            self._values(system, name, "staging"),
        )
        lines: dict[str, Line] = {}
        origins: dict[str, str] = {}
        for setting in Settings.model_fields:
            shown = {f"{setting} (staging)": staging, f"{setting} (bronze)": bronze}
            for label, found in shown.items() if setting in PER_LAYER else [(setting, bronze)]:
                origins[label] = DEFAULT
                if line := found.get(setting):
                    lines[label], origins[label] = line, line.row.origin
        return Resolved(_settings(bronze), _settings(staging), lines, origins)

    def _values(self, system: str, name: str, layer: Layer) -> dict[str, Line]:
        """The most specific line of each setting that has one."""
        lines = {setting: self.find(setting, system, name, layer) for setting in self._used}
        return {setting: line for setting, line in lines.items() if line}


def _settings(lines: dict[str, Line]) -> Settings:
    return Settings.model_construct(**{name: line.value for name, line in lines.items()})


def _read(row: Row, found: Found) -> Line | None:
    """Checks a settings line by itself."""
    good = True
    if row["layer"] in CONTRACTED and row["setting"] in DRIFT_POLICIES:
        found.at(
            row,
            "META_052",
            "layer",
            f"`{row['setting']}` is no policy of {row['layer']}: contracts hold there",
            allowed=", ".join(LAYERS),
        )
        good = False
    elif row["layer"] and not found.one_of(row, "layer", LAYERS):
        good = False
    if row["object"] and not row["system"]:
        found.at(
            row, "META_041", "system", "the line names an object but no system", value=row["object"]
        )
        good = False
    elif not (row["layer"] or row["system"]):
        found.at(
            row, "META_041", "system", "the line names neither a layer, a system nor an object"
        )
        good = False
    if not found.filled(row, "setting"):
        return None
    if row["setting"] in OF_RUN and row["system"]:
        found.at(
            row,
            "META_040",
            "system",
            f"`{row['setting']}` is about a whole run, not about one system",
            allowed="a line with a layer only",
        )
        good = False
    setting = row["setting"]
    if setting not in Settings.model_fields:
        hint = did_you_mean(setting, Settings.model_fields)
        found.at(
            row,
            "META_038",
            "setting",
            f"the setting `{setting}` is not known: nothing executes it",
            allowed=", ".join(Settings.model_fields),
            mend=hint,
        )
        return None
    if not row["value"]:
        found.at(
            row, "META_009", "value", f"`{setting}` has no value", allowed=about(setting).allowed
        )
        return None
    try:
        value = parse_setting(setting, row["value"])
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        code = "META_019" if "JSON array" in reason else "META_039"
        found.at(row, code, "value", f"`{setting}`: {reason}", allowed=about(setting).allowed)
        return None
    return Line(row, setting, value) if good else None
