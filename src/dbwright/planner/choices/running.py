"""Summaries and copied columns for a running database without a design: tried in its laboratory, told as DDL.

What a workload says is all that is known: how often a summary must be computed anew is for its owner to say, so what a
refresh costs is told beside what it saves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING

from dbwright.catalog import read_catalog
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, Statement
from dbwright.model.quantities import Rate
from dbwright.model.shape import Text
from dbwright.model.table import Size, Table
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.statement import named_parameters
from dbwright.planner.advisor.tables import TableFacts
from dbwright.planner.advisor.trials import explain
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import Setup, apply_settings, set_up
from dbwright.planner.advisor.write_budget import WriteBudget, Writing
from dbwright.planner.advisor.writes import cost_of_today
from dbwright.planner.choices.candidate import Candidate, Dismissed
from dbwright.planner.choices.copied_columns import copy_candidates
from dbwright.planner.choices.running_made import Made, made_copy, made_summary
from dbwright.planner.choices.selection import Choices, Effect, Room, Tried, refuse
from dbwright.planner.choices.summaries import summary_candidates
from dbwright.planner.statistics import Statistics
from dbwright.records import replace
from dbwright.sql.grammar import GrammarError
from dbwright.sql.parameters import number_parameters
from dbwright.sql.patterns import columns_by_name, read_query

if TYPE_CHECKING:
    from dbwright.planner.laboratory import Laboratory

FRESHNESS = "stale up to 1h"
"""What a summary is taken to be allowed; nobody said."""


def choose_running(
    laboratory: Laboratory,
    statistics: Sequence[Statistics],
    workload: Sequence[Asked],
    settings: Mapping[str, str],
    kinds: Collection[str],
    budget: int,
    samples: bool,
    announce: Callable[[str], None] = lambda doing: None,
    writes: WriteBudget | None = None,
) -> Choices:
    """Choose summaries and copies for a workload on a running database; raise psycopg.Error.

    `budget` are the bytes that may be added, `writes` what may be added to the cost of writes, None for any.
    """
    with laboratory.at(*statistics) as lab:
        apply_settings(lab.connection, settings)
        setup = set_up(lab.connection, statistics[0], workload)
        base = {a.name: cost for a in workload if (cost := _cost(lab.connection, a)) is not None}
    with laboratory.connect() as connection:
        blueprint = blueprint_of(read_catalog(connection), statistics[0].schema, setup.tables, workload)
    every = list(_candidates(blueprint, kinds, samples))
    dismissed = [c for c in every if isinstance(c, Dismissed)]
    candidates = [c for c in every if isinstance(c, Candidate)]
    chosen: list[Tried] = []
    tried: list[Tried] = []
    for number, candidate in enumerate(candidates, 1):
        announce(f"trying {number} of {len(candidates)}: {candidate.what}")
        found = _try(laboratory, statistics, candidate, blueprint, setup, workload, base, settings)
        if isinstance(found, Tried):
            tried.append(found)
        else:
            dismissed.append(found)
    today = cost_of_today(setup.written, setup.tables, setup.standing)
    allowed = writes.allowed(today) if writes is not None else None
    room = Room(budget, float("inf") if allowed is None else allowed)
    for one in sorted(tried, key=lambda t: (-t.saved, t.candidate.subject)):
        why = refuse(one, chosen, room)
        if why:
            dismissed.append(Dismissed(one.candidate.kind, one.candidate.subject, one.candidate.what, why))
        else:
            chosen.append(one)
    writing = Writing(today, sum(t.writing for t in chosen), allowed)
    return Choices(tuple(chosen), (), tuple(dismissed), 1 + len(candidates), 0, writing)


def blueprint_of(
    catalog: Blueprint, schema: str, tables: Mapping[str, TableFacts], workload: Sequence[Asked]
) -> Blueprint:
    """Return the tables of one schema with their rows, and the workload as access patterns."""
    own = tuple(_table(t, schema, tables) for t in catalog.tables if _bare(t.name, schema) in tables)
    named = replace(catalog, tables=own, schema=schema)
    patterns, statements = [], []
    for asked in workload:
        text = named_parameters(asked.source.strip().rstrip(";").rstrip() or asked.sql)
        try:
            query = read_query(text, columns_by_name(named))
        except GrammarError:
            continue
        rate = Rate.parse("1/s")
        patterns.append(
            AccessPattern(name=Text(asked.name), by=(), sql=Text(text), rate=replace(rate, per_second=asked.weight),
                          freshness=Text(FRESHNESS))
        )  # fmt: skip
        statements.append(Statement(asked.name, query.sql, query.parameters))
    design = replace(catalog.design, access=tuple(patterns))
    return replace(named, design=design, statements=tuple(statements))


def _as_written(sql: str, asked: Asked) -> str:
    """A statement with the parameters as numbers again where its owner wrote them so."""
    return re.sub(r":p(\d+)\b", r"$\1", sql) if asked.parameters[:1] == ("$1",) else sql


def _bare(name: str, schema: str) -> str:
    """The name inside of its schema; one of another schema keeps the schema's name, and is nobody's."""
    return name if schema == "public" else name.removeprefix(f"{schema}.") if name.startswith(f"{schema}.") else ""


def _table(table: Table, schema: str, tables: Mapping[str, TableFacts]) -> Table:
    name = _bare(table.name, schema)
    rows = round(tables[name].rows)
    keys = tuple(replace(k, target=_bare(k.target, schema)) for k in table.foreign_keys if _bare(k.target, schema))
    return replace(table, name=name, foreign_keys=keys, size=Size(rows, rows, 0, 0))


def _candidates(blueprint: Blueprint, kinds: Collection[str], samples: bool) -> Iterator[Candidate | Dismissed]:
    if "summary" in kinds:
        yield from summary_candidates(blueprint, samples)
    if "copy" in kinds:
        yield from copy_candidates(blueprint)


def _cost(connection: object, asked: Asked) -> float | None:
    try:
        return float(explain(connection, asked)["Total Cost"])  # type: ignore[arg-type]
    except PlanningRefused:
        connection.rollback()  # type: ignore[attr-defined]
        return None


def _try(
    laboratory: Laboratory,
    statistics: Sequence[Statistics],
    candidate: Candidate,
    blueprint: Blueprint,
    setup: Setup,
    workload: Sequence[Asked],
    base: Mapping[str, float],
    settings: Mapping[str, str],
) -> Tried | Dismissed:
    asked = {a.name: a for a in workload}
    try:
        if candidate.summary is not None:
            made = made_summary(candidate, blueprint, setup.tables, statistics[0])
        else:
            made = made_copy(candidate, blueprint, setup.tables, setup.written, setup.standing, statistics[0])
    except GrammarError as error:
        return Dismissed(candidate.kind, candidate.subject, candidate.what, str(error))
    refused = laboratory.attempt({candidate.subject: made.make})
    if refused:
        return Dismissed(candidate.kind, candidate.subject, candidate.what, refused[candidate.subject])
    try:
        with laboratory.at(made.statistics, *statistics[1:]) as lab:
            apply_settings(lab.connection, settings)
            costs = {}
            for name in base:
                sql = candidate.statements.get(name)
                costs[name] = _cost(lab.connection, replace(asked[name], sql=_numbered(sql)) if sql else asked[name])
            refresh = _cost(lab.connection, Asked("", made.refreshed)) if made.refreshed else None
    finally:
        laboratory.attempt({candidate.subject: made.undo})
    return _compared(candidate, made, blueprint, asked, base, costs, refresh)


def _numbered(sql: str) -> str:
    return number_parameters(sql).sql


def _compared(
    candidate: Candidate,
    made: Made,
    blueprint: Blueprint,
    asked: Mapping[str, Asked],
    base: Mapping[str, float],
    costs: Mapping[str, float | None],
    refresh: float | None,
) -> Tried | Dismissed:
    weights = {str(p.name): p.rate.per_second if p.rate else 1.0 for p in blueprint.design.access}
    if any(costs[name] is None for name in candidate.statements):
        return Dismissed(candidate.kind, candidate.subject, candidate.what, "the server cannot plan it")
    effects = tuple(
        Effect(name, weights.get(name, 1.0), cost, found)
        for name, cost in base.items()
        # What else gets cheaper (a larger table is read by more workers) is no reason.
        if (found := costs[name]) is not None and (name in candidate.statements or found > cost * 1.005)
    )
    reads = sum(e.rate * (e.without_it - e.with_it) for e in effects)
    cautions = list(candidate.cautions)
    if refresh is not None:
        every = max(1, ceil(refresh / reads)) if reads > 0 else 0
        cautions.append(
            f"computing it anew costs {refresh:,.0f}: it pays if the workload runs more than {every:,} times in between"
        )
    statements = {name: _as_written(sql, asked[name]) for name, sql in candidate.statements.items()}
    return Tried(
        replace(candidate, cautions=tuple(cautions), ddl=made.told, statements=statements),
        effects,
        made.upkeep,
        reads,
        sum(cost for _, cost in made.upkeep),
        made.size,
        sum(weights.get(n, 1.0) * base[n] for n in candidate.statements),
        sum(weights.get(n, 1.0) * c for n, c in base.items()),
        written="\n".join(f"{line};" for line in made.told),
        unit="a run of the workload",
    )
