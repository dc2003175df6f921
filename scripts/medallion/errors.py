"""Problems with a code, and the exceptions that carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medallion.codes import CODES, Code

__all__ = ["CODES", "Code", "GenerateError", "MedallionError", "MetadataError", "Problem"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, where it stands and how to mend it.

    `code` is a key of `CODES` (`META_014`); `line` counts from 1 as editors do, 0 = the whole file.
    """

    file: str
    line: int
    code: str
    message: str
    column: str = ""
    value: str = ""
    allowed: str = ""
    mend: str = ""

    @property
    def label(self) -> str:
        """The code as users see it: `MED-META-014`."""
        return "MED-" + self.code.replace("_", "-")

    @property
    def where(self) -> str:
        """`file`, `file:line` or `file:line (column)`."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} ({self.column})" if self.column else place

    def __str__(self) -> str:
        lines = [f"{self.label} {self.where}: {self.message}"]
        if self.value:
            lines.append(f"    value:   {self.value}")
        if self.allowed:
            lines.append(f"    allowed: {self.allowed}")
        lines.append(f"    mend:    {self.mend or CODES[self.code].mend}")
        return "\n".join(lines)


class MedallionError(Exception):
    """An error for the user: shown without a traceback; `exit_code` is the command's."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class MetadataError(MedallionError):
    """The control tables cannot be used; `problems` holds everything that is wrong with them."""


class GenerateError(MedallionError):
    """Generated files are not what the metadata says, or cannot be written."""
