"""`medallion generate` on the command line: the same bytes everywhere, and what `--check` says."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

# Letters that change with the locale's case rules, that ASCII does not have, and beyond 16 bits.
WORDS = "I\u0131İi ÄÖÜß 線 💧 \u00a0 naïve"
TABLES = {
    "systems": f"""\
system,kind,location,format,cdc_format,owner,description
erp,files,landing/erp,json,debezium_postgres,Ödön,Shop {WORDS}
ref,files,landing/ref,csv,,,"Reference ""data"", by hand"
""",
    "objects": f"""\
system,object,source,load,keys,sequence,history,description
erp,orders,orders/*.jsonl,cdc,order_id,,scd2,Orders {WORDS}
erp,ITEMS,items/*.jsonl,cdc,item_id,,none,Items
erp,items_archive,items_archive/*.jsonl,cdc,item_id,,none,
ref,prices,prices/*.csv,full,sku|valid_on,_file_number,scd2,Prices
ref,notes,notes/*.csv,full,,,none,{WORDS}
""",
    "settings": f'''\
layer,system,object,setting,value
,ref,,null_tokens,"["""", ""N/A"", ""{WORDS}""]"
,erp,orders,track,status|TITLE
bronze,ref,,tags,b|a
,erp,orders,event_time,source.ts_us timestamp@epoch_us|source.ts_ms timestamp@epoch_ms
''',
    "columns": f"""\
system,object,column,source_column,type,required,lookup,classification,description
erp,orders,order_id,,bigint,true,,,Key
erp,orders,status,,text,,,,{WORDS}
erp,orders,TITLE,titel mit Ümlaut,text,,,personal,I\u0131İi
erp,orders,amount,,"decimal(12,2)",,,,
erp,ITEMS,item_id,,bigint,true,,,
erp,items_archive,item_id,,bigint,true,,,
ref,prices,sku,,text,true,,,
ref,prices,valid_on,,date,true,,,
ref,prices,price,,"decimal(9,2)",,,,Price
ref,notes,note,,text,,,,
""",
    "expectations": f"""\
system,object,name,expression,action,description
erp,orders,has_status,status <> '{WORDS}',quarantine,
erp,orders,has_title,TITLE is not null,warn,
""",
}
PLACES: dict[str, dict[str, str]] = {
    "plain C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "TZ": "UTC"},
    "turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONUTF8": "0", "TZ": "Turkey"},
    "latin": {"LC_ALL": "de_DE.ISO-8859-1", "PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"},
    "far east": {"LC_ALL": "C.utf8", "PYTHONUTF8": "1", "TZ": "Pacific/Kiritimati"},
}


def make(folder: Path) -> Path:
    """A project with nothing but its metadata."""
    control = folder / "seeds" / "control"
    control.mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: medallion\n", encoding="utf-8")
    for name, text in TABLES.items():
        (control / f"{name}.csv").write_bytes(text.encode("utf-8"))
    return folder


def medallion(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None, cwd: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line in the project's folder, or in `cwd` with --project-dir."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHONUTF8"))}
    command = [sys.executable, "-m", "medallion.cli", *arguments]
    if cwd:
        command += ["--project-dir", str(folder)]
    return subprocess.run(
        command, cwd=cwd or folder, env={**plain, **(environment or {})}, capture_output=True,
        check=False,
    )  # fmt: skip


def generated(folder: Path) -> dict[str, bytes]:
    """Every file below models/, as bytes."""
    models = folder / "models"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(models.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = make(tmp_path_factory.mktemp("expected") / "project")
    done = medallion(folder, "generate")
    assert done.returncode == 0, done.stderr.decode()
    files = generated(folder)
    assert len(files) == 30
    return files


@pytest.mark.parametrize("place", PLACES)
def test_bytes_do_not_hang_on_the_locale(
    tmp_path: Path, place: str, expected: dict[str, bytes]
) -> None:
    folder = make(tmp_path / "project")
    environment = {**PLACES[place], "PYTHONHASHSEED": str(len(place))}
    done = medallion(folder, "generate", environment=environment)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert generated(folder) == expected


def test_bytes_do_not_hang_on_the_current_folder(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    folder = make(tmp_path / "a project with spaces, and ü")
    for cwd in ("/", str(tmp_path)):
        done = medallion(folder, "generate", cwd=cwd)
        assert done.returncode == 0, done.stderr.decode()
        assert generated(folder) == expected


def test_bytes_hold_no_trace_of_a_machine(expected: dict[str, bytes]) -> None:
    for path, content in expected.items():
        text = content.decode("utf-8")
        assert "\r" not in text and text.endswith("\n") and not text.endswith("\n\n"), path
        for trace in (str(Path.home()), "/tmp", str(Path.cwd())):
            assert len(trace) < 4 or trace not in text, path


@pytest.mark.parametrize("how", ["crlf", "bom", "shuffled", "split"])
def test_bytes_do_not_hang_on_how_the_tables_are_stored(
    tmp_path: Path, how: str, expected: dict[str, bytes]
) -> None:
    folder = make(tmp_path / "project")
    control = folder / "seeds" / "control"
    for name, text in TABLES.items():
        header, *lines = text.splitlines()
        path = control / f"{name}.csv"
        if how == "crlf":
            path.write_bytes("\r\n".join([header, *lines, ""]).encode())
        elif how == "bom":
            path.write_bytes(b"\xef\xbb\xbf" + text.encode())
        elif how == "shuffled" and name != "columns":
            random.Random(7).shuffle(lines)
            path.write_bytes("\n".join([header, *lines, ""]).encode())
        elif how == "split":
            for part in ("erp", "ref"):
                own = [line for line in lines if f"{part}," in line]
                (control / f"{name}__{part}.csv").write_text("\n".join([header, *own, ""]), "utf-8")
            rest = [line for line in lines if "erp," not in line and "ref," not in line]
            path.write_text("\n".join([header, *rest, ""]), "utf-8")
    done = medallion(folder, "generate")
    assert done.returncode == 0, done.stderr.decode()
    assert generated(folder) == expected


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    folder = make(tmp_path / "project")
    medallion(folder, "generate")
    times = {path: (folder / path).stat().st_mtime_ns for path in generated(folder)}
    done = medallion(folder, "generate", environment=PLACES["plain C"])
    assert b"0 written" in done.stdout
    assert {path: (folder / path).stat().st_mtime_ns for path in times} == times


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = make(tmp_path / "project")
    assert medallion(folder, "generate").returncode == 0
    assert medallion(folder, "generate", "--check").returncode == 0
    return folder


STATE = "models/bronze/erp/brz_erp__orders__state.sql"
HISTORY = "models/bronze/erp/brz_erp__orders__history.sql"
SOURCES = "models/staging/ref/_ref__sources.yml"
LEFT_OVER = "models/bronze/old/brz_old__gone.sql"


def spoil(folder: Path) -> None:
    """One edited, one missing and one stale file."""
    state = folder / STATE
    state.write_text(state.read_text("utf-8").replace("'order_id'", "'title ü'"), "utf-8")
    (folder / SOURCES).unlink()
    stale = folder / LEFT_OVER
    stale.parent.mkdir(parents=True)
    stale.write_bytes((folder / HISTORY).read_bytes())


@pytest.mark.parametrize("place", PLACES)
def test_check_names_every_file_and_how_to_mend_it(project: Path, place: str) -> None:
    spoil(project)
    before = generated(project)
    done = medallion(project, "generate", "--check", environment=PLACES[place])
    said = done.stderr.decode("utf-8", errors="replace")
    assert done.returncode == 1, said
    assert "Traceback" not in said
    for code, path in (("001", STATE), ("002", SOURCES), ("003", LEFT_OVER)):
        assert f"MED-GEN-{code} {path}" in said
    assert said.count("mend:") == 3
    assert "3 problems" in said
    # The edited file is shown as a diff, and its mend names both ways out.
    assert any(line.startswith("+") and "'order_id'" in line for line in said.splitlines())
    assert any(line.startswith("-") and "'title " in line for line in said.splitlines())
    assert "seeds/control" in said and "first line" in said
    assert generated(project) == before


def test_generate_mends_what_check_found(project: Path, expected: dict[str, bytes]) -> None:
    spoil(project)
    done = medallion(project, "generate")
    assert done.returncode == 0, done.stderr.decode()
    assert generated(project) == expected
    assert not (project / LEFT_OVER).parent.exists()
    assert medallion(project, "generate", "--check").returncode == 0


def test_check_sees_metadata_that_nobody_generated(project: Path) -> None:
    columns = project / "seeds" / "control" / "columns.csv"
    columns.write_text(columns.read_text("utf-8") + "ref,notes,author,,text,,,,Who\n", "utf-8")
    done = medallion(project, "generate", "--check")
    said = done.stderr.decode()
    assert done.returncode == 1
    assert "brz_ref__notes.sql" in said and "stg_ref__notes.sql" in said
    assert "orders" not in said


def test_check_sees_other_line_ends(project: Path) -> None:
    path = project / STATE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    done = medallion(project, "generate", "--check")
    assert done.returncode == 1
    assert "line ends" in done.stderr.decode()


def test_a_file_without_the_mark_belongs_to_its_author(project: Path) -> None:
    path = project / STATE
    _, _, rest = path.read_text("utf-8").partition("\n")
    path.write_text(rest.replace("'order_id'", "'order_id' "), "utf-8")
    own = project / "models" / "bronze" / "erp" / "brz_erp__by_hand.sql"
    own.write_text("select 1 as one\n", "utf-8")
    before = generated(project)
    assert medallion(project, "generate", "--check").returncode == 0
    done = medallion(project, "generate")
    assert STATE in done.stdout.decode()
    assert generated(project) == before
