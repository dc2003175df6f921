"""Systems: kinds, formats, locations, sources and the credentials that must not stand in them."""

from __future__ import annotations

import re

from medallion.metadata.feeds import FEEDS
from medallion.metadata.found import Found
from medallion.metadata.models import System
from medallion.metadata.tables import Row

FORMATS: dict[str, tuple[str, ...]] = {
    "files": ("csv", "json", "parquet", "delta"),
    "database": ("sqlite", "postgres"),
    "catalog": ("", "table", "delta"),
}
_ENVIRONMENT = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CREDENTIAL = re.compile(
    r"""://[^/\s:@]*:[^/\s@]+@                                   # user:password@host
    |(?:^|[\s;&?,'"])(?:password|passwd|pwd|(?:\w*_)?token|(?:\w*_)?secret(?:_\w+)?|secretkey
        |access_?key(?:_id)?|account_?key|shared_?access_?(?:key|signature)|api_?key|credential
        |sig|(?:x-amz-)?(?:signature|security-token))\s*=\s*[^\s;&]
    |(?:AKIA|ASIA)[0-9A-Z]{16}|\bdapi[0-9a-f]{32}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def has_credential(text: str) -> bool:
    """Whether a text holds something that looks like a password, key or token."""
    return bool(_CREDENTIAL.search(text))


def check_credentials(row: Row, found: Found) -> bool:
    """Whether no cell of the row holds a credential; the problem never repeats it."""
    good = True
    for column, cell in row.cells.items():
        if ("=" in cell or "@" in cell or "AKIA" in cell or "ASIA" in cell or "dapi" in cell) and (
            has_credential(cell)
        ):
            good = False
            found.at(row, "META_020", column, "the cell holds a credential", value="(not shown)")
    return good


def build_systems(rows: list[Row], found: Found) -> dict[str, System]:
    """The valid systems by name."""
    systems: dict[str, System] = {}
    taken: dict[str, Row] = {}
    for row in rows:
        good = check_credentials(row, found)
        if not found.name(row, "system"):
            continue
        first = taken.setdefault(row["system"].lower(), row)
        if first is not row:
            same = first["system"] == row["system"]
            found.at(
                row,
                "META_014" if same else "META_015",
                "system",
                f"the system already stands in {first.origin}",
            )
        elif _is_sound(row, found, good) and good:
            cells = {
                name: row[name]
                for name in ("kind", "location", "cdc_format", "owner", "description")
            }
            systems[row["system"]] = System.model_validate(
                {
                    **cells,
                    "name": row["system"],
                    "format": row["format"] or "table",
                    "origin": row.origin,
                }
            )
    return systems


def _is_sound(row: Row, found: Found, has_location: bool) -> bool:
    """Whether kind, format, cdc_format and, if it can be looked at, location fit each other."""
    if not found.one_of(row, "kind", tuple(FORMATS)):
        return False
    kind = row["kind"]
    good = found.one_of(row, "format", FORMATS[kind], "META_023")
    good = found.one_of(row, "cdc_format", ("", *FEEDS)) and good
    if good and row["cdc_format"].startswith("debezium") and row["format"] != "json":
        found.at(
            row,
            "META_024",
            "cdc_format",
            "a Debezium envelope is read from files of JSON lines only",
            allowed=", ".join(name for name in FEEDS if not name.startswith("debezium")),
        )
        good = False
    return (not has_location or _location(row, kind, found)) and good


def _location(row: Row, kind: str, found: Found) -> bool:
    location = row["location"]
    if kind == "catalog":
        if location:
            found.at(
                row,
                "META_021",
                "location",
                "a catalog has no location: name it in the source",
                allowed="(empty)",
            )
        return not location
    if not found.filled(row, "location"):
        return False
    if kind == "files" and location.startswith("env:"):
        found.at(
            row,
            "META_021",
            "location",
            "files have a folder as their location",
            allowed="a folder or a URL; MEDALLION_LOCATION_<SYSTEM> overrides it",
        )
        return False
    if row["format"] == "postgres" and not _ENVIRONMENT.fullmatch(location):
        found.at(
            row,
            "META_021",
            "location",
            "a database is named by an environment variable",
            value="(not shown)",
            allowed="env:NAME",
        )
        return False
    if location.startswith("env:") and not _ENVIRONMENT.fullmatch(location):
        found.at(
            row, "META_021", "location", "no name of an environment variable", allowed="env:NAME"
        )
        return False
    return True


def check_source(row: Row, system: System, found: Found) -> bool:
    """Whether an object's source fits its system."""
    if not found.filled(row, "source"):
        return False
    source = row["source"]
    if system.kind == "files":
        parts = source.replace("\\", "/").split("/")
        absolute = source.startswith(("/", "~", "\\")) or re.match(r"[A-Za-z]:|\w+://", source)
        if absolute or ".." in parts:
            found.at(
                row,
                "META_022",
                "source",
                "the source leaves the system's location",
                allowed="a glob below the location, without `..`",
            )
            return False
        return True
    counts = (2, 3) if system.kind == "catalog" else (1, 2)
    names = source.split(".")
    # The names of a database's tables are quoted wherever they are used, a catalog's are not.
    refused = r"[\s;'\"`]" if system.kind == "catalog" else r"^\s|\s$|[^\S ]|[;'\"`]"
    if len(names) not in counts or any(not name or re.search(refused, name) for name in names):
        allowed = "[database.]schema.table" if system.kind == "catalog" else "[schema.]table"
        found.at(
            row, "META_022", "source", "the source is not the name of a table", allowed=allowed
        )
        return False
    return True
