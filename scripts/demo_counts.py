"""Counts for the demo, taken from the tables of its warehouse after a build."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

# The last event of each key now, beside the last one before this load: what became of the key.
LEDGER_CHANGES = """
with ranked as (
    select
        {keys},
        _op,
        _inserted_load_id = $load as is_new,
        row_number() over (partition by {keys} order by _sequence desc) as newest,
        row_number() over (
            partition by {keys}, _inserted_load_id = $load order by _sequence desc
        ) as newest_of_its_kind
    from {table}
    where _op <> 'truncate'
),

changes as (
    select
        {keys},
        max(case when newest = 1 and is_new then _op end) as now,
        max(case when not is_new and newest_of_its_kind = 1 then _op end) as was
    from ranked
    group by {keys}
)

select
    count(*) filter (now = 'upsert' and was is distinct from 'upsert') as inserted,
    count(*) filter (now = 'upsert' and was = 'upsert') as updated,
    count(*) filter (now = 'delete' and was = 'upsert') as deleted
from changes
"""
# A row is visible when it is neither deleted nor older than a truncate. A key that came and went
# within one load was never seen by anybody.
STATE_CHANGES = """
with marked as (
    select
        t.*,
        t._load_id = $load as is_written,
        m.newest is null or t._sequence > m.newest as is_kept,
        m.before is null or t._sequence > m.before as was_kept
    from {table} as t
    cross join (
        select
            max(_deleted_sequence) as newest,
            max(_deleted_sequence) filter (_load_id <> $load) as before
        from {table}
        where _action = 'truncate'
    ) as m
    where t._action <> 'truncate'
)

select
    count(*) filter (is_written and _action = 'insert' and is_kept) as inserted,
    count(*) filter (is_written and _action = 'update' and is_kept) as updated,
    count(*) filter (
        _inserted_load_id <> $load
        and (
            (is_written and _action = 'delete')
            or (not _is_deleted and not is_kept and was_kept
                and not (is_written and _action = 'insert'))
        )
    ) as deleted
from marked
"""
TABLE_CHANGES = """
select
    count(*) filter (_action = 'insert') as inserted,
    count(*) filter (_action = 'update') as updated,
    0 as deleted
from {table}
where _load_id = $load
"""


# By back end; of an object that has both, the state is asked.
CHANGES = {"state": STATE_CHANGES, "table": TABLE_CHANGES, "ledger": LEDGER_CHANGES}


@dataclass(frozen=True, slots=True)
class ObjectCounts:
    """What one load did with one object; `versions` only where history is kept."""

    name: str
    load: str
    read: int
    rejected: Mapping[str, int]
    inserted: int
    updated: int
    deleted: int
    current: int
    versions: int | None
    rescued: int

    @property
    def without_effect(self) -> int:
        """Accepted rows that changed no key."""
        written = self.inserted + self.updated + self.deleted
        return max(self.read - sum(self.rejected.values()) - written, 0)


@dataclass(slots=True)
class Models:
    """The models of one object, by what they are for."""

    load: str = ""
    staging: str = ""
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)


class Tables:
    """The demo's warehouse, read only, seen through the manifest of the build."""

    def __init__(self, database: Path, manifest: Path, results: Mapping[str, Any]) -> None:
        self._connection = duckdb.connect(str(database), read_only=True)
        nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
        self._nodes = {n["name"]: n for n in nodes if n["resource_type"] in ("model", "snapshot")}
        self._load_id = self._find_load(results["metadata"]["invocation_id"][:8])

    def __enter__(self) -> Tables:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def objects(self) -> list[ObjectCounts]:
        """The counts of every object, in the order of their names."""
        return [self._count(name, models) for name, models in sorted(self._models().items())]

    def layers(self) -> dict[str, dict[str, int]]:
        """Schema -> model -> rows, of silver and gold."""
        found: dict[str, dict[str, int]] = {}
        for name, node in sorted(self._nodes.items()):
            if node["resource_type"] == "snapshot" or node["fqn"][1] in ("silver", "gold"):
                rows = self._one(f"select count(*) from {node['relation_name']}")
                found.setdefault(node["schema"], {})[name] = rows
        order = sorted(found, key=lambda schema: ("silver" not in schema, schema))
        return {schema: found[schema] for schema in order}

    def notes(self) -> list[str]:
        """What a reader might miss in the numbers."""
        notes = []
        for one in self.objects():
            if one.rescued:
                notes.append(
                    f"{one.name}: {one.rescued} rows have fields that the metadata does not know "
                    "or values not of its type; they wait in _rescued: " + self._rescued(one.name)
                )
        if "slv_sales__customer_match" in self._nodes:
            matched = self._rows(
                f"select match_rule, count(*) from {self._relation('slv_sales__customer_match')}"
                " group by match_rule order by match_rule"
            )
            rules = ", ".join(f"{count} by {rule}" for rule, count in matched)
            notes.append(f"crm people found in erp: {rules}")
        return notes

    def _models(self) -> dict[str, Models]:
        found: dict[str, Models] = {}
        for name, node in self._nodes.items():
            about = (node["config"].get("meta") or {}).get("medallion")
            if not about:
                continue
            models = found.setdefault(f"{about['system']}.{about['object']}", Models())
            if name.startswith("stg_"):
                models.staging = name
            if "back_end" in about:
                models.tables[about["back_end"]] = node
                models.load = about["fingerprint"]["load"]
        return found

    def _count(self, name: str, models: Models) -> ObjectCounts:
        current = f"brz_{name.replace('.', '__')}"
        history = self._nodes.get(f"{current}__history")
        reasons = self._rows(
            "select coalesce(_reject_reason, ''), count(*), count(_rescued)"
            f" from {self._relation(models.staging)} where _load_id = $load group by 1",
            load=self._load_id,
        )
        inserted, updated, deleted = self._written(models)
        return ObjectCounts(
            name=name,
            load=models.load,
            read=sum(count for _, count, _ in reasons),
            rejected={reason: count for reason, count, _ in reasons if reason},
            inserted=inserted,
            updated=updated,
            deleted=deleted,
            current=self._one(f"select count(*) from {self._relation(current)}"),
            versions=self._one(f"select count(*) from {history['relation_name']}")
            if history
            else None,
            rescued=sum(rescued for reason, _, rescued in reasons if not reason),
        )

    def _written(self, models: Models) -> tuple[int, int, int]:
        """Keys inserted, updated and deleted by this load."""
        for back_end, sql in CHANGES.items():
            node = models.tables.get(back_end)
            if node:
                keys = [
                    key for key in node["config"]["unique_key"] or [] if not key.startswith("_")
                ]
                query = sql.format(table=node["relation_name"], keys=", ".join(keys))
                inserted, updated, deleted = self._rows(query, load=self._load_id)[0]
                return inserted, updated, deleted
        raise ValueError(f"{models.staging} feeds no table")

    def _rescued(self, name: str) -> str:
        """The fields that were put aside, and how often."""
        staging = self._relation(f"stg_{name.replace('.', '__')}")
        fields = self._rows(
            "select field, count(*) from ("
            f"select unnest(json_keys(_rescued)) as field from {staging}"
            " where _load_id = $load and _reject_reason is null"
            ") group by field order by field",
            load=self._load_id,
        )
        return ", ".join(f"{field} {count} times" for field, count in fields)

    def _find_load(self, invocation: str) -> str:
        """The load id of this build, from the invocation that it ends with."""
        stagings = [name for name in self._nodes if name.startswith("stg_")]
        union = " union all ".join(f"select _load_id from {self._relation(n)}" for n in stagings)
        sql = f"select max(_load_id) from ({union}) where ends_with(_load_id, $invocation)"
        found = self._rows(sql, invocation=invocation)
        return str(found[0][0] or invocation)

    def _relation(self, name: str) -> str:
        return str(self._nodes[name]["relation_name"])

    def _rows(self, sql: str, **values: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str) -> int:
        return int(self._rows(sql)[0][0])
