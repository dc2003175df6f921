"""Rules for macros that hold without running dbt: length, documentation, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dbt.include
import pytest
import yaml
from dbt_common.clients.jinja import get_environment
from jinja2 import nodes

ROOT = Path(__file__).parents[3]
MACROS = ROOT / "macros"
ADAPTERS = ("default", "duckdb", "spark", "databricks", "postgres")
# dbt documents these two as points to override.
OVERRIDABLE = {"generate_schema_name", "generate_alias_name"}
# docs/decisions/0008
MATERIALIZATIONS = {"staged_table"}
# What every dbt context holds under a plain name.
BUILT_IN = {
    "adapter", "api", "builtins", "config", "doc", "env_var", "exceptions", "execute", "flags",
    "fromjson", "fromyaml", "graph", "invocation_id", "local_md5", "log", "model", "modules",
    "print", "ref", "return", "run_query", "run_started_at", "schema", "set", "source", "statement",
    "target", "this", "tojson", "toyaml", "var", "zip",
}  # fmt: skip
OPENING = re.compile(r"{%-?\s*(macro|test|materialization|snapshot)\s+(\w+)")
BLOCK = re.compile(r"{%-?\s*(macro|test)\s+(\w+).*?{%-?\s*end\1\s*-?%}", re.DOTALL)
MAX_LINES = 80


@dataclass(frozen=True)
class Macro:
    """A macro (or generic test) as its file has it."""

    name: str
    file: str
    arguments: tuple[str, ...]
    lines: int

    @property
    def public(self) -> str:
        """The macro that dispatches to this one; its own name when it is none's version."""
        prefix, _, rest = self.name.partition("__")
        return rest if prefix in ADAPTERS and rest else self.name


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.sql")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def macros() -> list[Macro]:
    found = []
    environment = get_environment()
    for file, text in sources(MACROS):
        lengths = {m[2]: m[0].count("\n") + 1 for m in BLOCK.finditer(text)}
        for node in environment.parse(text).find_all(nodes.Macro):
            name = node.name.removeprefix("dbt_macro__")
            if name.startswith("materialization_"):
                continue
            arguments = tuple(argument.name for argument in node.args)
            found.append(Macro(name, file, arguments, lengths[name]))
    return found


def documented() -> dict[str, dict[str, str]]:
    """Every documented macro: its arguments and their descriptions, `` for its own."""
    found: dict[str, dict[str, str]] = {}
    for path in MACROS.rglob("*.yml"):
        for macro in yaml.safe_load(path.read_text(encoding="utf-8"))["macros"]:
            assert macro["name"] not in found, f"{macro['name']} is documented twice"
            arguments = macro.get("arguments") or []
            texts = {a["name"]: a.get("description", "") for a in arguments}
            assert all(a.get("type") for a in arguments), f"{macro['name']}: type missing"
            found[macro["name"]] = {"": macro.get("description", ""), **texts}
    return found


@pytest.fixture(scope="module")
def own() -> list[Macro]:
    found = macros()
    assert len(found) > 50
    return found


def test_no_macro_is_too_long(own: list[Macro]) -> None:
    assert [f"{m.file}: {m.name} ({m.lines})" for m in own if m.lines > MAX_LINES] == []


def test_every_macro_and_argument_is_documented(own: list[Macro]) -> None:
    pages = documented()
    wrong = []
    for macro in own:
        if macro.public != macro.name:
            continue
        page = pages.get(macro.name)
        if page is None:
            wrong.append(f"{macro.file}: {macro.name} is not documented")
        elif tuple(page)[1:] != macro.arguments:
            wrong.append(f"{macro.file}: {macro.name}{macro.arguments}, documented {list(page)}")
        elif not all(text.strip() for text in page.values()):
            wrong.append(f"{macro.file}: {macro.name} has an empty description")
    assert wrong == []


def test_no_page_is_left_over(own: list[Macro]) -> None:
    assert sorted(set(documented()) - {macro.name for macro in own}) == []


def test_versions_take_the_arguments_of_the_macro_that_dispatches(own: list[Macro]) -> None:
    by_name = {macro.name: macro for macro in own}
    wrong = [
        f"{macro.file}: {macro.name}{macro.arguments}"
        for macro in own
        if macro.public != macro.name
        and (macro.public not in by_name or by_name[macro.public].arguments != macro.arguments)
    ]
    assert wrong == []


def test_a_name_is_used_once(own: list[Macro]) -> None:
    assert [name for name, count in Counter(m.name for m in own).items() if count > 1] == []


def test_nothing_of_dbt_is_overridden(own: list[Macro]) -> None:
    theirs = {
        name
        for folder in dbt.include.__path__
        for path in Path(folder).rglob("*.sql")
        for kind, name in OPENING.findall(path.read_text(encoding="utf-8"))
        if kind == "macro"
    }
    tests = {
        f"test_{name}"
        for folder in dbt.include.__path__
        for path in Path(folder).rglob("*.sql")
        for kind, name in OPENING.findall(path.read_text(encoding="utf-8"))
        if kind == "test"
    }
    assert {"get_merge_sql", "default__get_merge_sql"} < theirs
    assert {macro.name for macro in own} & theirs <= OVERRIDABLE
    assert {macro.name for macro in own} & BUILT_IN == set()
    ours = {
        f"test_{name}" if kind == "test" else name
        for folder in (ROOT / "tests" / "dbt", MACROS)
        for _, text in sources(folder)
        for kind, name in OPENING.findall(text)
    }
    assert ours & tests == set()


def test_a_materialization_is_none_of_dbts() -> None:
    def names(folder: Path) -> set[str]:
        texts = (path.read_text(encoding="utf-8") for path in folder.rglob("*.sql"))
        found = (match for text in texts for match in OPENING.findall(text))
        return {name for kind, name in found if kind == "materialization"}

    theirs = set().union(*(names(Path(folder)) for folder in dbt.include.__path__))
    assert {"table", "view", "incremental"} <= theirs
    own = set().union(*(names(ROOT / f) for f in ("macros", "models", "snapshots", "tests/dbt")))
    assert own == MATERIALIZATIONS
    assert own & theirs == set()


def test_target_type_stands_in_dbt_project_only() -> None:
    places = ("macros", "models", "snapshots", "tests/dbt", "scripts/medallion", "seeds")
    found = [
        path.relative_to(ROOT).as_posix()
        for place in places
        for path in sorted((ROOT / place).rglob("*"))
        if path.suffix in (".sql", ".yml", ".py", ".j2")
        and re.search(r"target\s*(\.|\[\s*['\"])\s*type\b", path.read_text(encoding="utf-8"))
    ]
    assert found == []
    project = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    assert re.findall(r"target\.type", project)


def test_only_glue_knows_its_adapter() -> None:
    """What is compiled from the rest is the same on every engine, but for what the glue returns."""
    found = [
        f"{path.relative_to(ROOT)}: {use}"
        for place in ("macros", "models", "snapshots", "tests/dbt")
        for path in sorted((ROOT / place).rglob("*.sql"))
        if path.parent.name != "glue"
        for use in re.findall(r"adapter\.\w+|\w+__\w+(?=\()", path.read_text(encoding="utf-8"))
        if use in ("adapter.dispatch", "adapter.type", "adapter.quote")
        or use.startswith(("duckdb__", "spark__", "databricks__"))
    ]
    assert found == []


def test_calls_name_their_package(own: list[Macro]) -> None:
    """A macro that is called from another project is found only under its package's name."""
    names = {macro.name for macro in own}
    wrong = [
        f"{file}: {name}"
        for folder in ("macros", "tests/dbt")
        for file, text in sources(ROOT / folder)
        for name in _bare_calls(text)
        if name in names
    ]
    assert wrong == []


def _bare_calls(text: str) -> Iterator[str]:
    for call in get_environment().parse(text).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call.node.name
