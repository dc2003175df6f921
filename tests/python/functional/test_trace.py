"""`medallion trace`: what became of every event of a key, for each way of keeping a table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.column import Column
from support.project import Project

COLUMNS = {"id": Column("bigint"), "qty": Column("integer")}


def event(seq: int, id: int | None, qty: int | None, op: str = "U") -> dict[str, Any]:
    return {"op": op, "seq": seq, "id": id, "qty": qty, "line": f"l{id}"}


def deliver(project: Project, number: int, *events: dict[str, Any] | str) -> None:
    """The same events for every feed."""
    for name in ("kept", "plain", "lines"):
        project.deliver_json("src", name, f"{number:04}.jsonl", events)


def read(project: Project, number: int, *rows: tuple[int, int, int]) -> None:
    """A read by watermark, and a snapshot."""
    named = [{"id": i, "qty": q, "mark": m} for i, q, m in rows]
    project.deliver_json("src", "reads", f"{number:04}.jsonl", named)
    whole = [{"id": i, "qty": q} for i, q, _ in rows]
    project.deliver_json("src", "snaps", f"{number:04}.jsonl", whole)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, target: str) -> Project:
    project = Project(tmp_path_factory.mktemp("trace"), target)
    project.system("src", format="json", cdc_format="generic")
    columns = {**COLUMNS, "line": Column()}
    project.object("src", "kept", columns, ["id"], "cdc", ["seq bigint"], "scd2")
    project.object("src", "plain", columns, ["id"], "cdc", ["seq bigint"])
    project.object("src", "quiet", columns, ["id"], "cdc", ["seq bigint"], "scd2")
    cuts = {"truncate": "true"}
    project.object("src", "lines", columns, ["id", "line"], "cdc", ["seq bigint"], settings=cuts)
    project.object("src", "reads", {**COLUMNS, "mark": Column("bigint")}, ["id"], "delta", ["mark"])
    whole = {"max_delete_fraction": "1"}
    project.object("src", "snaps", COLUMNS, ["id"], "full", ["_file_number"], settings=whole)
    for name in ("kept", "plain"):
        project.expectation("src", name, "positive", "qty > 0", "quarantine")
        project.expectation("src", name, "even", "qty % 2 = 0", "drop")
    project.generate()
    deliver(project, 1, event(10, 1, 4), event(20, 1, 6), event(30, 1, -6), event(11, 2, 4))
    read(project, 1, (1, 4, 10), (2, 4, 11))
    project.deliver_json("src", "quiet", "0001.jsonl", [event(10, 1, 4), "{broken"])
    project.build()
    second = [event(15, 1, 8), event(20, 1, 6), event(40, 1, 2, "D"), event(35, 1, 7)]
    deliver(project, 2, *second, event(50, 2, 4), "{broken")
    read(project, 2, (1, 6, 20), (2, 4, 11))
    project.build()
    # A second reading of the whole feed, and a snapshot without key 1.
    deliver(project, 3, event(60, 1, 2), event(60, 1, 2))
    project.deliver_json("src", "lines", "0003.jsonl", [event(70, None, None, "T")])
    read(project, 3, (2, 8, 30))
    project.build()
    return project


def trace(project: Project, *arguments: str) -> dict[str, Any]:
    told = project.medallion("trace", *arguments, "--json", "--target", project.target)
    found: dict[str, Any] = json.loads(told)
    return found


def became(told: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(e["sequence"], e["op"], e["outcome"]) for e in told["events"]]


def test_every_event_of_a_key_with_history(project: Project) -> None:
    told = trace(project, "src.kept", "1")
    known = [row for row in became(told) if row[0] is not None]
    assert known == [
        (10, "upsert", "superseded"),
        (15, "upsert", "late"),
        (20, "upsert", "inserted"),
        (40, "delete", "deleted"),
        (60, "upsert", "duplicate"),
        (60, "upsert", "inserted"),
    ]
    (refused,) = [e for e in told["events"] if e["sequence"] is None]
    assert refused["outcome"] == "rejected"
    assert refused["detail"].startswith("expectation (positive); open; entry ")
    assert (refused["file"], refused["op"]) == ("kept/0001.jsonl", None)
    assert [(v["valid_from"], v["valid_to"], v["qty"]) for v in told["versions"]] == [
        (10, 15, 4), (15, 20, 8), (20, 40, 6), (60, None, 2),
    ]  # fmt: skip
    assert told["current"]["qty"] == 2
    last = [e for e in told["events"] if e["sequence"] == 60]
    assert {e["file"] for e in last} == {"kept/0003.jsonl"}
    if project.target == "dev":
        assert sorted(e["line"] for e in last) == [1, 2]
    first = told["events"][0]
    assert (first["file"], first["files"]) == (None, ["kept/0001.jsonl"])
    assert any("1 rejected row of this object has no readable key" in n for n in told["notes"])


def test_a_key_without_history_shows_the_last_read_and_the_marks(project: Project) -> None:
    told = trace(project, "src.plain", "2")
    assert became(told) == [(50, "upsert", "stored")]
    assert told["current"]["qty"] == 4
    assert told["versions"] == []
    assert any("no history is kept" in note for note in told["notes"])
    told = trace(project, "src.plain", "1")
    assert [row for row in became(told) if row[0] is not None] == [
        (60, "upsert", "inserted"),
        (60, "upsert", "duplicate"),
    ]


def test_parts_of_a_key_by_place_or_name_and_a_truncate(project: Project) -> None:
    told = trace(project, "src.lines", "1|l1")
    assert trace(project, "src.lines", "line=l1", "id=1") == told
    assert became(told)[-1] == (70, "truncate", "truncate")
    assert told["current"] is None


def test_reads_by_watermark_and_snapshots(project: Project) -> None:
    told = trace(project, "src.reads", "2")
    assert [row[2] for row in became(told)] == ["updated"]
    assert trace(project, "src.reads", "1")["current"]["qty"] == 6
    told = trace(project, "src.snaps", "1")
    assert became(told)[-1][1:] == ("delete", "stored")
    assert told["current"] is None
    assert [row[2] for row in became(trace(project, "src.snaps", "2"))] == ["updated"]


def test_a_run_without_files_leaves_nothing_to_apply(project: Project) -> None:
    told = trace(project, "src.quiet", "1")
    assert became(told) == [(10, "upsert", "inserted")]
    assert told["events"][0]["files"] == ["quiet/0001.jsonl"]
    assert not any("has not applied" in note for note in told["notes"])


def test_a_key_that_never_came(project: Project) -> None:
    told = trace(project, "src.kept", "99")
    assert (told["events"], told["versions"], told["current"]) == ([], [], None)


def test_the_terminal_shows_tables(project: Project) -> None:
    shown = project.medallion("trace", "src.kept", "1", "--target", project.target)
    for word in ("superseded", "rejected", "versions", "current row", "dropped are known"):
        assert word in shown


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("src.nothing", "1"), "META-017"),
        (("src.lines", "1"), "TRACE-001"),
        (("src.lines", "id=1", "id=2"), "TRACE-001"),
        (("src.kept", "one"), "TRACE-002"),
    ],
)
def test_a_key_that_cannot_be_traced(
    project: Project, arguments: tuple[str, ...], code: str
) -> None:
    with pytest.raises(AssertionError, match=f"MED-{code}"):
        trace(project, *arguments)
