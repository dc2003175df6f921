"""What the generated views over a bronze table select."""

from __future__ import annotations

from dataclasses import dataclass

from medallion.generate.specs import model_name, stored_types
from medallion.metadata.dbt_models import Part
from medallion.metadata.models import CdcLoad, Object

_COLUMNS: dict[Part, list[str]] = {
    "current": ["_sequence", "_event_time", "_inserted_load_id", "_load_id"],
    "history": [
        "_valid_from as valid_from", "_valid_to as valid_to", "_is_current as is_current",
        "_start_sequence", "_end_sequence", "_sequence", "_load_id",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """Columns of a model, and which of its rows; `truncate`: none that a truncate has removed."""

    columns: list[str]
    model: str
    rows: str
    truncate: bool = False


def view(item: Object, part: Part) -> View:
    """`current`: the live rows of an object, what silver reads. `history`: its SCD2 versions;
    `valid_to` is exclusive, and null while the version is open."""
    load, names = item.load, stored_types(item)
    business = [*load.keys, *(name for name in names if name not in load.keys), "_rescued"]
    columns = business + _COLUMNS[part]
    if part == "history":
        return View(columns, model_name(item, "ledger"), "_is_version")
    if item.carry:
        return View(columns, model_name(item, "ledger"), "_is_current")
    truncate = isinstance(load, CdcLoad) and load.truncate
    return View(columns, model_name(item, "state"), "not _is_deleted", truncate)
