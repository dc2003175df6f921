"""What Unity Catalog knows beside Spark's own catalog: tags, grants, keys, information_schema."""

from __future__ import annotations

import re
import threading
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import types as t

# The relations of information_schema that the adapter reads, with the columns it names.
INFORMATION_SCHEMA = {
    "tables": "table_catalog table_schema table_name table_type data_source_format table_owner"
    " comment last_altered",
    "columns": "table_catalog table_schema table_name column_name ordinal_position full_data_type"
    " is_nullable comment",
    "views": "table_catalog table_schema table_name view_definition",
    "table_tags": "catalog_name schema_name table_name tag_name tag_value",
    "column_tags": "catalog_name schema_name table_name column_name tag_name tag_value",
    "column_masks": "table_catalog table_schema table_name column_name mask_name using_columns",
    "row_filters": "table_catalog table_schema table_name filter_name target_columns",
    "key_column_usage": "constraint_catalog constraint_schema constraint_name table_catalog"
    " table_schema table_name column_name ordinal_position position_in_unique_constraint",
    "table_constraints": "constraint_catalog constraint_schema constraint_name table_catalog"
    " table_schema table_name constraint_type",
    "referential_constraints": "constraint_catalog constraint_schema constraint_name"
    " unique_constraint_catalog unique_constraint_schema unique_constraint_name",
}
# A column that Databricks would make NOT NULL is held by a CHECK of this name.
HELD = "stand_in_not_null_"

Row = tuple[str | None, ...]


def parts(name: str) -> list[str]:
    """The parts of a name, without quotes."""
    return [part.strip("`") for part in re.findall(r"`[^`]+`|\w+", name)]


def held_columns(spark: SparkSession, name: str) -> set[str]:
    """Columns held non-null by a CHECK of the stand-in, lower case."""
    keys = [row[0].lower() for row in spark.sql(f"SHOW TBLPROPERTIES {name}").collect()]
    prefix = f"delta.constraints.{HELD}"
    return {key.removeprefix(prefix) for key in keys if key.startswith(prefix)}


def _json_type(kind: t.DataType) -> dict[str, Any]:
    match kind:
        case t.DecimalType():
            return {"name": "decimal", "precision": kind.precision, "scale": kind.scale}
        case t.ArrayType():
            element = _json_type(kind.elementType)
            return {"name": "array", "element_type": element, "element_nullable": kind.containsNull}
        case t.MapType():
            return {
                "name": "map",
                "key_type": _json_type(kind.keyType),
                "value_type": _json_type(kind.valueType),
                "value_nullable": kind.valueContainsNull,
            }
        case t.StructType():
            fields = [
                {"name": f.name, "type": _json_type(f.dataType), "nullable": f.nullable}
                for f in kind
            ]
            return {"name": "struct", "fields": fields}
    return {"name": {"timestamp": "timestamp_ltz"}.get(kind.simpleString(), kind.simpleString())}


def describe_as_json(spark: SparkSession, name: str, catalog: str) -> dict[str, Any]:
    """The answer of DESCRIBE TABLE EXTENDED ... AS JSON."""
    # A temporary view has no schema.
    schema, table = ["", *parts(name)][-2:]
    columns = []
    for field in spark.table(name).schema.fields:
        column = {
            "name": field.name,
            "type": _json_type(field.dataType),
            "nullable": field.nullable,
        }
        if comment := field.metadata.get("comment"):
            column["comment"] = comment
        columns.append(column)
    return {
        "table_name": table,
        "catalog_name": catalog,
        "namespace": [schema],
        "schema_name": schema,
        "columns": columns,
    }


class Unity:
    """Remembers tags, grants and keys, which open-source Spark does not have."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tags: dict[Row, str | None] = {}
        self._grants: set[tuple[str, str, str, str]] = set()
        self._keys: dict[Row, tuple[str, list[str]]] = {}

    def tag(self, name: str, column: str | None, tags: dict[str, str | None]) -> None:
        """Set tags on a relation or one of its columns."""
        with self._lock:
            for key, value in tags.items():
                self._tags[(*parts(name)[-2:], column, key)] = value

    def grant(self, give: bool, privilege: str, name: str, principal: str) -> None:
        """Note a GRANT, or take it back."""
        schema, table = parts(name)[-2:]
        row = (schema, table, privilege.upper(), principal)
        with self._lock:
            (self._grants.add if give else self._grants.discard)(row)

    def grants(self, name: str) -> list[tuple[str, str]]:
        """Principal and privilege, for SHOW GRANTS."""
        where = tuple(parts(name)[-2:])
        with self._lock:
            return sorted((who, what) for *at, what, who in self._grants if tuple(at) == where)

    def key(self, name: str, constraint: str, kind: str, columns: list[str]) -> None:
        """Note a primary or foreign key: informational, as on Unity."""
        with self._lock:
            self._keys[(*parts(name)[-2:], constraint)] = (kind, columns)

    def rows(self, relation: str, catalog: str) -> list[Row]:
        """The rows of a relation of information_schema that rest on this memory."""
        with self._lock:
            tags, keys = list(self._tags.items()), list(self._keys.items())
        if relation == "table_tags":
            return [(catalog, s, n, k, v) for (s, n, c, k), v in tags if c is None]
        if relation == "column_tags":
            return [(catalog, s, n, c, k, v) for (s, n, c, k), v in tags if c is not None]
        if relation == "table_constraints":
            return [(catalog, s, k, catalog, s, n, kind) for (s, n, k), (kind, _) in keys]
        if relation == "key_column_usage":
            return [
                (catalog, s, k, catalog, s, n, column, str(place), None)
                for (s, n, k), (_, columns) in keys
                for place, column in enumerate(columns, 1)
            ]
        return []


def _option(value: Any) -> str | None:
    return str(value.get()) if value.isDefined() else None


def _of_table(spark: SparkSession, relation: str, catalog: str, table: Any) -> list[Row]:
    """Rows of `tables`, `views` or `columns` for one of Spark's catalog entries."""
    schema, name = _option(table.identifier().database()), table.identifier().table()
    kind = table.tableType().name()
    if relation == "tables":
        source = (_option(table.provider()) or "").upper() or None
        comment, owner = _option(table.comment()), table.owner() or None
        return [(catalog, schema, name, kind, source, owner, comment, None)]
    if relation == "views":
        return [(catalog, schema, name, _option(table.viewText()))] if kind == "VIEW" else []
    full = f"spark_catalog.`{schema}`.`{name}`"
    held = held_columns(spark, full) if kind != "VIEW" else set()
    return [
        (
            *(catalog, schema, name, field.name, str(place), field.dataType.simpleString()),
            "YES" if field.nullable and field.name.lower() not in held else "NO",
            field.metadata.get("comment"),
        )
        for place, field in enumerate(spark.table(full).schema.fields)
    ]


def catalog_rows(
    spark: SparkSession, relation: str, catalog: str, schema: str | None, table: str | None
) -> list[Row]:
    """The rows of `tables`, `views` or `columns`, of one schema and table if they are named."""
    known = spark._jsparkSession.sessionState().catalog()
    schemas = [row[0] for row in spark.sql("SHOW SCHEMAS IN spark_catalog").collect()]
    rows: list[Row] = []
    for name in (s for s in schemas if schema is None or s.lower() == schema.lower()):
        found = known.listTables(name, "*", False)
        for number in range(found.size()):
            identifier = found.apply(number)
            if table is None or identifier.table().lower() == table.lower():
                entry = known.getTableMetadata(identifier)
                rows += _of_table(spark, relation, catalog, entry)
    return rows
