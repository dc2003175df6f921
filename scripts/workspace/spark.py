"""Start of the Spark session that does the work behind the stand-in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What a Databricks cluster reports; the adapter reads it on cluster http_paths.
RUNTIME = "17.3.x-scala2.13"

# For small data on few cores: no adaptive planning, one partition, a JVM that warms up fast, and no
# compiling of queries, which takes longer here than running them.
SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    # As on Databricks: a table without a format is a Delta table.
    "spark.sql.sources.default": "delta",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    # What holds for the rows of a plan is not worked out here; the Spark of target `spark` does it.
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.databricks.delta.snapshotPartitions": "1",
    # Asked of the catalog by every rule that sees a new table or view; a check of the optimiser.
    "spark.sql.collation.schemaLevel.enabled": "false",
    "spark.sql.lightweightPlanChangeValidation": "false",
    "spark.databricks.clusterUsageTags.sparkVersion": RUNTIME,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "2g",
}
# The first compiler's code cache is 48 MB unless told otherwise: too small for Spark, whose methods
# were thrown out of it and compiled again all the time.
JVM = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC"


class MissingJarsError(RuntimeError):
    """The folder given for jars holds no Delta jar."""


def start_spark(jars: Path, state: Path, persist: bool = False) -> SparkSession:
    """A local Spark session with Delta.

    jars: folder of the Delta jars (`make jars`); state: folder for the warehouse and, with
    `persist`, a Derby metastore, so that tables outlive this process. Raises MissingJarsError.
    """
    from pyspark.sql import SparkSession

    found = sorted(str(path) for path in jars.glob("*.jar"))
    if not any("delta-spark" in name for name in found):
        raise MissingJarsError(f"No Delta jars in {jars}: run `make jars`")
    state.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master("local[2]").appName("workspace")
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    options = f"{JVM} -Dderby.system.home={state}"
    builder = (
        builder.config("spark.jars", ",".join(found))
        .config("spark.sql.warehouse.dir", str(state / "warehouse"))
        .config("spark.driver.extraJavaOptions", options)
    )
    if persist:
        derby = f"jdbc:derby:;databaseName={state / 'metastore'};create=true"
        builder = builder.config("spark.sql.catalogImplementation", "hive").config(
            "spark.hadoop.javax.jdo.option.ConnectionURL", derby
        )
    return builder.getOrCreate()
