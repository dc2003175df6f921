"""Columns and expectations of objects."""

from __future__ import annotations

import re
from typing import get_args

from medallion.metadata.found import Found
from medallion.metadata.models import Action, Classification, Column, Expectation
from medallion.metadata.tables import Row

_CLASSES = ("", *get_args(Classification))
_ACTIONS = get_args(Action)
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")


def build_columns(rows: list[Row], found: Found) -> tuple[Column, ...] | None:
    """The columns of one object; None when any is wrong."""
    columns: list[Column] = []
    taken: dict[str, Row] = {}
    for row in rows:
        good = found.name(row, "column")
        first = taken.setdefault(row["column"].lower(), row)
        if good and first is not row:
            same = first["column"] == row["column"]
            found.at(
                row,
                "META_014" if same else "META_015",
                "column",
                f"the column already stands in {first.origin}",
            )
            good = False
        data_type = found.type(row, "type")
        required = found.boolean(row, "required")
        good = found.one_of(row, "classification", _CLASSES) and good
        if good and data_type is not None and required is not None:
            columns.append(
                Column(
                    name=row["column"],
                    source=row["source_column"] or row["column"],
                    type=data_type,
                    required=required,
                    lookup=row["lookup"] or None,
                    classification=row["classification"] or None,
                    description=row["description"],
                    origin=row.origin,
                )
            )
    return tuple(columns) if len(columns) == len(rows) else None


def build_expectations(rows: list[Row], found: Found) -> tuple[Expectation, ...] | None:
    """The expectations of one object; None when any is wrong."""
    rules: list[Expectation] = []
    taken: dict[str, Row] = {}
    for row in rows:
        good = found.name(row, "name")
        first = taken.setdefault(row["name"].lower(), row)
        if good and first is not row:
            found.at(row, "META_014", "name", f"the expectation already stands in {first.origin}")
            good = False
        good = found.one_of(row, "action", _ACTIONS) and good
        if not row["expression"]:
            found.at(row, "META_046", "expression", "the expression is empty")
        elif problem := expression_problem(row["expression"]):
            found.at(row, "META_046", "expression", f"the expression {problem}")
        elif good:
            rules.append(
                Expectation(
                    name=row["name"],
                    expression=row["expression"],
                    action=row["action"],
                    description=row["description"],
                    origin=row.origin,
                )
            )
    return tuple(rules) if len(rules) == len(rows) else None


def expression_problem(expression: str) -> str | None:
    """Why a text cannot stand as one SQL condition inside a statement, or None."""
    bare = _QUOTED.sub("''", expression)
    if bare.count("'") % 2 or '"' in bare:
        return "has a quotation mark that is not closed"
    for mark in (";", "--", "/*"):
        if mark in bare:
            return f"holds `{mark}`"
    depth = 0
    for sign in re.findall(r"[()]", bare):
        depth += 1 if sign == "(" else -1
        if depth < 0:
            break
    return "has brackets that do not match" if depth else None
