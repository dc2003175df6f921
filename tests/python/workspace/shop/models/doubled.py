"""A Python model that the adapter submits as a job."""

from typing import Any


def model(dbt: Any, session: Any) -> Any:
    dbt.config(materialized="table", submission_method="serverless_cluster")
    return dbt.ref("merged").selectExpr("id", "amount * 2 as twice")
