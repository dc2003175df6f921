"""Checks across objects: lookups, what to reconcile with, and the names of models."""

from __future__ import annotations

from medallion.metadata.dbt_models import models_of
from medallion.metadata.found import Found
from medallion.metadata.models import Column, Object, System
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import split_reconcile_with
from medallion.metadata.sources import check_source
from medallion.metadata.tables import Row


def check_lookups(
    objects: dict[str, Object],
    declared: dict[tuple[str, str], Row],
    column_rows: list[Row],
    found: Found,
) -> None:
    """A lookup names a column of another object, and lookups never go round in a circle."""
    rows = {row.origin: row for row in column_rows if row["lookup"]}
    if not rows:
        return
    names = {f"{system}.{name}" for system, name in declared}
    targets: dict[str, dict[str, Column]] = {}
    for item in objects.values():
        for column in item.columns:
            if column.lookup and (
                target := _target(rows[column.origin], column.lookup, objects, names, found)
            ):
                targets.setdefault(item.full_name, {})[target] = column
    _check_circles(targets, rows, found)


def _target(
    row: Row, lookup: str, objects: dict[str, Object], names: set[str], found: Found
) -> str | None:
    parts = lookup.split(".")
    target = ".".join(parts[:2])
    if len(parts) != 3 or not all(parts):
        found.at(row, "META_044", "lookup", "not of the form system.object.column")
    elif target not in names:
        found.at(
            row,
            "META_044",
            "lookup",
            f"`{target}` is not in objects.csv",
            mend=did_you_mean(target, names),
        )
    elif target in objects and parts[2] not in (
        columns := [column.name for column in objects[target].columns]
    ):
        found.at(
            row,
            "META_044",
            "lookup",
            f"`{parts[2]}` is no column of {target}",
            allowed=", ".join(columns),
            mend=did_you_mean(parts[2], columns),
        )
    elif target in objects and not objects[target].settings.enabled:
        found.at(row, "META_044", "lookup", f"{target} is not enabled")
    else:
        return target
    return None


def _check_circles(
    targets: dict[str, dict[str, Column]], rows: dict[str, Row], found: Found
) -> None:
    """Every object that can reach itself over lookups is a problem."""
    for start in targets:
        seen: set[str] = set()
        waiting = list(targets[start])
        while waiting:
            name = waiting.pop()
            if name == start:
                column = next(iter(targets[start].values()))
                found.at(
                    rows[column.origin],
                    "META_045",
                    "lookup",
                    f"`{start}` looks itself up in the end",
                )
                break
            if name not in seen:
                seen.add(name)
                waiting.extend(targets.get(name, ()))


def check_reconcile_with(
    objects: dict[str, Object], systems: dict[str, System], lines: list[Row], found: Found
) -> None:
    """The setting names a system, and a source that fits its kind."""
    rows = {row.origin: row for row in lines if row["setting"] == "reconcile_with"}
    for item in objects.values():
        row = rows.get(item.origins["reconcile_with"])
        if row is None:
            continue
        name, source = split_reconcile_with(row["value"])
        problems = Found()
        if name not in systems:
            hint = did_you_mean(name, systems)
            text = f"the system `{name}` is not in systems.csv"
            found.at(row, "META_051", "value", text, allowed=", ".join(systems), mend=hint)
        elif not check_source(Row(row.file, row.line, {"source": source}), systems[name], problems):
            text, allowed = problems[0].message, problems[0].allowed
            found.at(row, "META_051", "value", text, value=source, allowed=allowed)


def check_model_names(objects: dict[str, Object], found: Found) -> None:
    """`erp` + `x__orders` and `erp__x` + `orders` would make the same models."""
    taken: dict[str, Object] = {}
    for item in objects.values():
        for model in models_of(item):
            first = taken.setdefault(model.name.lower(), item)
            if first is not item:
                file, _, line = item.origin.rpartition(":")
                row = Row(file, int(line), {"object": item.name})
                found.at(
                    row,
                    "META_047",
                    "object",
                    f"the model {model.name} is already made by {first.full_name} ({first.origin})",
                )
                break
