"""What the control tables say about one system or object already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from medallion.discover.errors import AddError, problem
from medallion.errors import MetadataError
from medallion.metadata.cascade import Cascade
from medallion.metadata.found import Found
from medallion.metadata.models import System
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import LAYERS, PER_LAYER, Settings, parse_setting
from medallion.metadata.sources import build_systems
from medallion.metadata.tables import Row, Tables, read_tables


@dataclass(frozen=True)
class Context:
    """The control tables around one system, or one object of it (`object` empty: none)."""

    control: Path
    system_name: str
    object: str = ""
    tables: Tables = field(default_factory=Tables)

    @cached_property
    def system(self) -> System:
        """The system. Raises AddError (ADD_002) or MetadataError when its line is wrong."""
        found = Found()
        rows = self.tables.rows["systems"]
        systems = build_systems([row for row in rows if row["system"] == self.system_name], found)
        if found:
            raise MetadataError(found)
        if self.system_name not in systems:
            known = [row["system"] for row in rows]
            raise AddError([
                problem("ADD_002", self.system_name, "the system is not in systems.csv",
                        allowed=", ".join(known), mend=_mend(self.system_name, known))
            ])  # fmt: skip
        return systems[self.system_name]

    @property
    def line(self) -> Row | None:
        """The object's line, or the system's when there is no object."""
        table = "objects" if self.object else "systems"
        return next((row for row in self.tables.rows[table] if self._is_own(row)), None)

    @property
    def columns(self) -> list[Row]:
        return [row for row in self.tables.rows["columns"] if self._is_own(row)]

    @property
    def own_settings(self) -> dict[str, Row]:
        """The settings lines of exactly this object (or system), whatever their layer."""
        return {row["setting"]: row for row in self.tables.rows["settings"] if self._is_own(row)}

    @property
    def other_feeds(self) -> list[str]:
        """The system's other objects that are loaded as cdc."""
        return [
            row["object"] for row in self.tables.rows["objects"]
            if row["system"] == self.system_name and row["load"] == "cdc"
            and row["object"] != self.object
        ]  # fmt: skip

    def value(self, setting: str) -> Any:
        """The value that holds for the object."""
        return self._find(setting, self.tables.rows["settings"])[0]

    def is_inherited(self, setting: str, text: str) -> bool:
        """Whether a value equals what would hold without a line of the object's own."""
        others = [row for row in self.tables.rows["settings"] if not self._is_own(row)]
        return all(parse_setting(setting, text) == value for value in self._find(setting, others))

    def _find(self, setting: str, rows: list[Row]) -> list[Any]:
        cascade = Cascade(rows, Found())
        layers = LAYERS if setting in PER_LAYER else LAYERS[-1:]
        lines = [cascade.find(setting, self.system_name, self.object, layer) for layer in layers]
        default = Settings.model_fields[setting].default
        return [line.value if line else default for line in lines]

    def _is_own(self, row: Row) -> bool:
        return _own(row.cells, self.system_name, self.object)


def _own(cells: Mapping[str, str], system: str, name: str) -> bool:
    return cells["system"] == system and cells.get("object", "") == name


def _mend(name: str, known: list[str]) -> str:
    hint = did_you_mean(name, known)
    add = f"medallion add {name} --kind files --location FOLDER --format FORMAT"
    return f"{hint}; or add it: {add}" if hint else f"add it: {add}"


def read(control: Path, system: str, name: str = "") -> Context:
    """Read the control tables; files that cannot be read are an error. Missing ones are empty."""
    tables = read_tables(control)
    broken = [one for one in tables.problems if one.code not in ("META_001", "META_007")]
    if broken:
        raise MetadataError(broken)
    return Context(control, system, name, tables)
