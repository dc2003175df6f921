"""The unmodified adapter and connector against the stand-in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from databricks.sdk.core import Config, oauth_service_principal
from databricks.sql.exc import RequestError, ServerOperationError

from support.workspace import REPOSITORY, Workspace
from workspace.cli import CLIENT_ID, CLIENT_SECRET

DBT = str(Path(sys.executable).parent / "dbt")
SCHEMA = "main.default_shop"
FINAL = {
    "totals": [(3, Decimal("121.50"))],
    "merged": [
        (1, "ann", Decimal("21.00")),
        (2, "bob", Decimal("40.00")),
        (3, "cat", Decimal("60.50")),
    ],
    "contracted": [(1, "ann"), (2, "bob"), (3, "cat")],
    "doubled": [(1, Decimal("42.00")), (2, Decimal("80.00")), (3, Decimal("121.00"))],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with production's own profile."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    shutil.copytree(Path(__file__).parent / "shop", folder)
    shutil.copytree(REPOSITORY / "profiles", folder / "profiles")
    return folder


def dbt(shop: Path, variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A dbt command with the profile `prod` and no variable of the developer's."""
    own = {k: v for k, v in os.environ.items() if not k.startswith(("DATABRICKS_", "MEDALLION_"))}
    return subprocess.run(
        [DBT, "--no-use-colors", *arguments, "--target", "prod", "--profiles-dir", "profiles"],
        cwd=shop,
        env={**own, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def tables(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    return {name: sorted(workspace.rows(f"select * from {SCHEMA}.{name}")) for name in FINAL}


def test_builds_of_the_adapter(workspace: Workspace, shop: Path) -> None:
    """Two deliveries with four threads; a crash in the second one, and its repair."""
    known = workspace.environment
    first = dbt(shop, known, "build", "--threads", "4")
    assert first.returncode == 0, first.stdout[-4000:]
    assert tables(workspace)["merged"] == [
        (1, "ann", Decimal("10.50")),
        (2, "bob", Decimal("20.00")),
    ]

    before = workspace.last()
    second = ["build", "--exclude-resource-type", "seed", "--threads", "4"]
    second += ["--vars", "{without: 0, factor: 2}"]
    with workspace.refusing(r"^model\.shop\.(?!stg_)", nth=1):
        broken = dbt(shop, known, *second)
    assert broken.returncode != 0
    assert "STAND_IN_REFUSED" in broken.stdout
    nodes = {e["node"] for e in workspace.log(before) if e["status"] == "refused"}
    assert nodes == {"model.shop.totals", "model.shop.merged"}
    assert tables(workspace)["merged"][0] == (1, "ann", Decimal("10.50"))

    repaired = dbt(shop, known, *second)
    assert repaired.returncode == 0, repaired.stdout[-4000:]
    assert tables(workspace) == FINAL
    history = workspace.rows(
        f"select id, dbt_valid_to is null from {SCHEMA}.orders_history order by 1, 2"
    )
    assert history == [(1, False), (1, True), (2, False), (2, True), (3, True)]

    entries = workspace.log()
    assert {e["session"] for e in entries if e["node"] == "model.shop.merged"}
    assert [e["kind"] for e in entries if e["kind"] == "python"]
    comment = workspace.rows(f"describe table {SCHEMA}.merged")[0][2]
    assert comment == "The order's number; it's the key."


def test_a_wrong_token_is_shown_by_the_adapter(workspace: Workspace, shop: Path) -> None:
    done = dbt(shop, {**workspace.environment, "DATABRICKS_TOKEN": "wrong"}, "debug")
    assert done.returncode != 0
    assert "Invalid access token" in done.stdout


def test_the_adapter_signs_in_as_an_oauth_client(workspace: Workspace, shop: Path) -> None:
    known = {k: v for k, v in workspace.environment.items() if k != "DATABRICKS_TOKEN"}
    client = {"DATABRICKS_CLIENT_ID": CLIENT_ID, "DATABRICKS_CLIENT_SECRET": CLIENT_SECRET}
    done = dbt(shop, {**known, **client}, "debug")
    assert done.returncode == 0, done.stdout[-3000:]
    assert "All checks passed" in done.stdout


def test_the_connector_is_refused_without_a_token(workspace: Workspace) -> None:
    with pytest.raises(RequestError, match="Invalid access token"):
        workspace.connect(access_token="wrong")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        workspace.call("GET", "clusters/list")


def test_a_wrong_oauth_secret_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = workspace.environment
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", known["REQUESTS_CA_BUNDLE"])
    config = Config(
        host=known["DATABRICKS_HOST"],
        client_id=CLIENT_ID,
        client_secret="dose-wrong",
        auth_type="oauth-m2m",
    )
    headers = oauth_service_principal(config)
    assert headers is not None
    with pytest.raises(ValueError, match="invalid_client"):
        headers()


def test_errors_carry_class_and_sqlstate(workspace: Workspace) -> None:
    before = workspace.last()
    with pytest.raises(ServerOperationError, match=r"(?s)\[TABLE_OR_VIEW_NOT_FOUND\].*42P01"):
        workspace.rows("select * from main.default.nowhere")
    with pytest.raises(ServerOperationError, match=r"\[CAST_INVALID_INPUT\]"):
        workspace.rows("select cast('x' as int)")
    found = [(e["status"], e["error_class"], e["sqlstate"]) for e in workspace.log(before)]
    assert ("error", "TABLE_OR_VIEW_NOT_FOUND", "42P01") in found
    assert ("error", "CAST_INVALID_INPUT", "22018") in found


def test_read_files(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,x\n2,\n")
    (tmp_path / "b.csv").write_text("id,name\nthree,y\n")
    (tmp_path / "ragged.txt").write_text("id,name\ntoo,much,here\n")
    (tmp_path / "a.jsonl").write_text('{"id": 1, "more": {"k": [1]}}\n{broken\n')
    lines = workspace.rows(
        "select value, regexp_extract(_metadata.file_path, '[^/]+$', 0), _metadata.file_name"
        f" from read_files('{tmp_path}/*.jsonl', format => 'text') order by value"
    )
    assert lines == [
        ('{"id": 1, "more": {"k": [1]}}', "a.jsonl", "a.jsonl"),
        ("{broken", "a.jsonl", "a.jsonl"),
    ]
    typed = workspace.rows(
        "select f.*, f._metadata.file_name from read_files("
        f"'{tmp_path}/*.csv', format => 'csv', header => true,"
        " schema => 'id int, name string, missing date') as f order by id nulls last"
    )
    assert typed == [
        (1, "x", None, "a.csv"),
        (2, None, None, "a.csv"),
        (None, "y", None, "b.csv"),
    ]
    ragged = workspace.rows(
        "select a, b, _row, _metadata.file_name from read_files("
        f"'{tmp_path}/{{ragged.txt,a.csv}}', format => 'csv', skipRows => 1,"
        " columnNameOfCorruptRecord => '_row',"
        " schema => 'a string, b string, _row string') order by a"
    )
    assert ragged == [
        ("1", "x", None, "a.csv"),
        ("2", None, None, "a.csv"),
        ("too", "much", "too,much,here", "ragged.txt"),
    ]
    for path, names in (
        ("*.csv", ["a.csv", "b.csv"]),
        ("{a.csv,a.jsonl}", ["a.csv", "a.jsonl"]),
        ("*.xml", []),
        ("nowhere/*", []),
    ):
        listed = workspace.rows(
            "select _metadata.file_name, length from"
            f" read_files('{tmp_path}/{path}', format => 'binaryFile') order by 1"
        )
        assert listed == [(name, (tmp_path / name).stat().st_size) for name in names]
    workspace.rows("create schema if not exists main.files")
    workspace.rows(
        "create or replace view main.files.v as select id, more.k, _rescued_data"
        f" from read_files('{tmp_path}/a.jsonl', format => 'json')"
    )
    assert workspace.rows("select id, cast(k as string) from main.files.v where id = 1") == [
        (1, "[1]")
    ]


def test_four_threads_have_sessions_of_their_own(workspace: Workspace) -> None:
    workspace.rows("create schema if not exists main.threads")

    def work(number: int) -> list[tuple[Any, ...]]:
        with workspace.connect() as connection, connection.cursor() as cursor:
            table = f"main.threads.t{number}"
            cursor.execute(f"create or replace table {table} as select {number} as id, 0 as v")
            for step in range(2):
                cursor.execute(
                    f"create or replace temporary view news as select {number} as id, {step} as v"
                )
                cursor.execute(
                    f"merge into {table} as t using news as s on t.id = s.id"
                    " when matched then update set * when not matched then insert *"
                )
            cursor.execute(f"select * from {table}")
            return [tuple(row) for row in cursor.fetchall()]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [[(number, 1)] for number in range(4)]


def test_unity_answers(workspace: Workspace) -> None:
    """What open-source Spark has not: tags, grants, keys, NOT NULL and information_schema."""
    workspace.rows("create schema if not exists main.unity")
    table = "`main`.`unity`.`t`"
    for statement in (
        f"create or replace table {table} (id bigint, v string)",
        f"alter table {table} set tags ('owner' = 'sales')",
        f"grant select on table {table} to `analysts`",
        f"alter table {table} alter column id set not null",
        f"alter table {table} add constraint pk primary key (id)",
    ):
        workspace.rows(statement)
    where = "where table_catalog = 'main' and table_schema = 'unity' and table_name = 't'"
    columns = "select column_name, is_nullable from `main`.information_schema.columns"
    assert workspace.rows(f"{columns} {where} order by 1") == [("id", "NO"), ("v", "YES")]
    tags = "select tag_name, tag_value from system.information_schema.table_tags"
    assert workspace.rows(f"{tags} where schema_name = 'unity'") == [("owner", "sales")]
    assert workspace.rows(f"show grants on {table}")[0][:2] == ("analysts", "SELECT")
    keys = f"select column_name from main.information_schema.key_column_usage {where}"
    assert workspace.rows(keys) == [("id",)]
    with pytest.raises(ServerOperationError, match="CHECK"):
        workspace.rows(f"insert into {table} values (null, 'x')")
