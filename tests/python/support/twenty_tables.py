"""Twenty tables of different shapes: how each is delivered, added, and what bronze must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from support.deliver import (
    Values,
    Write,
    delta,
    lines,
    mysql,
    parquet,
    postgres,
    sqlite,
    sqlserver,
    texts,
)

# The options of `medallion add SYSTEM`; each system also grants its tables to somebody.
SYSTEMS = {
    "hr": "--kind files --location landing/hr --format csv",
    "iot": "--kind files --location landing/iot --format json",
    "pg": "--kind files --location landing/pg --format json --cdc-format debezium_postgres",
    "my": "--kind files --location landing/my --format json --cdc-format debezium_mysql",
    "ms": "--kind files --location landing/ms --format json --cdc-format debezium_sqlserver",
    "capture": "--kind files --location landing/capture --format csv --cdc-format sqlserver",
    "dms": "--kind files --location landing/dms --format csv --cdc-format dms",
    "lake": "--kind files --location landing/lake --format parquet",
    "dl": "--kind files --location landing/dl --format delta",
    "lite": "--kind database --location landing/lite.sqlite --format sqlite",
}


@dataclass(frozen=True)
class Shape:
    """A table: its name, options of `medallion add`, deliverer, and the rows of bronze."""

    name: str
    options: str
    write: Write
    columns: tuple[str, ...]
    rows: Sequence[Values]

    @property
    def model(self) -> str:
        return "brz_" + self.name.replace(".", "__")

    @property
    def staging(self) -> str:
        return "stg_" + self.name.replace(".", "__")


WIDE = tuple(f"reading_{n:03}" for n in range(150))
NOON = datetime(2026, 3, 1, 12)

SHAPES = (
    Shape(
        "hr.departments",
        "--source 'departments/*.csv' --load full --keys code --sequence _file_number",
        texts(
            "hr/departments/1.csv",
            ("Code", "Größe in m²", "order", "Cost Center", "closed_on"),
            [("A-1", "12.5", "first", "007", ""), ("B|2", "3.25", "", "008", "")],
            bom=True,
        ),
        ("code", "grosse_in_m2", "order_", "cost_center", "closed_on"),
        [
            ("A-1", Decimal("12.5"), "first", "007", None),
            ("B|2", Decimal("3.25"), None, "008", None),
        ],
    ),
    Shape(
        "hr.assignments",
        "--source 'assignments/*.csv' --load full --keys 'Person ID|Since' "
        "--sequence _file_name --history scd2",
        texts(
            "hr/assignments/2026.csv",
            ("Person ID", "Since", "Note; long"),
            [
                (1, "2026-01-01", "two\nlines"),
                (1, "2026-02-01", 'a "quoted" word'),
                (2, "2026-01-01", "x;y"),
            ],
            delimiter=";",
            lineterminator="\r\n",
        ),
        ("person_id", "since", "note_long"),
        [
            (1, date(2026, 1, 1), "two\nlines"),
            (1, date(2026, 2, 1), 'a "quoted" word'),
            (2, date(2026, 1, 1), "x;y"),
        ],
    ),
    Shape(
        "hr.holidays",
        "--source 'holidays/*.csv' --load full",
        texts("hr/holidays/1.csv", ("day", "select"), [("2026-01-01", "x"), ("2026-01-01", "x")]),
        ("day", "select_"),
        [(date(2026, 1, 1), "x"), (date(2026, 1, 1), "x")],
    ),
    Shape(
        "hr.plans",
        "--source 'plans/*.csv' --load full --keys plan",
        texts("hr/plans/1.csv", ("plan", "never filled"), [("p", "")]),
        ("plan", "never_filled"),
        [("p", None)],
    ),
    Shape(
        "iot.readings",
        "--source 'readings/*.jsonl' --load delta --keys 'deviceId|at' --sequence at "
        "--staging checkpointed",
        lines(
            "iot/readings/1.jsonl",
            [
                {"deviceId": d, "at": f"2026-03-01T12:0{n}:00Z", "°C": n + 0.5}
                for d in "ab"
                for n in (0, 1)
            ],
        ),
        ("deviceid", "at_", "c"),
        [(d, NOON.replace(minute=n), n + 0.5) for d in "ab" for n in (0, 1)],
    ),
    Shape(
        "iot.devices",
        "--source 'devices/*.jsonl' --load full --keys id",
        lines(
            "iot/devices/1.jsonl",
            [
                {"id": "ä", "place": {"lat": 1.5, "names": ["x", "ö"]}, "a.b": True, "on": None},
                {"id": "b", "place": None, "a.b": False},
            ],
        ),
        ("id", "place", "a_b", "on_"),
        [("ä", '{"lat":1.5,"names":["x","ö"]}', True, None), ("b", None, False, None)],
    ),
    Shape(
        "iot.panels",
        "--source 'panels/*.jsonl' --load delta --keys panel --sequence read_at --history scd2",
        lines(
            "iot/panels/1.jsonl",
            [
                {
                    "panel": p,
                    "read_at": "2026-03-01T12:00:00",
                    **{name: n * p for n, name in enumerate(WIDE)},
                }
                for p in (1, 2)
            ],
        ),
        ("panel", "read_at", *WIDE),
        [(p, NOON, *(n * p for n in range(150))) for p in (1, 2)],
    ),
    Shape(
        "iot.carts",
        "--source 'carts/*.jsonl' --load cdc --keys cart --sequence seq --history scd2",
        lines(
            "iot/carts/1.jsonl",
            [
                {"op": "I", "seq": 1, "cart": 10, "items": 1},
                {"op": "U", "seq": 3, "cart": 10, "items": 3},
                {"op": "I", "seq": 2, "cart": 11, "items": 1},
                {"op": "D", "seq": 4, "cart": 11, "items": None},
            ],
        ),
        ("cart", "items"),
        [(10, 3)],
    ),
    Shape(
        "pg.accounts",
        "--source 'accounts/*.jsonl' --load cdc --keys id --history scd2",
        lines(
            "pg/accounts/1.jsonl",
            [
                postgres("r", 1, id=1, full_name="Zoë", balance="1.50"),
                postgres("u", 3, id=1, full_name="Zoë", balance="2.50"),
                postgres("c", 2, id=2, full_name="Al", balance="0.00"),
                postgres("d", 4, id=2, full_name=None, balance=None),
            ],
        ),
        ("id", "full_name", "balance"),
        [(1, "Zoë", Decimal("2.50"))],
    ),
    Shape(
        "pg.payments",
        "--source 'payments/*.jsonl' --load cdc --keys 'invoice|line'",
        lines(
            "pg/payments/1.jsonl",
            [postgres("c", n, invoice=f"I{n % 2}", line=n, Paid=n > 1) for n in range(1, 4)],
        ),
        ("invoice", "line", "paid"),
        [("I0", 2, True), ("I1", 1, False), ("I1", 3, True)],
    ),
    Shape(
        "my.tickets",
        "--source 'tickets/*.jsonl' --load cdc --keys id --history scd2",
        lines(
            "my/tickets/1.jsonl",
            [
                mysql("c", 4, id=1, state="new"),
                mysql("u", 900, id=1, state="done"),
                mysql("r", 5, id=2, state="new"),
            ],
        ),
        ("id", "state"),
        [(1, "done"), (2, "new")],
    ),
    Shape(
        "ms.invoices",
        "--source 'invoices/*.jsonl' --load cdc --keys InvoiceNo",
        lines(
            "ms/invoices/1.jsonl",
            [
                sqlserver("r", None, InvoiceNo="a", Total=1),
                sqlserver("u", 2, InvoiceNo="a", Total=2),
                sqlserver("c", 1, InvoiceNo="b", Total=3),
            ],
        ),
        ("invoiceno", "total"),
        [("a", 2), ("b", 3)],
    ),
    Shape(
        "capture.stock",
        "--source 'stock/*.csv' --load cdc --keys sku --history scd2",
        texts(
            "capture/stock/1.csv",
            ("__$start_lsn", "__$command_id", "__$operation", "sku", "pieces"),
            [
                ("0x0000002A", 1, 2, "s1", 5),
                ("0x0000002B", 1, 3, "s1", 5),
                ("0x0000002B", 1, 4, "s1", 4),
            ],
        ),
        ("sku", "pieces"),
        [("s1", 4)],
    ),
    Shape(
        "dms.parcels",
        "--source 'parcels/*.csv' --load cdc --keys parcel --sequence 'change_seq text'",
        texts(
            "dms/parcels/1.csv",
            ("Op", "change_seq", "parcel", "kg"),
            [
                ("", "", 1, "1.5"),
                ("", "", 2, "2.5"),
                ("U", f"{1:035}", 1, "1.75"),
                ("D", f"{2:035}", 2, "2.5"),
            ],
        ),
        ("parcel", "kg"),
        [(1, Decimal("1.75"))],
    ),
    Shape(
        "lake.trips",
        "--source 'trips/*.parquet' --load full --keys 'Trip Id'",
        parquet(
            "lake/trips/1.parquet",
            """
            select 7::bigint as "Trip Id", timestamptz '2026-03-01 12:00:00+00' as "at",
                [1, 2] as stops, {'a': 1} as "group", 1.25::decimal(9, 2) as fare, 'ab'::blob as raw
        """,
        ),
        ("trip_id", "at_", "stops", "group_", "fare", "raw"),
        [(7, NOON, "[1,2]", '{"a":1}', Decimal("1.25"), "6162")],
    ),
    Shape(
        "lake.zones",
        "--source 'zones/*/part.parquet' --load delta --keys zone --sequence changed_at "
        "--history scd2",
        parquet(
            "lake/zones/day=1/part.parquet",
            """
            select
                'z' || n as zone, timestamp '2026-03-01 12:00:00' as changed_at,
                null::integer as rank
            from range(2) as t (n)
        """,
        ),
        ("zone", "changed_at", "rank"),
        [("z0", NOON, None), ("z1", NOON, None)],
    ),
    Shape(
        "dl.stocks",
        "--source stocks --load full --keys 'sku|Warehouse'",
        delta("dl/stocks", {"sku": ["a", "a"], "Warehouse": [1, 2], "pieces": [5, None]}),
        ("sku", "warehouse", "pieces"),
        [("a", 1, 5), ("a", 2, None)],
    ),
    Shape(
        "dl.moves",
        "--source moves --load delta --keys id --sequence updated_at",
        delta("dl/moves", {"id": [1, 2, 3], "updated_at": [NOON] * 3, "from": ["x", "y", "z"]}),
        ("id", "updated_at", "from_"),
        [(1, NOON, "x"), (2, NOON, "y"), (3, NOON, "z")],
    ),
    Shape(
        "lite.people",
        "--source people --load delta --keys id --sequence updated_at --history scd2",
        sqlite(
            "create table people (id integer primary key, name text, updated_at datetime)",
            "insert into people values (?, ?, ?)",
            [(1, "Ann", "2026-03-01 12:00:00"), (2, None, "2026-03-01 12:00:00")],
        ),
        ("id", "name", "updated_at"),
        [(1, "Ann", NOON), (2, None, NOON)],
    ),
    Shape(
        "lite.order_details",
        "--source 'Order Details' --load full --keys 'Order|Line'",
        sqlite(
            'create table "Order Details" ("Order" text, "Line" int, "Unit Price" decimal(9,2))',
            'insert into "Order Details" values (?, ?, ?)',
            [("o1", 1, 2.5), ("o1", 2, 3)],
        ),
        ("order_", "line", "unit_price"),
        [("o1", 1, Decimal("2.5")), ("o1", 2, Decimal("3"))],
    ),
)
