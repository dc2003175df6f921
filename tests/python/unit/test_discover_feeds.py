"""Change feeds: Debezium's envelope (recorded and made), and feeds in columns."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from medallion.discover import AddError
from medallion.discover.model import Proposal
from unit.discover_project import FEED, make_system, propose_source

POSTGRES = "debezium_postgres"


def types_of(proposal: Proposal) -> dict[str, str]:
    return {column.column: column.type for column in proposal.columns}


def recorded(name: str, cdc_format: str = POSTGRES) -> Proposal:
    return propose_source(make_system(FEED, "json", cdc_format), f"{name}.jsonl", name)


def test_the_recorded_customers() -> None:
    proposal = recorded("customers")
    assert (proposal.load, proposal.keys, proposal.sequence) == ("cdc", ("customer_id",), ())
    assert types_of(proposal) == {
        "customer_id": "bigint", "full_name": "text", "email": "text", "country": "text",
        "loyalty_points": "bigint", "notes": "text", "updated_at": "timestamp", "tier": "text",
    }  # fmt: skip
    assert proposal.settings == {"partial_updates": "true"}
    assert any("notes (59)" in note for note in proposal.notes)
    personal = [c.column for c in proposal.columns if c.classification == "personal"]
    assert personal == ["full_name", "email"]


def test_the_recorded_orders() -> None:
    proposal = recorded("orders")
    assert proposal.keys == ("order_id",)
    assert types_of(proposal) == {
        "order_id": "bigint", "customer_id": "bigint", "status": "text",
        "amount": "decimal(18,2)", "ordered_at": "timestamp@epoch_us", "is_gift": "text",
    }  # fmt: skip
    assert proposal.settings == {}


def test_the_recorded_order_lines() -> None:
    proposal = recorded("order_lines")
    assert proposal.keys == ("order_id", "line_no")
    assert types_of(proposal)["price"] == "decimal(18,4)"
    assert proposal.settings == {"truncate": "true"}


def test_a_feed_without_a_format_gets_it() -> None:
    proposal = recorded("orders", "")
    assert (proposal.load, proposal.cdc_format) == ("cdc", POSTGRES)
    assert any("looks like debezium_postgres" in note for note in proposal.notes)


@pytest.mark.parametrize("cdc_format", ["generic", "debezium_mysql"])
def test_a_feed_of_another_format_is_refused(cdc_format: str) -> None:
    with pytest.raises(AddError) as error:
        recorded("orders", cdc_format)
    assert [problem.code for problem in error.value.problems] == ["ADD_017"]


def test_an_envelope_is_only_loaded_as_cdc() -> None:
    with pytest.raises(AddError, match="can only be loaded as cdc"):
        propose_source(make_system(FEED, "json", POSTGRES), "orders.jsonl", "orders", load="full")


def envelope(op: str, before: Any, after: Any, number: int = 1, **source: Any) -> dict[str, Any]:
    origin = {"connector": "mysql", "ts_ms": 1, "file": "bin.000001", "pos": number, **source}
    return {"op": op, "before": before, "after": after, "source": origin, "ts_ms": 1}


def propose_events(
    folder: Path, events: Sequence[Any], cdc_format: str = "debezium_mysql", **more: Any
) -> Proposal:
    text = "".join(json.dumps(event) + "\n" for event in events)
    (folder / "things.jsonl").write_text(text, encoding="utf-8")
    return propose_source(make_system(folder, "json", cdc_format), "things.jsonl", **more)


def test_the_schema_of_a_message_names_the_types(tmp_path: Path) -> None:
    def field(name: str, plain: str, logical: str = "", **parameters: str) -> dict[str, Any]:
        more: dict[str, Any] = {"name": logical} if logical else {}
        return {"field": name, "type": plain, "optional": True, "parameters": parameters, **more}

    decimal = "org.apache.kafka.connect.data.Decimal"
    fields = [
        field("id", "int32"),
        field("price", "bytes", decimal, scale="2", **{"connect.decimal.precision": "20"}),
        field("weight", "bytes", decimal, scale="4"),
        field("born", "int32", "io.debezium.time.Date"),
        field("a", "int64", "io.debezium.time.Timestamp"),
        field("b", "int64", "io.debezium.time.MicroTimestamp"),
        field("c", "int64", "io.debezium.time.NanoTimestamp"),
        field("d", "string", "io.debezium.time.ZonedTimestamp"),
        field("e", "int64", "io.debezium.time.MicroTime"),
        field("f", "int32", "org.apache.kafka.connect.data.Time"),
        field("g", "string", "io.debezium.data.Json"),
        field("h", "string", "io.debezium.data.Enum"),
        field("i", "double"),
        field("j", "string"),
        field("k", "boolean"),
        field("l", "bytes"),
        field("m", "string", "io.debezium.time.IsoDate"),
        field("n", "string", "io.debezium.time.IsoTime"),
    ]
    image = {one["field"]: None for one in fields}
    price = base64.b64encode((150).to_bytes(2, "big", signed=True)).decode()
    rows = [{**image, "id": 1, "price": price, "born": 3, "j": "12.5"}, {**image, "id": 2}]
    schema = {
        "type": "struct",
        "fields": [
            {"type": "struct", "fields": fields, "optional": True, "field": "before"},
            {"type": "struct", "fields": fields, "optional": True, "field": "after"},
        ],
    }
    events = [{"schema": schema, "payload": envelope("c", None, row)} for row in rows]
    proposal = propose_events(tmp_path, [*events, {"schema": None, "payload": None}, None])
    assert proposal.keys == ("id",)
    assert types_of(proposal) == {
        "id": "integer", "price": "decimal(20,2)@base64", "weight": "decimal(38,4)@base64",
        "born": "date@epoch_days", "a": "timestamp@epoch_ms", "b": "timestamp@epoch_us",
        "c": "timestamp@epoch_ns", "d": "timestamp", "e": "time@epoch_us", "f": "time@epoch_ms",
        "g": "json", "h": "text", "i": "double", "j": "decimal(18,1)", "k": "boolean", "l": "text",
        "m": "date", "n": "time",
    }  # fmt: skip


def test_a_schema_that_changes_holds_both_types(tmp_path: Path) -> None:
    def message(plain: str, value: Any, number: int) -> dict[str, Any]:
        fields = [{"field": "id", "type": "int32"}, {"field": "x", "type": plain}]
        schema = {"type": "struct", "fields": [{"field": "after", "fields": fields}]}
        return {"schema": schema, "payload": envelope("c", None, {"id": number, "x": value})}

    proposal = propose_events(tmp_path, [message("int32", 1, 1), message("int64", 2, 2)])
    assert types_of(proposal)["x"] == "bigint"
    proposal = propose_events(tmp_path, [message("boolean", True, 1), message("string", "no", 2)])
    assert types_of(proposal)["x"] == "text"


def test_times_and_numbers_without_a_schema(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "birth_date": -3650, "start_time": 36_000_000_000, "price": "AS0=", "day": 3},
        {"id": 2, "birth_date": 12_000, "start_time": 37_000_000_000, "price": "Ag==", "day": 31},
    ]
    proposal = propose_events(tmp_path, [envelope("c", None, row) for row in rows])
    assert types_of(proposal) == {
        "id": "bigint", "birth_date": "date@epoch_days", "start_time": "time@epoch_us",
        "price": "text", "day": "bigint",
    }  # fmt: skip
    assert any("`price` may be decimals in Debezium's bytes" in note for note in proposal.notes)


def test_keys_of_full_images_come_from_the_events(tmp_path: Path) -> None:
    """MySQL sends the whole row in a delete: the key is what no two living rows share."""
    events = []
    for number in range(20):
        row = {"shop": f"s{number % 2}", "no": number // 2, "owner_id": number % 3, "x": "a"}
        events.append(envelope("c", None, row, number))
        if number % 4 == 0:
            events.append(envelope("d", row, None, number))
            events.append(envelope("c", None, {**row, "x": "b"}, number))
    proposal = propose_events(tmp_path, events, keys=["shop", "no"])
    assert proposal.keys == ("shop", "no")
    assert ("no", "owner_id") in proposal.key_candidates
    events = [envelope("c", None, {"id": n, "x": "a"}, n) for n in range(5)]
    events += [envelope("d", {"id": n, "x": "a"}, None, n) for n in range(5)]
    assert propose_events(tmp_path, events).keys == ("id",)


def test_placeholders_of_every_encoding_are_seen(tmp_path: Path) -> None:
    word = "__debezium_unavailable_value"
    rows = [
        {"id": 1, "a": word, "b": base64.b64encode(word.encode()).decode(), "c": [word], "d": 1},
        {"id": 2, "a": "2024-01-01T00:00:00Z", "b": "x", "c": ["y"], "d": 2},
    ]
    proposal = propose_events(tmp_path, [envelope("c", None, row) for row in rows])
    assert types_of(proposal) == {
        "id": "bigint", "a": "timestamp", "b": "text", "c": "json", "d": "bigint"
    }  # fmt: skip
    assert any("a (1), b (1), c (1)" in note for note in proposal.notes)
    assert proposal.settings == {"partial_updates": "true"}


def test_sequences_are_paths_of_the_envelope(tmp_path: Path) -> None:
    events = [envelope("c", None, {"id": 1})]
    proposal = propose_events(tmp_path, events, sequence=["source.pos", "ts_ms"])
    assert proposal.sequence == ("source.pos", "ts_ms")
    with pytest.raises(AddError) as error:
        propose_events(tmp_path, events, sequence=["source.poss"])
    problem = error.value.problems[0]
    assert (problem.code, problem.mend) == ("ADD_013", "did you mean `source.pos`?")


def test_a_feed_of_deletes_only(tmp_path: Path) -> None:
    events = [envelope("d", {"id": n, "x": None}, None, n) for n in range(1, 4)]
    proposal = propose_events(tmp_path, events)
    assert (proposal.keys, types_of(proposal)) == (("id",), {"id": "bigint", "x": "text"})


def propose_csv(
    folder: Path, header: str, rows: Sequence[str], cdc_format: str = "", **more: Any
) -> Proposal:
    (folder / "things.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return propose_source(make_system(folder, "csv", cdc_format), "things.csv", **more)


GENERIC = ["I,1,a,1", "I,2,b,2", "U,1,c,3", "D,2,,4", "T,,,5", "I,2,d,6"]


def test_a_generic_feed(tmp_path: Path) -> None:
    proposal = propose_csv(tmp_path, "op,thing_id,name,seq", GENERIC)
    assert (proposal.load, proposal.keys, proposal.sequence) == (
        "cdc", ("thing_id",), ("seq bigint",),
    )  # fmt: skip
    assert types_of(proposal) == {"thing_id": "bigint", "name": "text"}
    assert any("`seq`: of the event" in note for note in proposal.notes)
    assert proposal.settings == {"truncate": "true"}
    assert proposal.cdc_format == ""


@pytest.mark.parametrize("name", ["operation", "change_type", "Op", "__op"])
def test_an_operation_column_of_another_name_becomes_a_setting(tmp_path: Path, name: str) -> None:
    proposal = propose_csv(tmp_path, f"{name},thing_id,name,seq", GENERIC, "generic")
    assert proposal.settings == {"operation": name, "truncate": "true"}
    assert list(types_of(proposal)) == ["thing_id", "name"]


def test_a_given_operation_column(tmp_path: Path) -> None:
    given = {"operation": "what", "operation_map": "new=upsert|gone=delete"}
    rows = ["new,1,a,1", "gone,1,,2"]
    proposal = propose_csv(
        tmp_path, "what,thing_id,name,seq", rows, "generic", load="cdc", settings=given
    )
    assert proposal.settings["operation"] == "what"
    assert list(types_of(proposal)) == ["thing_id", "name"]
    with pytest.raises(AddError) as error:
        propose_csv(tmp_path, "what,thing_id,name,seq", rows, load="cdc", keys=["thing_id"])
    assert [problem.code for problem in error.value.problems] == ["ADD_014"]


def test_codes_that_are_not_known_are_told(tmp_path: Path) -> None:
    proposal = propose_csv(tmp_path, "op,id,seq", ["I,1,1", "X,1,2", "U,1,3"])
    assert any("X (1 rows)" in note for note in proposal.notes)


def test_a_word_that_is_no_operation(tmp_path: Path) -> None:
    proposal = propose_csv(tmp_path, "id,action", ["1,click", "2,insert", "3,scroll"])
    assert proposal.load == "full"
    assert list(types_of(proposal)) == ["id", "action"]


def test_a_feed_ordered_by_time_says_so(tmp_path: Path) -> None:
    rows = ["insert,1,2024-01-01 10:00:00", "update,1,2024-01-01 11:00:00"]
    proposal = propose_csv(tmp_path, "operation,id,changed_at", rows)
    assert proposal.sequence == ("changed_at",)
    assert any("`changed_at` orders the feed" in note for note in proposal.notes)


def test_all_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    rows = ["I,x,a", "I,x,b", "D,x,c"]
    with pytest.raises(AddError) as error:
        propose_csv(tmp_path, "op,name,text", rows)
    assert [problem.code for problem in error.value.problems] == ["ADD_012", "ADD_013"]


def test_dms(tmp_path: Path) -> None:
    rows = [
        "I,1,a,20240101000000000000000000000000001,2024-01-01 10:00:00",
        "U,1,b,20240101000000000000000000000000002,2024-01-01 10:00:00",
        ",2,c,,2024-01-01 10:00:00",
    ]
    header = "Op,ID,NAME,AR_H_CHANGE_SEQ,COMMIT_TS"
    proposal = propose_csv(tmp_path, header, rows, "dms", keys=["ID"])
    assert proposal.keys == ("id",)
    assert proposal.sequence == ("AR_H_CHANGE_SEQ decimal(38,0)",)
    assert types_of(proposal) == {"id": "bigint", "name": "text"}
    assert proposal.settings == {"event_time": "COMMIT_TS timestamp"}
    with pytest.raises(AddError) as error:
        propose_csv(tmp_path, "Op,ID,COMMIT_TS", ["I,1,2024-01-01 10:00:00"], "dms")
    assert [problem.code for problem in error.value.problems] == ["ADD_013"]


def test_sql_server_cdc_tables(tmp_path: Path) -> None:
    header = (
        "__$start_lsn,__$seqval,__$operation,__$update_mask,id,name,tran_end_time,__$command_id"
    )
    rows = [
        "0x01,0x01,2,0x03,1,a,2024-01-01 10:00:00,1",
        "0x02,0x01,3,0x03,1,a,2024-01-01 10:00:01,1",
        "0x02,0x02,4,0x03,1,b,2024-01-01 10:00:01,2",
    ]
    proposal = propose_csv(tmp_path, header, rows)
    assert (proposal.load, proposal.cdc_format) == ("cdc", "sqlserver")
    assert (proposal.keys, proposal.sequence) == (("id",), ())
    assert list(types_of(proposal)) == ["id", "name"]
    assert proposal.settings == {"event_time": "tran_end_time"}


def test_delta_change_feeds(tmp_path: Path) -> None:
    header = "id,name,_change_type,_commit_version,_commit_timestamp"
    rows = [
        "1,a,insert,1,2024-01-01 10:00:00", "1,a,update_preimage,2,2024-01-01 11:00:00",
        "1,b,update_postimage,2,2024-01-01 11:00:00", "1,b,delete,3,2024-01-01 12:00:00",
    ]  # fmt: skip
    proposal = propose_csv(tmp_path, header, rows)
    assert (proposal.load, proposal.cdc_format) == ("cdc", "delta")
    assert list(types_of(proposal)) == ["id", "name"]
    assert proposal.sequence == ()


def test_a_json_feed_in_columns(tmp_path: Path) -> None:
    events = [
        {"op": "I", "seq": 1, "k1": 1, "a": "x"}, {"op": "D", "seq": 2, "k1": 1, "a": None},
        {"op": "I", "seq": 3, "k1": 2},
    ]  # fmt: skip
    proposal = propose_events(tmp_path, events, "generic")
    assert (proposal.keys, proposal.sequence) == (("k1",), ("seq bigint",))


def test_times_and_orders_of_events_are_no_business_columns(tmp_path: Path) -> None:
    """What the user names as order, epoch and event time; a time that rows have for themselves,
    a key and a tracked column stay.
    """
    header = "op,id,name,file,pos,server,happened,updated_at"
    rows = ["I,1,a,1,1,7,2024-01-01 10:00:00,2024-01-01 10:00:00"]
    settings = {"epoch": "server", "event_time": "happened"}
    given: dict[str, Any] = {"load": "cdc", "keys": ["id"], "sequence": ["file", "pos"]}
    proposal = propose_csv(tmp_path, header, rows, "generic", settings=settings, **given)
    assert list(types_of(proposal)) == ["id", "name", "updated_at"]
    assert proposal.sequence == ("file bigint", "pos bigint")
    assert proposal.settings == {"epoch": "server bigint", "event_time": "happened timestamp"}
    kept = propose_csv(tmp_path, header, rows, "generic", settings={"track": "name|pos"}, **given)
    assert list(types_of(kept)) == ["id", "name", "pos", "server", "happened", "updated_at"]
    assert kept.sequence == ("file bigint", "pos")


def test_a_technical_column_in_the_sequence_gets_its_type(tmp_path: Path) -> None:
    rows = ["c,1,7,2024-01-01 10:00:00", "d,1,8,2024-01-01 10:00:01"]
    proposal = propose_csv(
        tmp_path, "__op,id,__lsn,changed_at", rows, "generic", sequence=["__lsn"]
    )
    assert proposal.sequence == ("__lsn bigint",)
    assert list(types_of(proposal)) == ["id", "changed_at"]
