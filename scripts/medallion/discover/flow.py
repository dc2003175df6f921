"""The steps of `medallion add`: read the control tables and the source, propose, show, write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from medallion.discover import context as contexts
from medallion.discover import lists, options, plan, proposal, refresh, rescued, show, source
from medallion.discover.context import Context
from medallion.discover.errors import AddError, problem
from medallion.discover.model import Profile, Proposal, Request
from medallion.errors import MetadataError, Problem
from medallion.metadata.found import Found
from medallion.metadata.models import System
from medallion.metadata.names import name_problem
from medallion.metadata.sources import build_systems, check_source
from medallion.metadata.tables import HEADERS, Row
from medallion.project import CONTROL, project_root


@dataclass(frozen=True)
class Wanted:
    """Where to work and how."""

    project_dir: Path
    dry_run: bool = False
    refresh: bool = False
    row_limit: int | None = None

    @property
    def root(self) -> Path:
        return project_root(self.project_dir).resolve()

    @property
    def control(self) -> Path:
        return self.root / CONTROL


def add_system(console: Console, wanted: Wanted, name: str, arguments: Sequence[str]) -> None:
    """Add a system's line. Raises AddError or MetadataError; then nothing was written."""
    given = options.parse(arguments, "systems")
    context = contexts.read(wanted.control, name)
    if wanted.refresh:
        raise AddError([problem("ADD_005", "--refresh", "only an object can be refreshed")])
    if context.line is None:
        new_system(name, given.cells)
    planned = plan.for_system(context, given.cells, given.settings)
    _finish(console, wanted, context, planned)


def new_system(name: str, cells: Mapping[str, str]) -> System:
    """The system of some cells, validated as a line of systems.csv is."""
    needed = ["kind"]
    if cells.get("kind") in ("files", "database"):
        needed += ["location", "format"]
    missing = [one for one in needed if not cells.get(one)]
    found = Found()
    row = Row("systems.csv", 0, {**dict.fromkeys(HEADERS["systems"], ""), **cells, "system": name})
    systems = build_systems([row], found)
    problems: list[Problem] = [
        problem("ADD_003", f"--{one}", f"a new system needs --{one}") for one in missing
    ]
    skipped = (*missing, "format") if "kind" in missing else tuple(missing)
    problems += [one for one in found if one.column not in skipped]
    if problems:
        raise MetadataError(problems)
    return systems[name]


def add_object(
    console: Console, wanted: Wanted, system_name: str, name: str, arguments: Sequence[str]
) -> None:
    """Add an object's lines, or what is missing of them. Raises AddError or MetadataError."""
    given = options.parse(arguments, "objects")
    _check_name(system_name, name)
    context = contexts.read(wanted.control, system_name, name)
    if wanted.refresh and context.line is None:
        known = [f"{row['system']}.{row['object']}" for row in context.tables.rows["objects"]]
        raise AddError([
            problem("ADD_015", f"{system_name}.{name}", "the object is not in objects.csv",
                    allowed=", ".join(known))
        ])  # fmt: skip
    system, first = _system(context, given)
    request = _request(context, system, given)
    place = _place(wanted, context, given.settings)
    profile = source.read(system, name, request.source, place)
    if wanted.refresh:
        proposed = _refreshed(console, context, request, profile, place)
    else:
        proposed = proposal.propose(request, profile)
    planned = plan.for_object(context, proposed)
    planned = replace(
        planned, lines=(*first, *planned.lines),
        kept=(*planned.kept, *_kept_types(context, request, profile)),
    )  # fmt: skip
    if not wanted.refresh:
        show.proposal(console, proposed)
    show.told(console, proposed.notes)
    _finish(console, wanted, context, planned)


def _finish(console: Console, wanted: Wanted, context: Context, planned: plan.Plan) -> None:
    plan.verify(context, planned)
    if not wanted.dry_run:
        plan.write(context.control, context.system_name, planned)
    show.changes(console, planned, dry_run=wanted.dry_run)


def _check_name(system: str, name: str) -> None:
    wrong = [part for part in (system, name) if name_problem(part)]
    if wrong:
        raise AddError([
            problem("ADD_001", f"{system}.{name}", f"`{part}` is no name of a system or an object",
                    value=part, allowed="[A-Za-z][A-Za-z0-9_]*, at most 63, no word of SQL")
            for part in wrong
        ])  # fmt: skip


def _system(context: Context, given: options.Options) -> tuple[System, tuple[plan.Line, ...]]:
    """The object's system; a new one when its kind is given and it is not known."""
    names = [row["system"] for row in context.tables.rows["systems"]]
    if context.system_name in names or "kind" not in given.cells:
        return context.system, ()
    cells = {name: given.cells.get(name, "") for name in options.SYSTEM_CELLS}
    system = new_system(context.system_name, cells)
    return system, (plan.Line("systems", {"system": context.system_name, **cells}),)


def _request(context: Context, system: System, given: options.Options) -> Request:
    """What the user asks for; what is not given comes from the lines that are there."""
    cells = {**(context.line.cells if context.line else {}), **given.cells}
    if not cells.get("source"):
        raise AddError([
            problem("ADD_003", "--source", "a new object needs --source",
                    allowed="a glob below the system's location, or a table")
        ])  # fmt: skip
    found = Found()
    row = Row("--source", 0, {"source": cells["source"]})
    if not check_source(row, system, found):
        raise MetadataError(found)
    own = {name: line["value"] for name, line in context.own_settings.items()}
    return Request(
        system=system, object=context.object, source=cells["source"], load=cells.get("load", ""),
        keys=lists.split(cells.get("keys", "")), sequence=lists.split(cells.get("sequence", "")),
        history=cells.get("history", ""), description=cells.get("description", ""),
        settings={**own, **given.settings},
    )  # fmt: skip


def _place(wanted: Wanted, context: Context, settings: Mapping[str, str]) -> source.Place:
    tokens: Sequence[str] = context.value("null_tokens")
    if "null_tokens" in settings:
        tokens = lists.split(settings["null_tokens"])
    limit = wanted.row_limit or source.ROW_LIMIT
    return source.Place(root=wanted.root, null_tokens=tokens, row_limit=limit)


def _refreshed(
    console: Console, context: Context, request: Request, profile: Profile, place: source.Place
) -> Proposal:
    """The object as it stands, with the columns of the source and of `_rescued`."""
    proposed = proposal.columns_only(request, profile)
    kept = rescued.read(request.system, context.object, place)
    show.told(console, kept.notes)
    show.told(console, refresh.no_longer_sent(context.columns, profile))
    return replace(proposed, columns=refresh.merged(proposed.columns, kept.columns))


def _kept_types(context: Context, request: Request, profile: Profile) -> list[str]:
    is_envelope = profile.feed is not None and profile.feed.envelope == "debezium"
    return refresh.type_changes(context.columns, profile, debezium=is_envelope)
