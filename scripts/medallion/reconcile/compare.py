"""Asks the warehouse, in batches: figures of BATCH objects in a statement, examples in another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from medallion.log.counts import batches, is_built
from medallion.metadata.models import Object, Project
from medallion.reconcile.result import EXAMPLES, Result, Status, example_of, figures_of, judge
from medallion.reconcile.source import Source, Spec, files_request, live_model, source_of
from medallion.reconcile.totals import totals
from medallion.warehouse import Warehouse, WarehouseError


@dataclass(frozen=True)
class Question:
    """A source whose files are known, and the spec of the macros."""

    source: Source
    spec: Spec
    files: Sequence[Spec] = ()
    reads: Sequence[Spec] = ()

    @property
    def name(self) -> str:
        return self.source.item.full_name

    def sql(self, warehouse: Warehouse, macro: str, **more: Any) -> str:
        return warehouse.render(
            macro, spec=self.spec, files=list(self.files), reads=list(self.reads),
            table=warehouse.relation(live_model(self.source.item)), **more,
        )  # fmt: skip


def reconcile(
    warehouse: Warehouse, project: Project, items: Sequence[Object], sums: Sequence[str]
) -> list[Result]:
    """A result for each object, in their order. Raises WarehouseError when nothing can be asked."""
    results: dict[str, Result] = {}
    sources = []
    known: dict[str, set[str]] = {}
    for item in items:
        source = source_of(item, project)
        if isinstance(source, str):
            results[item.full_name] = Result(item, "not compared", source)
        elif not is_built(warehouse, live_model(item), known):
            results[item.full_name] = Result(item, "not loaded", "bronze has no table yet")
        else:
            sources.append(source)
    for batch in batches(sources):
        with warehouse.session() as session:
            for result in _batch(session, batch, sums):
                results[result.item.full_name] = result
    return [results[item.full_name] for item in items]


def _batch(warehouse: Warehouse, batch: Sequence[Source], sums: Sequence[str]) -> list[Result]:
    """The results of at most BATCH sources."""
    results: list[Result] = []
    questions = []
    for asked in _questions(warehouse, batch, sums):
        if isinstance(asked, Result):
            results.append(asked)
        else:
            questions.append(asked)
    found = _asked(warehouse, questions)
    different = [q for q in questions if found[q.name].status in ("different", "explained")]
    return results + list(_with_examples(warehouse, found, different).values())


def _questions(
    warehouse: Warehouse, batch: Sequence[Source], sums: Sequence[str]
) -> Iterable[Question | Result]:
    """What is asked of each source; one statement says which files there are."""
    requests = [files_request(source) for source in batch if source.has_files]
    answers = warehouse.call("reconcile_files", requests=requests) if requests else {}
    for source in batch:
        spec = _spec(source, sums)
        if not source.has_files:
            yield Question(source, spec)
            continue
        answer = answers[source.item.full_name]
        if answer["faults"]:
            reason = f"the snapshot applied last cannot be read: {', '.join(answer['faults'])}"
            yield Result(source.item, "failed", reason)
        elif not answer["files"]:
            yield Result(source.item, *_without_files(source))
        else:
            yield Question(source, spec, answer["files"], answer["reads"])


def _without_files(source: Source) -> tuple[Status, str]:
    if source.snapshot:
        return "not loaded", "bronze has applied no snapshot yet"
    stage = source.stage
    return "failed", f"no file matches `{stage['source']}` of the system {stage['system']}"


def _spec(source: Source, sums: Sequence[str]) -> Spec:
    item = source.item
    spec: Spec = {
        "name": item.full_name,
        "keys": list(item.load.keys),
        "totals": totals(item, sums),
        "time_zone": item.settings.time_zone,
        "stage": source.stage,
    }
    if source.newest_by:
        spec["newest_by"] = list(source.newest_by)
    if source.scope:
        spec["scope"] = list(source.scope)
    return spec


def _asked(warehouse: Warehouse, questions: Sequence[Question]) -> dict[str, Result]:
    """The figures of one statement; when it fails, object by object, so that one source that
    cannot be read does not hide the others."""
    try:
        return _figures(warehouse, questions)
    except WarehouseError as error:
        if len(questions) == 1:
            item = questions[0].source.item
            return {item.full_name: Result(item, "failed", _first_words(error))}
    found: dict[str, Result] = {}
    for question in questions:
        found |= _asked(warehouse, [question])
    return found


def _figures(warehouse: Warehouse, questions: Sequence[Question]) -> dict[str, Result]:
    items = {question.name: question.source.item for question in questions}
    found = {}
    for row in _union(warehouse, [q.sql(warehouse, "reconcile_figures") for q in questions]):
        item, figures = items[row["object_name"]], figures_of(row)
        found[item.full_name] = Result(item, judge(item, figures), figures=figures)
    return found


def _with_examples(
    warehouse: Warehouse, found: dict[str, Result], different: Sequence[Question]
) -> dict[str, Result]:
    asked = [q for q in different if q.spec["keys"] and _has_keys_to_show(found[q.name])]
    selects = [q.sql(warehouse, "reconcile_examples", limit=EXAMPLES) for q in asked]
    rows = sorted(
        _union(warehouse, selects), key=lambda row: (row["object_name"], row["kind"], row["place"])
    )
    for row in rows:
        found[row["object_name"]].examples.append(example_of(row))
    return found


def _has_keys_to_show(result: Result) -> bool:
    found = result.figures
    return found is not None and bool(
        found["missing_keys"] + found["extra_keys"] + found["changed_keys"]
    )


def _union(warehouse: Warehouse, selects: Sequence[str]) -> list[dict[str, Any]]:
    if not selects:
        return []
    return warehouse.query(
        "\nunion all\n".join(f"select * from (\n{sql}\n) as r" for sql in selects)
    )


def _first_words(error: WarehouseError) -> str:
    return " ".join(error.problems[0].message.split())
