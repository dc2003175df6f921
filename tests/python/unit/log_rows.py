"""Rows of the log for tests: complete, with what a test wants to say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from medallion.log.rows import COLUMNS, Row

START = datetime(2026, 3, 1, 2, 0, 0, 123456)


def load_row(**more: Any) -> Row:
    row: Row = dict.fromkeys(COLUMNS["load_log"])
    row |= {"system": "erp", "object": "orders", "load_id": "20260301T020000123456Z-aaaaaaaa"}
    return row | {"attempt": 1, "status": "applied", "started_at": START} | more


def run_row(**more: Any) -> Row:
    row: Row = dict.fromkeys(COLUMNS["run_log"])
    row |= {"invocation_id": "aaaaaaaa-0000", "node_id": "model.m.stg_erp__orders"}
    row |= {"node_name": "stg_erp__orders", "resource_type": "model", "layer": "staging"}
    row |= {"system": "erp", "object": "orders", "status": "success", "seconds": 1.5}
    return row | {"attempt": 1, "run_started_at": START, "command": "build"} | more
