"""The warehouse of a dbt target: its tables, and what it means when its file cannot be opened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medallion.errors import MedallionError, Problem

if TYPE_CHECKING:
    from dbt.adapters.base.impl import BaseAdapter
    from dbt.adapters.base.relation import BaseRelation
    from dbt.contracts.graph.manifest import Manifest

_HELD = re.compile(
    r'Could not set lock on file "(?P<file>[^"]+)": Conflicting lock is held'
    r"(?: in (?P<program>[^\n]*?))?(?: \(PID (?P<pid>\d+)\))"
)
# Without JSON: the artifacts of the run that is to be told of stay as they are.
_QUIET = ("--quiet", "--no-use-colors", "--log-level-file", "none", "--no-write-json")


class WarehouseError(MedallionError):
    """The warehouse cannot be reached, or refused a statement."""


def held(text: str) -> Problem | None:
    """The problem (DB_001) that an engine's or dbt's error text tells of; None if another one.

    DuckDB lets one process have a file, for reading too while that one may write."""
    found = _HELD.search(text)
    if found is None:
        return None
    program = (found["program"] or "").rsplit("/", 1)[-1]
    who = f"{program} (process {found['pid']})" if program else f"process {found['pid']}"
    return Problem(found["file"], 0, "DB_001", f"another process holds the DuckDB file: {who}")


@dataclass(frozen=True)
class Warehouse:
    """The tables of a target, through dbt's own adapter: the same on every engine."""

    adapter: BaseAdapter
    manifest: Manifest
    is_session: bool = False

    def query(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a SELECT, in its own order. Raises WarehouseError (DB_002)."""
        with self._asked(sql):
            _, table = self.adapter.execute(sql, fetch=True)
        names = [name.lower() for name in table.column_names]
        return [dict(zip(names, tuple(row), strict=True)) for row in table.rows]

    def answers(self, statements: Iterable[str]) -> list[list[dict[str, Any]] | WarehouseError]:
        """What `query` returns or raises for each statement; as many at a time as the profile has
        threads, while the next one is made."""
        threads = self.adapter.config.threads or 1
        with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="medallion") as pool:
            return list(pool.map(self._answer, statements))

    def _answer(self, sql: str) -> list[dict[str, Any]] | WarehouseError:
        try:
            return self.query(sql)
        except WarehouseError as error:
            return error

    def execute(self, sql: str) -> None:
        """A statement without rows. Raises WarehouseError (DB_002)."""
        with self._asked(sql):
            self.adapter.execute(sql)

    def render(self, macro: str, **arguments: Any) -> str:
        """The SQL that a macro of the project makes of its arguments."""
        return str(self.call(macro, **arguments)).strip()

    def call(self, macro: str, **arguments: Any) -> Any:
        """What a macro of the project returns. Raises WarehouseError (DB_002)."""
        with self._asked(f"macro {macro}"):
            return self.adapter.execute_macro(
                macro, macro_resolver=self.manifest, project="medallion", kwargs=arguments
            )

    def relation(self, model: str) -> BaseRelation:
        """Where a model of this project is, by its name. Raises WarehouseError (DB_004)."""
        node = self.manifest.nodes.get(f"model.medallion.{model}")
        if node is None:
            text = f"the project has no enabled model {model}"
            raise WarehouseError([Problem("models", 0, "DB_004", text)])
        return self.adapter.Relation.create(
            database=node.database, schema=node.schema, identifier=node.alias
        )

    def tables(self, relation: BaseRelation) -> set[str]:
        """Names of the tables and views in the schema of a relation; none where it is missing."""
        with self._asked(f"list {relation.without_identifier()}"):
            if not self.adapter.check_schema_exists(relation.database, relation.schema):
                return set()
            listed = self.adapter.list_relations_without_caching(relation.without_identifier())
        return {str(each.identifier) for each in listed}

    @contextmanager
    def session(self) -> Iterator[Warehouse]:
        """The same warehouse with one connection for all that is asked of it, until something
        fails: what lasts as long as a session (Spark's views of CSV files) is there for the next
        statement."""
        try:
            yield replace(self, is_session=True)
        finally:
            self.adapter.release_connection()

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        try:
            with self.adapter.connection_named(
                "medallion", should_release_connection=not self.is_session
            ):
                yield
        except Exception as error:  # whatever the engine's driver raises
            self.adapter.release_connection()
            raise WarehouseError([held(str(error)) or _refused(what, str(error))]) from error


def _refused(what: str, error: str) -> Problem:
    """The engine's words; what DBT_ENV_SECRET_ variables hold is masked, as in dbt's own log."""
    from dbt_common.exceptions.base import env_secrets, scrub_secrets

    error = str(scrub_secrets(error, env_secrets()))
    first = what.strip().split("\n", 1)[0][:200]
    return Problem("warehouse", 0, "DB_002", f"{error.strip()[:2000]}", value=first)


@contextmanager
def open_warehouse(
    root: Path,
    target: str | None = None,
    variables: Mapping[str, Any] | None = None,
    manifest: Manifest | None = None,
) -> Iterator[Warehouse]:
    """The warehouse of a target of the dbt project in `root`; None is the profile's default.

    manifest: what dbt parsed of the project for that target before; None parses it. Nothing is
    connected before the first statement; DuckDB's file is released at the end. Raises
    WarehouseError (DB_003) when dbt cannot parse the project for the target.
    """
    import json

    from dbt.adapters.factory import FACTORY
    from dbt.cli.main import dbtRunner

    command = [*_QUIET, "parse"]
    if target:
        command += ["--target", target]
    if variables:
        command += ["--vars", json.dumps(dict(variables))]
    with chdir(root):
        parsed = dbtRunner(manifest=manifest).invoke(command)
        if not parsed.success:
            text = str(parsed.exception or "dbt parse failed").strip()
            raise WarehouseError([Problem("dbt_project.yml", 0, "DB_003", text)])
        (adapter,) = FACTORY.adapters.values()
        try:
            yield Warehouse(adapter, parsed.result)  # type: ignore[arg-type]
        finally:
            release_connections()


def release_connections() -> None:
    """Lets go of what dbt has connected in this process; DuckDB's file stays locked otherwise."""
    from dbt.adapters.factory import FACTORY, cleanup_connections, reset_adapters

    adapters = list(FACTORY.adapters.values())
    cleanup_connections()  # type: ignore[no-untyped-call]
    reset_adapters()  # type: ignore[no-untyped-call]
    for adapter in adapters:
        # dbt-duckdb keeps its file open as long as the process lives.
        close = getattr(adapter.connections, "close_all_connections", None)
        if close is not None:
            close()
