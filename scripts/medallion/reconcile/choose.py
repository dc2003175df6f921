"""Which objects a command line means."""

from __future__ import annotations

from collections.abc import Sequence

from medallion.errors import MedallionError, Problem
from medallion.metadata.models import Object, Project
from medallion.metadata.names import did_you_mean


class ReconcileError(MedallionError):
    """The command was used wrongly: there is nothing that it could compare."""


def choose(project: Project, names: Sequence[str]) -> list[Object]:
    """The enabled objects of the names `system` and `system.object`, each once; of none all.

    Raises ReconcileError (REC_001) with every name that means no object.
    """
    enabled = {n: item for n, item in project.objects.items() if item.settings.enabled}
    if not names:
        return list(enabled.values())
    found: dict[str, Object] = {}
    problems = []
    for name in names:
        of_name = {n: item for n, item in enabled.items() if name in (n, item.system.name)}
        if not of_name:
            problems.append(_unknown(project, name))
        found |= of_name
    if problems:
        raise ReconcileError(problems)
    return list(found.values())


def _unknown(project: Project, name: str) -> Problem:
    known = [*project.systems, *project.objects]
    is_known = name in known
    message = f"`{name}` has no enabled object" if is_known else f"there is no `{name}`"
    return Problem(
        "objects.csv", 0, "REC_001", message, value=name,
        allowed=", ".join(known[:20]), mend="" if is_known else did_you_mean(name, known),
    )  # fmt: skip
