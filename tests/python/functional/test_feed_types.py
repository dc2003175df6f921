"""A feed recorded from PostgreSQL with many types, in two of the encodings of Debezium, cut into
deliveries: bronze holds what PostgreSQL held; what no column can hold is in _rescued.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from support.column import Column
from support.project import Project, in_order

FEED = Path(__file__).parents[1] / "fixtures" / "feeds" / "postgres-types"
UNAVAILABLE = "__debezium_unavailable_value"
NUMBERS = {"n_free": "decimal(38,10)", "n20": "decimal(20,4)", "m": "decimal(19,2)"}
PLAIN = {
    "r": "double",
    "d": "double",
    "si": "decimal(5,0)",
    "i": "integer",
    "b": "boolean",
    "u": "text",
}
PRECISE = {
    "id": "bigint",
    **{name: f"{type}@base64" for name, type in NUMBERS.items()},
    **PLAIN,
    "dt": "date@epoch_days",
    "tm": "time@epoch_us",
    "ts3": "timestamp@epoch_ms",
    "ts6": "timestamp@epoch_us",
    "tz": "timestamp",
    **dict.fromkeys(["j", "jb", "arr", "iarr"], "json"),
    **dict.fromkeys(["en", "ch", "tx", "vc", "big"], "text"),
}
ISO = PRECISE | NUMBERS | {"dt": "date", "tm": "time", "ts3": "timestamp", "ts6": "timestamp"}
COMPOSITE = {
    "k_text": "text",
    "k_uuid": "text",
    "k_date": "date@epoch_days",
    "k_ts": "timestamp@epoch_us",
    "k_num": "decimal(10,2)@base64",
    "v": "integer",
    "note": "text",
}
OBJECTS: dict[str, tuple[dict[str, str], list[str], dict[str, str]]] = {
    "wide.precise": (PRECISE, ["id"], {"partial_updates": "true"}),
    "wide.iso": (ISO, ["id"], {"partial_updates": "true"}),
    "comp.precise": (COMPOSITE, list(COMPOSITE)[:5], {}),
    "emptied.precise": ({"id": "integer", "v": "text"}, ["id"], {"truncate": "true"}),
}
PARSED: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
}
CUTS = (1, 2)


def lines(file: str) -> list[str]:
    return (FEED / f"{file}.jsonl").read_text(encoding="utf-8").removesuffix("\n").split("\n")


def name_of(file: str, cuts: int) -> str:
    return f"{file.replace('.', '_')}_{cuts}"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("feed_types"), target)
    project.system("pg", format="json", cdc_format="debezium_postgres")
    for file, (columns, keys, settings) in OBJECTS.items():
        for cuts in CUTS:
            project.object(
                "pg",
                name_of(file, cuts),
                columns={name: Column(type) for name, type in columns.items()},
                keys=keys,
                load="cdc",
                history="scd2",
                settings=settings,
            )
    project.generate()
    for number in range(max(CUTS)):
        for file in OBJECTS:
            for cuts in CUTS:
                chance = random.Random(file)
                parts: list[list[str]] = [[] for _ in range(cuts)]
                for line in lines(file):
                    parts[chance.randrange(cuts)].append(line)
                if number < cuts:
                    chance.shuffle(parts[number])
                    object = name_of(file, cuts)
                    project.deliver_json("pg", object, f"{number}.jsonl", parts[number])
        project.build()
    return project


def of_postgres(type: str, value: Any) -> Any:
    """A value of PostgreSQL's row_to_json as bronze holds it, None where no column can hold it."""
    if value is None or str(value).strip(" \t\r\n") in ("", "N/A"):
        return None
    name, text = type.split("(")[0].split("@")[0], str(value)
    if name == "decimal":
        return None if text == "NaN" else Decimal(text.replace("$", "").replace(",", ""))
    if name == "double":
        return None if text in ("NaN", "Infinity", "-Infinity") else float(value)
    if name in ("date", "time", "timestamp"):
        if "infinity" in text or "BC" in text or text[:5].isdigit():
            return None
        whole, _, rest = text.removesuffix("+00:00").partition(".")
        return PARSED[name](f"{whole}.{rest:0<6}" if rest else whole)
    return text.strip(" \t\r\n") if name == "text" else value


def payloads(file: str) -> list[dict[str, Any]]:
    messages = [json.loads(line) or {} for line in lines(file)]
    return [message.get("payload", message) for message in messages]


def expected(file: str) -> list[tuple[Any, ...]]:
    columns, keys, _ = OBJECTS[file]
    sent = {
        (event["after"].get("id"), name)
        for event in payloads(file)
        if event.get("after")
        for name, value in event["after"].items()
        if value != UNAVAILABLE
    }
    rows = []
    for line in lines(f"{file.split('.')[0]}.expected"):
        row = json.loads(line, parse_float=Decimal)
        rows.append(
            tuple(
                (None if (row.get("id"), name) not in sent else of_postgres(type, row[name]))
                if name not in keys
                else row[name]
                if type == "text"
                else of_postgres(type, row[name])
                for name, type in columns.items()
                if type != "json"
            )
        )
    return rows


@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("file", OBJECTS)
def test_equals_what_postgres_held(project: Project, file: str, cuts: int) -> None:
    columns = [name for name, type in OBJECTS[file][0].items() if type != "json"]
    found = [
        tuple(float(f"{v:.6g}") if isinstance(v, float) else v for v in row)
        for row in project.rows(f"bronze.brz_pg__{name_of(file, cuts)}", columns)
    ]
    wanted = [
        tuple(float(f"{v:.6g}") if isinstance(v, float) else v for v in row)
        for row in expected(file)
    ]
    assert found == in_order(wanted)


@pytest.mark.parametrize("file", OBJECTS)
def test_cuts_make_no_difference(project: Project, file: str) -> None:
    columns = [*OBJECTS[file][0], "valid_from", "valid_to", "is_current"]
    one, several = (
        project.rows(f"bronze.brz_pg__{name_of(file, cuts)}__history", columns) for cuts in CUTS
    )
    assert one == several


@pytest.mark.parametrize("file", ["wide.precise", "wide.iso"])
def test_what_no_column_holds_is_rescued(project: Project, file: str) -> None:
    found = project.rows(
        f"bronze.brz_pg__{name_of(file, 1)}",
        ["id", "list_sort(json_keys(_rescued, '$'))"],
        "id >= 9000",
    )
    never = ["by", "iv"]
    # A NaN of a decimal is sent as null when decimals are binary.
    not_a_number = ["d", "r"] if file == "wide.precise" else ["d", "n_free", "r"]
    assert [(id, [name for name in names if name not in never]) for id, names in found] == [
        (9000, not_a_number),
        (9001, ["d", "r"]),
        (9002, ["d", "r"]),
        (9010, ["dt", "ts6", "tz"]),
        (9011, ["dt", "ts6", "tz"]),
        (9012, ["dt", "ts6"]),
        (9013, ["ts6"]),
    ]


def test_nothing_is_rejected(project: Project) -> None:
    assert project.query("select * from ops.quarantine") == []


def test_forced_replay_changes_nothing(project: Project) -> None:
    before = project.bronze()
    project.replay()
    assert project.bronze() == before
