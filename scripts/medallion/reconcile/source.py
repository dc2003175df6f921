"""What an object's bronze table is compared with, and how that is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from medallion.generate import specs
from medallion.metadata.dbt_models import models_of, staging_name
from medallion.metadata.models import FullLoad, Object, Project, System
from medallion.metadata.settings import split_reconcile_with

Spec = dict[str, Any]
# The position of a row in what is read as one state: it says nothing, but every load has one.
_NOW = {"sequence": [{"source": "_run_started_at", "type": "timestamp"}]}
_FEED_ONLY = (
    "operation", "envelope", "epoch", "placeholder", "partial_updates", "ignore_null",
    "event_time", "scope",
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """The state that an object is compared with.

    `stage` is the argument of `stage_whole`; `snapshot` says that its files are those of the
    snapshot applied last, `newest_by` orders rows of one key and watermark.
    """

    item: Object
    stage: Spec
    snapshot: bool = False
    newest_by: tuple[str, ...] = ()

    @property
    def has_files(self) -> bool:
        return bool(self.stage["kind"] == "files")

    @property
    def scope(self) -> tuple[str, ...]:
        load = self.item.load
        return load.scope if self.snapshot and isinstance(load, FullLoad) else ()


def source_of(item: Object, project: Project) -> Source | str:
    """The state of an object, or why there is nothing to compare with."""
    if item.settings.reconcile_with:
        name, source = split_reconcile_with(item.settings.reconcile_with)
        return Source(item, _other(item, project.systems[name], source))
    if item.load.load == "cdc":
        return (
            "nothing to compare with: a change feed shows changes, not a state; set reconcile_with"
        )
    is_table = item.system.kind != "files" or item.system.format == "delta"
    if item.load.load == "delta" and not is_table:
        return "nothing to compare with: files of a delta load show changes; set reconcile_with"
    stage = _own(item)
    if item.load.load == "delta":
        payload = sorted(name for name in stage["columns"] if name not in item.load.keys)
        return Source(item, stage, newest_by=tuple(payload))
    return Source(item, stage, snapshot=not is_table)


def files_request(source: Source) -> Spec:
    """The entry of `reconcile_files` that asks for the source's files."""
    item = source.item
    request: Spec = {"name": item.full_name, "spec": source.stage}
    if source.snapshot:
        is_staged = item.settings.staging != "none"
        table = specs.model_name(item, specs.counted_part(item))
        request |= {
            "reader": staging_name(item.system.name, item.name) if is_staged else table,
            "model": table,
            "by_scope": bool(source.scope),
        }
    return request


def live_model(item: Object) -> str:
    """The bronze model with the live rows, which silver reads."""
    return next(m.name for m in models_of(item) if m.part in ("current", "delta", "replace"))


def _own(item: Object) -> Spec:
    """The object's own source as a whole: no watermark, nothing refused for its columns."""
    spec = specs.stage_spec(item)
    spec.pop("watermark", None)
    spec.pop("checkpointed", None)
    if item.system.format == "delta":
        spec["kind"] = "database"  # read as a table, whatever its commits
    return _lenient(spec)


def _other(item: Object, system: System, source: str) -> Spec:
    """Another table or file with the object's columns under their source_column.

    An encoding belongs to the feed: it holds only where the other is of the same plain format.
    """
    spec = _own(item)
    is_alike = system.format == item.system.format and "envelope" not in spec
    for name in _FEED_ONLY:
        spec.pop(name, None)
    if not is_alike:
        for column in spec["columns"].values():
            column["type"] = column["type"].split("@")[0]
    is_delta = system.kind == "files" and system.format == "delta"
    return spec | _NOW | {
        "system": system.name, "kind": "database" if is_delta else system.kind,
        "format": system.format, "location": system.location, "source": source,
        "load": "full", "sequence_type": "timestamp", "event_time_type": "timestamp",
        "missing_column": "null", "reader": f"{item.system.name}__{item.name}__state",
    }  # fmt: skip


def _lenient(spec: Spec) -> Spec:
    """Policies that stop a load do not stop a comparison; those that reject a row stay."""
    spec["new_column"] = "ignore"
    if spec["type_change"] == "fail":
        spec["type_change"] = "rescue"
    if spec["missing_column"] == "carry":
        spec["missing_column"] = "null"
    rules = [r for r in spec.get("expectations", []) if r["action"] in ("quarantine", "drop")]
    if rules:
        spec["expectations"] = rules
    else:
        spec.pop("expectations", None)
    return spec
