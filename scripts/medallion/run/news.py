"""Which objects have something to load, from the files that lie there and what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from medallion.generate import specs
from medallion.log.artifacts import FAILED
from medallion.log.counts import batches, is_built
from medallion.log.staged import reader
from medallion.log.write import Report
from medallion.metadata.dbt_models import models_of
from medallion.metadata.models import Object
from medallion.project import load_project
from medallion.warehouse import Warehouse, open_warehouse


def objects_with_news(warehouse: Warehouse, items: Sequence[Object]) -> list[Object]:
    """Those of the objects that a run has to read, in their order.

    Files that wait (new, changed, not applied by every bronze table), commits of a Delta table,
    released rows of the quarantine; tables that are missing; a full load without its file. What a
    database or a catalog has is not known without reading it: these objects are always among them.
    """
    known: dict[str, set[str]] = {}
    news: set[str] = set()
    asked: list[Object] = []
    for item in items:
        is_complete = all(is_built(warehouse, each.name, known) for each in models_of(item))
        if item.system.kind == "files" and is_complete:
            asked.append(item)
        else:
            news.add(item.full_name)
    for batch in batches(asked):
        requests = [{"spec": specs.stage_spec(item), "reader": reader(item)} for item in batch]
        news |= set(warehouse.call("objects_with_news", requests=requests))
    return [item for item in items if item.full_name in news]


def selection(items: Iterable[Object]) -> Iterator[str]:
    """What `dbt build --select` gets for the objects: their models and what is built on them."""
    for item in items:
        for model in models_of(item):
            yield f"{model.name}+"
            if model.part == "staging":
                break


def undone(before: Report) -> Iterator[str]:
    """The same for nodes that failed or were skipped in the last run."""
    for row in before.nodes:
        if row["status"] in FAILED or row["status"] == "skipped":
            yield f"{row['node_name']}+"


@dataclass(frozen=True)
class Unfinished:
    """What `--changed` selected, kept below dbt's target folder until dbt has left its results:
    runs that are killed, or that dbt refuses, one after the other, forget nothing."""

    path: Path

    @classmethod
    def of(cls, target_path: Path, target: str | None) -> Unfinished:
        """That of a target; None is the profile's default."""
        return cls(target_path / f"medallion_changed.{target or 'default'}.txt")

    def read(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return []

    def write(self, selected: Iterable[str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join(selected) + "\n", encoding="utf-8")

    def clear(self) -> None:
        self.path.unlink(missing_ok=True)


def choose(
    root: Path, target: str | None, before: Report, unfinished: Sequence[str]
) -> tuple[list[str], int]:
    """What to select of a project, and how many objects are left out.

    An object whose load was not logged before now belongs to a run that was killed: what is built
    on its bronze may be missing.
    """
    items = [each for each in load_project(root).objects.values() if each.settings.enabled]
    with open_warehouse(root, target) as warehouse:
        news = {item.full_name for item in objects_with_news(warehouse, items)}
    news |= {f"{row['system']}.{row['object']}" for row in before.loads}
    news |= {item.full_name for item in items if not set(selection([item])).isdisjoint(unfinished)}
    chosen = [item for item in items if item.full_name in news]
    selected = dict.fromkeys([*selection(chosen), *undone(before), *unfinished])
    return list(selected), len(items) - len(chosen)
