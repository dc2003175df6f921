"""The lints of silver and gold, over small manifests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from medallion.lint.cli import lint
from medallion.lint.personal_columns import personal_columns, unsaid
from medallion.lint.project import LintProject, read_project
from medallion.lint.silver_not_a_copy import silver_not_a_copy

REF = "{{ ref('brz_erp__customers') }}"
BRONZE = {
    "customer_id": "internal",
    "full_name": "personal",
    "email": "personal",
    "points": "internal",
    "token": "secret",
}


def column(description: str = "", classification: str = "") -> dict[str, Any]:
    meta = {"classification": classification} if classification else {}
    return {"description": description, "config": {"meta": meta}}


def node(
    name: str,
    folder: str,
    sql: str,
    parents: Sequence[str] = (),
    columns: Mapping[str, dict[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    kind = "snapshot" if folder == "snapshots" else "model"
    path = f"snapshots/{name}.yml" if kind == "snapshot" else f"models/{folder}/{name}.sql"
    return {
        "unique_id": f"{kind}.shop.{name}",
        "name": name,
        "resource_type": kind,
        "package_name": "shop",
        "original_file_path": path,
        "language": "sql",
        "raw_code": sql,
        "depends_on": {"nodes": [f"model.shop.{parent}" for parent in parents]},
        "columns": columns or {},
        "config": {"meta": {}},
    } | more


def bronze(name: str = "brz_erp__customers") -> dict[str, Any]:
    columns = {key: column(classification=value) for key, value in BRONZE.items()}
    return node(name, "bronze/erp", "select 1", (), columns)


def manifest(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {
        "metadata": {"project_name": "shop", "adapter_type": "duckdb"},
        "nodes": {one["unique_id"]: one for one in nodes},
    }


def project(*nodes: dict[str, Any]) -> LintProject:
    return read_project(manifest(*nodes))


COPIES = {
    "star": f"select * from {REF}",
    "ctes": f"with c as (select * from {REF}), d as (select customer_id, full_name as n from c) "
    "select * from d",
    "tidied": "select cast(customer_id as {{ dbt.type_string() }}) as id, lower(trim(email)) as e, "
    f"coalesce(points, 0) as points from {REF} where points > 3",
}
ENTITIES = {
    "derived": f"select customer_id, points / 100.0 as share from {REF}",
    "case": f"select case when points > 3 then 'a' else 'b' end as c from {REF}",
    "aggregated": f"select full_name, max(points) as p from {REF} group by 1",
    "window": f"select row_number() over (order by points) as n from {REF}",
    "joined": f"select a.* from {REF} a join {REF} b on a.points = b.customer_id",
    "macro": "select {{ shop.spell('points') }} as p from " + REF,
}


@pytest.mark.parametrize("sql", COPIES.values(), ids=COPIES)
def test_a_copy_of_one_bronze_table_is_found(sql: str) -> None:
    found = silver_not_a_copy(
        project(bronze(), node("slv_sales__customer", "silver", sql, ["brz_erp__customers"]))
    )
    assert [problem.code for problem in found] == ["LINT_001"]
    assert "slv_sales__customer merely copies brz_erp__customers" in found[0].message
    assert found[0].file == "models/silver/slv_sales__customer.sql"


@pytest.mark.parametrize("sql", ENTITIES.values(), ids=ENTITIES)
def test_work_of_its_own_is_no_copy(sql: str) -> None:
    made = node("slv_sales__customer", "silver", sql, ["brz_erp__customers"])
    assert silver_not_a_copy(project(bronze(), made)) == []


def test_several_parents_and_other_layers_are_no_copies() -> None:
    two = node(
        "slv_sales__customer", "silver",
        "select * from {{ ref('brz_a') }} union all select * from {{ ref('brz_b') }}",
        ["brz_a", "brz_b"],
    )  # fmt: skip
    gold = node("dim", "gold/reporting", COPIES["star"], ["brz_a"])
    copy_of_silver = node("slv_b", "silver", COPIES["star"], ["slv_sales__customer"])
    nodes = (bronze("brz_a"), bronze("brz_b"), two, gold, copy_of_silver)
    assert silver_not_a_copy(project(*nodes)) == []


def test_a_reason_allows_a_single_copy() -> None:
    excused = node(
        "slv_sales__customer", "silver", COPIES["star"], ["brz_erp__customers"],
        config={"meta": {"silver_copy": "nothing to add"}},
    )  # fmt: skip
    assert silver_not_a_copy(project(bronze(), excused)) == []


@pytest.mark.parametrize(
    ("body", "is_copy"),
    [
        ("return dbt.ref('brz_erp__customers')", True),
        ("df = dbt.ref('brz_erp__customers')\n    return df", True),
        ("df = dbt.ref('brz_erp__customers')\n    return df.filter('points > 3')", False),
    ],
)
def test_python_models(body: str, is_copy: bool) -> None:
    code = f"def model(dbt, session):\n    {body}\n"
    made = node("slv_sales__customer", "silver", code, ["brz_erp__customers"], language="python")
    assert bool(silver_not_a_copy(project(bronze(), made))) is is_copy


def gold_of(sql: str, **columns: dict[str, Any]) -> LintProject:
    """A gold model over a silver one that renames the name and keeps the e-mail."""
    silver = node(
        "slv_sales__customer", "silver",
        "with c as (select * from {{ ref('brz_erp__customers') }}) "
        "select customer_id, full_name as label, email, points, token from c",
        ["brz_erp__customers"],
    )  # fmt: skip
    gold = node("dim_customer", "gold/reporting", sql, ["slv_sales__customer"], columns)
    return project(bronze(), silver, gold)


FROM = "from {{ ref('slv_sales__customer') }}"
CARRYING = {
    "renamed": f"select label as who {FROM}",
    "function": f"select upper(substring(label, 1, 3)) as who {FROM}",
    "concatenated": f"select {{{{ dbt.concat(['label', 'points']) }}}} as who {FROM}",
    "case": f"select case when points > 3 then label end as who {FROM}",
    "aggregate": f"select max(label) as who {FROM}",
    "window": f"select lag(label) over (partition by points order by customer_id) as who {FROM}",
    "union": f"select 'x' as who union all select label {FROM}",
    "ctes": f"with a as (select * {FROM}), b as (select a.label as l from a) "
    "select l as who from b",
    "subquery": f"select who from (select label as who {FROM}) as s",
}
HARMLESS = {
    "count": f"select count(distinct label) as who {FROM}",
    "predicate": f"select label is not null as who {FROM}",
    "condition": f"select case when email like '%@x' then 1 else 0 end as who {FROM}",
    "order": f"select row_number() over (order by label) as who {FROM}",
    "other": f"select points as who {FROM} where label is not null",
}


@pytest.mark.parametrize("sql", CARRYING.values(), ids=CARRYING)
def test_personal_data_is_followed(sql: str) -> None:
    columns = personal_columns(gold_of(sql, who=column("Somebody.")))
    assert [(one.model, one.column) for one in columns] == [("dim_customer", "who")]
    assert columns[0].sources == ("brz_erp__customers.full_name",)
    assert [problem.code for problem in unsaid(columns)] == ["LINT_002"]


@pytest.mark.parametrize("sql", HARMLESS.values(), ids=HARMLESS)
def test_what_shows_no_value_is_not_personal(sql: str) -> None:
    assert personal_columns(gold_of(sql, who=column("Somebody."))) == []


@pytest.mark.parametrize(
    ("description", "is_said"),
    [
        ("Name. Personal data.", True),
        ("Name (personal data).", True),
        ("Name.", False),
        ("", False),
        ("This is not personal.", False),
        ("Of all personnel.", False),
    ],
)
def test_the_description_has_to_say_it(description: str, is_said: bool) -> None:
    columns = personal_columns(gold_of(f"select label as who {FROM}", who=column(description)))
    assert [one.is_said for one in columns] == [is_said]


def test_an_undescribed_column_is_found_too() -> None:
    found = unsaid(personal_columns(gold_of(f"select * {FROM}")))
    assert [problem.column for problem in found] == [
        "dim_customer.label", "dim_customer.email", "dim_customer.token",
    ]  # fmt: skip


def test_secret_data_has_to_be_called_secret() -> None:
    said = column("Personal data.")
    columns = personal_columns(gold_of(f"select concat(token, email) as who {FROM}", who=said))
    assert [(one.classification, one.is_said) for one in columns] == [("secret", False)]


def test_a_classification_in_the_yaml_decides() -> None:
    hashed = column("Pseudonym.", "internal")
    assert personal_columns(gold_of(f"select md5(label) as who {FROM}", who=hashed)) == []
    named = column("Nickname.", "personal")
    assert len(unsaid(personal_columns(gold_of(f"select points as who {FROM}", who=named)))) == 1


def test_snapshots_and_what_was_rescued_count_as_gold_and_personal() -> None:
    snapshot = node(
        "snp_sales__customer", "snapshots", "select * from {{ ref('brz_erp__customers') }}",
        ["brz_erp__customers"],
    )  # fmt: skip
    found = {one.column for one in personal_columns(project(bronze(), snapshot))}
    assert found == {"full_name", "email", "token", "_rescued"}


def test_compiled_code_goes_before_raw_code() -> None:
    compiled = node(
        "dim_customer", "gold", "select {{ shop.all_columns() }}", ["brz_erp__customers"],
        compiled_code='select c."full_name" as who from "db"."bronze"."brz_erp__customers" as c',
    )  # fmt: skip
    assert [one.column for one in personal_columns(project(bronze(), compiled))] == ["who"]


def test_python_models_and_unreadable_sql_go_by_name() -> None:
    described = {"email": column("x"), "points": column("x")}
    for change in ({"language": "python"}, {"raw_code": "select from from ((("}):
        made = node("dim", "gold", "?", ["brz_erp__customers"], described, **change)
        assert [one.column for one in personal_columns(project(bronze(), made))] == ["email"]


def test_the_command(tmp_path: Path) -> None:
    copied = node("slv_sales__customer", "silver", COPIES["star"], ["brz_erp__customers"])
    gold = node("dim", "gold", f"select email {FROM}", ["slv_sales__customer"],
                {"email": column("Personal data.")})  # fmt: skip
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest(bronze(), copied, gold)), encoding="utf-8")
    arguments = ["--manifest", str(path), "--project-dir", str(tmp_path)]

    failed = CliRunner().invoke(lint, arguments)
    assert failed.exit_code == 1
    assert "MED-LINT-001" in str(failed.exception)

    listed = CliRunner().invoke(lint, [*arguments, "--allow-copies", "--list"])
    assert listed.exit_code == 0
    assert "dim.email" in listed.output
    assert "1 gold columns carry personal data" in listed.output

    settings = tmp_path / "dbt_project.yml"
    settings.write_text("vars: {medallion__allow_silver_copies: true}", encoding="utf-8")
    assert CliRunner().invoke(lint, arguments).exit_code == 0


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(lint, ["--manifest", str(tmp_path / "none.json")])
    assert result.exit_code == 1
    assert "run `dbt parse` first" in result.output
