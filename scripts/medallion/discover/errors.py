"""Errors of `medallion add`: all problems at once; nothing was written."""

from __future__ import annotations

from medallion.discover.codes import ADD_CODES
from medallion.errors import CODES, MedallionError, Problem

CODES.update(ADD_CODES)


class AddError(MedallionError):
    """Nothing was written; `problems` says why."""


def problem(
    code: str, where: str, message: str, *, value: str = "", allowed: str = "", mend: str = ""
) -> Problem:
    """A problem of an option, a folder, a file or a table (`where`)."""
    return Problem(
        file=where, line=0, code=code, message=message, value=value, allowed=allowed, mend=mend
    )
