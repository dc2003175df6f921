"""From a Profile and a Request to the lines of one object. Pure: reads and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from medallion.discover import column_feed, debezium, lists, names, notes, types
from medallion.discover.errors import AddError, problem
from medallion.discover.model import ColumnProposal, Profile, Proposal, Request
from medallion.errors import Problem
from medallion.metadata.feeds import FEEDS
from medallion.metadata.names import HISTORY_COLUMNS, did_you_mean
from medallion.metadata.settings import parse_order_item
from medallion.metadata.types import ORDERED, BadType, parse_type

# Settings whose items are columns of the object.
COLUMN_SETTINGS = ("track", "ignore_null", "scope")


@dataclass
class _Draft:
    """What is decided so far, and everything that is wrong."""

    request: Request
    profile: Profile
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cdc_format: str = ""
    load: str = ""
    operation: str = ""
    columns: tuple[ColumnProposal, ...] = ()
    watermarks: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    sequence: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def is_envelope(self) -> bool:
        return self.profile.feed is not None and self.profile.feed.envelope == "debezium"

    @property
    def by_path(self) -> dict[str, str]:
        """Column names by the source's names (and by themselves)."""
        own = {column.column: column.column for column in self.columns}
        return {**own, **{column.path: column.column for column in self.columns}}

    def wrong(self, code: str, where: str, message: str, **more: str) -> None:
        self.problems.append(problem(code, where, message, **more))


def propose(request: Request, profile: Profile) -> Proposal:
    """The object's line, its columns and settings. Raises AddError with all problems."""
    draft = _Draft(request, profile)
    _choose_format(draft)
    draft.columns = _columns(draft)
    draft.watermarks = _watermarks(draft)
    candidates = _key_candidates(draft)
    _choose_load(draft, bool(candidates))
    if draft.load == "cdc":
        _choose_operation(draft)
        draft.columns = _columns(draft)
        draft.watermarks = _watermarks(draft)
    _choose_keys(draft, candidates)
    _choose_sequence(draft)
    _choose_settings(draft)
    if draft.problems:
        raise AddError(draft.problems)
    return Proposal(
        system=request.system.name, object=request.object, source=request.source, load=draft.load,
        keys=draft.keys, sequence=draft.sequence, history=request.history or "none",
        description=request.description, columns=draft.columns, settings=draft.settings,
        key_candidates=candidates, watermark_candidates=draft.watermarks, rows=profile.rows,
        cdc_format=draft.cdc_format if draft.cdc_format != request.system.cdc_format else "",
        notes=(*notes.of_profile(profile), *draft.notes),
    )  # fmt: skip


def columns_only(request: Request, profile: Profile) -> Proposal:
    """The request as it is, with the columns that the source has now. Raises AddError."""
    draft = _Draft(request, profile, load=request.load)
    _choose_format(draft)
    draft.columns = _columns(draft)
    if request.load == "cdc":
        _choose_operation(draft)
        draft.columns = _columns(draft)
    if draft.problems:
        raise AddError(draft.problems)
    return Proposal(
        system=request.system.name, object=request.object, source=request.source,
        load=request.load, keys=request.keys, sequence=request.sequence, history=request.history,
        description=request.description, columns=draft.columns, settings={}, key_candidates=(),
        watermark_candidates=(), rows=profile.rows, notes=tuple(notes.of_profile(profile)),
    )  # fmt: skip


def _choose_format(draft: _Draft) -> None:
    """The cdc_format: the system's; where it has none, what the data says."""
    system, feed = draft.request.system, draft.profile.feed
    draft.cdc_format = system.cdc_format
    if feed is None:
        return
    if not draft.is_envelope:
        seen = column_feed.cdc_format(feed.operation)
        if not system.cdc_format and seen in ("sqlserver", "delta"):
            draft.cdc_format = seen
            draft.notes.append(notes.format_set(system.name, seen, f"`{feed.operation}`"))
        return
    draft.notes.extend(notes.of_decimals(draft.profile))
    seen = debezium.cdc_format(feed.connector)
    known = ", ".join(name for name in FEEDS if FEEDS[name].envelope)
    if not system.cdc_format and seen:
        draft.cdc_format = seen
        what = f"a Debezium envelope (connector {feed.connector})"
        draft.notes.append(notes.format_set(system.name, seen, what))
    elif not system.cdc_format or not system.cdc_format.startswith("debezium"):
        draft.wrong(
            "ADD_017", f"system {system.name}", "the data is a Debezium envelope (connector "
            f"{feed.connector or 'unknown'}), which the system's cdc_format does not say",
            value=system.cdc_format, allowed=known,
        )  # fmt: skip
    elif seen and seen != system.cdc_format:
        draft.wrong(
            "ADD_017", f"system {system.name}", f"the data comes from the connector "
            f"{feed.connector}: its events are ordered otherwise", value=system.cdc_format,
            allowed=seen,
        )  # fmt: skip


def _columns(draft: _Draft) -> tuple[ColumnProposal, ...]:
    """The business columns, in the source's order, with safe names."""
    is_column_feed = draft.load == "cdc" and not draft.is_envelope
    found = [
        column for column in draft.profile.columns
        if not (is_column_feed
                and column_feed.is_technical(column.name, draft.cdc_format, draft.operation))
    ]  # fmt: skip
    paths = draft.is_envelope or draft.request.system.format == "json"
    usable = [column for column in found if column.name and not (paths and "." in column.name)]
    reserved = HISTORY_COLUMNS if draft.request.history == "scd2" else ()
    result = []
    for column, name in zip(
        usable, names.unique_names([c.name for c in usable], reserved), strict=True
    ):
        data_type, why = types.infer(column, debezium=draft.is_envelope)
        source = "" if name == column.name else column.name
        result.append(ColumnProposal(name, source, data_type, names.classify(column.name), why=why))
    return tuple(result)


def _watermarks(draft: _Draft) -> tuple[str, ...]:
    """Time columns without a null that may mark changes, best first."""
    ranked = []
    for i, column in enumerate(draft.columns):
        seen = draft.profile.column(column.path)
        is_time = column.type.startswith(("timestamp", "date"))
        rank = names.watermark_rank(column.path) if is_time else None
        if rank is not None and seen and not seen.nulls:
            ranked.append((rank, i, column.column))
    return tuple(name for _, _, name in sorted(ranked))


def _key_candidates(draft: _Draft) -> tuple[tuple[str, ...], ...]:
    found = [draft.profile.primary_key] if draft.profile.primary_key else []
    found += [key for key in draft.profile.unique if key not in found]
    by_path = draft.by_path
    return tuple(
        tuple(by_path[name] for name in key)
        for key in found
        if all(name in by_path for name in key)
    )


def _choose_load(draft: _Draft, has_keys: bool) -> None:
    """cdc for feeds, delta where changes are marked (and keys found), else full."""
    wanted, feed = draft.request.load, draft.profile.feed
    if feed and (not wanted or wanted == "cdc"):
        draft.load = "cdc"
    elif wanted:
        draft.load = wanted
        if draft.is_envelope:
            draft.wrong("ADD_017", "--load", "a Debezium envelope can only be loaded as cdc",
                        value=wanted, allowed="cdc")  # fmt: skip
        elif feed:
            draft.notes.append(notes.unread_feed(feed, wanted))
    else:
        best = _strong_watermark(draft)
        draft.load = "delta" if best and (has_keys or draft.request.keys) else "full"
        if best and draft.load == "full":
            draft.notes.append(f"`{best}` marks changes, but no key was found: give --keys")


def _strong_watermark(draft: _Draft) -> str:
    by_name = {column.column: column.path for column in draft.columns}
    strong = [name for name in draft.watermarks if names.watermark_rank(by_name[name]) != 2]
    return strong[0] if strong else ""


def _choose_operation(draft: _Draft) -> None:
    """Where the op code of a feed stands; a setting when it is not the format's own place."""
    feed = FEEDS[draft.cdc_format or "generic"]
    if feed.envelope:
        if not draft.is_envelope:
            draft.wrong("ADD_017", "--load", f"the rows are no Debezium envelopes, as cdc_format "
                        f"{draft.cdc_format} of the system says")  # fmt: skip
        return
    seen = draft.profile.feed.operation if draft.profile.feed else ""
    given = draft.request.settings.get("operation", "")
    own = feed.operation if feed.operation in draft.profile.paths else ""
    draft.operation = given or own or seen
    if not draft.operation or draft.operation not in draft.profile.paths:
        known = sorted(draft.profile.paths)
        draft.wrong(
            "ADD_014", "--operation", "no column holds operation codes"
            if not draft.operation else f"the source has no `{draft.operation}`",
            value=given, allowed=", ".join(known), mend=did_you_mean(draft.operation, known),
        )  # fmt: skip
    elif draft.operation != feed.operation:
        draft.settings["operation"] = draft.operation
    if draft.profile.feed:
        draft.notes.extend(notes.of_operations(draft.profile.feed, draft.request.settings))


def _choose_keys(draft: _Draft, candidates: tuple[tuple[str, ...], ...]) -> None:
    wanted, by_path = draft.request.keys, draft.by_path
    if wanted:
        draft.keys = tuple(_mapped(name, by_path) for name in wanted)
        for name in wanted:
            if _mapped(name, by_path) not in by_path:
                draft.wrong("ADD_012", "--keys", f"the source has no column `{name}`", value=name,
                            allowed=", ".join(column.column for column in draft.columns),
                            mend=did_you_mean(name, by_path))  # fmt: skip
        if candidates and set(candidates[0]) != set(draft.keys) and not draft.problems:
            draft.notes.append(f"the data suggests the keys {lists.join(candidates[0])}")
    elif candidates:
        draft.keys = candidates[0]
    elif draft.load != "full":
        draft.wrong("ADD_012", "--keys", f"a {draft.load} load needs keys, and none was found",
                    allowed=", ".join(column.column for column in draft.columns))  # fmt: skip


def _mapped(name: str, by_path: Mapping[str, str]) -> str:
    """The column's name for what a user wrote: its name, the source's name, in any case."""
    if name in by_path:
        return by_path[name]
    folded = {path.lower(): column for path, column in by_path.items()}
    return folded.get(name.lower(), name)


def _choose_sequence(draft: _Draft) -> None:
    if draft.request.sequence:
        draft.sequence = tuple(_order_item(draft, text) for text in draft.request.sequence)
    elif draft.load == "delta":
        best = _strong_watermark(draft) or next(iter(draft.watermarks), "")
        draft.sequence = (best,) if best else ()
        if not best:
            draft.wrong("ADD_013", "--sequence", "a delta load needs a watermark, and no column "
                        "looks like one", allowed=_ordered(draft))  # fmt: skip
    elif draft.load == "cdc" and not FEEDS[draft.cdc_format or "generic"].sequence:
        draft.sequence = _feed_order(draft)
        if not draft.sequence:
            draft.wrong("ADD_013", "--sequence", "the feed needs a column that orders its events, "
                        "and none looks like one", allowed=_ordered(draft))  # fmt: skip


def _order_item(draft: _Draft, text: str) -> str:
    """A part of the sequence as it is written: a column, or a path with its type behind it."""
    try:
        item = parse_order_item(text)
    except BadType as error:
        draft.wrong("ADD_005", "--sequence", str(error), value=text, allowed=error.allowed)
        return text
    name = item.path if draft.is_envelope else _mapped(item.path, draft.by_path)
    if name.startswith("_file") or name == "_run_started_at" or name in draft.by_path:
        return text if item.type else name
    if item.path not in draft.profile.paths:
        known = [*draft.by_path, *sorted(draft.profile.paths)]
        draft.wrong("ADD_013", "--sequence", f"the source has no `{item.path}`", value=item.path,
                    allowed=", ".join(dict.fromkeys(known)),
                    mend=did_you_mean(item.path, known))  # fmt: skip
        return text
    column = draft.profile.column(item.path)
    is_known = item.path in FEEDS[draft.cdc_format or "generic"].known
    if item.type or is_known or column is None:
        return text
    return f"{item.path} {types.infer(column)[0]}"


def _feed_order(draft: _Draft) -> tuple[str, ...]:
    by_path = draft.by_path
    ordered = [column for column in draft.columns if _is_ordered(column)]
    usable = {column.path for column in ordered if column.column not in draft.keys}
    found = [by_path[name] for name in column_feed.order_columns(usable) if name in by_path]
    if not found and draft.cdc_format != "dms":
        found = [name for name in draft.watermarks if name not in draft.keys]
        if found:
            draft.notes.append(notes.time_order(found[0]))
    return tuple(found[:1])


def _is_ordered(column: ColumnProposal) -> bool:
    return parse_type(column.type).name in ORDERED


def _ordered(draft: _Draft) -> str:
    return ", ".join(column.column for column in draft.columns if _is_ordered(column))


def _choose_settings(draft: _Draft) -> None:
    """The given settings, and those that the data asks for."""
    for name, value in draft.request.settings.items():
        if name in COLUMN_SETTINGS:
            items = _given_columns(draft, name, lists.split(value))
            draft.settings[name] = lists.join(items)
        elif name != "operation":
            draft.settings[name] = value
    if draft.load != "cdc":
        return
    placeholders = {c.name: c.placeholders for c in draft.profile.columns if c.placeholders}
    if placeholders and draft.is_envelope and "partial_updates" not in draft.settings:
        draft.settings["partial_updates"] = "true"
        draft.notes.append(notes.unavailable(placeholders))
    truncates = column_feed.truncates(draft.profile.feed) if draft.profile.feed else 0
    if truncates and "truncate" not in draft.settings:
        draft.settings["truncate"] = "true"
        draft.notes.append(notes.truncated(truncates))


def _given_columns(draft: _Draft, setting: str, items: Iterable[str]) -> list[str]:
    by_path = draft.by_path
    mapped = [_mapped(item, by_path) for item in items]
    for name in mapped:
        if name not in by_path:
            draft.wrong("ADD_005", f"--{setting}", f"the source has no column `{name}`", value=name,
                        allowed=", ".join(column.column for column in draft.columns),
                        mend=did_you_mean(name, by_path))  # fmt: skip
    return mapped
