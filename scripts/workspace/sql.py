"""Every difference between Databricks SQL and open-source Spark + Delta that the stand-in knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5

from pyspark.sql import DataFrame, SparkSession

from workspace.read_files import translate_read_files
from workspace.statement import COMMENT, LITERAL
from workspace.unity import HELD, INFORMATION_SCHEMA, Unity, catalog_rows, describe_as_json, parts

TABLE = r"((?:`[^`]+`|\w+)(?:\.(?:`[^`]+`|\w+)){0,2})"
COLUMN = r"(`[^`]+`|\w+)"
NOTHING = "SELECT 1 WHERE false"


@dataclass
class Session:
    """A client's session: its own temporary views and settings, its current catalog."""

    name: str
    spark: SparkSession
    catalog: str
    node: str | None = None  # dbt's, of the last statement that named one

    def columns(self, relation: str) -> list[str]:
        """The column names of a relation."""
        return self.spark.sql(f"select * from {relation} limit 0").columns

    def view(self, path: str, schema: str, options: Mapping[str, str]) -> str:
        """A temporary view of CSV files read with a schema; in it `_metadata` is not hidden."""
        name = f"stand_in_csv_{md5(repr((path, schema, options)).encode()).hexdigest()}"
        rows = self.spark.read.schema(schema).options(**options).csv(path)
        rows.select("*", "_metadata").createOrReplaceTempView(name)
        return name


Rule = Callable[["Sql", Session, "re.Match[str]"], DataFrame | str]


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(rf"\s*(?:(?:{COMMENT})\s*)*{body}\s*;?\s*$", re.I | re.S)


def _literal(value: str | None) -> str:
    if value is None:
        return "cast(null as string)"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _rows(spark: SparkSession, columns: Sequence[str], rows: Sequence[Sequence[str | None]]) -> str:
    """A SELECT of constants: far cheaper than a data frame made from Python rows."""
    if not rows:
        return "select " + ", ".join(f"'' as {c}" for c in columns) + " where false"
    values = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)
    return f"select * from values {values} as t({', '.join(columns)})"


class Sql:
    """Turns a Databricks statement into what open-source Spark + Delta understands.

    `RULES` is the full list of statements that are spelled or answered differently; before them,
    in every statement: catalogs become Spark's own (`_catalogs`), information_schema becomes
    temporary views (`_information_schema`), read_files becomes a file relation.
    """

    def __init__(self, catalogs: Sequence[str]) -> None:
        self.unity = Unity()
        names = "|".join(map(re.escape, catalogs))
        self._quoted = re.compile(rf"`(?:{names})`(?=\s*\.)", re.I)
        skip = f"{LITERAL}|{COMMENT}"
        self._info = re.compile(
            rf"({skip})|(?:`?(?:system|{names})`?\s*\.\s*)`?information_schema`?\s*\.\s*`?(\w+)`?",
            re.I | re.S,
        )
        # A bare name is a catalog only before two more parts, or after IN and CATALOG.
        self._name = re.compile(
            rf"({skip})|`(?:{names})`(?=\s*\.)|\b(?:{names})\b(?=\s*\.\s*(?:`[^`]+`|\w+)\s*\.)"
            rf"|(?P<keep>\b(?:IN|CATALOG|SCHEMA|DATABASE|EXISTS)\s+)(?:`(?:{names})`|(?:{names})\b)",
            re.I | re.S,
        )

    def run(self, session: Session, sql: str) -> DataFrame:
        """Run one Databricks statement; raises Spark's own errors."""
        for pattern, rule in self.RULES:
            if found := pattern.match(self._catalogs(sql)):
                answer = rule(self, session, found)
                return session.spark.sql(answer) if isinstance(answer, str) else answer
        text = self._information_schema(session, sql)
        return session.spark.sql(translate_read_files(self._catalogs(text), session))

    def _catalogs(self, sql: str) -> str:
        """Unity's catalogs are one here: Spark's own."""

        def spark_catalog(found: re.Match[str]) -> str:
            return found[1] or (found["keep"] or "") + "`spark_catalog`"

        return self._name.sub(spark_catalog, sql)

    def python(self, source: str) -> str:
        """Catalogs inside the string literals of a Python model."""
        return self._quoted.sub("`spark_catalog`", source)

    def _information_schema(self, session: Session, sql: str) -> str:
        """Temporary views with the rows that Unity would have, narrowed to the table asked for."""
        asked = {found[2].lower() for found in self._info.finditer(sql) if found[2]}
        for relation in asked & set(INFORMATION_SCHEMA):
            schema, table = (_asked(sql, column) for column in ("table_schema", "table_name"))
            if relation in ("tables", "columns", "views"):
                rows = catalog_rows(session.spark, relation, session.catalog, schema, table)
            else:
                rows = self.unity.rows(relation, session.catalog)
            select = _rows(session.spark, INFORMATION_SCHEMA[relation].split(), rows)
            session.spark.sql(f"create or replace temporary view stand_in_{relation} as {select}")
        return self._info.sub(lambda f: f[1] or f"`stand_in_{f[2].lower()}`", sql)

    # ---- rules: statements that are spelled or answered differently

    def _comment(self, session: Session, found: re.Match[str]) -> str:
        """COMMENT ON COLUMN is ALTER COLUMN ... COMMENT."""
        text = "''" if found[3].upper() == "NULL" else found[3]
        return f"ALTER TABLE {found[1]} ALTER COLUMN {found[2]} COMMENT {text}"

    def _not_null(self, session: Session, found: re.Match[str]) -> str:
        """Delta cannot tighten a column: a CHECK holds the same rule."""
        name = found[2].strip("`")
        return (
            f"ALTER TABLE {found[1]} ADD CONSTRAINT `{HELD}{name}` CHECK ({found[2]} IS NOT NULL)"
        )

    def _describe_json(self, session: Session, found: re.Match[str]) -> str:
        """Spark has AS JSON for v1 tables only; Delta's are v2."""
        text = json.dumps(describe_as_json(session.spark, found[1], session.catalog))
        return _rows(session.spark, ["json_metadata"], [(text,)])

    def _set_tags(self, session: Session, found: re.Match[str]) -> str:
        """Tags are remembered and shown in information_schema."""
        session.spark.sql(f"DESCRIBE TABLE {found[2]}")
        pairs = re.findall(r"'([^']*)'\s*(?:=\s*'([^']*)')?", found[4])
        self.unity.tag(found[2], found[3] and found[3].strip("`"), dict(pairs))
        return NOTHING

    def _grant(self, session: Session, found: re.Match[str]) -> str:
        """There are no principals: grants are remembered, not enforced."""
        give = found[1].upper() == "GRANT"
        self.unity.grant(give, found[2], found[3], found[4].strip("`"))
        return NOTHING

    def _show_grants(self, session: Session, found: re.Match[str]) -> str:
        full = ".".join([session.catalog, *parts(found[1])[-2:]])
        rows = [(who, what, "TABLE", full) for who, what in self.unity.grants(found[1])]
        columns = ["Principal", "ActionType", "ObjectType", "ObjectKey"]
        return _rows(session.spark, columns, rows)

    def _key(self, session: Session, found: re.Match[str]) -> str:
        """Keys are informational on Unity too: remembered."""
        session.spark.sql(f"DESCRIBE TABLE {found[1]}")
        columns = [name.strip(" `") for name in found[4].split(",")]
        self.unity.key(found[1], found[2].strip("`"), f"{found[3].upper()} KEY", columns)
        return NOTHING

    def _replace_on(self, session: Session, found: re.Match[str]) -> str:
        """INSERT ... REPLACE ON: two commits here, one on Databricks."""
        select = translate_read_files(found[4], session)
        session.spark.sql(
            f"MERGE INTO {found[1]} AS {found[2]} USING (SELECT * FROM ({select})) AS {found[5]}"
            f" ON {found[3]} WHEN MATCHED THEN DELETE"
        )
        return f"INSERT INTO {found[1]} {select}"

    def _properties(self, session: Session, found: re.Match[str]) -> DataFrame:
        """The CHECKs of `_not_null` are no properties of the user's."""
        shown = session.spark.sql(found[0])
        if "key" not in shown.columns:
            return shown
        return shown.filter(~shown["key"].startswith(f"delta.constraints.{HELD}"))

    def _rename(self, session: Session, found: re.Match[str]) -> str:
        """The new name stands without its catalog."""
        name = ".".join(f"`{part}`" for part in parts(found[3])[-2:])
        return f"ALTER {found[1]} {found[2]} RENAME TO {name}"

    def _current_catalog(self, session: Session, found: re.Match[str]) -> str:
        return f"select {_literal(session.catalog)} as current_catalog"

    def _use_catalog(self, session: Session, found: re.Match[str]) -> str:
        return NOTHING

    RULES: Sequence[tuple[re.Pattern[str], Rule]] = [
        (_pattern(rf"COMMENT\s+ON\s+COLUMN\s+{TABLE}\.{COLUMN}\s+IS\s+({LITERAL}|NULL)"), _comment),
        (
            _pattern(
                rf"ALTER\s+TABLE\s+{TABLE}\s+(?:CHANGE|ALTER)\s+COLUMN\s+{COLUMN}\s+SET\s+NOT\s+NULL"
            ),
            _not_null,
        ),
        (_pattern(rf"DESCRIBE\s+(?:TABLE\s+)?EXTENDED\s+{TABLE}\s+AS\s+JSON"), _describe_json),
        (
            _pattern(
                rf"ALTER\s+(TABLE|VIEW)\s+{TABLE}\s+(?:ALTER\s+COLUMN\s+{COLUMN}\s+)?"
                r"SET\s+TAGS\s*\((.*)\)"
            ),
            _set_tags,
        ),
        (
            _pattern(
                r"(GRANT|REVOKE)\s+(\w[\w ]*?)\s+ON\s+(?:TABLE\s+|VIEW\s+)?"
                rf"{TABLE}\s+(?:TO|FROM)\s+(.+?)"
            ),
            _grant,
        ),
        (_pattern(rf"SHOW\s+GRANTS\s+ON\s+(?:TABLE\s+|VIEW\s+)?{TABLE}"), _show_grants),
        (
            _pattern(
                rf"ALTER\s+TABLE\s+{TABLE}\s+ADD\s+CONSTRAINT\s+{COLUMN}\s+(PRIMARY|FOREIGN)\s+KEY"
                r"\s*\(([^)]*)\).*?"
            ),
            _key,
        ),
        (
            _pattern(
                rf"INSERT\s+INTO\s+(?:TABLE\s+)?{TABLE}\s+AS\s+(\w+)\s+REPLACE\s+ON\s*\((.+?)\)\s*"
                r"\((SELECT\b.*)\)\s*AS\s+(\w+)"
            ),
            _replace_on,
        ),
        (_pattern(rf"SHOW\s+TBLPROPERTIES\s+{TABLE}.*"), _properties),
        (_pattern(rf"ALTER\s+(TABLE|VIEW)\s+{TABLE}\s+RENAME\s+TO\s+{TABLE}"), _rename),
        (_pattern(r"SELECT\s+current_catalog\(\)"), _current_catalog),
        (_pattern(rf"USE\s+CATALOG\s+{COLUMN}"), _use_catalog),
    ]


def _asked(sql: str, column: str) -> str | None:
    """The one value that a statement compares a column with, if it is one."""
    if re.search(r"\bor\b|\bin\s*\(", sql, re.I):
        return None
    found = set(re.findall(rf"\b{column}\s*=\s*(?:lower\()?'([^']+)'", sql, re.I))
    return found.pop() if len(found) == 1 else None
