"""The engines that a test project can be built on: how to find its tables and read their rows."""

from __future__ import annotations

import atexit
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb
from pyhive import hive  # type: ignore[import-untyped]

from support.spark import Spark, spark
from support.workspace import Workspace, shared_workspace

Rows = list[tuple[Any, ...]]
Table = tuple[list[str], Rows]
SCHEMAS = ("staging", "bronze", "silver", "gold_reporting", "gold_history", "ops", "control")


class Engine(ABC):
    """Where a project's tables are. Schemas are named as without a prefix."""

    @property
    @abstractmethod
    def variables(self) -> Mapping[str, str]:
        """Environment variables with which dbt finds the tables."""

    @abstractmethod
    def query(self, sql: str, *parameters: Any) -> Rows:
        """Rows of a query, in its own order; `?` stands for a parameter."""

    @abstractmethod
    def read(self, table: str) -> Table:
        """Names of a table's columns, and its rows, in one question."""

    def columns(self, table: str) -> list[str]:
        """Names of a table's columns, in order."""
        return [str(row[0]) for row in self.query(f"describe {table}")]

    @abstractmethod
    def json_text(self, column: str, field: str) -> str:
        """SQL of one field of a JSON text."""

    @abstractmethod
    def tables(self, schema: str) -> list[str]:
        """Names of a schema's tables and views, sorted; none where there is no such schema."""


class DuckDB(Engine):
    """A file below the project. It is locked while a connection is open."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "warehouse" / "test.duckdb"

    @property
    def variables(self) -> Mapping[str, str]:
        # Below the project, where dbt runs: with equal profiles dbt parses only what differs.
        return {"MEDALLION_DUCKDB_PATH": str(self.path.relative_to(self.root))}

    def query(self, sql: str, *parameters: Any) -> Rows:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql, list(parameters)).fetchall()

    def read(self, table: str) -> Table:
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            found = connection.execute(f"select * from {table}")
            return [str(column[0]) for column in found.description or ()], found.fetchall()

    def json_text(self, column: str, field: str) -> str:
        return f"{column} ->> '$.{field}'"

    def tables(self, schema: str) -> list[str]:
        names = self.query(
            "select table_name from information_schema.tables where table_schema = ?", schema
        )
        return sorted(name for (name,) in names)


class SparkSql(Engine):
    """Schemas of a Spark that several projects share: each has a prefix of its own."""

    def __init__(self) -> None:
        self.prefix = f"t{uuid4().hex[:10]}_"

    @abstractmethod
    def connect(self) -> Any:
        """A session of the engine's own driver."""

    @cached_property
    def session(self) -> Any:
        """One session for all questions: opening one costs more than most of them."""
        session = self.connect()
        atexit.register(session.close)
        return session

    @abstractmethod
    def ask(self, sql: str) -> Table:
        """Names of the columns and rows of one statement."""

    def run(self, sql: str) -> Rows:
        """Rows of one statement."""
        return self.ask(sql)[1]

    def read(self, table: str) -> Table:
        return self.ask(self._prefixed(f"select * from {table}"))

    def _prefixed(self, sql: str) -> str:
        return re.sub(rf"\b({'|'.join(SCHEMAS)})\.", rf"{self.prefix}\1.", sql)

    def query(self, sql: str, *parameters: Any) -> Rows:
        sql = self._prefixed(sql)
        sql = re.sub(r"\bas varchar\b", "as string", sql)
        values = iter(parameters)
        sql = re.sub(r"\?", lambda _: hive.HiveParamEscaper().escape_item(next(values)), sql)
        return self.run(sql)

    def json_text(self, column: str, field: str) -> str:
        return f"get_json_object({column}, '$.{field}')"

    def tables(self, schema: str) -> list[str]:
        name = f"{self.prefix}{schema}"
        if not self.run(f"show schemas like '{name}'"):
            return []
        return sorted(row[1] for row in self.run(f"show tables in {name}"))


class SparkTables(SparkSql):
    """The session's Spark server."""

    @cached_property
    def server(self) -> Spark:
        return spark()

    @property
    def variables(self) -> Mapping[str, str]:
        return {
            "MEDALLION_SPARK_PORT": str(self.server.port),
            "MEDALLION_SCHEMA_PREFIX": self.prefix,
        }

    def connect(self) -> Any:
        return self.server.open()

    def ask(self, sql: str) -> Table:
        with closing(self.session.cursor()) as cursor:
            cursor.execute(sql)
            names = [str(column[0]) for column in cursor.description or ()]
            types = [column[1] for column in cursor.description or ()]
            rows = cursor.fetchall() if types else []
            return names, [tuple(map(_value, types, row)) for row in rows]


class DatabricksTables(SparkSql):
    """The session's stand-in for a Databricks workspace."""

    @cached_property
    def workspace(self) -> Workspace:
        return shared_workspace()

    @property
    def variables(self) -> Mapping[str, str]:
        return {**self.workspace.environment, "MEDALLION_SCHEMA_PREFIX": self.prefix}

    def connect(self) -> Any:
        return self.workspace.connect()

    def ask(self, sql: str) -> Table:
        with self.session.cursor() as cursor:
            cursor.execute(sql)
            names = [str(column[0]) for column in cursor.description or ()]
            return names, [tuple(map(_without_zone, row)) for row in cursor.fetchall()]


def _without_zone(value: Any) -> Any:
    """A `timestamp`, as a contract asks for it, is an instant there and comes in UTC."""
    if isinstance(value, datetime) and value.tzinfo:
        assert value.utcoffset() == timedelta(0)
        return value.replace(tzinfo=None)
    return value


def _value(type: str, value: Any) -> Any:
    """A date comes as text."""
    return date.fromisoformat(value) if type == "DATE_TYPE" and value else value


def engine_of(target: str, root: Path) -> Engine:
    """The engine of a dbt target for a project in `root`."""
    if target == "spark":
        return SparkTables()
    return DatabricksTables() if target == "prod" else DuckDB(root)
