"""Loads and validates the control tables: all problems at once."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from medallion.errors import MetadataError, Problem
from medallion.metadata.build import Parts, build_object
from medallion.metadata.cascade import Cascade
from medallion.metadata.cross import check_lookups, check_model_names, check_reconcile_with
from medallion.metadata.found import Found
from medallion.metadata.models import Object, Project, System
from medallion.metadata.names import did_you_mean
from medallion.metadata.sources import build_systems, check_credentials
from medallion.metadata.tables import Row, Tables, read_tables

Name = tuple[str, str]


def load(control_dir: Path) -> Project:
    """The project of a folder of control tables. Raises MetadataError with all problems."""
    project, problems = check(control_dir)
    if problems:
        raise MetadataError(problems)
    return project


def check(control_dir: Path) -> tuple[Project, list[Problem]]:
    """The valid part of the control tables, and all problems in the order of files and lines."""
    found = Found()
    tables = read_tables(control_dir)
    found.extend(tables.problems)
    systems = build_systems(tables.rows["systems"], found)
    declared = {row["system"] for row in tables.rows["systems"]}
    rows, good = _object_rows(tables, declared, found)
    columns = _by_object(tables, "columns", rows, found)
    expectations = _by_object(tables, "expectations", rows, found)
    cascade = Cascade(_settings_rows(tables, declared, rows, found), found)
    objects = {}
    for (system, name), row in rows.items():
        if system in systems and (system, name) in good:
            parts = Parts(
                systems[system], columns[system, name], expectations[system, name], cascade
            )
            if item := build_object(row, parts, found):
                objects[item.full_name] = item
    check_lookups(objects, rows, tables.rows["columns"], found)
    check_reconcile_with(objects, systems, tables.rows["settings"], found)
    check_model_names(objects, found)
    return _project(systems, objects), sorted(set(found))


def _project(systems: dict[str, System], objects: dict[str, Object]) -> Project:
    return Project.model_construct(systems=systems, objects=objects)


def _object_rows(
    tables: Tables, systems: set[str], found: Found
) -> tuple[dict[Name, Row], set[Name]]:
    """The rows of objects.csv by name, and the names of those to build."""
    rows: dict[Name, Row] = {}
    good: set[Name] = set()
    taken: dict[Name, Row] = {}
    for row in tables.rows["objects"]:
        name = (row["system"], row["object"])
        is_named = found.name(row, "object") and found.filled(row, "system")
        first = taken.setdefault((name[0].lower(), name[1].lower()), row)
        rows.setdefault(name, row)
        if is_named and row["system"] not in systems:
            _unknown_system(row, systems, found)
        elif is_named and first is not row:
            same = (first["system"], first["object"]) == name
            found.at(
                row,
                "META_014" if same else "META_015",
                "object",
                f"the object already stands in {first.origin}",
            )
        elif is_named:
            good.add(name)
    return rows, good


def _unknown_system(row: Row, systems: set[str], found: Found) -> None:
    found.at(
        row,
        "META_016",
        "system",
        f"the system `{row['system']}` is not in systems.csv",
        allowed=", ".join(sorted(systems)),
        mend=did_you_mean(row["system"], systems),
    )


def _unknown_object(row: Row, rows: dict[Name, Row], found: Found, more: int = 0) -> None:
    known = [name for system, name in rows if system == row["system"]]
    others = f" ({more} more lines of it)" if more else ""
    found.at(
        row,
        "META_017",
        "object",
        f"`{row['system']}.{row['object']}` is not in objects.csv{others}",
        allowed=", ".join(known),
        mend=did_you_mean(row["object"], known),
    )


def _by_object(
    tables: Tables, table: str, rows: dict[Name, Row], found: Found
) -> dict[Name, list[Row]]:
    """The rows of columns.csv or expectations.csv by object; an unknown object is one problem."""
    grouped: dict[Name, list[Row]] = defaultdict(list)
    for row in tables.rows[table]:
        grouped[row["system"], row["object"]].append(row)
    for name, group in list(grouped.items()):
        if name not in rows and found.filled(group[0], "system", "object"):
            _unknown_object(group[0], rows, found, len(group) - 1)
    return grouped


def _settings_rows(
    tables: Tables, systems: set[str], rows: dict[Name, Row], found: Found
) -> list[Row]:
    """The settings lines; a line about something unknown is a problem and is left out."""
    good = []
    for row in tables.rows["settings"]:
        check_credentials(row, found)
        if row["system"] and row["system"] not in systems:
            _unknown_system(row, systems, found)
        elif row["object"] and row["system"] and (row["system"], row["object"]) not in rows:
            _unknown_object(row, rows, found)
        else:
            good.append(row)
    return good
