"""Advice on indexes and on what else may stand ready, as functions: for a design, and for a running database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.api import write_files
from dbwright.diagnostics import DesignError
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import DECIDING, compile_design

FAULTS = ("index-on-few-values", "predicate-that-excludes-nothing", "btree-on-document", "time-before-equality")
"""What `check` finds in an index as such: no advice that is written into a design shall have it."""

KINDS = ("indexes", "partitions", "summaries", "counters", "copies")
"""What can be advised."""
KINDS_OF_SERVERS = ("indexes", "summaries", "copies")
"""What can be advised for a running database."""
_KIND = {"partitions": "partition", "summaries": "summary", "counters": "counter", "copies": "copy"}

if TYPE_CHECKING:
    from dbwright.model.blueprint import Blueprint
    from dbwright.model.design import Design
    from dbwright.planner.advisor.advice import Advice
    from dbwright.planner.advisor.write_budget import WriteBudget, Writing
    from dbwright.planner.choices.pricing import Priced
    from dbwright.planner.choices.selection import Choices
    from dbwright.server import Server


def advise_server(
    address: str,
    workload: Path,
    *,
    budget: int,
    write_budget: WriteBudget | None = None,
    weights: Path | None = None,
    schema: str = "public",
    replace: bool = False,
    literals: str = "sample",
    only: Collection[str] = KINDS[:1],
    announce: Callable[[str], None] = lambda doing: None,
) -> Advice:
    """Choose indexes, and what else of KINDS_OF_SERVERS is wanted, for the statements of a directory on a server.

    Of the server the schema and the statistics are read; everything is tried in a throw-away server, and nothing is
    executed. `replace` lets indexes go that keep no constraint; a literal in a statement is a `sample` or a `constant`.
    Raise DesignError with a place for each file that is no statement or that cannot be planned; ServerError,
    psycopg.Error; SchemaMissing for a schema that is not there. `budget` are bytes that may be added, `write_budget`
    what writes may cost more; what goes makes room for what comes.
    """
    from dbwright.planner.advisor.candidates import Space
    from dbwright.planner.advisor.choosing import Unplannable, advise
    from dbwright.planner.advisor.live import open_live_laboratory, read_live, told_of
    from dbwright.planner.advisor.wish import Wish
    from dbwright.planner.advisor.workload import describe_refusals, read_workload
    from dbwright.planner.choices.running import choose_running
    from dbwright.records import replace as changed
    from dbwright.server import Database, open_server

    asked = read_workload(workload, weights)
    announce("reading schema and statistics")
    with open_server(address) as server:
        live = read_live(Database(server, server.maintenance_database), schema)
    kinds = [_KIND[k] for k in KINDS if k in only and k in _KIND]
    with open_live_laboratory(live) as (laboratory, statistics, notes):
        choices = None
        if kinds:
            samples = literals == "sample"
            choices = choose_running(
                laboratory, statistics, asked, live.settings, kinds, budget, samples, announce, write_budget
            )
        left = max(0, budget - (choices.size if choices else 0))
        writes = write_budget if choices is None else choices.writing.left(choices.writing.added)
        wish = Wish(left, Space(literals=literals), replace, skips=live.version >= 180000, writes=writes)
        try:
            advice = _no_advice()
            if "indexes" in only:
                advice = advise(laboratory, statistics, asked, wish, live.settings, announce)
        except Unplannable as error:
            raise DesignError(describe_refusals(error.refused)) from error
    advice = changed(advice, choices=choices, budget=budget, writing=_whole_writing(advice, choices))
    return changed(advice, notes=(*notes, *told_of(live), *advice.notes))


def advise_design(
    path: Path,
    *,
    budget: int | None = None,
    write_budget: WriteBudget | None = None,
    apply: bool = False,
    only: Collection[str] = KINDS,
    keep: bool = False,
    announce: Callable[[str], None] = lambda doing: None,
) -> Advice:
    """Choose indexes, partition keys, summaries, counters and copies for a design at its horizon, by its rates.

    What the compiler's rules made may go, what the designer fixed stays. `budget` are the bytes that may be added to
    what the rules make, `write_budget` what writes may cost more, both without limit by default; what goes makes room
    for what comes, and what is chosen beyond indexes comes off first. `only` names what is advised, of KINDS. `apply`
    writes the choice into the design, which then compiles to it; access patterns are left as they are. `keep`
    writes the record of the advice beside the design, which builds show. Raise DesignError, ServerError, psycopg.Error,
    OSError.
    """
    from dbwright.frontends.advice_writing import write_advice
    from dbwright.frontends.choice_writing import write_changes
    from dbwright.planner.advisor.designed import written_indexes
    from dbwright.planner.choices.candidate import with_indexes
    from dbwright.records import replace as changed

    loaded = design = load_design(path)
    blueprint = compile_design(design)
    limit = 1 << 62 if budget is None else budget
    advice = _advise_indexes(blueprint, limit, write_budget, announce) if "indexes" in only else _no_advice()
    choices = None
    if kinds := [_KIND[k] for k in KINDS if k in only and k in _KIND]:
        if "indexes" in only:
            patterns = [s.name for s in advice.statements]
            design = with_indexes(design, written_indexes(blueprint, advice), patterns)
        room = write_budget if advice.writing is None else advice.writing.left(0.0)
        choices = choose_beyond_indexes(design, kinds, limit, room, announce)
        design = with_choices(loaded, choices)
        if choices.chosen and "indexes" in only:
            first = advice.writing
            left = room if room is None else choices.writing.left(choices.writing.added)
            blueprint = compile_design(design)
            advice = _advise_indexes(blueprint, max(0, limit - choices.size), left, announce)
            choices = changed(choices, writing=changed(choices.writing, today=first.today if first else 0.0))
        advice = changed(advice, choices=choices, writing=_whole_writing(advice, choices))
    advice = changed(advice, budget=limit)
    if apply:
        try:
            if choices is not None and choices.chosen:
                _write(_formatted(loaded, write_changes(loaded, [t.change for t in choices.chosen])))
            if "indexes" in only:
                patterns = [s.name for s in advice.statements]
                indexes = written_indexes(blueprint, advice)
                _write(_formatted(loaded, write_advice(load_design(path), indexes, patterns, _shown_budget(budget))))
        except DesignError:
            _write(loaded.sources)
            raise
    if keep:
        _keep(path, advice, apply)
    return advice


def _whole_writing(advice: Advice, choices: Choices | None) -> Writing | None:
    """What is added to the cost of writes by all that was chosen."""
    from dbwright.records import replace as changed

    if choices is None or not choices.chosen:
        return advice.writing or (choices.writing if choices is not None else None)
    indexes = advice.writing.added if advice.writing is not None else 0.0
    return changed(choices.writing, added=choices.writing.added + indexes)


def _keep(path: Path, advice: Advice, applied: bool) -> None:
    """Write the record of an advice beside the design that it left."""
    from datetime import date

    from dbwright.frontends.advice_record import advice_path, render_advice
    from dbwright.planner.advisor.advice import as_plain

    record = advice_path(path)
    text = render_advice(compile_design(load_design(path)), date.today(), as_plain(advice), applied)
    write_files(record.parent, {record.name: text})


def _formatted(before: Design, files: Mapping[str, str]) -> dict[str, str]:
    """Files that were in canonical form stay in it."""
    from dbwright.frontends.formatting import format_source

    sources = before.sources
    canonical = {name for name, text in sources.items() if format_source(text, name) == text}
    return {name: format_source(text, name) if name in canonical else text for name, text in files.items()}


def _write(files: Mapping[str, str]) -> None:
    for name, text in files.items():
        write_files(Path(name).parent, {Path(name).name: text})


def _advise_indexes(
    blueprint: Blueprint, budget: int, writes: WriteBudget | None, announce: Callable[[str], None]
) -> Advice:
    """Choose indexes for a blueprint."""
    from dbwright.emit import emit
    from dbwright.planner.advisor.candidates import Space
    from dbwright.planner.advisor.choosing import advise
    from dbwright.planner.advisor.designed import (
        designed_workload,
        fixed_indexes,
        shared_indexes,
        sizes_of,
        tables_without_entity,
        tenant_columns,
    )
    from dbwright.planner.advisor.gambles import without_gambles
    from dbwright.planner.advisor.live import OWN_EXTENSIONS
    from dbwright.planner.advisor.obligations import blameless, obligations_of
    from dbwright.planner.advisor.wish import Wish
    from dbwright.planner.choices.horizon import at_horizon
    from dbwright.planner.laboratory import open_laboratory
    from dbwright.planner.synthesis import synthesize
    from dbwright.records import replace as changed
    from dbwright.rules.registry import all_rules

    # Windows of time meet partitions only where these reach as far as the rows.
    blueprint = compile_design(at_horizon(blueprint.design, blueprint))
    synthesis = synthesize(blueprint)
    asked = designed_workload(blueprint)
    flawless = blameless(blueprint, [rule for code, rule in all_rules().items() if code in FAULTS])
    safe = without_gambles(blueprint)
    wish = Wish(
        budget,
        Space(literals="constant"),
        True,
        kept=fixed_indexes(blueprint),
        closed=tables_without_entity(blueprint),
        tenants=tenant_columns(blueprint),
        lenient=True,
        obligations=obligations_of(blueprint),
        shared=shared_indexes(blueprint),
        writes=writes,
        sized=sizes_of(blueprint),
        sift=lambda found: flawless(safe(found)),
    )
    extensions = "".join(f"create extension if not exists {name};\n" for name in OWN_EXTENSIONS)
    with open_laboratory(emit(blueprint, "postgresql")["ddl/schema.sql"] + extensions) as laboratory:
        advice = advise(laboratory, [synthesis.statistics], asked, wish, {}, announce)
    assumed = len(synthesis.assumptions)
    return changed(
        advice, notes=(*advice.notes, f"{assumed} facts of the data were assumed, as the design leaves them out")
    )


def _no_advice() -> Advice:
    """What is said of indexes where nobody asked."""
    from dbwright.planner.advisor.advice import Advice

    return Advice(
        indexes=(),
        dropped=(),
        unused=(),
        rejected=(),
        statements=(),
        before=0.0,
        after=0.0,
        model=0.0,
        gap=0.0,
        floor=0.0,
        budget=0,
        size=0,
        candidates=0,
        questions=0,
        seconds=0.0,
        notes=(),
    )


def choose_beyond_indexes(
    design: Design,
    kinds: Collection[str],
    budget: int,
    writes: WriteBudget | None,
    announce: Callable[[str], None],
) -> Choices:
    """Choose partition keys, summaries, counters and copies for a design: each is tried on a server without rows.

    `budget` and `writes` are what may be added: bytes, and cost of writes. Raise DesignError, ServerError,
    psycopg.Error.
    """
    from contextlib import ExitStack
    from queue import Queue

    from dbwright.frontends.choice_writing import show_change
    from dbwright.planner.choices.candidates import candidates_of
    from dbwright.planner.choices.choosing import WORKERS, choose
    from dbwright.planner.choices.horizon import at_horizon
    from dbwright.records import replace as changed
    from dbwright.server import open_server

    announce("pricing the design as it stands")
    then = at_horizon(design, compile_design(design, passes=DECIDING))
    with ExitStack() as stack:
        servers: Queue[Server] = Queue()
        for _ in range(WORKERS):
            servers.put(stack.enter_context(open_server()))

        def price_of(made: Design) -> Priced:
            server = servers.get()
            try:
                return _price(server, made if made is then else _read_again(made))
            finally:
                servers.put(server)

        choices = choose(
            then,
            lambda base: candidates_of(base, kinds),
            price_of,
            lambda made: _faults(made if made is then else _read_again(made)),
            budget,
            announce,
            writes,
        )
    told = tuple(changed(t, written=show_change(t.change)) for t in choices.chosen)
    return changed(choices, chosen=told)


def with_choices(design: Design, choices: Choices) -> Design:
    """Return a design with what was chosen beyond indexes; its access patterns say what they said."""
    from dbwright.planner.choices.candidate import with_candidate

    for tried in choices.chosen:
        design = with_candidate(design, tried.candidate, rewritten=False)
    return _read_again(design) if choices.chosen else design


def _read_again(design: Design) -> Design:
    """The design with the columns taken apart that came to it."""
    from dbwright.frontends.columns import read_columns

    return read_columns(design)[0]


def _price(server: Server, design: Design) -> Priced:
    from dbwright.emit.postgresql import script
    from dbwright.planner.choices.pricing import facts_of, known_tenant, price
    from dbwright.planner.laboratory import Laboratory

    blueprint = compile_design(design, passes=DECIDING)
    with server.scratch("lab") as empty:
        empty.run_sql(known_tenant(blueprint, script(blueprint), facts_of(blueprint)))
        with Laboratory(server, empty) as laboratory:
            return price(laboratory, blueprint)


def _faults(design: Design) -> Mapping[str, str]:
    """What a check finds, notes left out."""
    from dbwright.diagnostics import Severity
    from dbwright.rules.registry import judge

    try:
        blueprint = compile_design(design, passes=DECIDING)
    except DesignError as error:
        return {d.code + d.message: d.message for d in error.diagnostics}
    found = [*blueprint.diagnostics, *judge(blueprint)]
    return {d.code + d.message: f"{d.message} ({d.code})" for d in found if d.severity is not Severity.NOTE}


def _shown_budget(budget: int | None) -> str:
    if budget is None:
        return ""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if budget and budget % size == 0:
            return f"{budget // size}{unit}"
    return f"{budget}B"
