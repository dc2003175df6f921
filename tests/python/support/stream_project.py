"""Random streams through a generated project: one object per shape, all of its streams at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from support.column import Column
from support.counted import classes
from support.engine import Rows
from support.project import Project, in_order
from support.reference import Result, Version
from support.reference_accept import Outcome
from support.reference_counts import Counting
from support.streams import (
    TYPES,
    Line,
    Shape,
    Stream,
    deliveries,
    line_of,
    make_stream,
    rejections,
    sequence_names,
    sort_text,
)

KEYS = ("stream", "k")
PERIOD = ("valid_from", "valid_to", "is_current")
POSITIONS = ("_start_sequence", "_end_sequence")


def builds_of(target: str) -> int:
    """In how many builds streams arrive: a load takes seconds on slow engines."""
    return 6 if target == "dev" else 2


def parametrize(metafunc: pytest.Metafunc, shapes: Sequence[Shape]) -> None:
    """A test of `name` for each shape, one of `with_history` for each that has history."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", [shape.name for shape in shapes])
    if "with_history" in metafunc.fixturenames:
        metafunc.parametrize("with_history", [s.name for s in shapes if s.history == "scd2"])


@dataclass
class Loaded:
    """A project after its last delivery, with the streams that went into it."""

    project: Project
    shapes: dict[str, Shape]
    streams: dict[str, list[Stream]] = field(default_factory=dict)
    miscounted: dict[str, list[str]] = field(default_factory=dict)


def declare(project: Project, shape: Shape) -> None:
    """The shape as an object of system `generic` or `debezium`."""
    types = {c: Column(TYPES[t].name) for c, t in shape.columns.items()}
    key_type = "text" if shape.keys == "text" else "bigint"
    settings = {"max_late_fraction": "1"}
    sequence: list[str] = []
    if shape.feed == "generic":
        parts = zip(sequence_names(shape), shape.parts, strict=True)
        ordered = [f"{name} {part.name}" for name, part in parts]
        sequence = ordered[1:] if shape.epoch else ordered
        if shape.epoch:
            settings["epoch"] = ordered[0]
        if shape.times:
            settings["event_time"] = "at timestamp"
    elif shape.epoch:
        settings["epoch"] = "source.server_id"
    if shape.track is not None:
        settings["track"] = "|".join(shape.track)
    if shape.ignore_null:
        settings["ignore_null"] = "|".join(shape.ignore_null)
    for name in ("partial_updates", "truncates"):
        if getattr(shape, name):
            settings[name.removesuffix("s") if name == "truncates" else name] = "true"
    if shape.raw:
        settings["bronze"] = "raw"
    project.object(
        shape.feed,
        shape.name,
        columns={"stream": Column("text"), "k": Column(key_type), **types},
        keys=KEYS,
        load="cdc",
        sequence=sequence,
        history=shape.history,
        settings=settings,
    )


def load(project: Project, shapes: Sequence[Shape], builds: int) -> Loaded:
    """Delivers every shape's streams in as many batches as there are builds."""
    project.system("generic", format="json", cdc_format="generic")
    project.system("debezium", format="json", cdc_format="debezium_postgres")
    result = Loaded(project, {s.name: s for s in shapes})
    batches = {}
    for shape in shapes:
        declare(project, shape)
        streams = [make_stream(shape, number) for number in range(shape.streams)]
        result.streams[shape.name] = streams
        batches[shape.name] = deliveries(shape, streams, builds)
    project.generate()
    countings = {s.name: Counting(s.definition, keeps_ledger(s)) for s in shapes}
    for build in range(builds):
        for shape in shapes:
            lines = batches[shape.name][build]
            project.deliver_json(shape.feed, shape.name, f"{build:04}.jsonl", lines)
        # The generated tests once, behind the last build; until then its loads are counted.
        project.build(tests=None if build == builds - 1 else False)
        counts = project.load_counts()
        for shape in shapes:
            batch = outcomes_of(shape, result.streams[shape.name], batches[shape.name][build])
            expected = dict(countings[shape.name].load(batch))
            if expected != (found := classes(counts[shape.name])):
                text = f"build {build}: wanted {expected}, counted {found}"
                result.miscounted.setdefault(shape.name, []).append(text)
    return result


def keeps_ledger(shape: Shape) -> bool:
    return shape.history == "scd2" or bool(shape.definition.carried)


def outcomes_of(shape: Shape, streams: Sequence[Stream], lines: Sequence[Line]) -> list[Outcome]:
    """What becomes of each line of a batch; a line that is no event is ignored."""
    known = {
        json.dumps(line_of(shape, raw)): outcome
        for stream in streams
        for raw, outcome in zip(stream.rows, stream.outcomes, strict=True)
    }
    return [known.get(json.dumps(line), Outcome()) for line in lines]


def check_counts(loaded: Loaded, name: str) -> None:
    """After every load each class of the shape had as many rows as the reference says."""
    assert not loaded.miscounted.get(name), "\n".join(loaded.miscounted[name])


def by_stream(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[str(row[0])].append(row)
    return found


def compare(loaded: Loaded, name: str) -> None:
    """Current rows and history of every stream of a shape equal the reference model's."""
    shape = loaded.shapes[name]
    table = f"bronze.brz_{shape.feed}__{name}"
    current = by_stream(loaded.project.rows(table, [*KEYS, *shape.columns]))
    history: dict[str, Rows] = {}
    if shape.history == "scd2":
        columns = [*KEYS, *shape.columns, *PERIOD, *POSITIONS]
        history = by_stream(loaded.project.rows(f"{table}__history", columns))
    wrong = []
    for stream in loaded.streams[name]:
        expected = stream.result(shape)
        pairs = [("current", current_rows(expected), current.get(stream.name, []))]
        if shape.history == "scd2":
            versions = [version_row(shape, v) for v in expected.history]
            pairs.append(("history", versions, history.get(stream.name, [])))
        for kind, right, found in pairs:
            if in_order(right) != in_order(found):
                wrong.append(report(shape, stream, kind, in_order(right), in_order(found)))
    assert not wrong, f"{len(wrong)} of {shape.streams} streams differ\n" + "\n".join(wrong[:3])


def current_rows(result: Result) -> Rows:
    return [(*key, *payload) for key, payload in result.current.items()]


def version_row(shape: Shape, version: Version) -> tuple[object, ...]:
    end = None if version.end is None else sort_text(shape.parts, version.end)
    return (
        *version.key,
        *version.payload,
        version.valid_from,
        version.valid_to,
        version.is_current,
        sort_text(shape.parts, version.start),
        end,
    )


def report(shape: Shape, stream: Stream, kind: str, right: Rows, found: Rows) -> str:
    """A failing stream with its events."""
    lines = [f"== {shape.name} {stream.name} {kind}"]
    lines += [f"  event    {o.event or o.reason}" for o in stream.outcomes]
    lines += [f"  missing  {row}" for row in right if row not in found]
    lines += [f"  too much {row}" for row in found if row not in right]
    return "\n".join(lines)


def check_rejections(loaded: Loaded, name: str) -> None:
    """Every rejected row is in the quarantine with its reason, once a file and line, or once a file
    and text on Spark, which does not know a line's number.
    """
    shape = loaded.shapes[name]
    found = loaded.project.query(
        "select reason, count(*) from ops.quarantine where object = ? group by all", name
    )
    reasons = rejections(loaded.streams[name])
    assert set(dict(found)) == set(reasons)
    staged = loaded.project.root / "landing" / shape.feed / name
    files = [_lines(file.read_text("utf-8")) for file in staged.glob("*.jsonl")]
    delivered = [line for lines in files for line in (set(lines) if loaded.project.slow else lines)]
    rejected = {
        str(line_of(shape, raw))
        for stream in loaded.streams[name]
        for raw, outcome in zip(stream.rows, stream.outcomes, strict=True)
        if outcome.reason
    }
    assert sum(dict(found).values()) == sum(line in rejected for line in delivered)


def _lines(text: str) -> list[str]:
    return [str(json.loads(line)) for line in text.split("\n") if line]


def check_invariants(loaded: Loaded, name: str) -> None:
    """What load-semantics section 3 promises of every history."""
    shape = loaded.shapes[name]
    table = f"bronze.brz_{shape.feed}__{name}"
    check_history(loaded.project, table, KEYS, tuple(shape.columns), shape.definition.tracked)


def check_history(
    project: Project,
    table: str,
    keys: Sequence[str],
    columns: Sequence[str],
    tracked: Sequence[str],
) -> None:
    """The invariants between a current view and its history view."""
    names = [*keys, *columns, *PERIOD, *POSITIONS]
    rows = [
        dict(zip(names, row, strict=True))
        for row in project.query(
            f"select {', '.join(names)} from {table}__history order by _start_sequence"
        )
    ]
    chains: dict[tuple[object, ...], list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        chains[tuple(row[k] for k in keys)].append(row)
    for chain in chains.values():
        _check_chain(chain, tracked)
    live = project.rows(table, [*keys, *columns])
    open_rows = [tuple(r[c] for c in [*keys, *columns]) for r in rows if r["is_current"]]
    assert live == in_order(open_rows)


def _check_chain(chain: Sequence[dict[str, object]], tracked: Sequence[str]) -> None:
    """The versions of one key, in order of their start."""
    starts = [v["_start_sequence"] for v in chain]
    assert len(set(starts)) == len(starts), chain
    assert sum(bool(v["is_current"]) for v in chain) <= 1, chain
    for version in chain:
        start, end = version["_start_sequence"], version["_end_sequence"]
        assert version["is_current"] == (end is None), version
        assert end is None or start < end, version  # type: ignore[operator]
        since, until = version["valid_from"], version["valid_to"]
        assert since is None or until is None or since <= until, version  # type: ignore[operator]
    for one, two in pairwise(chain):
        end, start = one["_end_sequence"], two["_start_sequence"]
        assert end is not None and end <= start, (one, two)  # type: ignore[operator]
        until, since = one["valid_to"], two["valid_from"]
        assert until is None or since is None or until <= since, (one, two)  # type: ignore[operator]
        if end == start:
            assert any(one[c] != two[c] for c in tracked), (one, two)
