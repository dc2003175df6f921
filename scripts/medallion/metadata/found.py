"""Collects problems while the tables are read."""

from __future__ import annotations

from medallion.errors import Problem
from medallion.metadata.lists import duplicates, parse_list
from medallion.metadata.names import did_you_mean, name_problem
from medallion.metadata.tables import Row
from medallion.metadata.types import BadType, DataType, parse_type


class Found(list[Problem]):
    """The problems found so far, with short ways to check a cell and add what is wrong with it."""

    def at(
        self,
        row: Row,
        code: str,
        column: str,
        message: str,
        *,
        value: str | None = None,
        allowed: str = "",
        mend: str = "",
    ) -> None:
        """Adds a problem of a cell; the value is the cell's unless another one is given."""
        shown = row.cells.get(column, "") if value is None else value
        self.append(Problem(row.file, row.line, code, message, column, shown, allowed, mend))

    def filled(self, row: Row, *columns: str) -> bool:
        """Whether the cells are filled."""
        empty = [column for column in columns if not row[column]]
        for column in empty:
            self.at(row, "META_009", column, f"`{column}` is empty")
        return not empty

    def one_of(
        self, row: Row, column: str, allowed: tuple[str, ...], code: str = "META_013"
    ) -> bool:
        """Whether the cell holds one of the allowed values."""
        value = row[column]
        if value in allowed:
            return True
        shown = ", ".join(item or "(empty)" for item in allowed)
        hint = did_you_mean(value, [item for item in allowed if item])
        self.at(
            row,
            code,
            column,
            f"`{column}` is not one of the allowed values",
            allowed=shown,
            mend=hint,
        )
        return False

    def name(self, row: Row, column: str) -> bool:
        """Whether the cell holds a usable identifier."""
        if not self.filled(row, column):
            return False
        if code := name_problem(row[column]):
            reason = {
                "META_010": "is not an identifier",
                "META_011": "is a reserved word of SQL",
                "META_012": "starts with an underscore, as only technical columns do",
            }[code]
            self.at(
                row, code, column, f"the name {reason}", allowed="[A-Za-z][A-Za-z0-9_]*, at most 63"
            )
            return False
        return True

    def boolean(self, row: Row, column: str) -> bool | None:
        """true or false; empty is false; None after a problem."""
        value = row[column].lower()
        if value in ("true", "false", ""):
            return value == "true"
        self.at(
            row, "META_028", column, f"`{column}` is neither true nor false", allowed="true, false"
        )
        return None

    def type(self, row: Row, column: str) -> DataType | None:
        """The type in a cell; None after a problem."""
        if not self.filled(row, column):
            return None
        try:
            return parse_type(row[column])
        except BadType as error:
            hint = did_you_mean(
                row[column].partition("(")[0].partition("@")[0], error.allowed.split(", ")
            )
            self.at(row, error.code, column, str(error), allowed=error.allowed, mend=hint)
            return None

    def list(self, row: Row, column: str) -> tuple[str, ...] | None:
        """The list in a cell, without repeated items; None after a problem."""
        try:
            items = parse_list(row[column])
        except ValueError as error:
            self.at(row, "META_019", column, f"the list cannot be read: {error}")
            return None
        if twice := duplicates(items):
            self.at(row, "META_049", column, f"`{twice[0]}` stands twice in the list")
            return None
        return items
