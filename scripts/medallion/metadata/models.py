"""The metadata as frozen models: what a valid project is made of."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from medallion.metadata.settings import Layer, Settings
from medallion.metadata.types import DataType

Kind = Literal["files", "database", "catalog"]
History = Literal["none", "scd2"]
Classification = Literal["public", "internal", "personal", "secret"]
Action = Literal["warn", "drop", "quarantine", "fail"]


class Model(BaseModel):
    """Base of all metadata: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class System(Model):
    """A source system; `format` of a catalog is `table`."""

    name: str
    kind: Kind
    location: str
    format: str
    cdc_format: str
    owner: str
    description: str
    origin: str


class Column(Model):
    """A business column; `source` is its name or path in the source's rows."""

    name: str
    source: str
    type: DataType
    required: bool
    lookup: str | None
    classification: Classification | None
    description: str
    origin: str


class Expectation(Model):
    """A rule: `expression` is true, or null, for a good row."""

    name: str
    expression: str
    action: Action
    description: str
    origin: str


class Position(Model):
    """A value that orders or dates events; `column` is set where it is a business column."""

    source: str
    type: DataType
    nullable: bool = False
    column: str | None = None


class Operation(Model):
    """Where the operation code stands and what each code means."""

    source: str
    map: dict[str, str]
    when_null: str | None = None
    snapshot: tuple[str, ...] = ()


class _Load(Model):
    """What all load patterns have; `track` None means every column."""

    keys: tuple[str, ...]
    history: History
    event_time: tuple[Position, ...]
    track: tuple[str, ...] | None


class CdcLoad(_Load):
    """A change feed."""

    load: Literal["cdc"] = "cdc"
    sequence: tuple[Position, ...]
    epoch: Position | None
    operation: Operation
    envelope: str | None
    placeholder: str | None
    tie: str
    ignore_null: tuple[str, ...]
    partial_updates: bool
    truncate: bool


class DeltaLoad(_Load):
    """Rows changed since a watermark."""

    load: Literal["delta"] = "delta"
    watermark: Position
    lookback: str | int | float | None
    cutoff_lag: str | int | float | None


class FullLoad(_Load):
    """Snapshots, each with a version; without keys the table is replaced."""

    load: Literal["full"] = "full"
    version: Position
    scope: tuple[str, ...]
    allow_empty: bool
    max_delete_fraction: float | None


LoadPattern = Annotated[CdcLoad | DeltaLoad | FullLoad, Field(discriminator="load")]


class Object(Model):
    """A table of a source system and all that is needed to load it.

    `origins` says for each setting where its value comes from: `file:line` or `default`; a setting
    that may differ between the layers has an entry `name (layer)` for each.
    """

    system: System
    name: str
    source: str
    description: str
    load: LoadPattern
    columns: tuple[Column, ...]
    expectations: tuple[Expectation, ...]
    settings: Settings
    staging_settings: Settings
    origins: dict[str, str]
    origin: str

    @property
    def full_name(self) -> str:
        """`system.object`."""
        return f"{self.system.name}.{self.name}"

    @cached_property
    def ordered_columns(self) -> tuple[Column, ...]:
        """Keys first, in the order of the keys, then the others in the order of columns.csv."""
        by_name = {column.name: column for column in self.columns}
        keys = [by_name[key] for key in self.load.keys]
        return (*keys, *(column for column in self.columns if column.name not in self.load.keys))

    @property
    def has_history(self) -> bool:
        return self.load.history == "scd2"

    @property
    def carry(self) -> tuple[str, ...]:
        """Columns that an event may leave out: they keep the value that the key had before."""
        if not isinstance(self.load, CdcLoad):
            return ()
        if self.load.partial_updates:
            keys = self.load.keys
            return tuple(column.name for column in self.columns if column.name not in keys)
        return self.load.ignore_null

    @property
    def owner(self) -> str:
        return self.settings.owner or self.system.owner

    def settings_of(self, layer: Layer) -> Settings:
        """The settings of the models of one layer."""
        return self.staging_settings if layer == "staging" else self.settings


class Project(Model):
    """The valid metadata: systems by name, objects by full name, in the order of the tables."""

    systems: dict[str, System]
    objects: dict[str, Object]
