"""Gold says where it shows personal data: each such column, and whether its description says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot.errors import SqlglotError

from medallion.errors import Problem
from medallion.lint.project import LintProject, Node
from medallion.lint.sql import origins, parse

PROTECTED = ("secret", "personal")
# What bronze tables have besides the columns that their YAML describes; what a source sent beyond
# those may be anything, so it counts as personal.
RESCUED = "_rescued"
TECHNICAL = (
    "_sequence", "_event_time", "_action", "_load_id", "_inserted_load_id",
    "_deleted_sequence", "_is_deleted", "_op", "_not_sent", "_start_sequence", "_end_sequence",
    "_valid_from", "_valid_to", "_is_version", "_is_current", "valid_from", "valid_to",
    "is_current",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """A gold column that shows personal (or secret) data, and the source columns it came from."""

    model: str
    path: str
    column: str
    classification: str
    sources: tuple[str, ...]
    description: str

    @property
    def is_said(self) -> bool:
        """Whether the description says it (`not personal` does not)."""
        said = re.compile(rf"(?<!not )(?<!no )(?<!non-)\b{self.classification}\b", re.IGNORECASE)
        return said.search(self.description) is not None


@dataclass(frozen=True, slots=True)
class _Carried:
    classification: str
    sources: tuple[str, ...]


def personal_columns(project: LintProject) -> list[PersonalColumn]:
    """Every gold column that carries a value of a bronze column classified personal or secret.

    The classification stands in the bronze models' YAML, where the generator writes what
    columns.csv says. The way is followed through the SQL of each model, so a new name or a
    function of the value does not hide it; Python models pass on what keeps its name. A column's
    `config: meta: classification:` decides over what was found (a hash that is internal, say).
    """
    carried = _carried(project)
    return [
        PersonalColumn(node.name, node.path, name, found.classification, found.sources,
                       node.columns[name].description if name in node.columns else "")
        for node in project.layer("gold")
        for name, found in carried[node.unique_id].items()
        if found.classification in PROTECTED
    ]  # fmt: skip


def unsaid(columns: list[PersonalColumn]) -> list[Problem]:
    """One problem for each of the columns whose description does not say what it shows."""
    return [
        Problem(
            file=column.path,
            line=0,
            code="LINT_002",
            column=f"{column.model}.{column.column}",
            message=f"shows {column.classification} data ({', '.join(column.sources)}), which its "
            "description does not say",
            mend=f"end the description with `{column.classification.capitalize()} data.`, or take "
            "the column out; if it shows none, give it meta classification: internal",
        )
        for column in columns
        if not column.is_said
    ]


def _carried(project: LintProject) -> dict[str, dict[str, _Carried]]:
    """For each node, each of its columns with what it carries."""
    known: dict[str, dict[str, _Carried]] = {}
    for node in project.nodes.values():
        if node.layer == "bronze":
            columns = dict.fromkeys(TECHNICAL, _Carried("", ()))
            columns[RESCUED] = _Carried("personal", (f"{node.name}.{RESCUED}",))
        else:
            columns = _of_parents(node, project, known)
        for name, described in node.columns.items():
            if described.classification or name not in columns:
                columns[name] = _Carried(described.classification, (f"{node.name}.{name}",))
        known[node.unique_id] = columns
    return known


def _of_parents(
    node: Node, project: LintProject, known: Mapping[str, Mapping[str, _Carried]]
) -> dict[str, _Carried]:
    """What the columns of a node carry, given what those of its parents carry."""
    parents = {
        project.nodes[unique_id].name.lower(): known[unique_id]
        for unique_id in node.parents
        if unique_id in known
    }
    tree = parse(node, project.dialect)
    if tree is not None:
        schema = {name: list(columns) for name, columns in parents.items()}
        try:
            traced = origins(tree, schema, project.dialect)
        except SqlglotError:
            traced = {}
        if traced:
            return {
                column: _merge([parents.get(table, {}).get(name) for table, name in sources])
                for column, sources in traced.items()
            }
    return {
        column: _merge([columns.get(column) for columns in parents.values()])
        for column in node.columns
    }


def _merge(carried: list[_Carried | None]) -> _Carried:
    """The strictest of the classifications, with the sources that are protected."""
    found = [one for one in carried if one is not None]
    strictest = next((c for c in PROTECTED if any(one.classification == c for one in found)), "")
    sources = {source for one in found if one.classification in PROTECTED for source in one.sources}
    return _Carried(strictest, tuple(sorted(sources)))
