"""The sentences that explain a proposal. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from medallion.discover import types
from medallion.discover.model import FeedProfile, Profile
from medallion.metadata.feeds import FEEDS
from medallion.metadata.settings import parse_setting

_KNOWN_CODES = frozenset(code for feed in FEEDS.values() for code in feed.operations)


def of_profile(profile: Profile) -> list[str]:
    """How much was read, and what could not be."""
    found = list(profile.notes)
    if profile.sampled:
        found.append(f"only the first {profile.rows} rows were read: later ones may differ")
    if profile.malformed:
        found.append(
            f"{profile.malformed} lines are not JSON objects: a load rejects them as `malformed`"
        )
    if not profile.rows:
        found.append("the source has no row yet: every type is text until you change it")
    odd = [c.name for c in profile.columns if not c.name or ("." in c.name and '"' in c.name)]
    if odd:
        found.append(f"no column for {_listed(odd)}: a path cannot name it; see `_rescued`")
    return found


def of_decimals(profile: Profile) -> list[str]:
    """Numbers that a Debezium connector sends as bytes, of unknown scale."""
    found = [c.name for c in profile.columns if not c.declared and types.is_base64_number(c)]
    if not found:
        return []
    return [
        f"{_listed(found)} may be decimals in Debezium's bytes (base64): give them the type "
        "decimal(p,s)@base64 with the source's scale"
    ]


def of_operations(feed: FeedProfile, settings: Mapping[str, str]) -> list[str]:
    """Op codes that a load would reject."""
    try:
        mapped = dict(parse_setting("operation_map", settings.get("operation_map", "")) or ())
    except ValueError:
        mapped = {}
    unknown = {code: n for code, n in feed.operations.items()
               if code not in _KNOWN_CODES and code not in mapped}  # fmt: skip
    if not unknown:
        return []
    counted = ", ".join(f"{code} ({number} rows)" for code, number in unknown.items())
    return [f"operation codes that are not known are rejected: {counted}; see operation_map"]


def format_set(system: str, cdc_format: str, seen: str) -> str:
    return f"the data looks like {cdc_format}: {seen}; cdc_format of system {system} is set to it"


def unread_feed(feed: FeedProfile, load: str) -> str:
    return f"`{feed.operation}` holds operation codes, which a {load} load does not read"


def time_order(name: str) -> str:
    return f"`{name}` orders the feed: two events of a key at one time are a tie (delete wins)"


def unavailable(placeholders: Mapping[str, int]) -> str:
    counted = ", ".join(f"{name} ({number})" for name, number in placeholders.items())
    return (
        f"some events do not send the values of {counted}: partial_updates=true keeps the old ones"
    )


def truncated(number: int) -> str:
    return f"the feed holds {number} truncate events: truncate=true lets them empty the object"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
