"""Which dbt models an object gets."""

from __future__ import annotations

from typing import Literal, NamedTuple

from medallion.metadata.models import Object

Part = Literal["staging", "state", "ledger", "delta", "replace", "current", "history"]


class DbtModel(NamedTuple):
    """A generated model: its name and the part it plays."""

    name: str
    part: Part

    @property
    def is_table(self) -> bool:
        """Whether it is a bronze table, which remembers the files it has loaded."""
        return self.part in ("state", "ledger", "delta", "replace")


def staging_name(system: str, name: str) -> str:
    return f"stg_{system}__{name}"


def bronze_name(system: str, name: str, part: str = "") -> str:
    return f"brz_{system}__{name}" + (f"__{part}" if part else "")


def models_of(item: Object) -> tuple[DbtModel, ...]:
    """All models of an object, staging first, in the order in which they are built."""
    parts: list[Part] = [] if item.settings.staging == "none" else ["staging"]
    if item.carry:
        parts += ["ledger", "current"]
    elif item.load.load == "full" and not item.load.keys:
        parts += ["replace"]
    elif item.load.load == "delta" and not item.has_history:
        parts += ["delta"]
    else:
        parts += ["ledger", "state", "current"] if item.has_history else ["state", "current"]
    if item.has_history:
        parts.append("history")
    return tuple(DbtModel(_name(item, part), part) for part in parts)


def _name(item: Object, part: Part) -> str:
    system = item.system.name
    if part == "staging":
        return staging_name(system, item.name)
    return bronze_name(system, item.name, part if part in ("state", "ledger", "history") else "")
