"""Runs what clients send on Spark: one place for sessions, faults, errors and the log."""

from __future__ import annotations

import contextlib
import re
import threading
import time
import traceback
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from workspace.faults import Faults
from workspace.sql import Session, Sql
from workspace.statement import Statement, read_statement

if TYPE_CHECKING:
    from workspace.log import StatementLog

QUERY_COMMENT = '/* {"app": "dbt"'
_MAGIC = re.compile(r"^\s*%.*$", re.M)
# Arrow cannot carry these as the client wants them; Databricks sends text too.
_AS_TEXT = (t.StructType, t.ArrayType, t.MapType, t.VariantType)


@dataclass(frozen=True)
class Failure(Exception):
    """What a client is told: Spark's message, error class and SQLSTATE."""

    message: str
    error_class: str | None
    sqlstate: str | None


def read_failure(error: BaseException) -> Failure:
    """The message, error class and SQLSTATE of an error of Spark's or of the stand-in."""

    def ask(name: str) -> str | None:
        method = getattr(error, name, None)
        return str(method() or "") or None if callable(method) else None

    message = str(error).split("\n\nJVM stacktrace")[0]
    said = re.match(r"\[([A-Z_][A-Z0-9_.]*)\]", message)
    state = re.search(r"SQLSTATE: (\w{5})", message)
    return Failure(
        message,
        ask("getCondition") or getattr(error, "condition", None) or (said[1] if said else None),
        ask("getSqlState") or getattr(error, "sqlstate", None) or (state[1] if state else None),
    )


def _arrow(frame: DataFrame) -> pa.Table:
    """The rows; nested values as JSON text. A command has run already and is not run again."""
    nested = [x.name for x in frame.schema.fields if isinstance(x.dataType, _AS_TEXT)]
    if nested:
        names = frame.columns
        frame = frame.select(
            *(f.to_json(f"`{n}`").alias(n) if n in nested else f.col(f"`{n}`") for n in names)
        )
    return frame.toArrow()


class Engine:
    """Sessions on one Spark, safe for several threads."""

    def __init__(self, spark: SparkSession, catalogs: Sequence[str], log: StatementLog) -> None:
        self.spark, self.log, self.faults = spark, log, Faults()
        self.sql = Sql(catalogs)
        self.catalogs = list(catalogs)
        self._lock = threading.Lock()
        self._python = threading.Lock()
        self._sessions: dict[bytes, Session] = {}
        self._opened = 0

    # ---- sessions

    def open(self, catalog: str | None, schema: str | None, settings: Mapping[str, str]) -> bytes:
        """Start a session; returns its handle. Settings Spark does not know are ignored."""
        guid = uuid.uuid4().bytes
        with self._lock:
            spark = self.spark.newSession()
            self._opened += 1
            name = f"session-{self._opened}"
            self._sessions[guid] = Session(name, spark, catalog or self.catalogs[0])
        # A first run has no schema yet.
        if schema:
            with contextlib.suppress(Exception):
                spark.sql(f"USE spark_catalog.`{schema}`")
        for key, value in settings.items():
            with contextlib.suppress(Exception):
                spark.conf.set(key, value)
        return guid

    def close(self, guid: bytes) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(guid, None)

    def session(self, guid: bytes) -> Session | None:
        """The session of a handle, None where the stand-in was started since."""
        return self._sessions.get(guid)

    # ---- statements

    def execute(self, session: Session, text: str) -> tuple[pa.Table, t.StructType]:
        """Run one statement; raises Failure."""
        statement = read_statement(text)
        # The rows of a seed come without the query comment: they belong to the statement before.
        if QUERY_COMMENT in text:
            session.node = statement.node
        statement = replace(statement, node=session.node)
        with self._logged("sql", session.name, statement):
            frame = self.sql.run(session, text)
            return _arrow(frame), frame.schema

    def schemas(self) -> list[str]:
        """All schemas."""
        return [row[0] for row in self.spark.sql("SHOW SCHEMAS IN spark_catalog").collect()]

    def tables(self, schema: str) -> list[tuple[str, str]]:
        """Name and kind (TABLE, VIEW) of what a schema holds."""
        space = f"spark_catalog.`{schema}`"
        views = {row.viewName for row in self.spark.sql(f"SHOW VIEWS IN {space}").collect()}
        shown = self.spark.sql(f"SHOW TABLES IN {space}").collect()
        names = [row.tableName for row in shown if not row.isTemporary]
        return [(name, "VIEW" if name in views else "TABLE") for name in names]

    def run_python(self, source: str, name: str) -> str | None:
        """Run a notebook or command; returns its traceback if it fails.

        One at a time: SparkSession.builder.getOrCreate() gives a process-wide session.
        """
        target = ".".join(name.strip("/").lower().split("/")[-2:])
        statement = Statement(source, None, target, writes=True)
        session = self.spark.newSession()
        text = _MAGIC.sub("", self.sql.python(source))
        known: dict[str, Any] = {"spark": session, "__name__": "__main__"}
        try:
            with self._python, _active(session), self._logged("python", name, statement):
                exec(compile(text, name, "exec"), known)
        except Failure as failure:
            return failure.message
        return None

    @contextlib.contextmanager
    def _logged(self, kind: str, session: str, statement: Statement) -> Iterator[None]:
        """Refuse on request, else run; log the end; turn every error into a Failure."""
        start, status = time.monotonic(), "ok"
        failure: Failure | None = None
        try:
            try:
                self.faults.check(statement)
            except Exception:
                status = "refused"
                raise
            yield
        except Exception as error:
            failure = read_failure(error)
            if kind == "python" and status != "refused":
                trace = traceback.format_exc()
                failure = Failure(trace, failure.error_class, failure.sqlstate)
            status = status if status == "refused" else "error"
            raise failure from error
        finally:
            self.log.add(
                kind,
                statement.text,
                session=session,
                node=statement.node,
                object=statement.object,
                writes=statement.writes,
                status=status,
                error_class=failure.error_class if failure else None,
                sqlstate=failure.sqlstate if failure else None,
                seconds=time.monotonic() - start,
            )


@contextlib.contextmanager
def _active(spark: SparkSession) -> Iterator[None]:
    """Make `getOrCreate()` of a Python model return its own session."""
    before = SparkSession._instantiatedSession
    SparkSession._instantiatedSession = spark
    try:
        yield
    finally:
        SparkSession._instantiatedSession = before
