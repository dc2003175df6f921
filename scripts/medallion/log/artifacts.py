"""What dbt wrote about its last run: run_results.json and manifest.json as rows of the run log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from medallion.log.rows import Row, truncated

# dbt's commands that change the warehouse or judge it; `compile` and `docs` leave results too.
COMMANDS = frozenset({"build", "run", "test", "seed", "snapshot", "retry"})
FAILED = frozenset({"error", "fail", "runtime error", "partial success"})
Json = Mapping[str, Any]


class ArtifactError(Exception):
    """The artifacts cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Run:
    """One dbt invocation: its nodes as rows of the run log, without the columns of the context."""

    invocation_id: str
    started_at: datetime
    command: str
    target: str | None
    variables: Json
    nodes: tuple[Row, ...]


def read_run(folder: Path) -> Run | None:
    """The run that dbt's target folder tells of; None when it holds none. Raises ArtifactError."""
    results, manifest = _json(folder / "run_results.json"), _json(folder / "manifest.json")
    if results is None or manifest is None:
        return None
    try:
        return _run(results, manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ArtifactError(
            f"{folder / 'run_results.json'} is not as dbt writes it: {error!r}"
        ) from (error)


def _json(path: Path) -> Json | None:
    try:
        with path.open(encoding="utf-8") as file:
            found: Json = json.load(file)
        return found
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}") from error


def _run(results: Json, manifest: Json) -> Run | None:
    about, arguments = results["metadata"], results["args"]
    if arguments.get("which") not in COMMANDS:
        return None
    started = _time(about.get("invocation_started_at") or about["generated_at"])
    assert started is not None
    common = {
        "invocation_id": about["invocation_id"],
        "command": arguments["which"],
        "run_started_at": started,
        "dbt_version": about["dbt_version"],
    }
    nodes = manifest["nodes"]
    return Run(
        invocation_id=about["invocation_id"],
        started_at=started,
        command=arguments["which"],
        target=arguments.get("target"),
        variables=arguments.get("vars") or {},
        nodes=tuple({**common, **_node(result, nodes)} for result in results["results"]),
    )


def _node(result: Json, nodes: Json) -> Row:
    name = str(result["unique_id"])
    node = nodes.get(name) or {}
    owner = _owner(node, nodes)
    fqn = owner.get("fqn") or []
    about = ((owner.get("config") or {}).get("meta") or {}).get("medallion") or {}
    return {
        "node_id": name,
        "node_name": node.get("name") or name.split(".")[-1],
        "resource_type": name.split(".")[0],
        "layer": fqn[1] if len(fqn) > 2 else None,
        "system": about.get("system"),
        "object": about.get("object"),
        "status": result["status"],
        "started_at": min(_times(result["timing"], "started_at"), default=None),
        "finished_at": max(_times(result["timing"], "completed_at"), default=None),
        "seconds": round(float(result["execution_time"] or 0), 6),
        "failures": result.get("failures"),
        "message": truncated(result.get("message")),
    }


def _times(timing: list[Json], name: str) -> Iterator[datetime]:
    for each in timing:
        if (time := _time(each[name])) is not None:
            yield time


def _owner(node: Json, nodes: Json) -> Json:
    """The node that a test is about; any other node itself."""
    if node.get("resource_type") not in ("test", "unit_test"):
        return node
    models = [name for name in (node.get("depends_on") or {}).get("nodes", []) if name in nodes]
    attached = node.get("attached_node") or (models[0] if len(models) == 1 else None)
    return nodes.get(attached) or node if attached else node


def _time(text: str | None) -> datetime | None:
    """A time of an artifact in UTC, without zone."""
    if not text:
        return None
    time = datetime.fromisoformat(text)
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
