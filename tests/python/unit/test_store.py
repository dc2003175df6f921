"""Control tables are edited line by line: what is not meant stays byte for byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medallion.metadata import store
from medallion.metadata.tables import HEADERS

OBJECT = {"system": "erp", "object": "orders", "source": "o/*.csv", "load": "full"}
HEADER = "system,object,source,load,keys,sequence,history,description"


def test_a_missing_file_is_created_with_its_header(tmp_path: Path) -> None:
    path = tmp_path / "seeds" / "control" / "objects.csv"
    store.append(path, [OBJECT])
    assert path.read_bytes() == f"{HEADER}\nerp,orders,o/*.csv,full,,,,\n".encode()


def test_nothing_to_append_creates_nothing(tmp_path: Path) -> None:
    store.append(tmp_path / "objects.csv", [])
    assert not (tmp_path / "objects.csv").exists()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_lines_ends_and_marks_stay(tmp_path: Path, end: str, last: bool, bom: str) -> None:
    path = tmp_path / "objects.csv"
    lines = [
        HEADER,
        'crm,"people", x.csv ,full,"id",,none,"said ""so"", twice"',
        "crm,two,y.csv,full,,,,",
    ]
    before = bom + end.join(lines) + (end if last else "")
    path.write_bytes(before.encode())
    store.append(path, [{**OBJECT, "keys": "a|b", "description": 'a, "b"'}])
    after = path.read_bytes().decode()
    added = f'erp,orders,o/*.csv,full,a|b,,,"a, ""b"""{end}'
    assert after == bom + end.join(lines) + end + added


def test_a_row_goes_behind_the_rows_it_belongs_to(tmp_path: Path) -> None:
    path = tmp_path / "columns.csv"
    header = ",".join(HEADERS["columns"])
    rest = ["erp,orders,a,,text,,,,", "erp,lines,a,,text,,,,", "", "crm,p,a,,text,,,,", "", ""]
    path.write_text("\n".join([header, *rest]), encoding="utf-8")
    new = {"system": "erp", "object": "orders", "column": "b", "type": "text"}
    store.append(path, [new], after=[{"system": "erp", "object": "orders"}, {"system": "erp"}])
    store.append(
        path, [{**new, "object": "other"}],
        after=[{"system": "erp", "object": "other"}, {"system": "erp"}],
    )  # fmt: skip
    store.append(path, [{**new, "system": "web", "object": "hits"}], after=[{"system": "web"}])
    assert path.read_text(encoding="utf-8").split("\n") == [
        header, "erp,orders,a,,text,,,,", "erp,orders,b,,text,,,,", "erp,lines,a,,text,,,,",
        "erp,other,b,,text,,,,", "", "crm,p,a,,text,,,,", "web,hits,b,,text,,,,", "", "",
    ]  # fmt: skip


def test_a_quoted_header_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "settings.csv"
    path.write_text('"layer","system","object","setting","value"\n', encoding="utf-8")
    store.append(path, [{"system": "erp", "setting": "staging", "value": "none"}])
    assert path.read_text(encoding="utf-8").splitlines()[1] == '"","erp","","staging","none"'


def test_one_cell_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "systems.csv"
    before = (
        "system,kind,location,format,cdc_format,owner,description\r\n"
        'erp,files, "landing" ,json,,me,"two\r\nlines"\r\n'
        'crm,files,"x",json,,,\r\n'
    )
    path.write_bytes(before.encode())
    changed = store.update(path, {"system": "erp"}, {"cdc_format": "dms", "owner": "me"})
    assert changed == 1
    assert path.read_bytes().decode() == before.replace("json,,me", "json,dms,me")
    assert store.update(path, {"system": "erp"}, {"cdc_format": "dms"}) == 0
    assert [row.line for row in store.rows(tmp_path, "systems")] == [2, 4]


def test_a_short_record_is_filled_up(tmp_path: Path) -> None:
    path = tmp_path / "systems.csv"
    path.write_text("system,kind,location\nerp,files\n", encoding="utf-8")
    store.update(path, {"system": "erp"}, {"location": "a,b"})
    assert path.read_text(encoding="utf-8") == 'system,kind,location\nerp,files,"a,b"\n'


def test_rows_know_their_file_and_line_over_splits(tmp_path: Path) -> None:
    (tmp_path / "objects.csv").write_text(f'{HEADER}\ncrm,p,x,full,,,,"a\nb"\ncrm,q,x,full,,,,\n')
    (tmp_path / "objects__erp.csv").write_text(f"{HEADER}\n\nerp,orders,x,full,,,,\n")
    found = store.rows(tmp_path, "objects")
    assert [(row.path.name, row.line) for row in found] == [
        ("objects.csv", 2), ("objects.csv", 4), ("objects__erp.csv", 3),
    ]  # fmt: skip


def test_new_rows_go_where_their_system_lives(tmp_path: Path) -> None:
    def target(system: str, name: str = "") -> str:
        return store.target_file(tmp_path, "objects", system=system, object=name).name

    assert target("erp", "orders") == "objects.csv"
    (tmp_path / "objects.csv").write_text(f"{HEADER}\ncrm,p,x,full,,,,\n")
    (tmp_path / "objects__erp.csv").write_text(f"{HEADER}\n")
    (tmp_path / "objects__rest.csv").write_text(f"{HEADER}\nweb,e,x,full,,,,\n")
    assert target("erp", "orders") == "objects__erp.csv"
    assert target("web", "clicks") == "objects__rest.csv"
    assert target("crm", "q") == "objects.csv"
    assert target("new", "q") == "objects.csv"


def test_faults_are_named(tmp_path: Path) -> None:
    path = tmp_path / "objects.csv"
    path.write_bytes(b"system,object\n\xff\n")
    with pytest.raises(store.StoreError, match="not UTF-8"):
        store.read(path)
    path.write_text('system,object\n"erp,orders\n')
    with pytest.raises(store.StoreError, match="line 2: a quotation mark is never closed"):
        store.read(path)
    path.write_text("")
    with pytest.raises(store.StoreError, match="no header"):
        store.read(path)
    path.write_text("system,object\n")
    with pytest.raises(store.StoreError, match="no column load, source"):
        store.append(path, [OBJECT])
    with pytest.raises(store.StoreError, match="no column keys"):
        store.update(path, {}, {"keys": "a"})
    assert path.read_text() == "system,object\n"


cells = st.text(st.sampled_from('ab,"\n\r |é '), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5), st.lists(cells, min_size=3))
def test_it_reads_what_the_csv_module_writes(rows: list[list[str]], new: list[str]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows([["x", "y", "z"], *rows])
    document = store.parse(buffer.getvalue(), Path("objects.csv"))
    assert document.text() == buffer.getvalue()
    expected = [dict(zip("xyz", row, strict=True)) for row in rows]
    assert [dict(row.values) for row in document.rows()] == expected
    added = dict(zip("xyz", new[:3], strict=True))
    text = store.insert(document, [added]).text()
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == [*expected, added]
