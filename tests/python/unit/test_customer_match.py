"""The Python model that finds crm people among the erp customers."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pytest

MODEL = Path(__file__).parents[3] / "models/silver/sales/slv_sales__customer_match.py"


@pytest.fixture(scope="module")
def matching() -> ModuleType:
    spec = importlib.util.spec_from_file_location("slv_sales__customer_match", MODEL)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def person(key: object, name: str, email: str | None = None, country: str | None = None) -> Any:
    return {"key": key, "name": name, "email": email, "country": country}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Núñez, Mücahit", "mucahit nunez"),
        (" Zoë  Ł", "l zoe"),
        ("Đorđe O'Neil", "dorde neil o"),
        ("李 Null", "null 李"),
        (None, ""),
        ('"Q"', "q"),
    ],
)
def test_plain(matching: ModuleType, name: str | None, expected: str) -> None:
    assert matching.plain(name) == expected


def test_email_goes_before_name(matching: ModuleType) -> None:
    erp = [person(1, "ana smith", "a@x", "DE"), person(2, "bo null", "b@x", "DE")]
    assert matching.match([person("C", "ana smith", "b@x", "DE")], erp) == [("C", 2, "email", 1.0)]


def test_of_equal_emails_the_most_alike_name(matching: ModuleType) -> None:
    erp = [person(1, "ana smith", "a@x"), person(2, "bo null", "a@x"), person(3, "bo null", "a@x")]
    assert matching.match([person("C", "bo null", "a@x")], erp) == [("C", 2, "email", 1.0)]


@pytest.mark.parametrize(
    ("crm", "erp", "found"),
    [
        (("bo smyth", "TR"), [("bo smith", "TR")], 1),
        (("bo smyth", None), [("bo smith", "TR")], None),  # unknown country: equal names only
        (("bo smith", None), [("bo smith", "TR")], 1),
        (("bo smith", "US"), [("bo smith", "TR")], None),  # another country: never
        (("bo smith", "TR"), [("bo smith", "TR"), ("bo smith", "TR")], None),  # not clear who
        (("bo smith", "TR"), [("bo smith", "US"), ("bo smith", "TR")], 2),
        (("bo smith", None), [("bo smith", None), ("bo smith", "TR")], None),
        (("", "TR"), [("", "TR")], None),
    ],
)
def test_names(
    matching: ModuleType,
    crm: tuple[str, str | None],
    erp: list[tuple[str, str | None]],
    found: int | None,
) -> None:
    customers = [person(i, name, None, land) for i, (name, land) in enumerate(erp, start=1)]
    matches = matching.match([person("C", crm[0], None, crm[1])], customers)
    assert [key for _, key, _, _ in matches] == ([found] if found else [])


def run(matching: ModuleType, erp: Any, crm: Any, session: object) -> Any:
    tables = {"brz_erp__customers": erp, "brz_crm__customers": crm}
    dbt = SimpleNamespace(config=lambda **_: None, ref=tables.__getitem__)
    return matching.model(dbt, session)


ERP = "select 7::bigint as customer_id, 'Bo Smith' as full_name, 'B@x' as email, 'tr' as country"
CRM = "select 'C-1' as crm_id, 'Smith, Bo' as display_name, null::text as email, 'TR' as country"


@pytest.mark.parametrize("rows", [1, 0])
def test_runs_on_duckdb(matching: ModuleType, rows: int) -> None:
    with duckdb.connect() as session:
        erp, crm = session.sql(ERP), session.sql(f"{CRM} limit {rows}")
        result = run(matching, erp, crm, session)
        assert (
            result.to_pylist()
            == [
                {
                    "crm_id": "C-1",
                    "customer_id": 7,
                    "match_rule": "name_country",
                    "match_score": 1.0,
                }
            ][:rows]
        )
        session.register("result", result)
        types = [row[1] for row in session.sql("describe result").fetchall()]
        assert types == ["VARCHAR", "BIGINT", "VARCHAR", "DOUBLE"]


def test_gives_a_spark_session_plain_rows(matching: ModuleType) -> None:
    """What needs no Spark: any frame that narwhals reads goes in, rows and a schema come out."""
    session = SimpleNamespace(createDataFrame=lambda rows, schema: (rows, schema))
    erp = pd.DataFrame(
        {"customer_id": [7], "full_name": ["Bo Smith"], "email": ["b@x"], "country": ["TR"]}
    )
    crm = pd.DataFrame(
        {"crm_id": ["C-1"], "display_name": ["Bo"], "email": ["B@X"], "country": [None]}
    )
    rows, schema = run(matching, erp, crm, session)
    assert rows == [("C-1", 7, "email", 1.0)]
    assert schema.startswith("crm_id string, customer_id bigint")


def test_runs_on_spark(matching: ModuleType) -> None:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark comes with the Spark target")
    spark = sql.SparkSession.builder.master("local[1]").getOrCreate()
    erp = spark.sql(ERP.replace("::bigint", ""))
    crm = spark.sql(CRM.replace("null::text", "cast(null as string)"))
    result = run(matching, erp, crm, spark)
    assert [tuple(row) for row in result.collect()] == [("C-1", 7, "name_country", 1.0)]
