"""What the rules need of a manifest: nodes with their layer, SQL, columns and parents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

LAYERS = ("staging", "bronze", "silver", "gold")
Manifest = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A described column; `classification` is what its `config: meta:` says, if anything."""

    description: str
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A model or snapshot of the project itself; `sql` is compiled where dbt has compiled it."""

    unique_id: str
    name: str
    layer: str
    path: str
    language: str
    sql: str
    compiled: bool
    parents: tuple[str, ...]
    columns: Mapping[str, Column] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LintProject:
    """The nodes by unique id, parents before children, and the dialect of their SQL."""

    nodes: Mapping[str, Node]
    dialect: str

    def layer(self, name: str) -> Iterator[Node]:
        """The nodes of one layer."""
        return (node for node in self.nodes.values() if node.layer == name)


def read_project(manifest: Manifest) -> LintProject:
    """Takes the project's own models and snapshots out of a manifest (`target/manifest.json`)."""
    package = manifest["metadata"]["project_name"]
    nodes: dict[str, Node] = {}

    def visit(unique_id: str) -> None:
        raw = manifest["nodes"].get(unique_id)
        if raw is None or unique_id in nodes or raw["resource_type"] not in ("model", "snapshot"):
            return
        if raw["package_name"] != package:
            return
        for parent in raw["depends_on"]["nodes"]:
            visit(parent)
        nodes[unique_id] = _node(raw)

    for unique_id in sorted(manifest["nodes"]):
        visit(unique_id)
    return LintProject(nodes, str(manifest["metadata"].get("adapter_type") or "duckdb"))


def _node(raw: Mapping[str, Any]) -> Node:
    compiled = raw.get("compiled_code")
    return Node(
        unique_id=raw["unique_id"],
        name=raw["name"],
        layer=_layer(raw),
        path=raw["original_file_path"],
        language=raw.get("language") or "sql",
        sql=compiled or raw.get("raw_code") or "",
        compiled=bool(compiled),
        parents=tuple(raw["depends_on"]["nodes"]),
        columns={name.lower(): _column(column) for name, column in raw["columns"].items()},
        meta=raw.get("config", {}).get("meta") or {},
    )


def _layer(raw: Mapping[str, Any]) -> str:
    """The folder that says it; snapshots hold gold's history."""
    if raw["resource_type"] == "snapshot":
        return "gold"
    parts = PurePosixPath(raw["original_file_path"].replace("\\", "/")).parts
    return next((part for part in parts if part in LAYERS), "")


def _column(raw: Mapping[str, Any]) -> Column:
    meta = raw.get("config", {}).get("meta") or raw.get("meta") or {}
    return Column(raw.get("description") or "", str(meta.get("classification") or ""))
