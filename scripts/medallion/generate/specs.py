"""The mappings that generated models hand to the macros."""

from __future__ import annotations

from typing import Any

from medallion.metadata.dbt_models import DbtModel, Part, models_of, staging_name
from medallion.metadata.models import CdcLoad, DeltaLoad, FullLoad, Object, Position
from medallion.metadata.types import TIMES

Spec = dict[str, Any]
BACK_ENDS: dict[Part, str] = {
    "state": "state", "ledger": "ledger", "delta": "table", "replace": "table",
}  # fmt: skip


def stage_spec(item: Object) -> Spec:
    """The argument of `medallion.stage`."""
    load, settings, system = item.load, item.settings, item.system
    spec: Spec = {
        "system": system.name,
        "object": item.name,
        "kind": system.kind,
        "format": system.format,
        "location": system.location,
        "source": item.source,
        "load": load.load,
        "models": [model.name for model in models_of(item) if model.is_table],
        "bronze": settings.bronze,
        "time_zone": settings.time_zone,
        "null_tokens": list(settings.null_tokens),
        "keys": list(load.keys),
        "columns": {column.name: _column(column) for column in item.ordered_columns},
    }
    if settings.staging == "checkpointed":
        spec["checkpointed"] = True
    if isinstance(load, CdcLoad):
        spec |= _cdc(load)
    spec |= {"sequence": sequence(item), "sequence_type": sequence_type(item)}
    if load.event_time:
        spec["event_time"] = [_position(each) for each in load.event_time]
    spec["event_time_type"] = event_time_type(item)
    if isinstance(load, CdcLoad):
        spec |= _carried(load)
    if item.expectations:
        spec["expectations"] = [
            {"name": rule.name, "expression": rule.expression, "action": rule.action}
            for rule in item.expectations
        ]
    for name in ("new_column", "missing_column", "type_change"):
        spec[name] = getattr(settings, name)
    if isinstance(load, DeltaLoad):
        mark = load.watermark
        spec["watermark"] = {
            "column": mark.column, "type": str(mark.type), "lookback": load.lookback,
        }  # fmt: skip
    if isinstance(load, FullLoad) and load.scope:
        spec["scope"] = list(load.scope)
    return spec


def _column(column: Any) -> Spec:
    spec: Spec = {"source": column.source, "type": str(column.type)}
    if column.required:
        spec["required"] = True
    if column.lookup:
        spec["lookup"] = column.lookup
    return spec


def _cdc(load: CdcLoad) -> Spec:
    operation: Spec = {"source": load.operation.source, "map": load.operation.map}
    if load.operation.when_null:
        operation["when_null"] = load.operation.when_null
    if load.operation.snapshot:
        operation["snapshot"] = list(load.operation.snapshot)
    spec: Spec = {"envelope": load.envelope} if load.envelope else {}
    spec["operation"] = operation
    if load.epoch:
        spec["epoch"] = _position(load.epoch)
    return spec


def _carried(load: CdcLoad) -> Spec:
    spec: Spec = {"placeholder": load.placeholder} if load.placeholder else {}
    if load.partial_updates:
        spec["partial_updates"] = True
    if load.ignore_null:
        spec["ignore_null"] = list(load.ignore_null)
    return spec


def _position(position: Position, *, nullable: bool | None = None) -> Spec:
    spec: Spec = {"source": position.source, "type": str(position.type)}
    if position.column:
        spec["column"] = position.column
    if nullable is not None:
        spec["nullable"] = nullable
    return spec


def sequence(item: Object) -> list[Spec]:
    """The components of `_sequence` after the epoch, most significant first."""
    load = item.load
    if isinstance(load, CdcLoad):
        return [_position(each, nullable=each.nullable) for each in load.sequence]
    if isinstance(load, DeltaLoad):
        return [_position(load.watermark), {"source": "_read_order", "type": "text"}]
    return [_position(load.version)]


def sequence_type(item: Object) -> str:
    """The type of `_sequence`: a single component's own if it is never null, else sortable text."""
    load = item.load
    if isinstance(load, DeltaLoad) or (isinstance(load, CdcLoad) and load.epoch):
        return "text"
    if isinstance(load, FullLoad):
        return load.version.type.base
    if len(load.sequence) > 1 or load.sequence[0].nullable:
        return "text"
    return load.sequence[0].type.base


def event_time_type(item: Object) -> str:
    """The type of `_event_time`: a time where the object has one, else the first component's."""
    load = item.load
    if load.event_time:
        names = {each.type.name for each in load.event_time}
        if names & TIMES:
            return "date" if names == {"date"} else "timestamp"
        return "bigint"
    first = {"cdc": "sequence", "delta": "watermark", "full": "version"}[load.load]
    value = getattr(load, first)
    position: Position = value[0] if isinstance(value, tuple) else value
    return position.type.base


def stored_types(item: Object) -> dict[str, str]:
    """The type of every business column in bronze: text for all of them when bronze is raw."""
    raw = item.settings.bronze == "raw"
    return {column.name: "text" if raw else column.type.base for column in item.ordered_columns}


def load_spec(item: Object, part: Part) -> Spec:
    """The argument of `load_state`, `load_ledger`, `load_delta` and `load_replace`."""
    load, settings, types = item.load, item.settings, stored_types(item)
    spec: Spec = {"system": item.system.name, "object": item.name, "load": load.load}
    if settings.staging == "none":
        spec["stage"] = stage_spec(item)
    else:
        spec["staging"] = staging_name(item.system.name, item.name)
    if settings.staging == "checkpointed":
        spec["checkpointed"] = True
    spec |= {
        "keys": {name: types[name] for name in load.keys},
        "columns": {name: kind for name, kind in types.items() if name not in load.keys},
        "sequence_type": sequence_type(item),
        "event_time_type": event_time_type(item),
        "tie": _tie(load),
    }
    if isinstance(load, CdcLoad) and load.truncate:
        spec["truncate"] = True
    if load.track is not None:
        spec["track"] = list(load.track)
    if item.carry:
        spec["carry"] = list(item.carry)
    if load.load != "full":
        spec["conflict"] = settings.conflict
    spec["max_reject_fraction"] = settings.max_reject_fraction
    if load.load == "cdc":
        spec["max_late_fraction"] = settings.max_late_fraction
    return spec | _pattern(item) | _drift(item, part)


def _tie(load: CdcLoad | DeltaLoad | FullLoad) -> str:
    """Who wins at an equal sequence: an operation; in a snapshot the later read."""
    if isinstance(load, CdcLoad):
        return load.tie
    return "arrival" if isinstance(load, FullLoad) else "delete"


def _pattern(item: Object) -> Spec:
    """What only one load pattern has."""
    load = item.load
    spec: Spec = {}
    if isinstance(load, FullLoad):
        spec = {
            "version": load.version.column or load.version.source,
            "allow_empty": load.allow_empty,
        }
        if load.max_delete_fraction is not None:
            spec["max_delete_fraction"] = load.max_delete_fraction
        if load.scope:
            spec["scope"] = list(load.scope)
    elif isinstance(load, DeltaLoad):
        spec["watermark"] = load.watermark.column
        if load.cutoff_lag is not None:
            spec["cutoff_lag"] = load.cutoff_lag
    return spec


def _drift(item: Object, part: Part) -> Spec:
    spec: Spec = {}
    if rules := [rule.name for rule in item.expectations if rule.action == "fail"]:
        spec["fail_rules"] = rules
    types = stored_types(item)
    fields = {
        column.name: {"source": column.source, "type": _rescued_type(item, column)}
        for column in item.ordered_columns
        if column.name not in item.load.keys
        and (column.source, _rescued_type(item, column)) != (column.name, types[column.name])
    }
    if fields:
        spec["rescued_as"] = fields
    spec |= _cleaning(item)
    if part == "state" and item.has_history:
        spec["ledger"] = model_name(item, "ledger")
    return spec


def _rescued_type(item: Object, column: Any) -> str:
    """How a column's value stands in `_rescued`: as the source encodes it."""
    return "text" if item.settings.bronze == "raw" else str(column.type)


def _cleaning(item: Object) -> Spec:
    """What staging does to a value, where not the default: for values taken from `_rescued`."""
    settings, load = item.settings, item.load
    spec: Spec = {}
    if settings.bronze != "raw":
        spec["null_tokens"] = list(settings.null_tokens)
    if settings.time_zone != "UTC":
        spec["time_zone"] = settings.time_zone
    if isinstance(load, CdcLoad) and load.placeholder and load.partial_updates:
        spec["placeholder"] = load.placeholder
    return spec


def counts_spec(item: Object) -> Spec:
    """The argument of `load_counts`: how the rows of the object's loads are counted."""
    load = item.load
    rules = [rule.name for rule in item.expectations]
    spec: Spec = {
        "system": item.system.name,
        "object": item.name,
        "load": load.load,
        "counted_as": _counted_as(item),
        "keys": list(load.keys),
        "columns": [name for name in stored_types(item) if name not in load.keys] + ["_rescued"],
    }
    lookups = item.settings.bronze == "cleansed"
    rules = [f"lookup_{c.name}" for c in item.ordered_columns if c.lookup and lookups] + rules
    optional: Spec = {"rules": rules, "carry": list(item.carry)}
    if isinstance(load, FullLoad):
        optional["version"] = load.version.column or load.version.source
    if isinstance(load, CdcLoad):
        optional["truncate"] = load.truncate
    if isinstance(load, DeltaLoad):
        mark = load.watermark
        optional |= {"watermark": mark.column, "watermark_type": mark.type.base}
    return spec | {name: value for name, value in optional.items() if value}


def _counted_as(item: Object) -> str:
    """By which table, and how, an object's loads are counted."""
    if not item.load.keys:
        return "replace"
    if item.load.load == "full":
        return "full"
    if item.has_history or item.carry:
        return "ledger"
    return "delta" if item.load.load == "delta" else "state"


def counted_part(item: Object) -> Part:
    """The bronze table by which an object's loads are counted."""
    parts: dict[str, Part] = {
        "ledger": "ledger", "state": "state", "full": "state", "delta": "delta",
        "replace": "replace",
    }  # fmt: skip
    return parts[_counted_as(item)]


def marker(item: Object, part: Part) -> list[str]:
    """The column that tells truncate markers apart: their keys are null, which dbt-databricks takes
    for equal in a merge."""
    load = item.load
    return ["_marker"] if part == "state" and isinstance(load, CdcLoad) and load.truncate else []


def model_name(item: Object, part: Part) -> str:
    """The name of the object's model that plays a part."""
    return next(model.name for model in models_of(item) if model.part == part)


def meta(item: Object, model: DbtModel) -> Spec:
    """`meta.medallion` of a model: what hooks and the log read."""
    spec: Spec = {"system": item.system.name, "object": item.name}
    if not model.is_table:
        return spec
    load = item.load
    spec["back_end"] = BACK_ENDS[model.part]
    if item.settings.staging != "none":
        spec["staging"] = staging_name(item.system.name, item.name)
    if isinstance(load, DeltaLoad):
        spec |= {"watermark": load.watermark.column, "watermark_type": load.watermark.type.base}
        if item.settings.bronze == "raw":
            zone = item.settings.time_zone
            spec |= {"watermark_text": str(load.watermark.type), "time_zone": zone}
        if load.cutoff_lag is not None:
            spec["cutoff_lag"] = load.cutoff_lag
    if isinstance(load, FullLoad) and load.scope:
        spec["scope"] = list(load.scope)
    if marker(item, model.part):
        spec["truncate"] = True
    return spec | {"fingerprint": fingerprint(item)}


def fingerprint(item: Object) -> Spec:
    """What stored rows depend on: a load under another fingerprint is refused."""
    load = item.load
    parts = [each["source"] for each in sequence(item) if each["source"] != "_read_order"]
    if isinstance(load, CdcLoad) and load.epoch:
        parts.insert(0, load.epoch.source)
    return {
        "load": load.load,
        "keys": list(load.keys),
        "sequence": parts,
        "history": load.history,
        "track": None if load.track is None else list(load.track),
    }
