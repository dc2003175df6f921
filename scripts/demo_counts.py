"""Counts for the demo: what the log says of the last load, and what the tables hold after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

# Classes of accepted rows that changed no key.
WITHOUT_EFFECT = (
    "rows_unchanged", "rows_duplicate", "rows_conflict", "rows_superseded", "rows_late",
    "rows_ignored", "rows_truncate",
)  # fmt: skip
LAST_LOADS = f"""
select
    system || '.' || object, load_pattern, rows_staged, rejected_by_reason, rows_inserted,
    rows_updated, rows_deleted, {" + ".join(WITHOUT_EFFECT)}, rows_rescued, rows_dropped
from ops.load_log
where invocation_id = $invocation
order by 1
"""


@dataclass(frozen=True, slots=True)
class ObjectCounts:
    """What one load did with one object; `versions` only where history is kept."""

    name: str
    load: str
    read: int
    rejected: Mapping[str, int]
    inserted: int
    updated: int
    deleted: int
    without_effect: int
    current: int
    versions: int | None
    rescued: int


class Tables:
    """The demo's warehouse, read only, seen through the manifest of the build."""

    def __init__(self, database: Path, manifest: Path, results: Mapping[str, Any]) -> None:
        self._connection = duckdb.connect(str(database), read_only=True)
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
        self._nodes = {n["name"]: n for n in nodes if n["resource_type"] in ("model", "snapshot")}
        self._invocation = results["metadata"]["invocation_id"]

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def objects(self) -> list[ObjectCounts]:
        """The counts of every object, in the order of their names."""
        loads = self._rows(LAST_LOADS, invocation=self._invocation)
        return [self._counts(load) for load in loads]

    def layers(self) -> dict[str, dict[str, int]]:
        """Schema -> model -> rows, of silver and gold."""
        found: dict[str, dict[str, int]] = {}
        for name, node in sorted(self._nodes.items()):
            if node["resource_type"] == "snapshot" or node["fqn"][1] in ("silver", "gold"):
                rows = self._one(f"select count(*) from {node['relation_name']}")
                found.setdefault(node["schema"], {})[name] = rows
        order = sorted(found, key=lambda schema: ("silver" not in schema, schema))
        return {schema: found[schema] for schema in order}

    def notes(self) -> list[str]:
        """What a reader might miss in the numbers."""
        notes = []
        for one in self.objects():
            if one.rescued:
                notes.append(
                    f"{one.name}: {one.rescued} rows have fields that the metadata does not know "
                    "or values not of its type; they wait in _rescued: " + self._rescued(one.name)
                )
        if "slv_sales__customer_match" in self._nodes:
            matched = self._rows(
                f"select match_rule, count(*) from {self._relation('slv_sales__customer_match')}"
                " group by match_rule order by match_rule"
            )
            rules = ", ".join(f"{count} by {rule}" for rule, count in matched)
            notes.append(f"crm people found in erp: {rules}")
        return notes

    def _counts(self, row: tuple[Any, ...]) -> ObjectCounts:
        name, load, read, rejected, *rest = row
        inserted, updated, deleted, without_effect, rescued, dropped = (
            count or 0 for count in rest
        )
        reasons = json.loads(rejected or "{}")
        current = f"brz_{name.replace('.', '__')}"
        history = self._nodes.get(f"{current}__history")
        return ObjectCounts(
            name=name,
            load=load,
            read=read or 0,
            rejected={**reasons, "dropped": dropped} if dropped else reasons,
            inserted=inserted,
            updated=updated,
            deleted=deleted,
            without_effect=without_effect,
            current=self._one(f"select count(*) from {self._relation(current)}"),
            versions=self._one(f"select count(*) from {history['relation_name']}")
            if history
            else None,
            rescued=rescued,
        )

    def _rescued(self, name: str) -> str:
        """The fields that were put aside, and how often."""
        staging = self._relation(f"stg_{name.replace('.', '__')}")
        fields = self._rows(
            "select field, count(*) from ("
            f"select unnest(json_keys(_rescued)) as field from {staging}"
            " where ends_with(_load_id, $invocation) and _reject_reason is null"
            ") group by field order by field",
            invocation=self._invocation[:8],
        )
        return ", ".join(f"{field} {count} times" for field, count in fields)

    def _relation(self, name: str) -> str:
        return str(self._nodes[name]["relation_name"])

    def _rows(self, sql: str, **values: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str) -> int:
        return int(self._rows(sql)[0][0])
