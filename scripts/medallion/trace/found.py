"""What the tables hold about one key."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from medallion.errors import Problem
from medallion.generate import specs
from medallion.metadata.dbt_models import models_of, staging_name
from medallion.metadata.models import CdcLoad, Object
from medallion.trace.key import Key, TraceError, types
from medallion.warehouse import Warehouse

Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """Rows about a key, as the tables hold them; a table that the object does not have gives none.

    `staged_load` is what staging read last, `applied_load` the load of bronze that applied it, None
    while none has. `files`: load -> the files of that load, by bronze and by staging loads.
    """

    staged: list[Row] = field(default_factory=list)
    rejected: list[Row] = field(default_factory=list)
    unreadable: int = 0
    ledger: list[Row] | None = None
    stored: list[Row] | None = None
    current: list[Row] = field(default_factory=list)
    truncates: list[Row] = field(default_factory=list)
    staged_load: str | None = None
    applied_load: str | None = None
    files: dict[str, list[str]] = field(default_factory=dict)


def find(warehouse: Warehouse, item: Object, key: Key) -> Found:
    """Everything about a key. Raises TraceError (TRACE_004) before the object's first load."""
    kinds = types(item)
    models = {model.part: model.name for model in models_of(item)}
    counted = models[specs.counted_part(item)]
    built = warehouse.tables(warehouse.relation(counted))
    built |= (
        warehouse.tables(warehouse.relation(models["staging"])) if "staging" in models else set()
    )
    if str(warehouse.relation(counted).identifier) not in built:
        text = f"{item.full_name} has no table {warehouse.relation(counted)}"
        raise TraceError([Problem("warehouse", 0, "TRACE_004", text)])

    def rows(model: str | None) -> list[Row] | None:
        relation = None if model is None else warehouse.relation(model)
        if relation is None or str(relation.identifier) not in built:
            return None
        return warehouse.query(
            warehouse.render("trace_rows", relation=relation, values=key, types=kinds)
        )

    loads = warehouse.query(
        warehouse.render("trace_loads", system=item.system.name, object=item.name)
    )
    staging = staging_name(item.system.name, item.name)
    staged_load = max((str(r["load_id"]) for r in loads if r["model"] == staging), default=None)
    applied = warehouse.query(warehouse.render("trace_applied", model=counted))
    # A run that had nothing to read leaves an entry without a file, and nothing to apply.
    ids = [str(row["load_id"]) for row in applied]
    ids += [str(r["load_id"]) for r in loads if r["model"] == staging and r["file"] is None]
    rejected = _rejected(warehouse, item, key)
    return Found(
        staged=rows(models.get("staging")) or [],
        rejected=[row for row in rejected if row["has_key"]],
        unreadable=sum(not row["has_key"] for row in rejected),
        ledger=rows(models.get("ledger")),
        stored=rows(models.get("state") or models.get("delta")),
        current=rows(models.get("current") or models.get("delta")) or [],
        truncates=_truncates(warehouse, item, models),
        staged_load=staged_load,
        applied_load=min(
            (each for each in ids if staged_load and each >= staged_load), default=None
        ),
        files=_files(loads),
    )


def _rejected(warehouse: Warehouse, item: Object, key: Key) -> list[Row]:
    stage = specs.stage_spec(item)
    raw = item.settings.bronze == "raw"
    sources = {
        name: {
            "source": stage["columns"][name]["source"],
            "type": "text" if raw else stage["columns"][name]["type"],
        }
        for name in key
    }
    spec = {
        "system": item.system.name, "object": item.name, "keys": sources,
        "envelope": stage.get("envelope"), "is_json": item.system.format == "json",
    }  # fmt: skip
    return warehouse.query(
        warehouse.render("trace_rejected", spec=spec, values=key, types=types(item))
    )


def _truncates(warehouse: Warehouse, item: Object, models: dict[Any, str]) -> list[Row]:
    if not (isinstance(item.load, CdcLoad) and item.load.truncate):
        return []
    part, column = ("ledger", "_sequence") if "ledger" in models else ("state", "_deleted_sequence")
    relation = warehouse.relation(models[part])
    return warehouse.query(warehouse.render("trace_truncates", relation=relation, column=column))


def _files(loads: list[Row]) -> dict[str, list[str]]:
    files: dict[str, list[str]] = defaultdict(list)
    for row in loads:
        file = row["file"]
        if file and file not in files[row["load_id"]]:
            files[row["load_id"]].append(str(file))
    return {load: names for load, names in files.items() if names}
