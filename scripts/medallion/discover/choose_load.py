"""Choosing how an object is loaded: the feed's format, the load pattern, the operation column."""

from __future__ import annotations

from medallion.discover import column_feed, debezium, notes
from medallion.discover.draft import Draft, strong_watermark
from medallion.metadata.feeds import FEEDS
from medallion.metadata.names import did_you_mean


def choose_format(draft: Draft) -> None:
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


def choose_load(draft: Draft, has_keys: bool) -> None:
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
        best = strong_watermark(draft)
        draft.load = "delta" if best and (has_keys or draft.request.keys) else "full"
        if best and draft.load == "full":
            draft.notes.append(f"`{best}` marks changes, but no key was found: give --keys")


def choose_operation(draft: Draft) -> None:
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
