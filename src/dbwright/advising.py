"""Advice on indexes as functions: for a design, and for a running database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.api import write_files
from dbwright.diagnostics import DesignError
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design

FAULTS = ("index-on-few-values", "predicate-that-excludes-nothing", "btree-on-document", "time-before-equality")
"""What `check` finds in an index as such: no advice that is written into a design shall have it."""

if TYPE_CHECKING:
    from dbwright.planner.advisor.advice import Advice


def advise_server(
    address: str,
    workload: Path,
    *,
    budget: int,
    weights: Path | None = None,
    schema: str = "public",
    replace: bool = False,
    literals: str = "sample",
    announce: Callable[[str], None] = lambda doing: None,
) -> Advice:
    """Choose indexes for the statements of a directory on a running server, under a budget of bytes.

    Of the server the schema and the statistics are read; everything is tried in a throw-away server, and nothing is
    executed. `replace` lets indexes go that keep no constraint; a literal in a statement is a `sample` or a `constant`.
    Raise DesignError with a place for each file that is no statement or that cannot be planned; ServerError,
    psycopg.Error; LookupError for a schema that is not there.
    """
    from dbwright.planner.advisor.advice import Unplannable, Wish, advise
    from dbwright.planner.advisor.candidates import Space
    from dbwright.planner.advisor.live import open_live_laboratory, read_live, told_of
    from dbwright.planner.advisor.workload import describe_refusals, read_workload
    from dbwright.records import replace as changed
    from dbwright.server import Database, open_server

    asked = read_workload(workload, weights)
    announce("reading schema and statistics")
    with open_server(address) as server:
        live = read_live(Database(server, server.maintenance_database), schema)
    with open_live_laboratory(live) as (laboratory, statistics, notes):
        wish = Wish(budget, Space(literals=literals), replace, skips=live.version >= 180000)
        try:
            advice = advise(laboratory, statistics, asked, wish, live.settings, announce)
        except Unplannable as error:
            raise DesignError(describe_refusals(error.refused)) from error
    return changed(advice, notes=(*notes, *told_of(live), *advice.notes))


def advise_design(
    path: Path,
    *,
    budget: int | None = None,
    apply: bool = False,
    announce: Callable[[str], None] = lambda doing: None,
) -> Advice:
    """Choose indexes for the access patterns of a design at its horizon, weighted by their rates.

    What the compiler's rules made may go, what the designer fixed stays; `budget` in bytes is without limit by default.
    `apply` writes the choice into the design, which then compiles to it. Raise DesignError, ServerError, psycopg.Error,
    OSError.
    """
    from dbwright.emit import emit
    from dbwright.frontends.advice_writing import write_advice
    from dbwright.planner.advisor.advice import Wish, advise
    from dbwright.planner.advisor.candidates import Space
    from dbwright.planner.advisor.designed import (
        designed_workload,
        fixed_indexes,
        shared_indexes,
        tables_without_entity,
        tenant_columns,
        written_indexes,
    )
    from dbwright.planner.advisor.live import OWN_EXTENSIONS
    from dbwright.planner.advisor.obligations import blameless, obligations_of
    from dbwright.planner.laboratory import open_laboratory
    from dbwright.planner.synthesis import synthesize
    from dbwright.records import replace as changed
    from dbwright.rules.registry import all_rules

    design = load_design(path)
    blueprint = compile_design(design)
    synthesis = synthesize(blueprint)
    asked = designed_workload(blueprint)
    wish = Wish(
        1 << 62 if budget is None else budget,
        Space(literals="constant"),
        True,
        kept=fixed_indexes(blueprint),
        closed=tables_without_entity(blueprint),
        tenants=tenant_columns(blueprint),
        lenient=True,
        obligations=obligations_of(blueprint),
        shared=shared_indexes(blueprint),
        sift=blameless(blueprint, [rule for code, rule in all_rules().items() if code in FAULTS]),
    )
    extensions = "".join(f"create extension if not exists {name};\n" for name in OWN_EXTENSIONS)
    with open_laboratory(emit(blueprint, "postgresql")["ddl/schema.sql"] + extensions) as laboratory:
        advice = advise(laboratory, [synthesis.statistics], asked, wish, {}, announce)
    if apply:
        written = write_advice(
            design, written_indexes(blueprint, advice), [s.name for s in advice.statements], _shown_budget(budget)
        )
        for name, text in written.items():
            write_files(Path(name).parent, {Path(name).name: text})
    assumed = len(synthesis.assumptions)
    return changed(
        advice, notes=(*advice.notes, f"{assumed} facts of the data were assumed, as the design leaves them out")
    )


def _shown_budget(budget: int | None) -> str:
    if budget is None:
        return ""
    for unit, size in (("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10)):
        if budget and budget % size == 0:
            return f"{budget // size}{unit}"
    return f"{budget}B"
