"""A small estate as control tables that a test can damage."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

TABLES = {
    "systems.csv": """\
system,kind,location,format,cdc_format,owner,description
erp,files,landing/erp,json,debezium_postgres,sales,Orders
ref,files,landing/ref,csv,,,Reference data
cloud,files,landing/cloud,csv,dms,,Copied by DMS
fin,files,landing/fin,parquet,sqlserver,,Bookings
crm,database,env:CRM_DATABASE,postgres,generic,,Customers
lake,catalog,,delta,delta,,The lake
""",
    "objects.csv": """\
system,object,source,load,keys,sequence,history,description
erp,orders,orders/*.jsonl,cdc,order_id,,scd2,Orders
ref,countries,countries/*.csv,full,code,,none,Countries
ref,notes,notes/*.csv,full,,,none,Notes
cloud,parts,parts/*.csv,cdc,part_id,change_seq text,none,Parts
fin,bookings,bookings/*.parquet,cdc,id,,none,Bookings
crm,customers,public.customers,delta,id,updated_at,none,Customers
lake,shipments,old.shipments,cdc,shipment_id,,none,Shipments
""",
    "settings.csv": """\
layer,system,object,setting,value
,erp,orders,track,status|amount
,ref,,null_tokens,"[""-"", ""NA""]"
""",
    "columns.csv": """\
system,object,column,source_column,type,required,lookup,classification,description
erp,orders,order_id,,bigint,true,,,Key
erp,orders,status,,text,,,,Status
erp,orders,amount,,"decimal(12,2)",,,,Amount
ref,countries,code,,text,true,,public,Code
ref,countries,name,,text,,,public,Name
ref,notes,note,,text,,,,Text
cloud,parts,part_id,,bigint,true,,,Key
cloud,parts,changed_at,,timestamp,,,,When
fin,bookings,id,,bigint,true,,,Key
crm,customers,id,,bigint,true,,,Key
crm,customers,updated_at,,timestamp,,,,When
crm,customers,country,,text,,ref.countries.code,,Country
crm,customers,flag,,boolean,,,,Flag
lake,shipments,shipment_id,,text,true,,,Key
lake,shipments,details,,json,,,,Details
""",
    "expectations.csv": """\
system,object,name,expression,action,description
crm,customers,has_country,country is not null,warn,
""",
}


class Edit(BaseModel):
    """A change of one file: a line at its end, a text for another, new content, or its removal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    add: str = ""
    old: str = ""
    new: str = ""
    content: str | None = None
    encoding: str = "utf-8"
    delete: bool = False

    def apply(self, folder: Path) -> int:
        """Makes the change and returns the line in which it begins, 0 for a whole file."""
        path = folder / self.file
        if self.delete:
            path.unlink()
            return 0
        if self.content is not None:
            path.write_bytes(self.content.encode(self.encoding))
            return 0
        before = path.read_bytes().decode("utf-8")
        if self.add:
            path.write_bytes(f"{before}{self.add}\n".encode())
            return before.count("\n") + 1
        assert before.count(self.old) == 1, f"{self.old!r} must stand once in {self.file}"
        path.write_bytes(before.replace(self.old, self.new).encode())
        return before.count("\n", 0, before.index(self.old)) + 1


def write_tables(folder: Path, *edits: Edit) -> list[int]:
    """Writes the estate and applies the edits; returns their lines."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return [edit.apply(folder) for edit in edits]
