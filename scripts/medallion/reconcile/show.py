"""What `medallion reconcile` prints, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from medallion.reconcile.result import Example, Figures, Result, differing_sums

STYLES = {
    "equal": "green", "explained": "green", "different": "bold red", "failed": "bold red",
    "not loaded": "bold red", "not compared": "dim",
}  # fmt: skip


def plain(result: Result) -> dict[str, Any]:
    """A result as plain data; sums are texts, which keep all digits."""
    told: dict[str, Any] = {
        "object": result.item.full_name, "status": result.status, "reason": result.reason or None,
    }  # fmt: skip
    if (found := result.figures) is not None:
        told |= found.counts
        told["sums"] = {
            name: {
                "source": value, "bronze": found.bronze[name],
                "expected": found.expected[name], "comparable": found.comparable[name],
            }
            for name, value in found.source.items()
        }  # fmt: skip
        told["examples"] = [asdict(each) for each in result.examples]
    return told


def shown(found: Sequence[Result]) -> Iterable[RenderableType]:
    """A table, the control totals, and what is to be said of objects that are not just equal."""
    yield _table(found)
    if (sums := _sums(found)) is not None:
        yield sums
    for result in found:
        lines = list(_said(result))
        if lines:
            yield Text(f"{result.item.full_name}: {result.status}", style="bold")
            yield Text("\n".join(f"  {line}" for line in lines))
    good = sum(result.status in ("equal", "explained") for result in found)
    nothing = sum(result.status == "not compared" for result in found)
    yield Text(
        f"{len(found)} object{'' if len(found) == 1 else 's'}: {good} equal or explained, "
        f"{len(found) - good - nothing} not, {nothing} with nothing to compare with"
    )


def _table(found: Sequence[Result]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("object", "status"):
        table.add_column(name, no_wrap=True)
    for name in ("source rows", "bronze rows", "rejected", "missing", "extra"):
        table.add_column(name, justify="right", min_width=8)
    table.add_column("sums")
    for result in found:
        status = Text(result.status, style=STYLES[result.status])
        cells: list[str | Text] = [result.item.full_name, status]
        if result.figures:
            cells += _cells(result, result.figures)
        table.add_row(*cells)
    return table


def _cells(result: Result, found: Figures) -> list[str]:
    has_keys = bool(result.item.load.keys)
    refused = f"{found['rejected_rows']:,}"
    if found["dropped_rows"]:
        refused += f"\n+ {found['dropped_rows']:,} dropped"
    differing = len(differing_sums(result.item, found))
    return [
        f"{found['source_rows']:,}", f"{found['bronze_rows']:,}", refused,
        f"{found['missing_keys']:,}" if has_keys else "-",
        f"{found['extra_keys']:,}" if has_keys else "-",
        f"{differing} differ" if differing else "equal" if found.source else "",
    ]  # fmt: skip


def _sums(found: Sequence[Result]) -> Table | None:
    """The control totals, a line each."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in ("object", "control total"):
        table.add_column(name, no_wrap=True)
    for name in ("source", "bronze", "difference"):
        table.add_column(name, justify="right")
    for result in found:
        if result.figures:
            differing = differing_sums(result.item, result.figures)
            for name, value in result.figures.source.items():
                bronze = result.figures.bronze[name]
                change = f"{Decimal(value) - Decimal(bronze):+}" if name in differing else ""
                table.add_row(result.item.full_name, name, value, bronze, change)
    return table if table.rows else None


def _said(result: Result) -> Iterable[str]:
    if result.reason:
        yield result.reason
    if (found := result.figures) is None:
        return
    keys = "|".join(result.item.load.keys)
    for kind in ("missing", "extra", "changed"):
        if found[f"{kind}_keys"]:
            examples = [each for each in result.examples if each.kind == kind]
            yield f"{_counted(kind, found)}, {keys} = {', '.join(map(_example, examples))}" + (
                ", ..." if found[f"{kind}_keys"] > len(examples) else ""
            )
    if result.item.load.keys and found["accepted_rows"] > found["accepted_keys"]:
        more = found["accepted_rows"] - found["accepted_keys"]
        yield f"{more:,} rows of the source repeat a key"
    if found["held_keys"]:
        yield f"{found['held_keys']:,} live keys whose row in the source is rejected or dropped"


def _counted(kind: str, found: Figures) -> str:
    meaning = {
        "missing": "in the source, not in bronze", "extra": "in bronze, not in the source",
        "changed": "with other totals",
    }[kind]  # fmt: skip
    count = found[f"{kind}_keys"]
    text = f"{count:,} key{'' if count == 1 else 's'} {meaning}"
    if kind == "missing" and found["missing_explained"]:
        text += f" ({found['missing_explained']:,} rejected or dropped)"
    return text


def _example(example: Example) -> str:
    if example.kind != "changed":
        return example.key
    changes = [
        f"{name} {example.source.get(name, 'null')} / {example.bronze.get(name, 'null')}"
        for name in {**example.source, **example.bronze}
        if example.source.get(name) != example.bronze.get(name)
    ]
    return f"{example.key} ({', '.join(changes)})"
