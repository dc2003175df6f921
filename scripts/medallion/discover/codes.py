"""The error codes of `medallion add`."""

from __future__ import annotations

from medallion.codes import Code

ADD_CODES: dict[str, Code] = {
    "ADD_001": Code(
        "the name is not SYSTEM or SYSTEM.OBJECT", "use letters, digits and underscores"
    ),
    "ADD_002": Code(
        "the system is not known", "add it first: medallion add SYSTEM --kind ... --location ..."
    ),
    "ADD_003": Code("an option that is needed is missing", "give the option"),
    "ADD_004": Code("an option is not known", "use a column of objects.csv or a setting"),
    "ADD_005": Code("a value is not allowed", "use one of the allowed values"),
    "ADD_007": Code("the location is not there", "correct it, or set MEDALLION_LOCATION_<SYSTEM>"),
    "ADD_008": Code("the source matches nothing", "correct --source or the system's location"),
    "ADD_009": Code("the source cannot be read", "repair the file, or leave it out of --source"),
    "ADD_010": Code("the database cannot be reached", "check the connection string and the server"),
    "ADD_011": Code("the table does not exist", "correct --source"),
    "ADD_012": Code("the keys are missing or not in the source", "name columns: --keys a|b"),
    "ADD_013": Code("the sequence is missing or not in the source", "name it: --sequence column"),
    "ADD_014": Code(
        "the feed's operation column is missing",
        "name it: --operation column; or use another --load",
    ),
    "ADD_015": Code("the object is not known", "add it: medallion add SYSTEM.OBJECT --source ..."),
    "ADD_016": Code("a DuckDB extension is missing", "install its package: make setup"),
    "ADD_017": Code(
        "the data does not fit the system's cdc_format", "correct cdc_format in systems.csv"
    ),
    "ADD_018": Code(
        "the source has no columns", "give a source that has at least a header or a row"
    ),
    "ADD_019": Code("a control table cannot be edited", "repair the file"),
}
