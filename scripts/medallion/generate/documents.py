"""What the YAML files say about an object: descriptions, grain, tests, grants, tags."""

from __future__ import annotations

from typing import Any

from medallion.generate.specs import counted_part, counts_spec, model_name
from medallion.metadata.dbt_models import DbtModel, models_of, staging_name
from medallion.metadata.models import Column, FullLoad, Object, System
from medallion.metadata.settings import Layer

_OPERATIONAL = {
    "_rescued": "JSON of unknown fields and of values that do not cast; null when there are none.",
    "_sequence": "Position in the order of events.",
    "_load_id": "The run that wrote the row.",
}
_HISTORY = {
    "valid_from": "Start of the version, by event time.",
    "valid_to": "End of the version, exclusive; null while it is open.",
    "is_current": "Whether the version is open.",
}


def document(item: Object, model: DbtModel) -> dict[str, Any]:
    """What the template needs about one model."""
    layer: Layer = "staging" if model.part == "staging" else "bronze"
    settings = item.settings_of(layer)
    grants: dict[str, list[str]] = {}
    for privilege, grantee in settings.grants:
        grants.setdefault(privilege, []).append(grantee)
    return {
        "name": model.name,
        "description": f"{_what(item, model)} {grain(item, model)}",
        "tags": list(settings.tags),
        "grants": grants,
        "columns": [_column(column) for column in item.ordered_columns] + _technical(model),
        "tests": list(_tests(item, model)),
    }


def source_document(system: System, items: list[Object]) -> dict[str, Any]:
    """What the template needs about a system."""
    tables = []
    for item in items:
        tables.append(
            {
                "name": item.name,
                "identifier": item.source.split(".")[-1] if system.kind != "files" else "",
                "description": _sentence(item.description) or f"{item.full_name}.",
                "source": item.source,
                "owner": item.owner if item.owner != system.owner else "",
                "enabled": item.settings.enabled,
            }
        )
    return {
        "name": system.name,
        "description": _sentence(system.description) or f"The source system {system.name}.",
        "owner": system.owner,
        "kind": system.kind,
        "format": system.format,
        "tables": tables,
    }


def _sentence(text: str) -> str:
    """The text with a full stop."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def _what(item: Object, model: DbtModel) -> str:
    about = _sentence(item.description) or f"{item.full_name}."
    part = {
        "staging": "Staged rows of the last read, rejected ones flagged.",
        "state": "The newest event of every key, tombstones included.",
        "ledger": "Every accepted event with its place in the history.",
        "delta": "Current rows.",
        "replace": "The rows of the last snapshot.",
        "current": "Current rows.",
        "history": "Versions of the rows by time.",
    }[model.part]
    return f"{about} {part}"


def grain(item: Object, model: DbtModel) -> str:
    """`One row per ...`"""
    keys = ", ".join(item.load.keys)
    return {
        "staging": "One row per row that was read.",
        "state": f"One row per {keys}.",
        "ledger": f"One row per {keys}, _sequence.",
        "delta": f"One row per {keys}.",
        "replace": "One row per row of the snapshot.",
        "current": f"One row per {keys}.",
        "history": f"One row per {keys}, _start_sequence.",
    }[model.part]


def _column(column: Column) -> dict[str, str]:
    return {
        "name": column.name,
        "description": _sentence(column.description),
        "classification": column.classification or "",
    }


def _technical(model: DbtModel) -> list[dict[str, str]]:
    if model.part not in ("current", "delta", "replace", "history"):
        return []
    named = {**_OPERATIONAL, **(_HISTORY if model.part == "history" else {})}
    return [
        {"name": name, "description": text, "classification": ""} for name, text in named.items()
    ]


def _tests(item: Object, model: DbtModel) -> list[dict[str, Any]]:
    """The generated tests of a model, as name, arguments and severity."""
    keys = list(item.load.keys)
    others = [column.name for column in item.ordered_columns if column.name not in keys]
    warned = [rule.name for rule in item.expectations if rule.action == "warn"]
    if model.part == "staging" and warned:
        return [_test("expectations_hold", {"rules": warned}, severity="warn")]
    if model.is_table and model.part != "staging":
        unique = [*keys, "_sequence"] if model.part == "ledger" else keys
        tests = [_test("keys_are_unique", {"keys": unique})] if keys else []
        return tests + _counted(item, model)
    if model.part == "history":
        tracked = _compared(item, others) if item.load.track is None else list(item.load.track)
        return [_test("history_is_consistent", {"keys": keys, "tracked": tracked})]
    if model.part == "current" and item.has_history and not item.carry:
        history = f"ref('{model_name(item, 'history')}')"
        arguments = {"history": history, "keys": keys, "columns": others}
        return [_test("live_rows_equal_open_versions", arguments)]
    return []


def _counted(item: Object, model: DbtModel) -> list[dict[str, Any]]:
    """The test of the counts, of the table by which they are taken."""
    if model.part != counted_part(item):
        return []
    staging = {"staging": f"ref('{staging_name(item.system.name, item.name)}')"}
    has_staging = item.settings.staging != "none"
    arguments = (staging if has_staging else {}) | {"counts": counts_spec(item)}
    return [_test("rows_are_conserved", arguments, title=f"rows_are_conserved_{model.name}")]


def _compared(item: Object, columns: list[str]) -> list[str]:
    """Columns whose change opens a version: all but the version of a snapshot."""
    version = item.load.version.column if isinstance(item.load, FullLoad) else None
    return [column for column in columns if column != version]


def _test(
    name: str, arguments: dict[str, Any], severity: str = "", title: str = ""
) -> dict[str, Any]:
    return {"name": name, "arguments": arguments, "severity": severity, "title": title}


def bronze_models(item: Object) -> list[DbtModel]:
    return [model for model in models_of(item) if model.part != "staging"]
