"""What each change feed looks like: its operation codes, its order, its times."""

from __future__ import annotations

from dataclasses import dataclass, field

Order = tuple[str, str, bool]  # path, type, null allowed


@dataclass(frozen=True, slots=True)
class Feed:
    """The facts of a cdc_format.

    `snapshot`: operation codes of snapshot reads, the only events in which a nullable position may
    be null; empty: any event. `known`: types of positions that may be named without their type.
    """

    operation: str
    operations: dict[str, str]
    sequence: tuple[Order, ...] = ()
    event_time: tuple[tuple[str, str], ...] = ()
    known: dict[str, str] = field(default_factory=dict)
    when_null: str | None = None
    snapshot: tuple[str, ...] = ()
    envelope: str | None = None
    placeholder: str | None = None
    tie: str = "delete"
    nullable: bool = False
    refused: tuple[str, ...] = ()


_GENERIC = {
    **dict.fromkeys(
        ["I", "U", "R", "c", "u", "r", "insert", "update", "update_postimage"], "upsert"
    ),
    **dict.fromkeys(["D", "d", "delete"], "delete"),
    **dict.fromkeys(["T", "t"], "truncate"),
    **dict.fromkeys(["B", "M", "m", "update_preimage"], "ignore"),
}
_DEBEZIUM_TYPES = {
    "source.lsn": "bigint",
    "source.txId": "bigint",
    "source.pos": "bigint",
    "source.row": "bigint",
    "source.file": "bigint@digits",
    "source.gtid": "text",
    "source.server_id": "bigint",
    "source.commit_lsn": "text",
    "source.change_lsn": "text",
    "source.event_serial_no": "bigint",
    **{
        f"{path}ts_{unit}": f"timestamp@epoch_{unit}"
        for path in ("", "source.")
        for unit in ("ms", "us", "ns")
    },
}


def _debezium(*sequence: Order) -> Feed:
    return Feed(
        operation="op",
        operations={
            "c": "upsert",
            "u": "upsert",
            "r": "upsert",
            "d": "delete",
            "t": "truncate",
            "m": "ignore",
        },
        sequence=sequence,
        event_time=(
            ("source.ts_us", "timestamp@epoch_us"),
            ("source.ts_ms", "timestamp@epoch_ms"),
        ),
        known=_DEBEZIUM_TYPES,
        snapshot=("r",),
        envelope="debezium",
        placeholder="__debezium_unavailable_value",
    )


FEEDS: dict[str, Feed] = {
    "debezium_postgres": _debezium(("source.lsn", "bigint", False)),
    "debezium_mysql": _debezium(
        ("source.file", "bigint@digits", False),
        ("source.pos", "bigint", False),
        ("source.row", "bigint", False),
    ),
    "debezium_sqlserver": _debezium(
        ("source.commit_lsn", "text", True),
        ("source.change_lsn", "text", True),
        ("source.event_serial_no", "bigint", True),
    ),
    "sqlserver": Feed(
        operation="__$operation",
        operations={"1": "delete", "2": "upsert", "3": "ignore", "4": "upsert"},
        sequence=(("__$start_lsn", "text", False), ("__$command_id", "bigint", False)),
        known={"__$start_lsn": "text", "__$command_id": "bigint", "tran_end_time": "timestamp"},
        refused=("__$seqval",),
    ),
    "dms": Feed(
        operation="Op",
        operations={"I": "upsert", "U": "upsert", "D": "delete"},
        when_null="upsert",
        nullable=True,
    ),
    "delta": Feed(
        operation="_change_type",
        operations={
            "insert": "upsert",
            "update_postimage": "upsert",
            "delete": "delete",
            "update_preimage": "ignore",
        },
        sequence=(("_commit_version", "bigint", False),),
        event_time=(("_commit_timestamp", "timestamp"),),
        known={"_commit_version": "bigint", "_commit_timestamp": "timestamp"},
        tie="upsert",
    ),
    "generic": Feed(operation="op", operations=_GENERIC),
}

# The event time of SQL Server's CDC tables stands in another table: a feed that joins it has this.
SQLSERVER_EVENT_TIME = "tran_end_time"
