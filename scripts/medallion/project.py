"""Where a project keeps its things."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

from medallion.errors import GenerateError, MetadataError, Problem
from medallion.metadata import Project, load

CONTROL = "seeds/control"


def project_root(folder: Path) -> Path:
    """The folder, if it is a dbt project. Raises GenerateError (GEN_004)."""
    if not (folder / "dbt_project.yml").is_file():
        message = f"there is no dbt_project.yml in {folder.as_posix()}"
        raise GenerateError([Problem(folder.as_posix(), 0, "GEN_004", message)])
    return folder


def load_project(root: Path) -> Project:
    """The metadata. Raises MetadataError, whose files are named from the project's root."""
    try:
        return load(root / CONTROL)
    except MetadataError as error:
        raise MetadataError(
            [
                replace(problem, file=(PurePosixPath(CONTROL) / problem.file).as_posix())
                for problem in error.problems
            ]
        ) from None
