"""A simulated estate: control tables of any number of objects, patterns mixed. No data."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

HEADERS = {
    "systems": "system,kind,location,format,cdc_format,owner,description",
    "objects": "system,object,source,load,keys,sequence,history,description",
    "settings": "layer,system,object,setting,value",
    "columns": "system,object,column,source_column,type,required,lookup,classification,description",
    "expectations": "system,object,name,expression,action,description",
}
Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Source:
    """A kind of system; every hundred objects it comes again under another number."""

    name: str
    format: str
    cdc_format: str = ""
    kind: str = "files"
    extension: str = ""

    def line(self, system: str) -> dict[str, str]:
        location = f"landing/{system}" + (".sqlite" if self.kind == "database" else "")
        return {
            "system": system, "kind": self.kind, "location": location, "format": self.format,
            "cdc_format": self.cdc_format, "owner": f"team {self.name}",
            "description": f"Simulated {self.name} system",
        }  # fmt: skip


@dataclass(frozen=True)
class Pattern:
    """A kind of object. `rule` is the action of an expectation that it gets."""

    source: Source
    load: str
    keys: str = "id"
    sequence: str = ""
    history: str = "none"
    settings: dict[str, str] = field(default_factory=dict)
    rule: str = ""


SHOP = Source("shop", "json", "debezium_postgres", extension="/*.jsonl")
APP = Source("app", "json", "generic", extension="/*.jsonl")
REF = Source("ref", "csv", extension="/*.csv")
LAKE = Source("lake", "parquet", extension="/*.parquet")
CRM = Source("crm", "sqlite", kind="database")
PATTERNS = (
    Pattern(SHOP, "cdc", history="scd2"),
    Pattern(SHOP, "cdc", history="scd2", settings={"partial_updates": "true"}),
    Pattern(SHOP, "cdc", keys="id|line_no", settings={"truncate": "true"}),
    Pattern(SHOP, "cdc", rule="quarantine"),
    Pattern(APP, "cdc", sequence="position bigint"),
    Pattern(APP, "cdc", sequence="position bigint|part integer", history="scd2",
            settings={"track": "status|amount", "epoch": "incarnation bigint"}),
    Pattern(APP, "cdc", sequence="position bigint", settings={"ignore_null": "status"}),
    Pattern(APP, "delta", sequence="updated_at", settings={"staging": "checkpointed"}, rule="warn"),
    Pattern(REF, "full"),
    Pattern(REF, "full", keys="id|line_no", history="scd2", sequence="_file_number",
            settings={"scope": "country", "max_delete_fraction": "0.5"}),
    Pattern(REF, "full", keys="", settings={"allow_empty": "true"}),
    Pattern(REF, "full", settings={"staging": "none", "bronze": "raw"}),
    Pattern(LAKE, "delta", sequence="updated_at", history="scd2", settings={"lookback": "1 hour"}),
    Pattern(LAKE, "full", history="scd2", settings={"grants": "select=analysts|select=etl"}),
    Pattern(CRM, "delta", sequence="updated_at", settings={"tags": "crm", "bronze": "cleansed"}),
    Pattern(CRM, "full"),
)  # fmt: skip
# Ten columns: name, type, classification.
COLUMNS = (
    ("id", "bigint", "internal"),
    ("line_no", "integer", "internal"),
    ("name", "text", "personal"),
    ("status", "text", "internal"),
    ("amount", "decimal(12,2)", "internal"),
    ("rate", "double", ""),
    ("is_active", "boolean", ""),
    ("country", "text", "public"),
    ("valid_on", "date", ""),
    ("updated_at", "timestamp", "internal"),
)


def tables(objects: int) -> Rows:
    """The rows of all control tables for `objects` objects."""
    rows: Rows = {name: [] for name in HEADERS}
    systems: dict[str, Source] = {}
    for number in range(objects):
        pattern = PATTERNS[number % len(PATTERNS)]
        system = f"{pattern.source.name}{number // 100:02}"
        systems[system] = pattern.source
        _add_object(rows, pattern, system, f"table_{number:04}")
    rows["systems"] = [source.line(system) for system, source in sorted(systems.items())]
    return rows


def _add_object(rows: Rows, pattern: Pattern, system: str, name: str) -> None:
    own = {"system": system, "object": name}
    keys = pattern.keys.split("|") if pattern.keys else []
    rows["objects"].append({
        **own, "source": f"{name}{pattern.source.extension}", "load": pattern.load,
        "keys": pattern.keys, "sequence": pattern.sequence, "history": pattern.history,
        "description": f"Simulated table {name}",
    })  # fmt: skip
    for column, kind, classification in COLUMNS:
        rows["columns"].append({
            **own, "column": column, "type": kind, "classification": classification,
            "required": "true" if column in keys else "",
            "description": f"The {column} of a row of {name}",
        })  # fmt: skip
    for setting, value in pattern.settings.items():
        rows["settings"].append({**own, "setting": setting, "value": value})
    if pattern.rule:
        rule = {"name": "has_name", "expression": "name is not null", "action": pattern.rule}
        rows["expectations"].append({**own, **rule})


def write(control: Path, rows: Rows) -> None:
    """Writes control tables into a folder."""
    control.mkdir(parents=True, exist_ok=True)
    for name, header in HEADERS.items():
        with (control / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header.split(","), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[name])
