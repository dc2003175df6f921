"""Choosing what orders an object's events or marks its changes."""

from __future__ import annotations

from medallion.discover import column_feed, notes, types
from medallion.discover.draft import Draft, mapped, strong_watermark
from medallion.discover.model import ColumnProposal
from medallion.metadata.feeds import FEEDS
from medallion.metadata.names import did_you_mean
from medallion.metadata.settings import parse_order_item
from medallion.metadata.types import ORDERED, BadType, parse_type


def choose_sequence(draft: Draft) -> None:
    if draft.request.sequence:
        draft.sequence = tuple(_order_item(draft, text) for text in draft.request.sequence)
    elif draft.load == "delta":
        best = strong_watermark(draft) or next(iter(draft.watermarks), "")
        draft.sequence = (best,) if best else ()
        if not best:
            draft.wrong("ADD_013", "--sequence", "a delta load needs a watermark, and no column "
                        "looks like one", allowed=_ordered(draft))  # fmt: skip
    elif draft.load == "cdc" and not FEEDS[draft.cdc_format or "generic"].sequence:
        draft.sequence = _feed_order(draft)
        if not draft.sequence:
            draft.wrong("ADD_013", "--sequence", "the feed needs a column that orders its events, "
                        "and none looks like one", allowed=_ordered(draft))  # fmt: skip


def _order_item(draft: Draft, text: str) -> str:
    """A part of the sequence as it is written: a column, or a path with its type behind it."""
    try:
        item = parse_order_item(text)
    except BadType as error:
        draft.wrong("ADD_005", "--sequence", str(error), value=text, allowed=error.allowed)
        return text
    name = item.path if draft.is_envelope else mapped(item.path, draft.by_path)
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


def _feed_order(draft: Draft) -> tuple[str, ...]:
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


def _ordered(draft: Draft) -> str:
    return ", ".join(column.column for column in draft.columns if _is_ordered(column))
