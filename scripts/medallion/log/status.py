"""The last load of every object, from ops.load_log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from medallion.log.rows import COLUMNS, Row
from medallion.log.staged import value
from medallion.metadata.models import Object
from medallion.metadata.settings import in_seconds
from medallion.warehouse import Warehouse

# Newest entry of each object, and when it last received data: one scan of the log.
_LAST = """
select {columns}, fresh_at
from (
    select
        *,
        max(case when status = 'applied' then started_at end) over (
            partition by system, object
        ) as fresh_at,
        row_number() over (
            partition by system, object order by load_id desc, attempt desc, logged_at desc
        ) as entry_rank
    from {relation}
) as ranked
where entry_rank = 1
"""


@dataclass(frozen=True)
class Status:
    """An object and its last load; `load` is None before the first one."""

    item: Object
    load: Row | None
    fresh_at: datetime | None
    now: datetime

    @property
    def status(self) -> str:
        return str(self.load["status"]) if self.load else "never loaded"

    @property
    def is_failed(self) -> bool:
        """Whether the last load needs somebody's eye."""
        return self.status in ("failed", "skipped", "interrupted") or self.failed_nodes > 0

    @property
    def failed_nodes(self) -> int:
        return int(self.load["failed_nodes"] or 0) if self.load else 0

    @property
    def age(self) -> timedelta | None:
        """Since the last load that brought data."""
        return self.now - self.fresh_at if self.fresh_at else None

    @property
    def is_late(self) -> bool:
        every = self.item.settings.expected_every
        if every is None:
            return False
        return self.age is None or self.age > timedelta(seconds=in_seconds(every))

    def as_json(self) -> dict[str, Any]:
        """All that is known, for scripts; times in UTC."""
        return {
            "object": self.item.full_name,
            "status": self.status,
            "is_failed": self.is_failed,
            "is_late": self.is_late,
            "fresh_at": _plain(self.fresh_at),
            "age_seconds": round(self.age.total_seconds()) if self.age else None,
            "expected_every": self.item.settings.expected_every,
            "owner": self.item.owner,
            "load": {name: _plain(given) for name, given in self.load.items()}
            if self.load
            else None,
        }


def _plain(given: Any) -> Any:
    return given.isoformat(sep=" ") if isinstance(given, datetime) else given


def statuses(warehouse: Warehouse, objects: Iterable[Object]) -> list[Status]:
    """The status of each object, by one statement. Raises WarehouseError."""
    columns = COLUMNS["load_log"]
    relation = warehouse.render("ops_relation", name="load_log")
    now = datetime.now(UTC).replace(tzinfo=None)
    found: dict[str, tuple[Row, datetime | None]] = {}
    for row in warehouse.query(_LAST.format(columns=", ".join(columns), relation=relation)):
        load = {name: value(kind, row[name]) for name, kind in columns.items()}
        found[f"{row['system']}.{row['object']}"] = (load, value("timestamp", row["fresh_at"]))
    return [
        Status(item, load, fresh_at, now)
        for item in objects
        for load, fresh_at in [found.get(item.full_name, (None, None))]
    ]


def chosen(every: Sequence[Status], name: str | None, *, failed: bool, late: bool) -> list[Status]:
    """Those of a system or an object, and those that failed or are late where that is asked."""
    return [
        each
        for each in every
        if (name is None or name in (each.item.full_name, each.item.system.name))
        and ((not failed and not late) or (failed and each.is_failed) or (late and each.is_late))
    ]
