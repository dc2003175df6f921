"""Runs `medallion reconcile` in this process."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from medallion.cli import main
from support.invoke import dbt_at
from support.project import Project


def reconcile(project: Project, *arguments: str) -> tuple[int, str]:
    """Exit code and output; a fault of the code itself is raised."""
    with dbt_at(project.root, **project.engine.variables):
        done = CliRunner().invoke(main, ["reconcile", *arguments, "--target", project.target])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def told(project: Project, *arguments: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and the JSON's results by object."""
    code, output = reconcile(project, *arguments, "--json")
    return code, {each["object"]: each for each in json.loads(output)}


def one(project: Project, name: str, *arguments: str) -> tuple[int, dict[str, Any]]:
    """The same of one object."""
    code, found = told(project, name, *arguments)
    assert list(found) == [name]
    return code, found[name]


def examples(result: dict[str, Any], kind: str) -> list[str]:
    """The keys shown of one kind of difference."""
    return [each["key"] for each in result["examples"] if each["kind"] == kind]
