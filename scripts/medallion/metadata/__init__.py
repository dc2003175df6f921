"""The control tables as frozen models: `load(control_dir) -> Project`."""

from medallion.metadata.load import check, load
from medallion.metadata.models import (
    CdcLoad,
    Column,
    DeltaLoad,
    Expectation,
    FullLoad,
    Object,
    Position,
    Project,
    System,
)
from medallion.metadata.settings import Settings

__all__ = [
    "CdcLoad",
    "Column",
    "DeltaLoad",
    "Expectation",
    "FullLoad",
    "Object",
    "Position",
    "Project",
    "Settings",
    "System",
    "check",
    "load",
]
