"""Calls pure macros of this project without dbt: those that need nothing but their arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from dbt_common.clients.jinja import get_environment

MACROS = Path(__file__).parents[3] / "macros"


class _Returned(Exception):
    """How dbt's `return` leaves a macro."""


def _return(value: Any) -> None:
    raise _Returned(value)


def load(file: str) -> dict[str, Callable[..., Any]]:
    """The macros of a file below macros/ as functions; what they `return`, else their text."""
    namespace: dict[str, Callable[..., Any]] = {}
    context = {"return": _return, "medallion": namespace, "modules": SimpleNamespace(re=re)}
    template = get_environment().from_string((MACROS / file).read_text("utf-8"), globals=context)
    for name, macro in vars(template.module).items():
        if name.startswith("dbt_macro__"):
            namespace[name.removeprefix("dbt_macro__")] = partial(_call, macro)
    return namespace


def _call(macro: Any, *arguments: Any, **named: Any) -> Any:
    try:
        return str(macro(*arguments, **named))
    except _Returned as returned:
        return returned.args[0]
