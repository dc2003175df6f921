"""The settings: name, type, default and meaning. docs/settings.md is made from here."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from medallion.metadata.lists import duplicates, parse_list
from medallion.metadata.types import BadType, DataType, parse_type

Layer = Literal["staging", "bronze"]
Load = Literal["cdc", "delta", "full"]
LAYERS: tuple[Layer, ...] = get_args(Layer)
LOADS: tuple[Load, ...] = get_args(Load)
# Settings that may differ between the models of the two layers.
PER_LAYER = frozenset({"tags", "grants"})
# Settings of a whole run: their lines name a layer and nothing else.
OF_RUN = frozenset({"on_failure"})
# What is done about a source that is other than the metadata says.
DRIFT_POLICIES = frozenset({"new_column", "missing_column", "type_change"})

_LAG = re.compile(r"(\d{1,6})\s*(second|minute|hour|day)s?")
_NUMBER = re.compile(r"\d{1,18}(\.\d{1,18})?")
_OPERATIONS = ("upsert", "delete", "truncate", "ignore")


class OrderItem(BaseModel):
    """A column or a path whose values order events, with its type where that is written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    type: DataType | None = None


def parse_order_item(text: str) -> OrderItem:
    """Reads `name` or `name type`. Raises ValueError."""
    path, _, last = text.rpartition(" ")
    if not path:
        return OrderItem(path=text)
    try:
        return OrderItem(path=path.strip(), type=parse_type(last))
    except BadType:
        if re.fullmatch(r"[a-z]+(\(.*\))?(@.*)?", last):
            raise
        return OrderItem(path=text)


def _list(value: object) -> object:
    if not isinstance(value, str):
        return value
    items = parse_list(value)
    if twice := duplicates(items):
        raise ValueError(f"`{twice[0]}` stands twice")
    return items


def _texts(value: object) -> object:
    return parse_list(value) if isinstance(value, str) else value


def _order_items(value: object) -> object:
    return tuple(map(parse_order_item, parse_list(value))) if isinstance(value, str) else value


def _order_item(value: object) -> object:
    return parse_order_item(value) if isinstance(value, str) else value


def _pairs(value: object) -> object:
    """`a=b|c=d` as ((a, b), (c, d))."""
    if not isinstance(value, str):
        return value
    pairs = [item.partition("=") for item in parse_list(value)]
    if bad := [left for left, sign, right in pairs if not sign or not right]:
        raise ValueError(f"`{bad[0]}` is not of the form name=value")
    return tuple((left.strip(), right.strip()) for left, _, right in pairs)


def _operations(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    for _, meaning in pairs:
        if meaning not in _OPERATIONS:
            raise ValueError(f"`{meaning}` is not one of {', '.join(_OPERATIONS)}")
    codes = [code for code, _ in pairs]
    if len(set(codes)) < len(codes):
        raise ValueError("a code stands twice")
    return pairs


def _lag(value: object) -> object:
    if not isinstance(value, str):
        return value
    if _NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    if found := _LAG.fullmatch(value.lower()):
        return f"{int(found[1])} {found[2]}{'' if int(found[1]) == 1 else 's'}"
    raise ValueError("not a number, and not `<n> seconds`, `minutes`, `hours` or `days`")


def _duration(value: object) -> object:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        raise ValueError("not `<n> seconds`, `minutes`, `hours` or `days`")
    return _lag(value)


def in_seconds(duration: str) -> int:
    """The length of a Duration."""
    count, unit = duration.split()
    return int(count) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit.rstrip("s")]


def _boolean(value: object) -> object:
    if not isinstance(value, str):
        return value
    if value.lower() not in ("true", "false"):
        raise ValueError("neither true nor false")
    return value.lower() == "true"


def split_reconcile_with(value: str) -> tuple[str, str]:
    """System and source of the setting `reconcile_with`."""
    system, _, source = value.partition(":")
    return system.strip(), source.strip()


def _reconcile_with(value: str) -> str:
    if not all(split_reconcile_with(value)):
        raise ValueError("not of the form SYSTEM:SOURCE")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):
        raise ValueError("no time zone of that name") from None
    return value


Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list)]
Flag = Annotated[bool, BeforeValidator(_boolean)]
Fraction = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Lag = Annotated[str | int | float, BeforeValidator(_lag)]
Duration = Annotated[str, BeforeValidator(_duration)]
Item = Annotated[OrderItem, BeforeValidator(_order_item)]
Items = Annotated[tuple[OrderItem, ...], BeforeValidator(_order_items)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)]
OperationMap = Annotated[Pairs, AfterValidator(_operations)]
Zone = Annotated[str, AfterValidator(_zone)]
Text = Annotated[str, Field(min_length=1)]
ReconcileWith = Annotated[str, AfterValidator(_reconcile_with)]


def _setting(
    default: Any, allowed: str, meaning: str, *, loads: tuple[Load, ...] = LOADS, needs: str = ""
) -> Any:
    """A setting: what its value may be, what it means, which loads execute it, what it needs."""
    extra: JsonDict = {"allowed": allowed, "loads": list(loads), "needs": needs}
    return Field(default=default, description=meaning, json_schema_extra=extra)


class Settings(BaseModel):
    """Every setting that something executes, with the value that holds where no line gives one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    staging: Literal["none", "transient", "checkpointed"] = _setting(
        "transient",
        "none, transient, checkpointed",
        "The staging table: `transient` holds exactly this run's rows; `checkpointed` keeps the "
        "rows of every file, one file replaced as a whole; `none` reads the source inside the "
        "bronze statement, then only what was written is counted. `none` needs history none and no"
        " ignore_null or partial_updates, `checkpointed` a files system that is not a Delta table.",
    )
    bronze: Literal["raw", "light", "cleansed"] = _setting(
        "light",
        "raw, light, cleansed",
        "How clean bronze is: `raw` keeps every column as text; `light` trims, maps null tokens to"
        " NULL and types; `cleansed` also looks values up in the columns that `lookup` names.",
    )
    operation: Text | None = _setting(
        None,
        "a column or path",
        "Where the operation code of an event stands, if not where the cdc_format has it (generic:"
        " `op`).",
        loads=("cdc",),
    )
    operation_map: OperationMap = _setting(
        (),
        "list of code=upsert, code=delete, code=truncate or code=ignore",
        "Operation codes besides those of the cdc_format, or with another meaning. An empty code "
        "(`=upsert`) is the meaning of an event without one.",
        loads=("cdc",),
    )
    epoch: Item | None = _setting(
        None,
        "a column or path, its type behind it where it is not known",
        "Leading part of the order, for feeds whose positions begin anew after a failover: server "
        "id, timeline, incarnation. It must grow.",
        loads=("cdc",),
    )
    event_time: Items = _setting(
        (),
        "list of columns or paths, their types behind them where they are not known",
        "When an event happened: the first that is not null. Without it the cdc_format's own, else"
        " the first part of the sequence. It dates the history's versions, it never orders them.",
    )
    time_zone: Zone = _setting(
        "UTC", "an IANA time zone", "The zone in which source times without a zone are read."
    )
    track: Names | None = _setting(
        None,
        "list of columns",
        "Only a change in one of these opens a version in the history; without it every column "
        "counts.",
        needs="scd2",
    )
    ignore_null: Names = _setting(
        (),
        "list of columns",
        "A NULL in one of these keeps the value that the key had before.",
        loads=("cdc",),
    )
    partial_updates: Flag = _setting(
        False,
        "true, false",
        "Events may leave columns out (Debezium's unavailable values): what was not sent keeps the"
        " value that the key had before. Without it such an event is rejected.",
        loads=("cdc",),
    )
    truncate: Flag = _setting(
        False,
        "true, false",
        "A truncate empties the object as of its position; without it a truncate fails the load.",
        loads=("cdc",),
    )
    lookback: Lag | None = _setting(
        None,
        "`<n> seconds`, `minutes`, `hours`, `days`, or a number for a numeric watermark",
        "How far below the stored watermark rows are read again. Without it one hour for a time "
        "read from a database or a catalog, 0 for a number from there; every row of a new file.",
        loads=("delta",),
    )
    cutoff_lag: Lag | None = _setting(
        None,
        "`<n> seconds`, `minutes`, `hours`, `days`",
        "The stored watermark never passes the start of the run minus this.",
        loads=("delta",),
    )
    scope: Names = _setting(
        (),
        "list of columns",
        "A snapshot speaks only for the values of these columns that are in it (one tenant's file "
        "says nothing about the others).",
        loads=("full",),
        needs="keys",
    )
    allow_empty: Flag = _setting(
        False,
        "true, false",
        "An empty snapshot deletes all rows; without it it is refused.",
        loads=("full",),
    )
    max_delete_fraction: Fraction | None = _setting(
        None,
        "0 to 1",
        "A snapshot in which more than this part of the keys is missing is refused. Without it "
        "0.2, and more than 20 keys.",
        loads=("full",),
        needs="keys",
    )
    max_reject_fraction: Fraction = _setting(
        1.0, "0 to 1", "A load of which more than this part is rejected fails before it writes."
    )
    max_late_fraction: Fraction = _setting(
        0.95,
        "0 to 1",
        "A batch of at least 100 rows of which more than this part is older than what is stored "
        "fails as `sequence_restarted`.",
        loads=("cdc",),
    )
    null_tokens: Texts = _setting(
        ("", "N/A"),
        "list of texts",
        "Texts that mean NULL, compared after trimming (not in `raw`).",
    )
    new_column: Literal["rescue", "ignore", "fail"] = _setting(
        "rescue",
        "rescue, ignore, fail",
        "A field that columns.csv does not know: kept in `_rescued`, left out, or an error.",
    )
    missing_column: Literal["fail", "null", "carry"] = _setting(
        "fail",
        "fail, null, carry",
        "A column that the batch does not have: an error, NULL, or not sent (needs "
        "partial_updates).",
    )
    type_change: Literal["rescue", "reject", "fail"] = _setting(
        "rescue",
        "rescue, reject, fail",
        "A value that does not cast, in a column that is neither key, sequence nor required: NULL "
        "and kept in `_rescued`, the row rejected, or an error.",
    )
    conflict: Literal["warn", "fail"] = _setting(
        "warn",
        "warn, fail",
        "Two different events of one key and sequence: counted, or an error.",
        loads=("cdc", "delta"),
    )
    control_totals: Names = _setting(
        (),
        "list of numeric columns",
        "Columns whose sums `medallion reconcile` compares with the source.",
    )
    reconcile_with: ReconcileWith | None = _setting(
        None,
        "`SYSTEM:SOURCE`: a system of systems.csv, and a source as in objects.csv",
        "A table, or files, with the state that `medallion reconcile` compares bronze with. Change "
        "feeds and files of delta loads need it, because they show changes; without it every other"
        " object is compared with its own source. Its columns are found by their source_column.",
    )
    expected_every: Duration | None = _setting(
        None,
        "`<n> seconds`, `minutes`, `hours`, `days`",
        "How often new data is expected: an object whose last load that brought any is older is "
        "late for `medallion status` and the view `ops.late_objects`.",
    )
    on_failure: Literal["best_effort", "fail_fast"] = _setting(
        "best_effort",
        "best_effort, fail_fast",
        "What a failure means for the rest of `medallion run`: only what depends on it is left "
        "out, or, once a layer says `fail_fast`, nothing more is started (dbt's `--fail-fast`). "
        "Its line names a layer only.",
    )
    grants: Pairs = _setting(
        (),
        "list of privilege=grantee",
        "Grants on the models of a layer: `select=analysts|select=etl`.",
    )
    tags: Names = _setting((), "list of names", "dbt tags of the models of a layer.")
    enabled: Flag = _setting(True, "true, false", "Whether dbt builds the object's models.")
    owner: Text | None = _setting(
        None, "text", "Who answers for the object; without it the owner of its system."
    )


class About(BaseModel):
    """What is known about a setting besides its type."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed: str
    loads: tuple[Load, ...]
    needs: str


@cache
def about(name: str) -> About:
    """What a setting's value may be and where it applies."""
    return About.model_validate(Settings.model_fields[name].json_schema_extra)


def parse_setting(name: str, text: str) -> Any:
    """The value of a settings line. Raises pydantic.ValidationError."""
    return getattr(Settings.model_validate({name: text}), name)
