"""`medallion add`: lines are added to the control tables, and nothing that is there changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from medallion.cli import main
from unit.discover_project import FEED, AddProject, new_project

ERP = ("erp", "--kind", "files", "--location", "landing/erp", "--format", "json")


@pytest.fixture
def project(tmp_path: Path) -> AddProject:
    return new_project(tmp_path)


@pytest.fixture
def erp(project: AddProject) -> AddProject:
    """A project with the recorded feed and its system."""
    for name in ("customers", "orders", "order_lines"):
        target = project.root / "landing" / "erp" / name
        target.mkdir(parents=True)
        shutil.copy(FEED / f"{name}.jsonl", target / "0001.jsonl")
    project.add(*ERP, "--cdc-format", "debezium_postgres", "--owner", "sales")
    return project


def csv_system(project: AddProject, text: str, name: str = "things.csv") -> AddProject:
    project.write(f"landing/ref/{name}", text)
    project.add("ref", "--kind", "files", "--location", "landing/ref", "--format", "csv")
    return project


def test_a_system(project: AddProject) -> None:
    result = project.add(*ERP, "--cdc_format=debezium_postgres", "--description", "The shop, a")
    assert "systems: 1 line added" in result.output
    assert project.rows("systems") == [
        {"system": "erp", "kind": "files", "location": "landing/erp", "format": "json",
         "cdc_format": "debezium_postgres", "owner": "", "description": "The shop, a"}
    ]  # fmt: skip


def test_a_system_with_a_setting(project: AddProject) -> None:
    project.add(*ERP, "--null-tokens", '["", "-"]', "--truncate", "false")
    assert project.rows("settings") == [
        {"layer": "", "system": "erp", "object": "", "setting": "null_tokens", "value": '["", "-"]'}
    ]


def test_a_system_that_is_there_stays(erp: AddProject) -> None:
    before = erp.content()
    result = erp.add(*ERP, "--owner", "other")
    assert erp.content() == before
    assert "systems.csv:2 keeps owner `sales` (proposed: `other`)" in result.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["erp"], ["MED-ADD-003 --kind"]),
        (["erp", "--kind", "files"], ["MED-ADD-003 --location", "MED-ADD-003 --format"]),
        (["erp", "--kind", "file", "--location", "x", "--format", "csv"], ["MED-META-013"]),
        (["erp", "--kind", "files", "--location", "x", "--format", "xml"], ["MED-META-023"]),
        (["erp", "--kind", "files", "--location", "x", "--format", "csv",
          "--cdc-format", "debezium_postgres"], ["MED-META-024"]),
        (["e r p", "--kind", "files", "--location", "x", "--format", "csv"], ["MED-META-010"]),
        (["order", "--kind", "files", "--location", "x", "--format", "csv"], ["MED-META-011"]),
        (["erp", "--kind", "database", "--format", "postgres", "--location",
          "postgresql://me:hidden-word@host/db"], ["MED-META-020"]),
        (["erp", "--kind", "database", "--format", "postgres", "--location", "db"],
         ["MED-META-021"]),
        (["erp", "--kind", "files", "--format", "csv", "--location", "x", "--colour", "red"],
         ["MED-ADD-004 --colour"]),
        (["erp", "--refresh"], ["MED-ADD-005 --refresh"]),
    ],
)  # fmt: skip
def test_a_system_that_is_refused(
    project: AddProject, arguments: list[str], expected: list[str]
) -> None:
    said = project.refused(*arguments)
    assert [code in said for code in expected] == [True] * len(expected), said
    assert "hidden-word" not in said


def test_an_object(erp: AddProject) -> None:
    result = erp.add("erp.customers", "--source", "customers/*.jsonl", "--history", "scd2")
    assert "notes (59)" in result.output.replace("\n", " ")
    assert erp.line("customers") == {
        "system": "erp", "object": "customers", "source": "customers/*.jsonl", "load": "cdc",
        "keys": "customer_id", "sequence": "", "history": "scd2", "description": "",
    }  # fmt: skip
    assert erp.settings() == {("customers", "partial_updates"): "true"}
    assert erp.types("customers")["updated_at"] == "timestamp"
    erp.validate()


def test_the_whole_command_line(erp: AddProject) -> None:
    erp.add(
        "erp.order_lines", "--source=order_lines/*.jsonl", "--load", "cdc", "--keys",
        "line_no,order_id", "--sequence", "source.lsn", "--description", "Lines", "--truncate",
        "--max-late-fraction", "0.5", "--max_reject_fraction", "1.0", "--bronze", "light",
        "--ignore_null", "sku|qty", "--track", "sku", "--history", "scd2", "--tags", "a|b",
    )  # fmt: skip
    line = erp.line("order_lines")
    assert (line["keys"], line["sequence"]) == ("line_no|order_id", "source.lsn")
    assert erp.settings() == {
        ("order_lines", "truncate"): "true", ("order_lines", "max_late_fraction"): "0.5",
        ("order_lines", "ignore_null"): "sku|qty", ("order_lines", "track"): "sku",
        ("order_lines", "tags"): "a|b",
    }  # fmt: skip
    erp.validate()


def test_a_setting_that_is_inherited_is_not_written(erp: AddProject) -> None:
    erp.write(
        "seeds/control/settings.csv",
        "layer,system,object,setting,value\n,erp,,truncate,true\n,erp,,max_late_fraction,0.5\n",
    )
    erp.add(
        "erp.order_lines", "--source", "order_lines/*.jsonl", "--max-late-fraction", "0.95",
        "--max-reject-fraction", "1",
    )  # fmt: skip
    assert erp.settings() == {
        ("", "truncate"): "true", ("", "max_late_fraction"): "0.5",
        ("order_lines", "max_late_fraction"): "0.95",
    }  # fmt: skip


def test_a_dry_run_only_shows(erp: AddProject) -> None:
    before = erp.content()
    result = erp.add("erp.orders", "--source", "orders/*.jsonl", "--dry-run")
    assert erp.content() == before
    assert "objects: 1 line would be added" in result.output
    assert "ordered_at" in result.output


def test_hand_edits_stay(erp: AddProject) -> None:
    erp.add("erp.orders", "--source", "orders/*.jsonl")
    objects = erp.control / "objects.csv"
    objects.write_text(objects.read_text().replace(",order_id,,none,", ',order_id,,none,"My text"'))
    columns = erp.control / "columns.csv"
    lines = columns.read_text().splitlines(keepends=True)
    edited = [
        line.replace("status,,text,,,internal,", "state,status,text,true,,public,By hand")
        for line in lines if ",is_gift," not in line
    ]  # fmt: skip
    columns.write_text("".join(edited))
    result = erp.add("erp.orders", "--source", "orders/*.jsonl", "--keys", "order_id,customer_id")
    said = " ".join(result.output.split())
    assert "objects.csv:2 keeps keys `order_id` (proposed: `order_id|customer_id`)" in said
    assert columns.read_text() == "".join(edited) + "erp,orders,is_gift,,text,,,internal,\n"
    assert erp.line("orders")["description"] == "My text"
    before = erp.content()
    result = erp.add("erp.orders")
    assert erp.content() == before
    assert "nothing to add" in result.output


def test_a_setting_by_hand_stays(erp: AddProject) -> None:
    text = "layer,system,object,setting,value\r\n,erp,customers,partial_updates,false\r\n"
    erp.write("seeds/control/settings.csv", text)
    erp.write(
        "seeds/control/objects.csv",
        "system,object,source,load,keys,sequence,history,description\r\n"
        "erp,customers,customers/*.jsonl,cdc,customer_id,,none,\r\n",
    )
    result = erp.add("erp.customers", "--partial-updates", "true")
    assert "settings.csv:2 keeps value `false` (proposed: `true`)" in result.output
    assert erp.content()["settings.csv"] == text.encode()
    assert erp.types("customers")["tier"] == "text"


def test_a_type_that_no_longer_fits_is_told(erp: AddProject) -> None:
    erp.add("erp.orders", "--source", "orders/*.jsonl")
    columns = erp.control / "columns.csv"
    changed = columns.read_text().replace("is_gift,,text", "is_gift,,boolean")
    columns.write_text(changed.replace('amount,,"decimal(18,2)"', 'amount,,"decimal(9,1)"'))
    before = erp.content()
    said = " ".join(erp.add("erp.orders").output.split())
    assert erp.content() == before
    assert "`is_gift` is boolean, the source sends text (mixed: boolean, text)" in said
    assert "`amount` is decimal(9,1), the source sends decimal(18,2)" in said


def test_system_and_object_in_one_go(project: AddProject) -> None:
    project.write("in/a.csv", "id,name\n1,x\n")
    project.add("ref.a", "--source", "a.csv", "--kind", "files", "--location", "in",
                "--format", "csv")  # fmt: skip
    assert project.rows("systems")[0]["location"] == "in"
    assert project.line("a")["keys"] == "id"
    project.validate()


def test_a_format_is_filled_in_when_there_is_none(project: AddProject) -> None:
    shutil.copytree(FEED, project.root / "landing" / "erp")
    project.add(*ERP, "--owner", '"me", too')
    result = project.add("erp.orders", "--source", "orders.jsonl")
    assert "looks like debezium_postgres" in " ".join(result.output.split())
    text = (project.control / "systems.csv").read_text().splitlines()[1]
    assert text == 'erp,files,landing/erp,json,debezium_postgres,"""me"", too",'
    project.validate()


def test_a_format_is_not_filled_in_beside_another_feed(project: AddProject) -> None:
    shutil.copytree(FEED, project.root / "landing" / "erp")
    project.add(*ERP)
    project.write("landing/erp/x.jsonl", '{"op":"I","id":1,"seq":1}\n')
    project.add("erp.x", "--source", "x.jsonl")
    said = project.refused("erp.orders", "--source", "orders.jsonl")
    assert "MED-ADD-017 system erp" in said
    assert "the system has other feeds: x" in said


def test_location_from_the_environment(erp: AddProject, monkeypatch: pytest.MonkeyPatch) -> None:
    erp.write_lines("elsewhere/n.jsonl", [{"id": 1, "updated_at": "2024-01-01T00:00:00Z"}])
    monkeypatch.setenv("MEDALLION_LOCATION_ERP", "elsewhere")
    erp.add("erp.n", "--source", "n.jsonl", "--lookback", "2 hours")
    assert erp.line("n")["load"] == "delta"
    assert erp.settings() == {("n", "lookback"): "2 hours"}
    monkeypatch.setenv("MEDALLION_LOCATION_ERP", str(erp.root / "none"))
    said = erp.refused("erp.m", "--source", "m.jsonl")
    assert "MED-ADD-007 MEDALLION_LOCATION_ERP: the folder does not exist" in said


def test_null_tokens_of_the_settings(project: AddProject) -> None:
    csv_system(project, "id,a,b\n1,-,2\n2,7,n.a.\n")
    project.write(
        "seeds/control/settings.csv",
        "layer,system,object,setting,value\n,ref,,null_tokens,-|n.a.\n",
    )
    project.add("ref.things", "--source", "things.csv")
    assert project.types("things") == {"id": "bigint", "a": "bigint", "b": "bigint"}


def test_reserved_and_taken_names(project: AddProject) -> None:
    csv_system(project, "Order,order,valid_from,_id,2nd,名前,id\n1,2,2024-01-01,5,6,7,8\n")
    project.add("ref.things", "--source", "things.csv", "--keys", "id", "--history", "scd2")
    rows = {row["column"]: row["source_column"] for row in project.rows("columns")}
    assert rows == {
        "order_": "Order", "order__2": "order", "source_valid_from": "valid_from", "id_2": "_id",
        "c_2nd": "2nd", "field": "名前", "id": "",
    }  # fmt: skip
    project.validate()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["ref.things"], "MED-ADD-003 --source"),
        (["ref.things", "--source", "thing.csv"], "MED-ADD-008 --source"),
        (["ref.things", "--source", "../things.csv"], "MED-META-022"),
        (["ref.things", "--source", "things.csv", "--keys", "ix"], "MED-ADD-012 --keys"),
        (["ref.things", "--source", "things.csv", "--load", "deltas"], "MED-ADD-005 --load"),
        (["ref.things", "--source", "things.csv", "--load", "cdc"], "MED-ADD-014 --operation"),
        (["ref.things", "--source", "things.csv", "--load", "delta"], "MED-ADD-013 --sequence"),
        (["ref.things", "--source", "things.csv", "--sequence", "nam"], "MED-ADD-013 --sequence"),
        (["ref.things", "--source", "things.csv", "--histry", "scd2"], "did you mean `history`?"),
        (["ref.things", "--source", "things.csv", "--max-delete-fracton", "1"],
         "did you mean `max_delete_fraction`?"),
        (["ref.things", "--source", "things.csv", "--max_delete_fraction", "2"],
         "MED-ADD-005 --max_delete_fraction"),
        (["ref.things", "--source", "things.csv", "--scope", "nothing"], "MED-ADD-005 --scope"),
        (["ref.things", "--source", "things.csv", "--keys"], "MED-ADD-003 --keys"),
        (["ref.things", "--source", "things.csv", "--keys", "a||b"], "MED-ADD-005 --keys"),
        (["ref.things", "things.csv"], "MED-ADD-004 things.csv"),
        (["ref.things", "--source", "a", "--source", "b"], "the option is given twice"),
        (["ref.things", "--source", "things.csv", "--lookback", "1 hour"], "MED-META-040"),
        (["ref.order", "--source", "things.csv"], "MED-ADD-001"),
        (["ref.a.b", "--source", "things.csv"], "MED-ADD-001"),
        (["rep.things", "--source", "things.csv"], "did you mean `ref`?"),
        (["ref.things", "--refresh"], "MED-ADD-015 ref.things"),
        (["ref.things", "--source", "empty.csv"], "MED-ADD-018"),
    ],
)  # fmt: skip
def test_an_object_that_is_refused(
    project: AddProject, arguments: list[str], expected: str
) -> None:
    csv_system(project, "id,name\n1,x\n2,y\n")
    project.write("landing/ref/empty.csv", "")
    assert expected in project.refused(*arguments)


def test_several_problems_are_said_at_once(project: AddProject) -> None:
    csv_system(project, "id,name\n1,x\n")
    said = project.refused("ref.things", "--source", "things.csv", "--load", "x", "--colour", "red",
                           "--staging", "sometimes")  # fmt: skip
    for one in ("--load", "--colour", "--staging"):
        assert f" {one}: " in said


def test_a_control_table_that_cannot_be_read(project: AddProject) -> None:
    csv_system(project, "id,name\n1,x\n")
    project.write("seeds/control/columns.csv", b"\xff\n")
    assert "MED-META-002" in project.refused("ref.things", "--source", "things.csv")


def test_not_a_project(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["add", *ERP, "--project-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "MED-GEN-004" in result.stderr


def test_the_console_command(project: AddProject) -> None:
    arguments = ["add", *ERP, "--project-dir", str(project.root)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    result = CliRunner().invoke(main, ["add", "erp.x", "--project-dir", str(project.root)])
    assert result.exit_code == 1
    assert "MED-ADD-003 --source" in result.stderr
    assert "1 problem" in result.stderr
