"""Refusing a writing statement on purpose, so that a crash between any two can be simulated."""

from __future__ import annotations

import re
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from workspace.statement import Statement


class RefusedError(Exception):
    """The stand-in was told to refuse this statement; it was not executed."""

    condition = "STAND_IN_REFUSED"
    sqlstate = "57014"


@dataclass
class Rule:
    """Refuse the n-th writing statement of a unit, or of the server where `match` is missing.

    match: regular expression searched in the dbt node, then in the object's name. The unit that
    is counted is its first group if it has one (several nodes can share it), else what it was
    found in. onwards: refuse the unit's later writes too, as a process that died would.
    """

    match: str | None
    nth: int
    onwards: bool = False
    seen: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def unit(self, statement: Statement) -> str | None:
        """What the statement counts for, or None where the rule does not concern it."""
        if self.match is None:
            return ""
        for name in (statement.node, statement.object):
            if name and (found := re.search(self.match, name)):
                return (found[1] if found.re.groups else name) or name
        return None

    def refuses(self, statement: Statement) -> bool:
        """Count the statement; true if it is the one to refuse."""
        unit = self.unit(statement)
        if unit is None:
            return False
        self.seen[unit] += 1
        if self.seen[unit] < self.nth or (self.seen[unit] > self.nth and not self.onwards):
            return False
        self.refused.append(unit)
        return True


class Faults:
    """The rules that are in force; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def add(self, body: dict[str, Any]) -> None:
        """Add a rule from {"match": regex, "nth": n, "onwards": bool}; ValueError if wrong."""
        unknown = set(body) - {"match", "nth", "onwards"}
        nth, match = body.get("nth", 1), body.get("match")
        if unknown or not isinstance(nth, int) or nth < 1:
            raise ValueError(f"want match (regex), nth (from 1), onwards (true/false): {body}")
        try:
            re.compile(match or "")
        except re.error as error:
            raise ValueError(f"match is no regular expression: {error}") from error
        with self._lock:
            self._rules.append(Rule(match, nth, bool(body.get("onwards", False))))

    def clear(self) -> None:
        """Refuse nothing any more."""
        with self._lock:
            self._rules.clear()

    def show(self) -> list[dict[str, Any]]:
        """The rules, with the writes counted for each unit and the units refused."""
        with self._lock:
            return [
                {
                    "match": rule.match,
                    "nth": rule.nth,
                    "onwards": rule.onwards,
                    "seen": dict(rule.seen),
                    "refused": list(rule.refused),
                }
                for rule in self._rules
            ]

    def check(self, statement: Statement) -> None:
        """Raise RefusedError if a rule says so."""
        if not statement.writes:
            return
        with self._lock:
            # Every rule counts, also after one has refused.
            refused = [rule for rule in self._rules if rule.refuses(statement)]
        if refused:
            where = statement.node or statement.object or "the server"
            raise RefusedError(
                f"[{RefusedError.condition}] Writing statement {refused[0].nth} of {where} was "
                f"refused on request and not executed. SQLSTATE: {RefusedError.sqlstate}"
            )
