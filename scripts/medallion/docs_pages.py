"""The pages of docs/ that are made from the code: settings.md and errors.md."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from medallion.errors import CODES, GenerateError, Problem
from medallion.metadata.settings import Settings, about

_MADE = "<!-- Made by `medallion docs-reference` from the code. -->"
_AREAS = {
    "META": "Control tables (`medallion validate`)",
    "GEN": "Generated files (`medallion generate`)",
    "ADD": "Proposing metadata (`medallion add`)",
    "STG": "Reading sources (`dbt build`)",
    "LOAD": "Loading bronze (`dbt build`)",
    "DB": "The warehouse (`dbt build`, `medallion add`, `make demo`)",
    "QUAR": "Rejected rows (`medallion quarantine`)",
    "TRACE": "The life of a key (`medallion trace`)",
    "REC": "Comparing with the source (`medallion reconcile`)",
    "LINT": "Rules of the layers (`medallion lint`)",
}


def write_pages(root: Path, check: bool = False) -> list[str]:
    """Writes the pages that differ and returns them. Raises GenerateError with `check`."""
    changed = []
    for path, text in pages().items():
        target = root / path
        if not target.is_file() or target.read_bytes() != text.encode("utf-8"):
            changed.append(path)
            if not check:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(text.encode("utf-8"))
    if check and changed:
        raise GenerateError(
            [Problem(path, 0, "GEN_006", "the page is not what the code says") for path in changed]
        )
    return changed


def pages() -> dict[str, str]:
    """The pages by path."""
    return {"docs/settings.md": settings_page(), "docs/errors.md": errors_page()}


def settings_page() -> str:
    """Every setting: values, default, meaning."""
    lines = [
        "# Settings",
        _MADE,
        "",
        "A setting is a line in `seeds/control/settings.csv` (layer, system, object, setting,",
        "value). The most specific line wins: object, then system with layer, then system, then",
        "layer, then the default. `tags` and `grants` may differ between the layers `staging` and",
        "`bronze`; every other setting has one value an object. `medallion explain SYSTEM.OBJECT`",
        "shows each value and the line it comes from. Lists are separated by `|`; a value that",
        "needs a bar or an empty item is a JSON array.",
        "",
    ]
    for name, field in Settings.model_fields.items():
        facts = about(name)
        loads = "every load" if len(facts.loads) == 3 else f"load {', '.join(facts.loads)}"
        needs = {"scd2": ", history scd2", "keys": ", with keys", "": ""}[facts.needs]
        lines += [
            f"## {name}",
            str(field.description),
            "",
            f"- Values: {facts.allowed}",
            f"- Default: {_default(field.default)}",
            f"- For: {loads}{needs}",
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"


def _default(value: Any) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return ", ".join(f"`{each}`" if each else "the empty text" for each in value)
    return f"`{value}`"


def errors_page() -> str:
    """Every error code of the Python package."""
    importlib.import_module("medallion.discover.errors")
    lines = [
        "# Error codes",
        _MADE,
        "",
        "Every problem is shown with its code, where it is, the value found, the allowed values",
        "and how to mend it.",
    ]
    for area, title in _AREAS.items():
        lines += ["", f"## {title}", "", "| code | meaning | what to do |", "|---|---|---|"]
        for key, code in sorted(CODES.items()):
            if key.startswith(f"{area}_"):
                lines.append(
                    f"| MED-{key.replace('_', '-')} | {_cell(code.title)} | {_cell(code.mend)} |"
                )
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
