"""The last read of every object, from ops.loaded_files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from medallion.log.rows import Kind
from medallion.metadata.dbt_models import models_of
from medallion.metadata.models import Object
from medallion.warehouse import Warehouse

_STAGED = """
select f.model, f.load_id, min(f.recorded_at) as staged_at, count(f.file) as files_read
from {files} as f
join (select model, max(load_id) as load_id from {files} group by model) as newest
    on f.model = newest.model and f.load_id = newest.load_id
group by f.model, f.load_id
"""


@dataclass(frozen=True)
class Staged:
    """The last read of an object: what staging, or bronze where there is none, recorded of it."""

    load_id: str
    staged_at: datetime
    files_read: int

    @property
    def invocation(self) -> str:
        """The first characters of dbt's invocation id, with which a load id ends."""
        return self.load_id.rpartition("-")[2]


def last_staged(warehouse: Warehouse, objects: Iterable[Object]) -> dict[str, Staged]:
    """The last read of every object that was read at all, by full name. One statement."""
    files = warehouse.render("ops_relation", name="loaded_files")
    found = {row["model"]: row for row in warehouse.query(_STAGED.format(files=files))}
    return {
        item.full_name: Staged(
            row["load_id"], value("timestamp", row["staged_at"]), int(row["files_read"])
        )
        for item in objects
        if (row := found.get(reader(item)))
    }


def reader(item: Object) -> str:
    """The model that reads the object's source: staging, or the bronze table where it has none."""
    return next(each.name for each in models_of(item) if each.part == "staging" or each.is_table)


def value(kind: Kind, given: Any) -> Any:
    """A value as drivers return it, in the type of its column: each driver has ways of its own."""
    if given is None:
        return None
    if kind == "timestamp":
        time = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    return {"text": str, "bigint": int, "double": float}[kind](given)
