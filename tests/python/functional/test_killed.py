"""Runs that are killed at random moments: the next run gives the same tables, and the log has every
load once.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from support.counted import counts_of
from support.project import Project
from support.same import assert_same
from support.small_estate import declare, deliver

OBJECTS = ("state", "ledger", "reads", "snaps")
# A build of an object takes seconds there: the patterns with the most tables to write.
SLOW_OBJECTS = ("ledger", "reads")


@dataclass
class Killed:
    """A project whose runs were killed, and its undisturbed twin on DuckDB."""

    project: Project
    twin: Project
    kills: int
    objects: Sequence[str]


def run(project: Project, seconds: float | None = None) -> float:
    """`medallion run` in a process of its own, killed after some seconds; how long it took."""
    command = [sys.executable, "-m", "medallion.cli", "run", "--target", project.target]
    command += ["--quiet", "--exclude-resource-type", "test"]
    started = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=project.root,
        env=os.environ | dict(project.engine.variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        else:
            assert process.returncode == 0, output
    return time.monotonic() - started


@pytest.fixture(scope="module")
def killed(
    tmp_path_factory: pytest.TempPathFactory, target: str, pytestconfig: pytest.Config
) -> Killed:
    kills = int(pytestconfig.getoption("--kills")) or (25 if target == "dev" else 5)
    project = Project(tmp_path_factory.mktemp("kill"), target)
    twin = Project(tmp_path_factory.mktemp("twin"))
    chance = random.Random("kills")
    objects = OBJECTS if target == "dev" else SLOW_OBJECTS
    for each in (project, twin):
        declare(each, objects)
        deliver(each, objects, 0)
    seconds = run(project)
    twin.build(tests=False)
    for number in range(1, kills + 1):
        for each in (project, twin):
            deliver(each, objects, number)
        # Spread over the run, so that few kills meet all of its parts too; it begins with parsing.
        run(project, seconds * (0.3 + 0.7 * (number - chance.random()) / kills))
        seconds = run(project)
        counts_of(project)
        twin.build(tests=False)
    return Killed(project, twin, kills, objects)


def test_the_tables_are_those_of_undisturbed_runs(killed: Killed) -> None:
    assert_same(killed.project, killed.twin)


def test_every_file_is_loaded_and_every_rejected_row_kept_once(killed: Killed) -> None:
    files = (
        "select distinct model, file from ops.loaded_files where file is not null"
        " order by model, file"
    )
    assert killed.project.query(files) == killed.twin.query(files)
    run(killed.project)
    for name in killed.objects:
        staged = killed.project.query(f"select count(*) from staging.stg_src__{name}")
        assert staged == [(0,)], f"{name} waits though everything was loaded"
    kept = (
        "select system, object, reason, raw, source_file from ops.quarantine"
        " order by raw, source_file"
    )
    assert killed.project.query(kept) == killed.twin.query(kept)


def test_the_log_has_every_load_once(killed: Killed) -> None:
    """A load is what staging read and recorded; a run that was killed before that read nothing."""
    staged = set(
        killed.project.query(
            "select distinct object, load_id from ops.loaded_files where model like 'stg%'"
        )
    )
    logged = Counter(killed.project.query("select object, load_id from ops.load_log"))
    assert set(logged) == staged
    assert set(logged.values()) == {1}


def test_the_counts_of_the_log_add_up_to_the_tables(killed: Killed) -> None:
    """Without a gap and without a double entry what was inserted less what was deleted is there."""
    for name in killed.objects:
        ((inserted, deleted),) = killed.project.query(
            "select sum(rows_inserted), sum(rows_deleted) from ops.load_log where object = ?", name
        )
        ((rows,),) = killed.project.query(f"select count(*) from bronze.brz_src__{name}")
        assert inserted - deleted == rows > 0, name


def test_some_runs_were_killed_in_the_middle(killed: Killed) -> None:
    """The log was made up for some of them, or the test shows nothing."""
    ((recovered,),) = killed.project.query(
        "select count(*) from ops.load_log where invocation_id is null"
    )
    assert recovered > 0
