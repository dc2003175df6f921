"""The counts of the last load of every object, in few statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from medallion.generate import specs
from medallion.metadata.dbt_models import staging_name
from medallion.metadata.models import Object
from medallion.warehouse import Warehouse

BATCH = 20


def counted(warehouse: Warehouse, items: Sequence[Object]) -> Iterator[dict[str, Any]]:
    """A row of `load_counts` for each object that has staging and whose tables are there.

    One statement asks for BATCH objects. Raises WarehouseError.
    """
    found = counted_items(warehouse, items)
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        selects = [f"select * from (\n{counts_sql(warehouse, item)}\n) as c" for item in batch]
        yield from warehouse.query("\nunion all\n".join(selects))


def counted_items(warehouse: Warehouse, items: Sequence[Object]) -> list[Object]:
    """The objects that can be counted: staged, and built at least once."""
    staged = [item for item in items if item.settings.staging != "none"]
    known: dict[str, set[str]] = {}
    found = []
    for item in staged:
        tables = (staging_name(item.system.name, item.name), counted_model(item))
        if all(_is_built(warehouse, name, known) for name in tables):
            found.append(item)
    return found


def counts_sql(warehouse: Warehouse, item: Object) -> str:
    """The SELECT of one object's counts."""
    return warehouse.render(
        "load_counts",
        spec=specs.counts_spec(item),
        staging=warehouse.relation(staging_name(item.system.name, item.name)),
        table=warehouse.relation(counted_model(item)),
    )


def counted_model(item: Object) -> str:
    """The bronze model by which an object's loads are counted."""
    return specs.model_name(item, specs.counted_part(item))


def _is_built(warehouse: Warehouse, model: str, known: dict[str, set[str]]) -> bool:
    """Whether the model's table is there; one listing a schema."""
    relation = warehouse.relation(model)
    schema = str(relation.without_identifier())
    if schema not in known:
        known[schema] = warehouse.tables(relation)
    return str(relation.identifier) in known[schema]
