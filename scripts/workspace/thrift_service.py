"""The Thrift half: what databricks-sql-connector calls, every answer as a direct result."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from databricks.sql.thrift_api.TCLIService import TCLIService
from databricks.sql.thrift_api.TCLIService import ttypes as tt
from pyspark.sql import types as t
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TTransport import TMemoryBuffer

from workspace.engine import Engine, Failure

PROTOCOL = tt.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V7
TYPES: dict[type[t.DataType], str] = {
    t.BooleanType: "BOOLEAN",
    t.ByteType: "TINYINT",
    t.ShortType: "SMALLINT",
    t.IntegerType: "INT",
    t.LongType: "BIGINT",
    t.FloatType: "FLOAT",
    t.DoubleType: "DOUBLE",
    t.BinaryType: "BINARY",
    t.DateType: "DATE",
    t.TimestampType: "TIMESTAMP",
    t.TimestampNTZType: "TIMESTAMP",
    t.DecimalType: "DECIMAL",
    t.NullType: "NULL",
}


def _ok() -> Any:
    return tt.TStatus(statusCode=tt.TStatusCode.SUCCESS_STATUS)


def _handle(kind: int, has_rows: bool) -> Any:
    identifier = tt.THandleIdentifier(guid=uuid.uuid4().bytes, secret=uuid.uuid4().bytes)
    return tt.TOperationHandle(operationId=identifier, operationType=kind, hasResultSet=has_rows)


def _type(kind: t.DataType) -> Any:
    entry = tt.TPrimitiveTypeEntry(
        type=getattr(tt.TTypeId, TYPES.get(type(kind), "STRING") + "_TYPE")
    )
    if isinstance(kind, t.DecimalType):
        sizes = {"precision": kind.precision, "scale": kind.scale}
        entry.typeQualifiers = tt.TTypeQualifiers(
            qualifiers={k: tt.TTypeQualifierValue(i32Value=v) for k, v in sizes.items()}
        )
    return tt.TTypeDesc(types=[tt.TTypeEntry(primitiveEntry=entry)])


def _answer(response: Any, rows: pa.Table, schema: t.StructType, kind: int) -> Any:
    """A finished operation with all its rows in Arrow batches."""
    columns = [
        tt.TColumnDesc(columnName=field.name, position=place, typeDesc=_type(field.dataType))
        for place, field in enumerate(schema.fields, 1)
    ]
    batches = [
        tt.TSparkArrowBatch(batch=batch.serialize().to_pybytes(), rowCount=batch.num_rows)
        for batch in rows.to_batches()
        if batch.num_rows
    ]
    metadata = tt.TGetResultSetMetadataResp(
        status=_ok(),
        schema=tt.TTableSchema(columns=columns),
        lz4Compressed=False,
        resultFormat=tt.TSparkRowSetType.ARROW_BASED_SET,
        arrowSchema=rows.schema.serialize().to_pybytes(),
    )
    fetched = tt.TFetchResultsResp(
        status=_ok(),
        hasMoreRows=False,
        results=tt.TRowSet(startRowOffset=0, rows=[], arrowBatches=batches),
    )
    direct = tt.TSparkDirectResults(
        operationStatus=tt.TGetOperationStatusResp(
            status=_ok(), operationState=tt.TOperationState.FINISHED_STATE
        ),
        resultSetMetadata=metadata,
        resultSet=fetched,
        closeOperation=tt.TCloseOperationResp(status=_ok()),
    )
    return response(status=_ok(), operationHandle=_handle(kind, True), directResults=direct)


def _failed(response: Any, failure: Failure, kind: int) -> Any:
    status = tt.TGetOperationStatusResp(
        status=_ok(),
        operationState=tt.TOperationState.ERROR_STATE,
        sqlState=failure.sqlstate,
        displayMessage=failure.message,
        errorMessage=failure.message,
        diagnosticInfo=failure.message,
    )
    direct = tt.TSparkDirectResults(operationStatus=status)
    return response(status=_ok(), operationHandle=_handle(kind, False), directResults=direct)


def _like(pattern: str | None, name: str) -> bool:
    """SQL's LIKE, with `\\_` for a plain underscore."""
    if not pattern:
        return True
    plain = {"%": ".*", "_": "."}
    parts = re.findall(r"\\.|.", pattern, re.S)
    regex = "".join(plain.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(regex, name, re.I) is not None


class ThriftService(TCLIService.Iface):  # type: ignore[misc]
    """The calls of SPARK_CLI_SERVICE V7 that the connector makes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._processor = TCLIService.Processor(self)

    def process(self, body: bytes) -> bytes:
        """Answer one Thrift message."""
        answer = TMemoryBuffer()
        self._processor.process(TBinaryProtocol(TMemoryBuffer(body)), TBinaryProtocol(answer))
        return bytes(answer.getvalue())

    def OpenSession(self, req: Any) -> Any:
        space = req.initialNamespace
        guid = self._engine.open(
            space and space.catalogName, space and space.schemaName, req.configuration or {}
        )
        handle = tt.THandleIdentifier(guid=guid, secret=guid)
        return tt.TOpenSessionResp(
            status=_ok(),
            serverProtocolVersion=PROTOCOL,
            sessionHandle=tt.TSessionHandle(sessionId=handle),
            configuration={},
            initialNamespace=space,
            canUseMultipleCatalogs=True,
        )

    def CloseSession(self, req: Any) -> Any:
        self._engine.close(req.sessionHandle.sessionId.guid)
        return tt.TCloseSessionResp(status=_ok())

    def ExecuteStatement(self, req: Any) -> Any:
        kind = tt.TOperationType.EXECUTE_STATEMENT
        session = self._engine.session(req.sessionHandle.sessionId.guid)
        if session is None:
            gone = "Invalid SessionHandle: the session is closed or the stand-in was restarted"
            status = tt.TStatus(statusCode=tt.TStatusCode.INVALID_HANDLE_STATUS, errorMessage=gone)
            return tt.TExecuteStatementResp(status=status)
        try:
            rows, schema = self._engine.execute(session, req.statement)
        except Failure as failure:
            return _failed(tt.TExecuteStatementResp, failure, kind)
        return _answer(tt.TExecuteStatementResp, rows, schema, kind)

    def _texts(
        self, response: Any, names: Sequence[str], rows: list[tuple[Any, ...]], kind: int
    ) -> Any:
        """An answer of text columns."""
        table = pa.table(
            {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)}
        )
        schema = t.StructType([t.StructField(name, t.StringType()) for name in names])
        return _answer(response, table, schema, kind)

    def GetSchemas(self, req: Any) -> Any:
        self._engine.log.add("metadata", f"GetSchemas {req.catalogName} {req.schemaName}")
        names = [name for name in self._engine.schemas() if _like(req.schemaName, name)]
        rows = [(name, req.catalogName) for name in names]
        columns = ["TABLE_SCHEM", "TABLE_CATALOG"]
        return self._texts(tt.TGetSchemasResp, columns, rows, tt.TOperationType.GET_SCHEMAS)

    def GetTables(self, req: Any) -> Any:
        self._engine.log.add("metadata", f"GetTables {req.catalogName} {req.schemaName}")
        rows = [
            (req.catalogName, schema, name, kind, "")
            for schema in self._engine.schemas()
            if _like(req.schemaName, schema)
            for name, kind in self._engine.tables(schema)
            if _like(req.tableName, name)
        ]
        columns = ["TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS"]
        return self._texts(tt.TGetTablesResp, columns, rows, tt.TOperationType.GET_TABLES)

    def CloseOperation(self, req: Any) -> Any:
        return tt.TCloseOperationResp(status=_ok())

    def CancelOperation(self, req: Any) -> Any:
        return tt.TCancelOperationResp(status=_ok())

    def GetInfo(self, req: Any) -> Any:
        return tt.TGetInfoResp(status=_ok(), infoValue=tt.TGetInfoValue(stringValue="Spark SQL"))
