"""A small project in a temporary folder, and the command `medallion add` run in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from medallion.discover.cli_add import add
from medallion.discover.model import Profile, Proposal, Request
from medallion.discover.proposal import propose
from medallion.discover.source import Place, read
from medallion.metadata import load
from medallion.metadata.models import System

FEED = Path(__file__).parents[1] / "fixtures" / "feeds" / "postgres-debezium"


@dataclass(frozen=True)
class AddProject:
    root: Path

    @property
    def control(self) -> Path:
        return self.root / "seeds" / "control"

    def add(self, *arguments: str) -> Result:
        """Run the command; it must succeed."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result

    def refused(self, *arguments: str) -> str:
        """Run the command; it must fail and leave the control tables as they are."""
        before = self.content()
        result = self.run(*arguments)
        assert result.exit_code == 1, result.output
        assert self.content() == before
        return result.stderr

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(add, [*arguments, "--project-dir", str(self.root)])

    def content(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.control.glob("*.csv"))}

    def rows(self, table: str) -> list[dict[str, str]]:
        path = self.control / f"{table}.csv"
        if not path.is_file():
            return []
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    def types(self, name: str) -> dict[str, str]:
        """Column -> type of an object."""
        return {row["column"]: row["type"] for row in self.rows("columns") if row["object"] == name}

    def settings(self) -> dict[tuple[str, str], str]:
        return {(row["object"], row["setting"]): row["value"] for row in self.rows("settings")}

    def line(self, name: str) -> dict[str, str]:
        return next(row for row in self.rows("objects") if row["object"] == name)

    def validate(self) -> None:
        load(self.control)

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return target

    def write_lines(self, path: str, documents: Iterable[object]) -> Path:
        lines = (json.dumps(document, ensure_ascii=False) for document in documents)
        return self.write(path, "".join(f"{line}\n" for line in lines))


def new_project(folder: Path) -> AddProject:
    project = AddProject(folder)
    project.control.mkdir(parents=True)
    (folder / "dbt_project.yml").touch()
    return project


def make_system(
    location: Path | str, file_format: str, cdc_format: str = "", kind: str = "files"
) -> System:
    return System.model_validate(
        {
            "name": "src", "kind": kind, "location": str(location), "format": file_format,
            "cdc_format": cdc_format, "owner": "", "description": "", "origin": "systems.csv:2",
        }
    )  # fmt: skip


def read_source(
    system: System, source: str, name: str = "things", environ: Mapping[str, str] | None = None
) -> Profile:
    place = Place(root=Path(system.location), environ=environ or {})
    return read(system, name, source, place)


def propose_source(
    system: System, source: str, name: str = "things", *, load: str = "",
    keys: Sequence[str] = (), sequence: Sequence[str] = (), history: str = "",
    settings: Mapping[str, str] | None = None,
) -> Proposal:  # fmt: skip
    profile = read_source(system, source, name)
    request = Request(
        system=system, object=name, source=source, load=load, keys=tuple(keys),
        sequence=tuple(sequence), history=history, settings=settings or {},
    )  # fmt: skip
    return propose(request, profile)
