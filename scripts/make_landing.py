"""Makes the demo's source data below `landing/`; the same bytes every time.

Invented here: the crm, web and ref systems. The erp feed is real (recorded with Debezium from a
PostgreSQL server; the tests have it whole) and only cut into deliveries.

    .venv/bin/python scripts/make_landing.py
"""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANDING = ROOT / "landing"
FEED = ROOT / "tests/python/fixtures/feeds/postgres-debezium"
DELIVERIES = (1, 2, 3)
# Positions of the feed at which a delivery ends: `tier` appears within the second one and the
# truncate of order_lines too; `is_gift` becomes text within the third one.
CUTS = (26_540_000, 26_650_000)
# Every 17th change of these positions arrives one delivery late, as a stuck partition would do.
LATE_EVERY = 17


def cut_feed(feed: Path) -> None:
    """Cut the recorded feed into deliveries; together they hold every line exactly once."""
    for name in ("customers", "orders", "order_lines"):
        parts: dict[int, list[str]] = {number: [] for number in DELIVERIES}
        number = 1
        lines = (feed / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
        for index, line in enumerate(lines):
            if not line.strip():
                continue
            message = json.loads(line)
            if message is not None:
                number = 1 + sum(message["source"]["lsn"] >= cut for cut in CUTS)
            late = message is not None and index % LATE_EVERY == 0 and name == "orders"
            parts[min(number + late, 3)].append(line)
        for number, part in parts.items():
            write_text(LANDING / "erp" / name / f"{number:04d}.jsonl", "\n".join(part) + "\n")


# crm: key, name, e-mail, phone, country, city, newsletter, updated_at (UTC); e-mail may be missing.
CRM_FIRST = """
C-1001|Đorđe O'Neil|user3@example.com|+49 30 5550101|DE|Berlin|1|2026-11-20 09:12:00
C-1002|Chloe Null|RE20@example.com|+33 1 5550102|FR|Lyon|1|2026-11-23 08:05:00
C-1003|Dorde Nunez|user25@example.com|+1 212 5550103|us|New York|0|2026-10-02 14:31:00
C-1004|Bo Null|user13@example.com||NL|Utrecht|1|2026-11-21 10:00:00
C-1005|Mücahit O'Neil|user31@example.com|+49 40 5550105|DE|Hamburg|0|2026-11-19 16:45:30
C-1006|Ana L.|user38@example.com|+1 312 5550106|US|Chicago|1|2026-11-23 09:30:00
C-1007|Eve Ł|user40@example.com|+90 212 5550107|TR|Istanbul|0|2026-09-14 08:20:00
C-1008|Li O'Neil|user36@example.com|+90 232 5550108|TR|Izmir|1|2026-11-22 19:02:11
C-1009|Bo Smyth||+90 312 5550109|TR|Ankara|1|2026-11-18 11:11:00
C-1010|Zoe Null||+1 206 5550110|US|Seattle|0|2026-11-20 07:00:00
C-1011|Nunez, Mucahit||+49 89 5550111|DE|Munich|1|2026-11-17 12:40:00
C-1012|Chloe Smith||+49 69 5550112|de|Frankfurt|0|2026-11-15 18:00:00
C-1013|Eve Null|||BR|Recife|1|2026-11-16 10:30:00
C-1014|Marta Keller|marta.keller@example.org|+43 1 5550114|AT|Vienna|1|2026-11-01 09:00:00
C-1015|Jonas de Vries|jonas@example.org|+31 20 5550115|NL|Amsterdam|0|2026-11-02 09:30:00
C-1016|Inês Carvalho|ines.carvalho@example.org||PT|Porto|1|2026-11-03 10:00:00
C-1017|Tomasz Wójcik||+48 22 5550117|PL|Warsaw|0|2026-11-04 10:30:00
C-1018|Elif Demir|elif.demir@example.org|+90 216 5550118|TR|Istanbul|1|2026-11-05 11:00:00
C-1019|Dorde Null||+90 242 5550119|TR|Antalya|0|2026-11-20 13:37:00
C-1020|N/A|N/A|N/A|N/A|N/A|0|2026-11-06 12:00:00
C-1021|Rosa Martín|rosa.martin@example.org|+34 91 5550121|ES|Madrid|1|2026-11-07 12:30:00
C-1022|D. Nunez|user25@example.com|+1 646 5550122|US|Brooklyn|1|2026-08-01 06:00:00
"""
CRM_CHANGES = {
    2: """
C-1003|Dorde Nunez|user25@example.com|+1 212 5550203|US|New York|1|2026-11-23 10:15:00
C-1009|Bo Smyth|bo.smyth@example.org|+90 312 5550109|TR|Ankara|1|2026-11-23 10:20:00
C-1015|Jonas de Vries|jonas.devries@example.org|+31 20 5550115|NL|Amsterdam|0|2026-11-23 10:30:00
C-1023|Ahmet Yavuz|ahmet@example.org|+90 224 5550123|TR|Bursa|1|2026-11-23 10:40:00
C-1024|Núñez, Chloé|re46@example.com||DE|Cologne|1|2026-11-23 10:45:00
C-1025|李 Núñez||+55 11 5550125|BR|São Paulo|0|2026-11-23 10:50:00
""",
    3: """
C-1004|Bo Null|bo.null@example.org|+31 30 5550304|NL|Utrecht|1|2026-11-23 11:45:00
C-1014|Marta Keller-Berg|marta.keller@example.org|+43 1 5550114|AT|Graz|0|2026-11-23 12:00:00
C-1017|Tomasz Wójcik|tomasz@example.org|+48 22 5550117|PL|Kraków|1|2026-11-23 12:05:00
C-1026|Eve Smith|user67@example.com|+1 303 5550126|US|Denver|1|2026-11-23 12:10:00
C-1027|Greta Olsen|greta.olsen@example.org||DK|Aarhus|0|2026-11-23 12:15:00
""",
}
CRM_TABLE = """
create table customers (
    crm_id text primary key,
    display_name text,
    email text,
    phone text,
    country text,
    city text,
    accepts_newsletter integer,
    updated_at text not null
)
"""


def make_crm() -> None:
    """One SQLite file per delivery: the department's whole table as it was then."""
    people: dict[str, list[str | None]] = {}
    for number in DELIVERIES:
        text = CRM_FIRST if number == 1 else CRM_CHANGES[number]
        for line in text.strip().split("\n"):
            values = [value or None for value in line.split("|")]
            people[str(values[0])] = values
        path = LANDING / "crm" / f"{number:04d}.sqlite"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        connection.execute(CRM_TABLE)
        insert = "insert into customers values (?, ?, ?, ?, ?, ?, ?, ?)"
        connection.executemany(insert, [people[key] for key in sorted(people)])
        connection.commit()
        connection.close()


COUNTRIES = """
AN,Netherlands Antilles,Americas
AT,Austria,Europe
BR,Brazil,Americas
DE,Germany,Europe
DK,Denmark,Europe
ES,Spain,Europe
FR,France,Europe
NL,Netherlands,Europe
PL,Poland,Europe
TR,Turkey,Europe
US,United States,Americas
"""
PRODUCTS = (
    "mug", "lamp", "chair", "notebook", "kettle", "blanket", "clock", "basket", "vase", "tray",
)  # fmt: skip
COLOURS = ("blue", "green", "grey", "red", "white")


def make_ref() -> None:
    """Countries: one renamed and one retired, then one new. Prices: a correction, a bad row."""
    first = [line.split(",") for line in COUNTRIES.strip().split("\n")]
    second = [[c, "Türkiye" if c == "TR" else n, r] for c, n, r in first if c != "AN"]
    third = sorted([*second, ["PT", "Portugal", "Europe"]])
    for number, rows in zip(DELIVERIES, (first, second, third), strict=True):
        write_csv(LANDING / "ref/countries" / f"{number:04d}.csv", ("code", "name", "region"), rows)
    header = ("sku", "valid_from", "product_name", "category", "list_price")
    for number in DELIVERIES:
        write_csv(LANDING / "ref/prices" / f"{number:04d}.csv", header, prices(number))


def prices(number: int) -> list[list[str]]:
    """List prices of a delivery, above what the order lines were sold for."""
    sold = highest_prices()
    rows = []
    for index in range(48):  # SKU-048 and SKU-049 are sold but have no list price
        sku = f"SKU-{index:03d}"
        name = f"{PRODUCTS[index % 10]}, {COLOURS[index // 10]}"
        category = "kitchen" if index % 10 in (0, 4, 9) else "home"
        base = sold.get(sku, 20.0)
        rows.append([sku, "2025-01-01", name, category, f"{base * 0.98:.2f}"])
        rows.append([sku, "2026-01-01", name, category, f"{base * 1.05:.2f}"])
    if number >= 2:
        rows[11][4] = "on request"  # a required value that is no number: rejected, not deleted
        rows[20][2] = rows[21][2] = "mug (old model), green"
    if number == 3:
        rows[11][4] = f"{sold.get('SKU-005', 20.0) * 1.10:.2f}"
        rows.append(["SKU-048", "2026-01-01", "vase, white", "home", "52.00"])
    return rows


def highest_prices() -> dict[str, float]:
    """Greatest price per SKU that the erp feed ever showed."""
    highest: dict[str, float] = {}
    for path in sorted((LANDING / "erp/order_lines").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            after = (json.loads(line) or {}).get("after")
            if after:
                highest[after["sku"]] = max(highest.get(after["sku"], 0.0), float(after["price"]))
    return highest


VISITORS = (2, 3, 5, 11, 15, 20, 24, 25, 31, 40, 42, 43, 50, 53, 55, 57, 66, 71)
PRODUCT_PAGES = tuple(f"/p/SKU-{number:03d}" for number in (4, 12, 22, 39))
PAGES = ("/", "/search", *PRODUCT_PAGES, "/cart", "/checkout")
KINDS = ("phone", "tablet", "desktop")


def make_web() -> None:
    """A day of telemetry per delivery, with what telemetry brings along."""
    dice = random.Random(20260101)
    for number in DELIVERIES:
        lines = [dump(reading) for reading in readings(number, dice)]
        lines[20:20] = [f'{{"event_id": "w{number}-cut", "received_at": "2026-01-0']
        lines[60:60] = [f'{{"event_id": "w{number}-comma", "load_ms": 12,}}', "not json at all"]
        write_text(LANDING / "web/events" / f"{number:04d}.jsonl", "\n".join(lines) + "\n")


def readings(number: int, dice: random.Random) -> list[dict[str, object]]:
    """Readings of one day: mostly good, some dropped, quarantined, warned about, sent twice."""
    start = datetime(2026, 1, number, 0, 5, tzinfo=UTC)
    rows = []
    for index in range(170):
        at = start + timedelta(seconds=480 * index + dice.randrange(400))
        customer = dice.choice(VISITORS) if dice.random() < 0.7 else None
        page = dice.choice(PAGES)
        kind = KINDS[(customer or index) % 3]
        row: dict[str, object] = {
            "event_id": f"w{number}-{index:04d}",
            "received_at": stamp(at + timedelta(seconds=2)),
            "occurred_at": stamp(at),
            "device": {"id": f"dev-{customer or 900 + index % 20:03d}", "kind": kind},
            "customer_id": customer,
            "type": "purchase" if page == "/checkout" and customer else "page_view",
            "page": page,
            "load_ms": dice.randrange(80, 2500),
        }
        spoil(row, index)
        rows.append(row)
    if number == 3:  # a phone that was offline for two days: occurred then, received now
        for index, row in enumerate(rows[40:46]):
            row["occurred_at"] = stamp(datetime(2026, 1, 1, 9, 30 + index, tzinfo=UTC))
    return rows + rows[100:104]


def spoil(row: dict[str, object], index: int) -> None:
    """Give some readings a fault that an expectation or a typing rule has to catch."""
    if index % 40 == 7:
        row["device"] = {"kind": "phone"}
    if index % 80 == 33:
        row["load_ms"] = -1
    if index % 60 == 51:
        row["load_ms"] = 45_000
    if index == 77:
        row["event_id"] = None
    if index == 90:
        row["load_ms"] = "fast"
    if index % 50 == 12:
        row["campaign"] = "winter-sale"


def stamp(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def dump(value: object) -> str:
    """One JSON line."""
    return json.dumps(value, ensure_ascii=False)


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV file with `\\n` line ends on every machine."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    write_text(path, buffer.getvalue())


def write_text(path: Path, text: str) -> None:
    """UTF-8, `\\n`, folders made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Write everything below `landing/`."""
    cut_feed(FEED)
    make_crm()
    make_ref()
    make_web()


if __name__ == "__main__":
    main()
