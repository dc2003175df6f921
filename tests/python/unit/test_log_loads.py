"""Which loads need an entry, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from medallion.log.loads import Seen, entries
from medallion.log.outcomes import outcomes
from medallion.log.rows import COUNTED, Row
from medallion.log.staged import Staged
from medallion.metadata import load
from medallion.metadata.models import Object
from unit.control_tables import write_tables
from unit.log_rows import START, load_row, run_row

LOAD = "20260301T020000123456Z-aaaaaaaa"
STAGED = Staged(LOAD, START, 2)
LATER = START + timedelta(hours=1)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Object:
    folder = tmp_path_factory.mktemp("control")
    write_tables(folder)
    return load(folder).objects["erp.orders"]


def counted(applied: bool) -> Row:
    row: Row = dict.fromkeys(COUNTED)
    row |= {"rows_staged": 7, "failure": None}
    return row | {"bronze_load_id": LOAD if applied else None}


def node(name: str, status: str, **more: Any) -> Row:
    kind, layer = ("test", "staging") if name == "test" else ("model", "bronze")
    if name.startswith("stg_"):
        layer = "staging"
    return run_row(node_id=name, node_name=name, resource_type=kind, layer=layer, status=status) | (
        more
    )


def found(orders: Object, *nodes: Row, applied: bool, **more: Any) -> list[Row]:
    seen = Seen(orders, **{"staged": STAGED, "runs": outcomes(nodes).get("erp.orders", []), **more})
    return entries(seen, counted(applied))


STG, BRZ = "stg_erp__orders", "brz_erp__orders__state"


@pytest.mark.parametrize(
    "status, applied, nodes",
    [
        ("applied", True, {STG: "success", BRZ: "success"}),
        ("applied", True, {STG: "success", BRZ: "success", "test": "fail"}),
        ("failed", False, {STG: "success", BRZ: "error"}),
        ("failed", False, {STG: "success", BRZ: "skipped", "test": "fail"}),
        ("skipped", False, {STG: "success", BRZ: "skipped"}),
        ("skipped", False, {STG: "success"}),
        ("interrupted", False, {}),
        ("applied", True, {}),
    ],
)
def test_status(orders: Object, status: str, applied: bool, nodes: dict[str, str]) -> None:
    rows = [node(name, became, message=f"of {name}") for name, became in nodes.items()]
    (entry,) = found(orders, *rows, applied=applied)
    assert (entry["status"], entry["load_id"], entry["attempt"]) == (status, LOAD, 1)
    assert entry["rows_staged"] == entry["rows_read"] == 7
    assert entry["invocation_id"] == ("aaaaaaaa-0000" if nodes else None)
    assert (entry["message"] is None) == (status == "applied" and "test" not in nodes)


def test_a_load_for_which_nothing_waited_is_empty(orders: Object) -> None:
    rows = [node(STG, "success"), node(BRZ, "success")]
    (entry,) = found(orders, *rows, applied=False, staged=Staged(LOAD, START, 0))
    assert entry["status"] == "empty"


def test_a_model_s_error_is_told_before_a_test_s(orders: Object) -> None:
    rows = [node("test", "fail", message="Got 3"), node(BRZ, "error", message="no space")]
    (entry,) = found(orders, node(STG, "success"), *rows, applied=False)
    assert entry["message"] == f"{BRZ}: no space"
    assert entry["failed_nodes"] == 2


@pytest.mark.parametrize("status", ["applied", "empty"])
def test_a_load_is_told_once(orders: Object, status: str) -> None:
    rows = [node(STG, "success"), node(BRZ, "success")]
    known = [load_row(load_id=LOAD, status=status, invocation_id="aaaaaaaa-0000")]
    assert found(orders, *rows, applied=True, known=known) == []


@pytest.mark.parametrize("status", ["failed", "skipped", "interrupted"])
def test_a_failure_is_told_once(orders: Object, status: str) -> None:
    rows = [node(STG, "success"), node(BRZ, "error")] if status == "failed" else []
    known = [load_row(load_id=LOAD, status=status, invocation_id="aaaaaaaa-0000")]
    assert found(orders, *rows, applied=False, known=known) == []


@pytest.mark.parametrize("became, applied", [("success", True), ("error", False)])
def test_a_retry_is_a_further_attempt(orders: Object, became: str, applied: bool) -> None:
    retry = node(BRZ, became, invocation_id="bbbbbbbb-0000", run_started_at=LATER)
    known = [load_row(load_id=LOAD, status="failed", invocation_id="aaaaaaaa-0000")]
    (entry,) = found(orders, retry, applied=applied, known=known)
    assert entry["status"] == ("applied" if applied else "failed")
    assert (entry["attempt"], entry["invocation_id"]) == (2, "bbbbbbbb-0000")
    assert entry["started_at"] == LATER


def test_a_read_that_failed_is_an_entry_of_its_own(orders: Object) -> None:
    """The staged load is that of an earlier run, which was logged."""
    failed = node(STG, "error", invocation_id="bbbbbbbb-1", run_started_at=LATER, message="gone")
    known = [load_row(load_id=LOAD, status="applied", invocation_id="aaaaaaaa-0000")]
    skipped = failed | node(BRZ, "skipped", invocation_id="bbbbbbbb-1", run_started_at=LATER)
    (entry,) = found(orders, failed, skipped, applied=True, known=known)
    assert entry["status"] == "failed" and entry["message"] == f"{STG}: gone"
    assert entry["load_id"] == "20260301T030000123456Z-bbbbbbbb"
    assert entry["rows_staged"] is None
    assert found(orders, failed, skipped, applied=True, known=[*known, entry]) == []


def test_a_load_that_was_never_logged_is_made_up_for_beside_a_later_failure(
    orders: Object,
) -> None:
    failed = node(STG, "error", invocation_id="bbbbbbbb-1", run_started_at=LATER)
    told = found(orders, failed, applied=False)
    assert {(row["load_id"][-8:], row["status"]) for row in told} == {
        ("bbbbbbbb", "failed"),
        ("aaaaaaaa", "interrupted"),
    }


def test_tests_alone_are_no_load(orders: Object) -> None:
    known = [load_row(load_id=LOAD, status="applied", invocation_id="aaaaaaaa-0000")]
    later = node("test", "fail", invocation_id="bbbbbbbb-1", run_started_at=LATER)
    assert found(orders, later, applied=True, known=known) == []


def test_an_object_that_was_never_read_has_no_entry(orders: Object) -> None:
    assert found(orders, applied=False, staged=None) == []
