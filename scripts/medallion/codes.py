"""The error codes: what each means and how to mend it. docs/errors.md is made from here."""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What an error code means; `mend` is what to do when the problem has nothing better."""

    title: str
    mend: str


CODES: dict[str, Code] = {
    "META_001": Code("a control table is missing", "create the file with its header line"),
    "META_002": Code("a control table is not UTF-8", "save the file as UTF-8"),
    "META_003": Code("a control table is empty", "write the header line"),
    "META_004": Code("the header of a control table is wrong", "write the header as listed"),
    "META_005": Code("a control table is not valid CSV", "close or double the quotation mark"),
    "META_006": Code(
        "a row has too many or too few cells",
        "give the row as many cells as the header; quote a cell that contains a comma",
    ),
    "META_007": Code(
        "a CSV file in the folder is no control table", "rename it, or move it out of the folder"
    ),
    "META_008": Code(
        "a cell holds Jinja or a control character", "remove it: cells are data, never templates"
    ),
    "META_009": Code("a cell that must be filled is empty", "fill it"),
    "META_010": Code(
        "a name is not an identifier",
        "use letters, digits and underscores, a letter first; a column's physical name goes into "
        "source_column",
    ),
    "META_011": Code(
        "a name is a reserved word of SQL",
        "choose another name; a column's physical name goes into source_column",
    ),
    "META_012": Code("a name belongs to the framework", "choose another name"),
    "META_013": Code("a value is not among the allowed ones", "use one of the allowed values"),
    "META_014": Code("the same line stands twice", "remove one of the two lines"),
    "META_015": Code(
        "two names differ only in upper and lower case",
        "rename one: engines fold the case of names",
    ),
    "META_016": Code("a system is not known", "add it to systems.csv, or correct the name"),
    "META_017": Code("an object is not known", "add it to objects.csv, or correct the name"),
    "META_018": Code("a column is not known", "add it to columns.csv, or correct the name"),
    "META_019": Code(
        "a list cannot be read", "separate items by |, or write a JSON array of texts"
    ),
    "META_020": Code(
        "a credential stands in the metadata",
        "take it out and revoke it; name an environment variable (env:NAME) or a catalog "
        "connection",
    ),
    "META_021": Code("a location does not fit the kind of system", "correct the location"),
    "META_022": Code("a source does not fit the kind of system", "correct the source"),
    "META_023": Code("a format does not fit the kind of system", "use one of the allowed formats"),
    "META_024": Code(
        "a cdc_format does not fit the system's kind or format",
        "use one of the allowed cdc_formats",
    ),
    "META_025": Code("a type is not known", "use one of the allowed types"),
    "META_026": Code(
        "precision or scale of a decimal is out of range", "use 1 <= p <= 38 and 0 <= s <= p"
    ),
    "META_027": Code("an encoding does not fit the type", "use one of the allowed encodings"),
    "META_028": Code("a value is neither true nor false", "write true or false"),
    "META_029": Code("keys are missing", "name the key columns in objects.csv"),
    "META_030": Code("history cannot be kept for this object", "name keys, or set history to none"),
    "META_031": Code("an object has no columns", "run `medallion add SYSTEM.OBJECT --refresh`"),
    "META_032": Code("the sequence is missing", "name it in objects.csv"),
    "META_033": Code(
        "the type of an order column is not known",
        "list the column in columns.csv, or write its type behind it: `name bigint`",
    ),
    "META_034": Code("a type has no usable order", "use a column of another type"),
    "META_035": Code(
        "an order is refused because it loses events", "name the position of the feed"
    ),
    "META_036": Code("there are too many order columns", "name a single column"),
    "META_037": Code(
        "a pseudo column does not fit the load or the kind of system", "use one of the allowed ones"
    ),
    "META_038": Code(
        "a setting is not known: nothing executes it", "use one of the allowed settings"
    ),
    "META_039": Code("the value of a setting is wrong", "see docs/settings.md"),
    "META_040": Code(
        "a setting does not apply to the object", "remove the line; see docs/settings.md"
    ),
    "META_041": Code("a setting line has no level", "fill system and object, or system, or layer"),
    "META_042": Code("two choices contradict each other", "change one of the two"),
    "META_043": Code("a key column is named where only other columns fit", "remove the key column"),
    "META_044": Code("a lookup cannot be resolved", "write system.object.column of a known column"),
    "META_045": Code("lookups go round in a circle", "remove one of the lookups"),
    "META_046": Code(
        "the expression of an expectation cannot be used",
        "write one SQL condition, without a semicolon or a comment, brackets and quotes closed",
    ),
    "META_047": Code("two objects make a model of the same name", "rename one of the objects"),
    "META_048": Code("a column's type cannot be a key", "use a column of another type"),
    "META_049": Code("an item stands twice in a list", "remove the second one"),
    "META_050": Code("a column cannot be summed", "name columns of a numeric type"),
    "META_051": Code(
        "what to reconcile with cannot be resolved",
        "write SYSTEM:SOURCE, a system of systems.csv and a source that fits its kind",
    ),
    "META_052": Code(
        "a drift policy is given to a layer that has none",
        "remove the line: the contract of a silver or gold model decides, and it fails the build",
    ),
    "GEN_001": Code(
        "a generated file was edited",
        "edit seeds/control and run `medallion generate`; to keep the edit, delete the file's "
        "first line",
    ),
    "GEN_002": Code("a generated file is missing", "run `medallion generate`"),
    "GEN_003": Code(
        "a generated file belongs to no object of the metadata",
        "run `medallion generate`: it deletes it",
    ),
    "GEN_004": Code(
        "the folder is not a dbt project",
        "run the command in the project's folder, or give --project-dir",
    ),
    "GEN_006": Code("a page of the documentation is not current", "run `medallion docs-reference`"),
    "GEN_005": Code("a generated file cannot be read or written", "check the file's permissions"),
    # Raised by macros, which show their own text; a test compares the list with them.
    "STG_001": Code(
        "no file matches the source: an error of a full load, else a warning until one was loaded",
        "put the file there, or correct the source or the location",
    ),
    "STG_002": Code("a text file is not UTF-8", "convert the file to UTF-8 and deliver it again"),
    "STG_003": Code("a Parquet file is not whole", "deliver the file again"),
    "STG_004": Code(
        "a source lacks a column",
        "deliver the column, correct source_column, or set missing_column",
    ),
    "STG_005": Code(
        "a source has fields that the metadata does not know (new_column = fail)",
        "add them to columns.csv, or set new_column to rescue or ignore",
    ),
    "STG_006": Code(
        "a value does not cast (type_change = fail)",
        "correct the file or the type, or set type_change to rescue or reject",
    ),
    "STG_007": Code(
        "a type, an encoding or a format is not available on the engine", "use another one"
    ),
    "STG_008": Code(
        "the environment variable of a database is not set", "set it to the connection string"
    ),
    "STG_009": Code(
        "the file or the table of a database is not there",
        "deliver the database again, or correct the source or the location",
    ),
    "STG_010": Code(
        "a CSV file has lines that cannot be read",
        "close quoted values, double the quotation marks inside them, and deliver the file again",
    ),
    "STG_011": Code(
        "the connection string of a database holds a password, which ends up in logs (a warning)",
        "leave it out of the variable and give it as PGPASSWORD, or in ~/.pgpass",
    ),
    "LOAD_001": Code(
        "the metadata changed in what the stored rows depend on",
        "take the change back, or rebuild the object from its landing files",
    ),
    "LOAD_002": Code("an object to rebuild is not known", "give system.object"),
    "LOAD_003": Code(
        "the metadata gives a column a type that its stored values do not have",
        "take the change back, or rebuild the object from its landing files",
    ),
    "LOAD_010": Code(
        "a load was refused before it wrote; the text names the guard",
        "correct the source; a guard that is too strict has a setting, see settings.md",
    ),
    "DB_001": Code(
        "another process holds the DuckDB file (plain dbt: `Could not set lock on file`)",
        "run the command again when that process is done; nothing was read or written",
    ),
    "DB_002": Code(
        "the warehouse refused a statement",
        "read the engine's words above; the tables are as they were before the statement",
    ),
    "DB_003": Code(
        "dbt cannot parse the project for this target",
        "run `dbt parse --target ...` and mend what it says; it names missing variables",
    ),
    "DB_004": Code(
        "a model that is needed is not in the dbt project",
        "run `medallion generate`, and enable the model",
    ),
    "QUAR_001": Code(
        "no such entry in the quarantine",
        "give an id, or its beginning, as `medallion quarantine list --json` shows it",
    ),
    "QUAR_002": Code("there is no quarantine yet", "build the project once: `dbt build`"),
    "QUAR_003": Code(
        "rows of a full load cannot be released one by one",
        "deliver the mended snapshot again: it speaks for all rows of the table",
    ),
    "QUAR_004": Code(
        "a mended row cannot be read",
        "write it as `medallion quarantine show` shows `raw`, in JSON",
    ),
    "TRACE_001": Code(
        "the key has not as many parts as the object has key columns",
        "write `a|b` in the order of the keys, or name=value for each key column",
    ),
    "TRACE_002": Code("a part of the key is not of its column's type", "correct the value"),
    "TRACE_003": Code(
        "an object without keys has no row to trace", "name its keys in objects.csv, or query it"
    ),
    "TRACE_004": Code(
        "the object was never loaded on this target",
        "build it first: `dbt build`, or name another --target",
    ),
    "REC_001": Code(
        "a name to reconcile is no system and no object, or nothing of it is enabled",
        "give SYSTEM or SYSTEM.OBJECT as in seeds/control/objects.csv",
    ),
    "REC_002": Code(
        "a column to sum is no number of the chosen objects",
        "name a numeric column of columns.csv",
    ),
    "LINT_001": Code(
        "a silver model merely copies one bronze table",
        "let it say more than its source, or read bronze directly; see "
        "medallion__allow_silver_copies",
    ),
    "LINT_002": Code(
        "a gold column shows personal data and its description does not say so",
        "say it in the column's description, or leave the column out",
    ),
}
