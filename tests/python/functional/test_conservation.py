"""Counts that were broken on purpose are caught by the generated test `rows_are_conserved`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from support.column import Column
from support.counted import classes, counts_of
from support.logged import entries, log
from support.project import Project

KINDS = {
    "state": ("cdc", ["seq bigint"], "none", {}),
    "ledger": ("cdc", ["seq bigint"], "scd2", {}),
    "carried": ("cdc", ["seq bigint"], "none", {"ignore_null": "a"}),
    "truncated": ("cdc", ["seq bigint"], "none", {"truncate": "true"}),
    "read": ("delta", ["seq"], "none", {}),
    "read_history": ("delta", ["seq"], "scd2", {}),
    "compared": ("full", ["_file_number"], "none", {"max_delete_fraction": "1"}),
    "replaced": ("full", ["_file_number"], "none", {}),
}
TABLES = {
    "state": "__state",
    "ledger": "__ledger",
    "carried": "__ledger",
    "truncated": "__state",
    "read": "",
    "read_history": "__ledger",
    "compared": "__state",
    "replaced": "",
}


def declare(project: Project) -> None:
    project.system("src", format="json", cdc_format="generic")
    for name, (load, sequence, history, settings) in KINDS.items():
        columns = {"id": Column("bigint"), "a": Column()}
        if load == "delta":
            columns["seq"] = Column("bigint")
        keys = [] if name == "replaced" else ["id"]
        project.object("src", name, columns, keys, load, sequence, history, settings=settings)
    project.generate()


def deliver(project: Project, number: int) -> None:
    """Ten rows, the same in every delivery but for two that change and one that is new."""
    for name in KINDS:
        rows = [
            {"op": "U", "seq": number, "id": n, "a": "new" if n < 2 else "same"}
            for n in range(9 + number)
        ]
        project.deliver_json("src", name, f"{number:04}.jsonl", rows)


def deliver_deletes(project: Project, number: int) -> None:
    """Feeds delete a key of the first delivery, and one that only the second brought."""
    for name in ("state", "ledger", "carried", "truncated"):
        rows = [{"op": "D", "seq": number, "id": key} for key in (5, 10)]
        project.deliver_json("src", name, f"{number:04}.jsonl", rows)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("conservation"))
    declare(project)
    deliver(project, 1)
    project.build()
    return project


@pytest.fixture
def project(loaded: Project, tmp_path: Path) -> Iterator[Project]:
    """The project after its first load, to be spoiled."""
    yield loaded.copy(tmp_path / "copy")


def spoil(project: Project, sql: str) -> None:
    with duckdb.connect(str(project.root / "warehouse" / "test.duckdb")) as connection:
        connection.execute(sql)


def caught(project: Project, *arguments: str) -> set[str]:
    """The objects for which rows_are_conserved fails; everything else must succeed."""
    failures = project.try_build(*arguments).failures()
    mark = "rows_are_conserved_brz_src__"
    assert all(name.startswith(mark) for name in failures), failures
    return {name.removeprefix(mark).partition("__")[0] for name in failures}


def test_staging_can_be_built_alone_on_a_new_warehouse(tmp_path: Path) -> None:
    project = Project(tmp_path)
    declare(project)
    deliver(project, 1)
    project.build("--select", "staging")


def test_an_honest_load_passes(loaded: Project) -> None:
    counts = counts_of(loaded)
    assert {name: classes(c) for name, c in counts.items()} == {
        name: {"inserted": 10} for name in KINDS
    }


def test_a_row_removed_behind_the_load_is_caught(project: Project) -> None:
    for name, table in TABLES.items():
        spoil(project, f"delete from bronze.brz_src__{name}{table} where a = 'same' and id = 5")
    only = "test_name:rows_are_conserved"
    assert caught(project, "--select", only) == set(KINDS)


def test_a_row_that_nobody_staged_is_caught(project: Project) -> None:
    for name, table in TABLES.items():
        full = f"bronze.brz_src__{name}{table}"
        spoil(
            project, f"insert into {full} by name select * replace (99 as id) from {full} limit 1"
        )
    only = "test_name:rows_are_conserved"
    assert caught(project, "--select", only) == set(KINDS)


def test_a_key_deleted_between_two_loads_is_caught(project: Project) -> None:
    for name, table in TABLES.items():
        spoil(project, f"delete from bronze.brz_src__{name}{table} where id = 5")
    deliver(project, 2)
    # A snapshot without keys is replaced as a whole: what was lost is there again.
    assert caught(project) == set(KINDS) - {"replaced"}


def test_the_next_load_is_counted_against_what_is_there(project: Project) -> None:
    deliver(project, 2)
    project.build()
    counts = {name: classes(c) for name, c in counts_of(project).items()}
    assert counts["state"] == counts["ledger"] == {"inserted": 1, "unchanged": 10}
    # The metadata of a snapshot does not know `seq`: its new value is news in `_rescued`.
    assert counts["compared"] == {"inserted": 1, "updated": 10}
    assert counts["replaced"] == {"inserted": 11, "deleted": 10}


@pytest.mark.parametrize("more", [False, True], ids=["run_again", "with_news"])
def test_a_load_that_was_written_but_not_recorded_is_counted_by_the_next_run(
    project: Project, tmp_path: Path, more: bool
) -> None:
    """A warehouse without transactions can be killed between the two; whoever repairs it tells
    what an undisturbed run would have told.
    """
    twin = project.copy(tmp_path / "twin")
    deliver(project, 2)
    project.build()
    spoil(
        project,
        "delete from ops.load_state where load_id = (select max(load_id) from ops.load_state)",
    )
    if more:
        deliver(project, 3)
        deliver_deletes(project, 4)
    project.build()

    deliver(twin, 2)
    if more:
        deliver(twin, 3)
        deliver_deletes(twin, 4)
    twin.build()
    counts = {name: classes(c) for name, c in counts_of(project).items()}
    assert counts == {name: classes(c) for name, c in counts_of(twin).items()}


UNSTAGED = ("state", "truncated", "read", "compared", "replaced")


def test_without_staging_what_was_written_is_counted(tmp_path: Path) -> None:
    project = Project(tmp_path, artifacts=True)
    project.system("src", format="json", cdc_format="generic")
    for name in UNSTAGED:
        load, sequence, history, settings = KINDS[name]
        columns = {"id": Column("bigint"), "a": Column()}
        if load == "delta":
            columns["seq"] = Column("bigint")
        keys = [] if name == "replaced" else ["id"]
        unstaged = settings | {"staging": "none"}
        project.object("src", name, columns, keys, load, sequence, history, settings=unstaged)
    project.generate()
    deliveries = (
        (deliver, {name: {"inserted": 10} for name in UNSTAGED}),
        (
            deliver,
            {
                "state": {"inserted": 1, "unchanged": 10},
                "truncated": {"inserted": 1, "unchanged": 10},
                "read": {"inserted": 1, "updated": 10},
                "compared": {"inserted": 1, "updated": 10},
                "replaced": {"inserted": 11, "deleted": 10},
            },
        ),
        (deliver_deletes, {"state": {"deleted": 2}, "truncated": {"deleted": 2}}),
    )
    for number, (delivered, expected) in enumerate(deliveries, start=1):
        delivered(project, number)
        project.build()
        told = {name: classes(counts) for name, counts in counts_of(project).items()}
        assert told == {name: expected.get(name, {}) for name in UNSTAGED}
        log(project)
    written = entries(project, ["object"], "rows_inserted + rows_deleted > 0")
    assert len(written) == 12
    spoil(project, "delete from bronze.brz_src__state__state where id = 5")
    assert caught(project, "--select", "test_name:rows_are_conserved") == {"state"}
