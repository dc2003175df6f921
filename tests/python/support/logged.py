"""The log of a throw-away project: written in this process, read from its tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medallion.log.write import Report, write_log
from support.invoke import dbt_at
from support.project import Project

Rows = list[tuple[Any, ...]]


def log(project: Project, **variables: str) -> Report:
    """`medallion log` for the project's target."""
    with dbt_at(project.root, **project.engine.variables, **variables):
        return write_log(project.root, project.target, project.root / "target")


def entries(project: Project, columns: Sequence[str], where: str = "true") -> Rows:
    """Rows of ops.load_log, oldest load first."""
    names = ", ".join(columns)
    return project.query(
        f"select {names} from ops.load_log where {where} order by load_id, system, object, attempt"
    )


def count(project: Project, table: str) -> tuple[int, int]:
    """How many rows a log has, and how many different ones."""
    key = {"load_log": "system, object, load_id, attempt", "run_log": "invocation_id, node_id"}
    ((rows,),) = project.query(f"select count(*) from ops.{table}")
    ((different,),) = project.query(
        f"select count(*) from (select distinct {key[table]} from ops.{table}) as d"
    )
    return rows, different
