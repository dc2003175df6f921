"""Entries of ops.quarantine, and decisions about them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from medallion.errors import MedallionError, Problem
from medallion.metadata import Project
from medallion.warehouse import Warehouse

Entry = dict[str, Any]
TEXTS = ("system", "object", "reason", "status")
BATCH = 500


class QuarantineError(MedallionError):
    """Entries that are not there, or that cannot be released."""


@dataclass(frozen=True)
class Filter:
    """Which entries are meant; what is None does not matter. `entries`: ids or their beginnings."""

    entries: Sequence[str] = ()
    object: str | None = None
    reason: str | None = None
    rule: str | None = None
    load: str | None = None
    status: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Filter(status=self.status)

    def condition(self, warehouse: Warehouse) -> str:
        """The filter as SQL."""

        def text(value: str) -> str:
            return warehouse.render("literal", value=value)

        parts = []
        if self.object:
            system, _, name = self.object.partition(".")
            parts.append(f"system = {text(system)}")
            if name:
                parts.append(f"object = {text(name)}")
        for column, value in (
            ("reason", self.reason), ("load_id", self.load), ("status", self.status),
        ):  # fmt: skip
            if value:
                parts.append(f"{column} = {text(value)}")
        if self.rule:
            parts.append(f"rules like {text(f'%|{self.rule}|%')}")
        if self.entries:
            ids = [f"entry_id like {text(f'{entry}%')}" for entry in self.entries]
            parts.append(f"({' or '.join(ids)})")
        return " and ".join(parts) or "1 = 1"


def found(warehouse: Warehouse, wanted: Filter) -> list[Entry]:
    """The entries that a filter means, oldest first.

    Raises QuarantineError (QUAR_001, QUAR_002).
    """
    relation = warehouse.call("ops_relation", name="quarantine")
    if "quarantine" not in warehouse.tables(relation):
        raise QuarantineError([_problem("QUAR_002", "there is no table ops.quarantine yet")])
    rows = warehouse.query(
        f"select * from {relation} where {wanted.condition(warehouse)}"
        " order by load_id, system, object, source_file, source_line, entry_id"
    )
    missing = [
        entry
        for entry in wanted.entries
        if not any(row["entry_id"].startswith(entry) for row in rows)
    ]
    if missing:
        raise QuarantineError([_problem("QUAR_001", f"no entry {entry}") for entry in missing])
    return rows


def grouped(entries: Sequence[Entry]) -> list[Entry]:
    """Counts by system, object, reason and status, with the first entry as example."""
    groups: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        key = tuple(str(entry[name]) for name in TEXTS)
        group = groups.setdefault(
            key, {**dict(zip(TEXTS, key, strict=True)), "rows": 0, "example": entry["entry_id"]}
        )
        group["rows"] += 1
        group["last_load_id"] = entry["load_id"]
    return sorted(groups.values(), key=lambda group: tuple(group[name] for name in TEXTS))


def decide(
    warehouse: Warehouse,
    project: Project,
    entries: Sequence[Entry],
    decision: str,
    payload: str | None = None,
) -> int:
    """Release or discard entries that are open or released; returns how many.

    Raises QuarantineError (QUAR_003) for rows of a full load: a snapshot comes again as a whole.
    """
    if decision == "release":
        loads = {item.full_name: item.load.load for item in project.objects.values()}
        names = {f"{entry['system']}.{entry['object']}" for entry in entries}
        if whole := sorted(name for name in names if loads.get(name) == "full"):
            text = f"{', '.join(whole)} is loaded from snapshots"
            raise QuarantineError([_problem("QUAR_003", text)])
    chosen = [entry for entry in entries if entry["status"] in ("open", "released")]
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    for start in range(0, len(chosen), BATCH):
        warehouse.execute(
            warehouse.render(
                "decide_entries",
                entries=chosen[start : start + BATCH],
                decision=decision,
                payload=payload,
                decided_at=now,
            )
        )
    return len(chosen)


def check_fixed(text: str) -> None:
    """Raises QuarantineError (QUAR_004) unless a mended row is a JSON object."""
    try:
        is_object = isinstance(json.loads(text), dict)
    except json.JSONDecodeError:
        is_object = False
    if not is_object:
        problem = Problem("--fixed", 0, "QUAR_004", "it is no JSON object", value=text[:200])
        raise QuarantineError([problem])


def shown(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in entry.items()
    }


def _problem(code: str, message: str) -> Problem:
    return Problem("ops.quarantine", 0, code, message)
