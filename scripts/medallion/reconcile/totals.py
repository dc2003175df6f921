"""Control totals: which columns are summed, and whether two sums are the same."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal

from medallion.errors import Problem
from medallion.generate import specs
from medallion.metadata.models import Object
from medallion.metadata.names import did_you_mean
from medallion.metadata.types import SUMMED
from medallion.reconcile.choose import ReconcileError
from medallion.reconcile.source import Spec

Sums = dict[str, str]


def totals(item: Object, asked: Sequence[str]) -> dict[str, Spec]:
    """The summed columns of an object: its control_totals, and those asked for that it has."""
    wanted = {*item.settings.control_totals, *asked}
    stored = specs.stored_types(item)
    return {
        column.name: {
            "column": column.name, "type": str(column.type), "stored": stored[column.name],
        }
        for column in item.ordered_columns
        if column.name in wanted and column.type.name in SUMMED
    }  # fmt: skip


def check_asked(items: Sequence[Object], asked: Sequence[str]) -> None:
    """Raises ReconcileError (REC_002) for a column that no chosen object has as a number."""
    columns = {column.name: column.type for item in items for column in item.columns}
    numbers = {
        column.name for item in items for column in item.columns if column.type.name in SUMMED
    }
    problems = []
    for name in asked:
        if name not in numbers:
            is_known = f"is {columns[name]}, not a number" if name in columns else "is no column"
            problems.append(
                Problem(
                    "--sum", 0, "REC_002", f"`{name}` {is_known} of the chosen objects",
                    value=name, allowed=", ".join(sorted(numbers)),
                    mend=did_you_mean(name, numbers),
                )
            )  # fmt: skip
    if problems:
        raise ReconcileError(problems)


def parse_sums(text: str | None) -> Sums:
    """The sums of a figures row, column -> number as text."""
    return dict(json.loads(text)) if text else {}


def same_sum(left: str, right: str, kind: str) -> bool:
    """Whether two sums are equal; of doubles, whose sum depends on the order, up to 1e-9 of it."""
    if kind == "double":
        return math.isclose(float(left), float(right), rel_tol=1e-9)
    return Decimal(left) == Decimal(right)
