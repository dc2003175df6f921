"""Seeded Parquet data for the parts `loads` and `growth`: a table of N rows, and batches."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

# Ten columns, in both the sources and the tables: name -> type in columns.csv.
COLUMNS = {
    "id": "bigint",
    "name": "text",
    "status": "text",
    "amount": "decimal(12,2)",
    "rate": "double",
    "is_active": "boolean",
    "country": "text",
    "valid_on": "date",
    "updated_at": "timestamp",
    "seq": "bigint",
}
# What a row says follows from its key and its version alone.
_PAYLOAD = """
    'customer ' || id as name,
    ['new', 'open', 'paid', 'closed'][1 + (id + version) % 4] as status,
    cast((id * 7 + version * 13) % 1000000 / 100 as decimal(12, 2)) as amount,
    cast(id % 97 as double) / 97 as rate,
    (id + version) % 3 = 0 as is_active,
    ['DE', 'FR', 'AT', 'PL', 'CZ'][1 + id % 5] as country,
    date '2020-01-01' + cast(id % 2000 as integer) as valid_on,
    timestamp '2026-01-01' + to_seconds(version) as updated_at,
    version as seq
"""
# Half of the batch is new. Version 0 is the table's.
_UPSERTS = """
    select case when n % 2 = 0 then n * 10 else {rows} + n end as id, 1 as version
    from range({batch}) as r (n)
"""
_CHANGES = "select n * 10 as id, 1 as version from range({batch}) as r (n)"
# A hundredth of a snapshot has changed, as much is gone and as much is new.
_SNAPSHOT = """
    select case when n % 100 = 1 then {rows} + n else n end as id,
        case when n % 100 = 0 then 1 else 0 end as version
    from range({rows}) as r (n)
"""
# Events of a feed in no order: a tenth deletes, a tenth stale, a tenth twice, a fifth of new keys.
_EVENTS = """
    select
        cast(case when n // {per_key} % 5 < 4 then hash(n // {per_key}) % {rows}
            else {rows} + n // {per_key} end as bigint) as id,
        case when n % 10 = 1 then -n else n + 1 end as version,
        case when n % 10 = 3 then 'D' else 'U' end as op
    from (select case when n % 10 = 5 then n - 1 else n end as n from range({batch}) as r (n))
"""


def write(folder: Path, rows: int, batch: int, sources: Collection[str]) -> None:
    """Writes the sources into a folder: tables of `rows` rows as <source>/0001.parquet, batches as
    <source>/0002.parquet.
    """
    table = f"select n as id, 0 as version from range({rows}) as r (n)"
    keyed = {
        "upsert/0001": table,
        "upsert_batch/0002": _UPSERTS.format(rows=rows, batch=batch),
        "change_batch/0002": _CHANGES.format(batch=batch),
        "snapshot_batch/0002": _SNAPSHOT.format(rows=rows),
    }
    queries = {path: f"select id, {_PAYLOAD} from ({versions})" for path, versions in keyed.items()}
    queries["feed/0001"] = f"select 'U' as op, id, {_PAYLOAD} from ({table})"
    for per_key in (1, 20):
        events = _EVENTS.format(rows=rows, batch=batch, per_key=per_key)
        queries[f"feed_batch_{per_key}/0002"] = (
            f"select op, id, {_PAYLOAD} from ({events}) order by hash(id, version)"
        )
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        for name, query in queries.items():
            if name.split("/")[0] not in sources:
                continue
            path = folder / f"{name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"copy ({query}) to '{path}' (format parquet)")
