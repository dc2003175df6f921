"""A small estate in which every load pattern is there once, for runs that end before their time."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any

from support.column import Column
from support.project import Project

# Object: load, sequence, history. The one without keys is replaced as a whole.
OBJECTS = {
    "state": ("cdc", ["seq bigint"], "none"),
    "ledger": ("cdc", ["seq bigint"], "scd2"),
    "reads": ("delta", ["seq"], "none"),
    "snaps": ("full", ["_file_number"], "scd2"),
    "replaced": ("full", [], "none"),
}


def declare(project: Project, objects: Sequence[str]) -> None:
    """The objects in a system `src` of JSON files."""
    project.system("src", format="json", cdc_format="generic")
    for name in objects:
        load, sequence, history = OBJECTS[name]
        columns = {"id": Column("bigint"), "a": Column(), "seq": Column("bigint")}
        keys = ["id"] if sequence else []
        settings = {"max_delete_fraction": "1"} if load == "full" and keys else {}
        project.object("src", name, columns, keys, load, sequence, history, settings=settings)
    project.generate()


def deliver(project: Project, objects: Sequence[str], number: int) -> None:
    """A file an object, the same in every project: some keys change, some are deleted, one row is
    rejected.
    """
    for name in objects:
        chance = random.Random(f"{name} {number}")
        rows: list[Any] = [
            {
                "op": chance.choice("UUUD") if name in ("state", "ledger") else "U",
                "seq": number * 10 + n,
                "id": key,
                "a": chance.choice("xyz"),
            }
            for n, key in enumerate(chance.sample(range(12), 6))
        ]
        path = project.deliver_json("src", name, f"{number:04}.jsonl", [*rows, {"op": "U"}])
        moment = 1_800_000_000 + number
        os.utime(path, (moment, moment))
