"""The demo's source data is what its script makes, and the erp feed is there whole."""

from __future__ import annotations

import importlib.util
import sqlite3
from pathlib import Path

import pytest

from support.feed import FOLDER

ROOT = Path(__file__).parents[3]


def rows(database: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return connection.execute("select * from customers order by crm_id").fetchall()
    finally:
        connection.close()


def test_the_script_makes_the_same_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("make_landing", ROOT / "scripts/make_landing.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LANDING", tmp_path)
    module.main()
    made = {path.relative_to(tmp_path) for path in tmp_path.rglob("*.*") if path.is_file()}
    kept = {path.relative_to(ROOT / "landing") for path in (ROOT / "landing").rglob("0*.*")}
    assert made == kept
    for name in sorted(made):
        if name.suffix == ".sqlite":  # its header names the version of SQLite
            assert rows(tmp_path / name) == rows(ROOT / "landing" / name)
        else:
            assert (tmp_path / name).read_bytes() == (ROOT / "landing" / name).read_bytes(), name


@pytest.mark.parametrize("name", ["customers", "orders", "order_lines"])
def test_the_deliveries_hold_every_line_of_the_feed_once(name: str) -> None:
    files = sorted((ROOT / "landing/erp" / name).glob("*.jsonl"))
    delivered = [line for file in files for line in file.read_text("utf-8").splitlines()]
    feed = [line for line in (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines() if line]
    assert sorted(delivered) == sorted(feed)


def test_the_landing_folder_stays_small() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "landing").rglob("*")) < 2_000_000
