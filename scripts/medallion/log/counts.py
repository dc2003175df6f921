"""The counts of the last load of every object, in few statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from medallion.generate import specs
from medallion.log.rows import COUNTED, Row
from medallion.log.staged import value
from medallion.metadata.dbt_models import staging_name
from medallion.metadata.models import Object
from medallion.warehouse import Warehouse, WarehouseError

BATCH = 20
Each = TypeVar("Each")


def counted(warehouse: Warehouse, items: Sequence[Object]) -> Iterator[dict[str, Any]]:
    """A row of `load_counts` for each object whose tables are there.

    One statement asks for BATCH objects. Raises WarehouseError.
    """
    for _, answer in _asked(warehouse, items):
        if isinstance(answer, WarehouseError):
            raise answer
        yield from answer


def counted_safely(
    warehouse: Warehouse, items: Sequence[Object]
) -> tuple[dict[str, Row], dict[str, str]]:
    """The rows of `counted` by full name, and why an object could not be counted.

    A statement that fails is repeated object by object, so that one damaged table does not hide
    the other counts.
    """
    rows: list[dict[str, Any]] = []
    faults: dict[str, str] = {}
    for batch, answer in _asked(warehouse, items):
        if not isinstance(answer, WarehouseError):
            rows += answer
            continue
        for item in batch:
            try:
                rows += warehouse.query(counts_sql(warehouse, [item]))
            except WarehouseError as error:
                faults[item.full_name] = " ".join(error.problems[0].message.split())
    return {f"{row['system']}.{row['object']}": _typed(row) for row in rows}, faults


def _asked(warehouse: Warehouse, items: Sequence[Object]) -> Iterator[tuple[Sequence[Object], Any]]:
    """Batches of the objects that can be counted, each with its rows or why there are none."""
    asked = list(batches(counted_items(warehouse, items)))
    answers = warehouse.answers(counts_sql(warehouse, batch) for batch in asked)
    yield from zip(asked, answers, strict=True)


def batches(items: Sequence[Each]) -> Iterator[Sequence[Each]]:
    """At most BATCH items at a time: as many as one statement asks for."""
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]


def _typed(row: Mapping[str, Any]) -> Row:
    """The columns of the log, and what `failure` says."""
    counts = {name: value(kind, row[name]) for name, kind in COUNTED.items()}
    return counts | {"failure": row["failure"]}


def counted_items(warehouse: Warehouse, items: Sequence[Object]) -> list[Object]:
    """The objects that can be counted: built at least once."""
    known: dict[str, set[str]] = {}
    found = []
    for item in items:
        tables = filter(None, (staging_model(item), counted_model(item)))
        if all(is_built(warehouse, name, known) for name in tables):
            found.append(item)
    return found


def counts_sql(warehouse: Warehouse, items: Sequence[Object]) -> str:
    """The SELECT of the objects' counts, a row each."""
    requests = [
        {
            "spec": specs.counts_spec(item),
            "staging": warehouse.relation(staging) if staging else None,
            "table": warehouse.relation(counted_model(item)),
        }
        for item in items
        for staging in [staging_model(item)]
    ]
    return warehouse.render("load_counts", requests=requests)


def staging_model(item: Object) -> str | None:
    """The staging model of an object; None where it has none."""
    has_staging = item.settings.staging != "none"
    return staging_name(item.system.name, item.name) if has_staging else None


def counted_model(item: Object) -> str:
    """The bronze model by which an object's loads are counted."""
    return specs.model_name(item, specs.counted_part(item))


def is_built(warehouse: Warehouse, model: str, known: dict[str, set[str]]) -> bool:
    """Whether the model's table is there; one listing a schema."""
    relation = warehouse.relation(model)
    schema = str(relation.without_identifier())
    if schema not in known:
        known[schema] = warehouse.tables(relation)
    return str(relation.identifier) in known[schema]
