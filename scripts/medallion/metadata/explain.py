"""What holds for an object, and the line each value comes from."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from pydantic import BaseModel

from medallion.errors import MetadataError, Problem
from medallion.metadata.dbt_models import models_of
from medallion.metadata.models import DeltaLoad, FullLoad, Object, Position, Project
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import Settings, about


class Entry(NamedTuple):
    """A fact about an object: `origin` is `file:line`, `default`, or what it follows from."""

    name: str
    value: Any
    origin: str


def explain(item: Object) -> list[Entry]:
    """The object's lines, its order, every setting and its models, in that order."""
    entries = [
        Entry(
            "system",
            f"{item.system.name} ({item.system.kind}, {item.system.format})",
            item.system.origin,
        ),
        Entry("location", item.system.location, f"{item.system.origin}, {_override(item)}"),
        Entry("source", item.source, item.origin),
        Entry("load", item.load.load, item.origin),
        Entry("keys", list(item.load.keys), item.origin),
        *_order(item),
        Entry("history", item.load.history, item.origin),
    ]
    for shown, origin in item.origins.items():
        name, _, layer = shown.partition(" ")
        settings = item.staging_settings if layer == "(staging)" else item.settings
        if name == "owner" and origin == "default":
            entries.append(Entry(name, item.owner or None, item.system.origin))
            continue
        entries.append(Entry(shown, _plain(getattr(settings, name)), _origin(item, name, origin)))
    names = [model.name for model in models_of(item)]
    return [
        *entries,
        Entry("models", names, "load, history, staging, ignore_null, partial_updates"),
    ]


def _override(item: Object) -> str:
    return f"unless MEDALLION_LOCATION_{item.system.name.upper()} is set"


def _order(item: Object) -> list[Entry]:
    load, feed = item.load, f"cdc_format {item.system.cdc_format or 'generic'}"
    if isinstance(load, DeltaLoad):
        return [Entry("sequence", [_position(load.watermark), "_read_order text"], item.origin)]
    if isinstance(load, FullLoad):
        return [Entry("sequence", [_position(load.version)], item.origin)]
    positions = [*([load.epoch] if load.epoch else []), *load.sequence]
    return [
        Entry("sequence", [_position(each) for each in positions], f"{item.origin}, {feed}"),
        Entry("operation codes", load.operation.map, feed),
        Entry("event time", [_position(each) for each in load.event_time], f"event_time, {feed}"),
    ]


def _position(position: Position) -> str:
    return f"{position.source} {position.type}"


def _origin(item: Object, name: str, origin: str) -> str:
    """Where a value comes from; a default that the object's load never reads says so."""
    if name in Settings.model_fields and item.load.load not in about(name).loads:
        return f"{origin} (not used by a {item.load.load} load)"
    if about(name).needs == "scd2" and not item.has_history:
        return f"{origin} (not used without history)"
    return origin


def _plain(value: Any) -> Any:
    """A setting as plain data."""
    if isinstance(value, BaseModel):
        return " ".join(str(part) for part in (value.path, value.type) if part)  # type: ignore[attr-defined]
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def shown(value: Any) -> str:
    """A value as it is shown in a table."""
    if value is None or value == []:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def find(project: Project, name: str) -> Object:
    """The object `system.object`. Raises MetadataError (META_017)."""
    if item := project.objects.get(name):
        return item
    raise MetadataError(
        [
            Problem(
                "objects.csv",
                0,
                "META_017",
                f"there is no object `{name}`",
                value=name,
                allowed=", ".join(sorted(project.objects)[:20]),
                mend=did_you_mean(name, project.objects),
            )
        ]
    )
