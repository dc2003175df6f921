"""The rows of the load log: which loads have no entry yet, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from medallion.log.outcomes import Outcome
from medallion.log.rows import COLUMNS, COUNTED, Row, truncated
from medallion.log.staged import Staged, reader
from medallion.metadata.models import Object
from medallion.metadata.settings import in_seconds

# A load with one of these needs no further entry; `dbt retry` may take up the others.
FINAL = frozenset({"applied", "empty"})


@dataclass(frozen=True)
class Seen:
    """All that is known of an object when its log is written; `known` are its entries by now."""

    item: Object
    staged: Staged | None
    runs: Sequence[Outcome]
    known: Sequence[Row] = ()
    load_ids: Mapping[str, str] = field(default_factory=dict)

    @property
    def run(self) -> Outcome | None:
        """What tells of the staged load: the run that read it, or one that went on with it."""
        if self.staged is None:
            return None
        for run in reversed(self.runs):
            if run.invocation_id.startswith(self.staged.invocation):
                return run
            if run.started_at >= self.staged.staged_at and not run.includes(reader(self.item)):
                return run
        return None

    @property
    def attempts(self) -> list[Row]:
        """The entries of the staged load."""
        load_id = self.staged.load_id if self.staged else None
        return [row for row in self.known if row["load_id"] == load_id]

    @property
    def is_open(self) -> bool:
        """Whether the staged load may need an entry: only then it has to be counted."""
        return self.staged is not None and not any(row["status"] in FINAL for row in self.attempts)

    def status(self, counted: Row | None) -> str:
        """What became of the staged load: applied, empty, failed, skipped or interrupted."""
        run, staged = self.run, self.staged
        if run and run.failed_models:
            return "failed"
        if staged and staged.files_read == 0:
            return "empty"
        # Without staging, bronze recorded the read itself, after its rows.
        is_applied = self.item.settings.staging == "none" or bool(
            counted and counted["bronze_load_id"]
        )
        if is_applied or (run and run.has_built_bronze):
            return "applied"
        if run is None:
            return "interrupted"
        return "failed" if run.failed else "skipped"


def entries(seen: Seen, counted: Row | None, fault: str | None = None) -> list[Row]:
    """The entries that the object's loads lack, without the columns of the context."""
    found = [_unread(seen, run) for run in seen.runs if _is_unread(seen, run)]
    if seen.is_open and (entry := _staged(seen, counted, fault)):
        found.append(entry)
    return found


def _staged(seen: Seen, counted: Row | None, fault: str | None) -> Row | None:
    staged, run, before = seen.staged, seen.run, seen.attempts
    assert staged is not None
    became = seen.status(counted)
    if before and became not in FINAL:
        told = {row["invocation_id"] for row in before}
        if run is None or run.invocation_id in told:
            return None
    row = _entry(seen, staged.load_id, staged.staged_at, run)
    row |= {name: counted[name] for name in COUNTED} if counted else {}
    row |= {
        "attempt": len(before) + 1,
        "status": became,
        "files_read": staged.files_read,
        "rows_read": counted["rows_staged"] if counted else None,
    }
    broken = counted["failure"] if counted else None
    reason = _reason(became, run)
    if fault or broken:
        reason = f"not counted: {fault}" if fault else f"the counts do not add up: {broken}"
    return row | {"message": row["message"] or truncated(reason)}


def _reason(became: str, run: Outcome | None) -> str | None:
    if became == "interrupted":
        return "the run ended before bronze applied the load, and left no word why"
    if became == "skipped" and run:
        skipped = [row for row in run.models if row["status"] == "skipped"]
        return skipped[0]["message"] if skipped else "bronze was not part of the run"
    return None


def _is_unread(seen: Seen, run: Outcome) -> bool:
    """Whether a run should have read the source and left no staged load that tells of it."""
    staged = seen.staged.invocation if seen.staged else None
    if not run.includes(reader(seen.item)) or run.invocation_id[:8] == staged:
        return False
    return all(row["invocation_id"] != run.invocation_id for row in seen.known)


def _unread(seen: Seen, run: Outcome) -> Row:
    """The entry of a run whose rows are not in staging: it failed, or a later one replaced them."""
    started = f"{run.started_at:%Y%m%dT%H%M%S%f}Z-{run.invocation_id[:8]}"
    load_id = seen.load_ids.get(run.invocation_id[:8], started)
    row = _entry(seen, load_id, run.started_at, run)
    if run.failed:
        row["status"] = "failed"
    else:
        row["status"] = "applied" if run.has_built_bronze else "skipped"
    row["message"] = row["message"] or _reason(row["status"], run)
    return row


def _entry(seen: Seen, load_id: str, started_at: datetime, run: Outcome | None) -> Row:
    row: Row = dict.fromkeys(COLUMNS["load_log"])
    every = seen.item.settings.expected_every
    return row | {
        "system": seen.item.system.name,
        "object": seen.item.name,
        "load_pattern": seen.item.load.load,
        "load_id": load_id,
        "attempt": 1,
        "started_at": run.started_at if run else started_at,
        "finished_at": run.finished_at if run else None,
        "seconds": run.seconds if run else None,
        "failed_nodes": len(run.failed) if run else None,
        "message": run.message if run else None,
        "invocation_id": run.invocation_id if run else None,
        "expected_every_seconds": in_seconds(every) if every else None,
    }
