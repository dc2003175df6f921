"""Parses the SQL of a node, compiled or not, and follows its columns to the parents' columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, TemplateError, Undefined
from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import lineage

from medallion.lint.project import Node

Schema = Mapping[str, Sequence[str]]
Origin = tuple[str, str]


class _Macro(Undefined):
    """Any name that dbt knows and we do not: called, it becomes a function of its arguments."""

    def __call__(self, *arguments: Any, **_: Any) -> str:  # type: ignore[override]
        if str(self._undefined_name).startswith("type_"):
            return "text"
        flat = [a for value in arguments for a in (value if isinstance(value, list) else [value])]
        return f"of_macro({', '.join(str(value) for value in flat)})"

    def __getattr__(self, name: str) -> _Macro:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Macro(name=name)


def parse(node: Node, dialect: str) -> exp.Query | None:
    """The statement of a SQL node; None where it cannot be read (Python, exotic macros)."""
    if node.language != "sql":
        return None
    try:
        text = node.sql if node.compiled else _render(node.sql)
        tree = parse_one(text, dialect=dialect)
    except (SqlglotError, TemplateError):
        return None
    return tree if isinstance(tree, exp.Query) else None


def _render(code: str) -> str:
    """Raw code with `ref` and `source` as plain names, `config` as nothing."""
    environment = Environment(undefined=_Macro, extensions=["jinja2.ext.do"])
    names = {
        "ref": lambda *names, **_: names[-1],
        "source": lambda system, table: f"{system}__{table}",
        "config": lambda *_, **__: "",
        "var": lambda name, default="": default,
        "is_incremental": lambda: False,
        "this": "this",
    }
    return environment.from_string(code).render(names)


def origins(tree: exp.Query, schema: Schema, dialect: str) -> dict[str, set[Origin]]:
    """Each output column with the parents' columns whose values it carries.

    `schema` has the columns of each parent. A count, a comparison and the order of a window carry
    no value; a function of a column does.
    """
    plain = tree.copy().transform(_without_values)
    for table in plain.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    types = {table: dict.fromkeys(columns, "text") for table, columns in schema.items()}
    traced = lineage(None, plain, types, dialect=dialect, copy=False)
    return {
        name.lower(): {
            (node.source.name.lower(), node.name.rpartition(".")[2].strip('"`').lower())
            for node in root.walk()
            if not node.downstream and isinstance(node.source, exp.Table)
        }
        for name, root in traced.items()
    }


def _without_values(node: exp.Expr) -> exp.Expr:
    """Takes away what shows nothing of the values that it looks at."""
    if isinstance(node, exp.Count | exp.Predicate):
        return exp.Literal.number(1)
    if isinstance(node, exp.Window):
        function = node.this
        return function.transform(_without_values) if isinstance(function, exp.Expr) else node
    return node
