"""Silver holds business entities: a model that merely copies one bronze table is none."""

from __future__ import annotations

import ast

from sqlglot import exp

from medallion.errors import Problem
from medallion.lint.project import LintProject, Node
from medallion.lint.sql import parse

# What renaming, casting, tidying and filtering need; any other thing is work of its own.
PLAIN = (
    exp.Select, exp.From, exp.Table, exp.TableAlias, exp.With, exp.CTE, exp.Subquery, exp.Star,
    exp.Column, exp.Identifier, exp.Alias, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Cast,
    exp.DataType, exp.DataTypeParam, exp.Trim, exp.Upper, exp.Lower, exp.Coalesce, exp.Var,
)  # fmt: skip


def silver_not_a_copy(project: LintProject) -> list[Problem]:
    """One problem for each silver model that copies a bronze table.

    A model may say why it is one all the same: `config: meta: silver_copy: <the reason>`.
    """
    return [
        Problem(
            file=node.path,
            line=0,
            code="LINT_001",
            message=f"{node.name} merely copies {project.nodes[node.parents[0]].name}",
            mend="build a business entity (join, derive, aggregate), or let gold read bronze; a "
            "small project may allow copies with --allow-copies or the var "
            "medallion__allow_silver_copies, a single model with meta silver_copy: <reason>",
        )
        for node in project.layer("silver")
        if not node.meta.get("silver_copy") and is_copy(node, project)
    ]


def is_copy(node: Node, project: LintProject) -> bool:
    """Whether it reads one bronze table only and adds nothing but names, types and filters."""
    parents = [project.nodes.get(parent) for parent in node.parents]
    if len(parents) != 1 or parents[0] is None or parents[0].layer != "bronze":
        return False
    if node.language == "python":
        return _returns_its_input(node.sql)
    tree = parse(node, project.dialect)
    if tree is None:
        return False
    for clause in list(tree.find_all(exp.Where, exp.Order, exp.Limit)):
        clause.pop()
    return all(isinstance(part, PLAIN) for part in tree.walk())


def _returns_its_input(code: str) -> bool:
    """Whether `model` returns `dbt.ref(...)` as it is."""
    functions = (n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef))
    body = next((function.body for function in functions if function.name == "model"), [])
    inputs = {
        target.id
        for statement in body
        if isinstance(statement, ast.Assign) and _is_ref(statement.value)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    returned = [statement.value for statement in body if isinstance(statement, ast.Return)]
    return bool(returned) and all(
        _is_ref(value) or (isinstance(value, ast.Name) and value.id in inputs) for value in returned
    )


def _is_ref(value: ast.expr | None) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr == "ref"
    )
