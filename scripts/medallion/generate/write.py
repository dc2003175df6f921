"""Compares generated files with a project's folder, and writes them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from medallion.errors import GenerateError, Problem
from medallion.generate.render import MARK

FOLDERS = ("models/staging", "models/bronze")
_SUFFIXES = (".sql", ".yml")


@dataclass(slots=True)
class Result:
    """What a write did, or would do with `check`: paths below the project's root, sorted."""

    written: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    hand_written: list[str] = field(default_factory=list)


def write(files: Mapping[str, str], root: Path, check: bool = False) -> Result:
    """Writes what differs and deletes generated files that are no longer made.

    A file without the mark on its first line is hand-written: it is never touched and takes the
    place of the generated one. With `check` nothing is written. Raises GenerateError: with `check`
    one problem for each file that was edited (GEN_001, with a diff), is missing (GEN_002) or left
    over (GEN_003).
    """
    result = Result()
    problems: list[Problem] = []
    for path, text in sorted(files.items()):
        stored = _read(root / path, path)
        if stored == text:
            result.unchanged.append(path)
        elif stored is not None and not is_generated(stored):
            result.hand_written.append(path)
        else:
            result.written.append(path)
            problems.append(_differs(path, stored, text))
    for path in _left_over(files, root):
        result.deleted.append(path)
        problems.append(
            Problem(path, 0, "GEN_003", "the file is generated, but nothing makes it any more")
        )
    if check:
        if problems:
            raise GenerateError(problems)
        return result
    _apply(files, root, result)
    return result


def is_generated(text: str) -> bool:
    """Whether the first line carries the mark."""
    first = text.partition("\n")[0].strip()
    return first.lstrip("-# ") == MARK and first.startswith(("-- ", "# "))


def _read(path: Path, shown: str) -> str | None:
    """The text of a file with its own line ends; None when there is no file."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        return "(not UTF-8)"
    except OSError as error:
        raise GenerateError([Problem(shown, 0, "GEN_005", f"{error.strerror}")]) from None


def _differs(path: str, stored: str | None, text: str) -> Problem:
    if stored is None:
        return Problem(path, 0, "GEN_002", "the file is missing")
    if stored.replace("\r\n", "\n") == text:
        return Problem(path, 0, "GEN_001", "the file has other line ends", mend="keep LF line ends")
    diff = difflib.unified_diff(
        stored.splitlines(),
        text.splitlines(),
        f"{path} (found)",
        f"{path} (generated)",
        lineterm="",
    )
    return Problem(
        path, 0, "GEN_001", "the file is not what the metadata gives\n" + "\n".join(diff)
    )


def _left_over(files: Mapping[str, str], root: Path) -> list[str]:
    """Generated files in the folders of systems that nothing makes any more."""
    found = []
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*/*")):
            shown = path.relative_to(root).as_posix()
            if shown in files or path.suffix not in _SUFFIXES or not path.is_file():
                continue
            if is_generated(_read(path, shown) or ""):
                found.append(shown)
    return found


def _apply(files: Mapping[str, str], root: Path, result: Result) -> None:
    try:
        for path in result.written:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files[path].encode("utf-8"))
        for path in result.deleted:
            target = root / path
            target.unlink()
            if not any(target.parent.iterdir()):
                target.parent.rmdir()
    except OSError as error:
        shown = str(error.filename or "")
        raise GenerateError([Problem(shown, 0, "GEN_005", f"{error.strerror}")]) from None
