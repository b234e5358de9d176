"""Summaries and copied columns for a running database without a design: tried in its laboratory, told as DDL.

What a workload says is all that is known: how often a summary must be computed anew is for its owner to say, so what a
refresh costs is told beside what it saves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from math import ceil, prod
from typing import TYPE_CHECKING

from dbwright.catalog import read_catalog
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, Statement
from dbwright.model.quantities import Rate
from dbwright.model.shape import Text
from dbwright.model.table import Size, Table
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.footprint import index_statistics
from dbwright.planner.advisor.live import tree_height
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.tables import TableFacts, read_tables
from dbwright.planner.advisor.trials import explain
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import apply_settings
from dbwright.planner.choices.candidate import Candidate, Dismissed
from dbwright.planner.choices.copied_columns import copy_candidates
from dbwright.planner.choices.keeping import copy_ddl
from dbwright.planner.choices.selection import Choices, Effect, Tried, refuse
from dbwright.planner.choices.stored import unit_of
from dbwright.planner.choices.summaries import summary_candidates
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from dbwright.records import record, replace
from dbwright.sizing.layout import PAGE
from dbwright.sql.grammar import GrammarError, expression_text, inside, parse
from dbwright.sql.names import fit, listed, qualify, quote
from dbwright.sql.parameters import number_parameters
from dbwright.sql.patterns import columns_by_name, queries, read_query
from dbwright.sql.types import width

if TYPE_CHECKING:
    from dbwright.planner.laboratory import Laboratory

FRESHNESS = "stale up to 1h"
"""What a summary is taken to be allowed; nobody said."""
UNITS_SPANNED = 2_000.0
"""Units of time that a column is taken to span: some years of days."""


@record(frozen=True)
class _Made:
    """A change as it is tried: DDL for the empty schema and back, statistics with it, DDL to tell, and a refresh."""

    make: str
    undo: str
    statistics: Statistics
    told: tuple[str, ...]
    size: int
    refreshed: str = ""


def choose_running(
    laboratory: Laboratory,
    statistics: Sequence[Statistics],
    workload: Sequence[Asked],
    settings: Mapping[str, str],
    kinds: Collection[str],
    budget: int,
    samples: bool,
    announce: Callable[[str], None] = lambda doing: None,
) -> Choices:
    """Choose summaries and copies for a workload on a running database; raise psycopg.Error."""
    with laboratory.at(*statistics) as lab:
        apply_settings(lab.connection, settings)
        tables = read_tables(lab.connection, statistics[0])
        base = {a.name: cost for a in workload if (cost := _cost(lab.connection, a)) is not None}
    with laboratory.connect() as connection:
        blueprint = blueprint_of(read_catalog(connection), statistics[0].schema, tables, workload)
    every = list(_candidates(blueprint, kinds, samples))
    dismissed = [c for c in every if isinstance(c, Dismissed)]
    candidates = [c for c in every if isinstance(c, Candidate)]
    chosen: list[Tried] = []
    tried: list[Tried] = []
    for number, candidate in enumerate(candidates, 1):
        announce(f"trying {number} of {len(candidates)}: {candidate.what}")
        found = _try(laboratory, statistics, candidate, blueprint, tables, workload, base, settings)
        if isinstance(found, Tried):
            tried.append(found)
        else:
            dismissed.append(found)
    for one in sorted(tried, key=lambda t: (-t.saved, t.candidate.subject)):
        why = refuse(one, chosen, budget)
        if why:
            dismissed.append(Dismissed(one.candidate.kind, one.candidate.subject, one.candidate.what, why))
        else:
            chosen.append(one)
    return Choices(tuple(chosen), (), tuple(dismissed), 1 + len(candidates), 0)


def blueprint_of(
    catalog: Blueprint, schema: str, tables: Mapping[str, TableFacts], workload: Sequence[Asked]
) -> Blueprint:
    """Return the tables of one schema with their rows, and the workload as access patterns."""
    own = tuple(_table(t, schema, tables) for t in catalog.tables if _bare(t.name, schema) in tables)
    named = replace(catalog, tables=own, schema=schema)
    patterns, statements = [], []
    for asked in workload:
        text = asked.source.strip().rstrip(";").rstrip() or asked.sql
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
    tables: Mapping[str, TableFacts],
    workload: Sequence[Asked],
    base: Mapping[str, float],
    settings: Mapping[str, str],
) -> Tried | Dismissed:
    asked = {a.name: a for a in workload}
    try:
        if candidate.summary is not None:
            made = _summary(candidate, blueprint, tables, statistics[0])
        else:
            made = _copy(candidate, blueprint, tables, statistics[0])
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
    return _compared(candidate, made, blueprint, base, costs, refresh)


def _numbered(sql: str) -> str:
    return number_parameters(sql).sql


def _compared(
    candidate: Candidate,
    made: _Made,
    blueprint: Blueprint,
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
    return Tried(
        replace(candidate, cautions=tuple(cautions), ddl=made.told),
        effects,
        (),
        reads,
        0.0,
        made.size,
        sum(weights.get(n, 1.0) * base[n] for n in candidate.statements),
        sum(weights.get(n, 1.0) * c for n, c in base.items()),
        written="\n".join(f"{line};" for line in made.told),
        unit="a run of the workload",
    )


def _summary(
    candidate: Candidate, blueprint: Blueprint, tables: Mapping[str, TableFacts], statistics: Statistics
) -> _Made:
    assert candidate.summary is not None
    query, key = str(candidate.summary.sql), tuple(map(str, candidate.summary.key_columns))
    name = qualify(statistics.schema, candidate.subject)
    index = fit(candidate.subject, "key")
    created = f"create materialized view {name} as {query}"
    unique = f"create unique index {quote(index)} on {name} ({listed(key)})"
    stored = _stored(candidate.subject, query, key, index, blueprint, tables, statistics)
    size = (stored.pages + stored.indexes[0].pages) * PAGE
    return _Made(
        f"{created}; {unique}",
        f"drop materialized view if exists {name}",
        replace(statistics, tables=(*statistics.tables, stored)),
        (created, unique, f"refresh materialized view concurrently {name}"),
        size,
        query,
    )


def _stored(
    name: str,
    query: str,
    key: Sequence[str],
    index: str,
    blueprint: Blueprint,
    tables: Mapping[str, TableFacts],
    statistics: Statistics,
) -> TableStatistics:
    """The stored rows: one for each combination of what they are stored by, with the values that the columns have."""
    select = inside(parse(query)[0])
    read = [t for n in read_query(query, columns_by_name(blueprint)).tables if (t := tables.get(n)) is not None]
    distinct: list[float] = []
    columns: list[ColumnStatistics] = []
    bytes_each = 28.0
    for target in select.target_list:
        text = expression_text(target.res_target.val)
        column = text.rpartition(".")[2].strip('"')
        called = target.res_target.name or column
        facts = next((c for t in read if (c := t.column(column)) is not None), None)
        owner = next((t for t in read if t.column(column) is not None), None)
        if facts is not None and owner is not None:
            bytes_each += facts.width()
            number = facts.distinct(owner.rows)
            known = {k: v for k, v in facts.statistics.items() if k != "correlation"}
            columns.append(ColumnStatistics(called, {**known, "n_distinct": f"{number:.0f}"}))
        else:
            bytes_each += width("numeric")[0]
            number = UNITS_SPANNED if unit_of(text) else 100.0
        if called in key:
            distinct.append(number)
    rows = min(prod(distinct), max((t.rows for t in read), default=1.0))
    pages = ceil(rows * bytes_each / (PAGE * 0.95)) + 1
    leaves = ceil(rows * (bytes_each / 2 + 8) / (PAGE * 0.9)) + 1
    height = tree_height(leaves)
    own = IndexStatistics(index, leaves, rows, height)
    return TableStatistics(name, pages, rows, pages, tuple(columns), (own,))


def _copy(
    candidate: Candidate, blueprint: Blueprint, tables: Mapping[str, TableFacts], statistics: Statistics
) -> _Made:
    child, parent = candidate.tables
    whole, source = tables[child], tables[parent]
    added, known = [], []
    more = 0.0
    for column in candidate.columns:
        original = source.column(str(column.copy_of).partition(".")[2])
        assert original is not None
        added.append(f"add column {quote(str(column.name))} {str(column.sql).removesuffix(' not null')}")
        values = {k: v for k, v in original.statistics.items() if k != "correlation"}
        values["n_distinct"] = f"{min(original.distinct(source.rows), whole.rows):.0f}"
        known.append(ColumnStatistics(str(column.name), values))
        more += original.width()
    definition = _index(candidate, blueprint, child)
    table = qualify(statistics.schema, child)
    index = fit(child, *(str(c.name) for c in candidate.columns), "copy_idx")
    created = definition.ddl(statistics.schema, index)
    widened = whole.rows * more / PAGE
    own = replace(index_statistics(definition, _with_columns(whole, source, candidate)), name=index)
    grown = tuple(
        replace(t, pages=t.pages + ceil(widened), columns=(*t.columns, *known), indexes=(*t.indexes, own))
        if t.name == child
        else t
        for t in statistics.tables
    )
    dropped = ", ".join(f"drop column {quote(str(c.name))}" for c in candidate.columns)
    return _Made(
        f"alter table {table} {', '.join(added)}; {created}",
        f"alter table {table} {dropped}",
        replace(statistics, tables=grown),
        (f"alter table {table} {', '.join(added)}", *copy_ddl(blueprint, candidate), created),
        (ceil(widened) + own.pages) * PAGE,
    )


def _index(candidate: Candidate, blueprint: Blueprint, child: str) -> Definition:
    """An index that leads with the copies and goes on with the order that their patterns ask for."""
    keys = [KeyPart(str(c.name)) for c in candidate.columns]
    orders: Sequence[KeyPart] = ()
    for name in candidate.statements:
        _, query = queries(blueprint)[name]
        for use in query.uses:
            if use.table == child and use.orders and not any(o.is_expression for o in use.orders):
                orders = [KeyPart(o.column, descending=o.descending) for o in use.orders]
    return Definition(child, (*keys, *(o for o in orders if o.text not in {k.text for k in keys})))


def _with_columns(whole: TableFacts, source: TableFacts, candidate: Candidate) -> TableFacts:
    """The child with its copies, for the size of their index."""
    made = []
    for column in candidate.columns:
        original = source.column(str(column.copy_of).partition(".")[2])
        assert original is not None
        number = original.distinct(source.rows)
        made.append(
            replace(original, name=str(column.name), statistics={**original.statistics, "n_distinct": f"{number:.0f}"})
        )
    return replace(whole, columns=(*whole.columns, *made))
