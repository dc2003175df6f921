"""From a Profile and a Request to the lines of one object. Pure: reads and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from medallion.discover import column_feed, event_columns, lists, names, notes, types
from medallion.discover.choose_load import choose_format, choose_load, choose_operation
from medallion.discover.choose_order import choose_sequence
from medallion.discover.draft import Draft, mapped
from medallion.discover.errors import AddError
from medallion.discover.model import ColumnProposal, Profile, Proposal, Request
from medallion.metadata.names import HISTORY_COLUMNS, did_you_mean

# Settings whose items are columns of the object.
COLUMN_SETTINGS = ("track", "ignore_null", "scope")


def propose(request: Request, profile: Profile) -> Proposal:
    """The object's line, its columns and settings. Raises AddError with all problems."""
    draft = Draft(request, profile)
    choose_format(draft)
    draft.columns = _columns(draft)
    draft.watermarks = _watermarks(draft)
    candidates = _key_candidates(draft)
    choose_load(draft, bool(candidates))
    if draft.load == "cdc":
        choose_operation(draft)
        draft.columns = _columns(draft)
        draft.watermarks = _watermarks(draft)
    _choose_keys(draft, candidates)
    choose_sequence(draft)
    _choose_settings(draft)
    if draft.problems:
        raise AddError(draft.problems)
    event_columns.take_out(draft)
    return Proposal(
        system=request.system.name, object=request.object,
        source=profile.source or request.source, load=draft.load,
        keys=draft.keys, sequence=draft.sequence, history=request.history or "none",
        description=request.description, columns=draft.columns, settings=draft.settings,
        key_candidates=candidates, watermark_candidates=draft.watermarks, rows=profile.rows,
        cdc_format=draft.cdc_format if draft.cdc_format != request.system.cdc_format else "",
        notes=(*notes.of_profile(profile), *draft.notes),
    )  # fmt: skip


def columns_only(request: Request, profile: Profile) -> Proposal:
    """The request as it is, with the columns that the source has now. Raises AddError."""
    draft = Draft(request, profile, load=request.load)
    choose_format(draft)
    draft.columns = _columns(draft)
    if request.load == "cdc":
        choose_operation(draft)
        draft.columns = _columns(draft)
    if draft.problems:
        raise AddError(draft.problems)
    draft.keys, draft.sequence = request.keys, request.sequence
    draft.settings = dict(request.settings)
    event_columns.take_out(draft)
    return Proposal(
        system=request.system.name, object=request.object, source=request.source,
        load=request.load, keys=request.keys, sequence=request.sequence, history=request.history,
        description=request.description, columns=draft.columns, settings={}, key_candidates=(),
        watermark_candidates=(), rows=profile.rows, notes=tuple(notes.of_profile(profile)),
    )  # fmt: skip


def _columns(draft: Draft) -> tuple[ColumnProposal, ...]:
    """The business columns, in the source's order, with safe names."""
    is_column_feed = draft.load == "cdc" and not draft.is_envelope
    found = [
        column for column in draft.profile.columns
        if not (is_column_feed
                and column_feed.is_technical(column.name, draft.cdc_format, draft.operation))
    ]  # fmt: skip
    paths = draft.is_envelope or draft.request.system.format == "json"
    usable = [c for c in found if c.name and not (paths and "." in c.name and '"' in c.name)]
    reserved = HISTORY_COLUMNS if draft.request.history == "scd2" else ()
    result = []
    for column, name in zip(
        usable, names.unique_names([c.name for c in usable], reserved), strict=True
    ):
        data_type, why = types.infer(column, debezium=draft.is_envelope)
        field_path = names.quoted_path(column.name) if paths else column.name
        source = "" if name == column.name else field_path
        result.append(ColumnProposal(name, source, data_type, names.classify(column.name), why=why))
    return tuple(result)


def _watermarks(draft: Draft) -> tuple[str, ...]:
    """Time columns without a null that may mark changes, best first."""
    ranked = []
    for i, column in enumerate(draft.columns):
        seen = draft.profile.column(column.path)
        is_time = column.type.startswith(("timestamp", "date"))
        rank = names.watermark_rank(column.path) if is_time else None
        if rank is not None and seen and not seen.nulls:
            ranked.append((rank, i, column.column))
    return tuple(name for _, _, name in sorted(ranked))


def _key_candidates(draft: Draft) -> tuple[tuple[str, ...], ...]:
    found = [draft.profile.primary_key] if draft.profile.primary_key else []
    found += [key for key in draft.profile.unique if key not in found]
    by_path = draft.by_path
    return tuple(
        tuple(by_path[name] for name in key)
        for key in found
        if all(name in by_path for name in key)
    )


def _choose_keys(draft: Draft, candidates: tuple[tuple[str, ...], ...]) -> None:
    wanted, by_path = draft.request.keys, draft.by_path
    if wanted:
        draft.keys = tuple(mapped(name, by_path) for name in wanted)
        for name in wanted:
            if mapped(name, by_path) not in by_path:
                draft.wrong("ADD_012", "--keys", f"the source has no column `{name}`", value=name,
                            allowed=", ".join(column.column for column in draft.columns),
                            mend=did_you_mean(name, by_path))  # fmt: skip
        known = [set(key) for key in candidates]
        if known and set(draft.keys) not in known and not draft.problems:
            draft.notes.append(f"the data suggests the keys {lists.join(candidates[0])}")
    elif candidates:
        draft.keys = candidates[0]
    elif draft.load != "full":
        draft.wrong("ADD_012", "--keys", f"a {draft.load} load needs keys, and none was found",
                    allowed=", ".join(column.column for column in draft.columns))  # fmt: skip


def _choose_settings(draft: Draft) -> None:
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


def _given_columns(draft: Draft, setting: str, items: Iterable[str]) -> list[str]:
    by_path = draft.by_path
    given = [mapped(item, by_path) for item in items]
    for name in given:
        if name not in by_path:
            draft.wrong("ADD_005", f"--{setting}", f"the source has no column `{name}`", value=name,
                        allowed=", ".join(column.column for column in draft.columns),
                        mend=did_you_mean(name, by_path))  # fmt: skip
    return given
