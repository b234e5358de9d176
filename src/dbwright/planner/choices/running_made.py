"""What a summary or a copied column is on a running database: DDL, statistics, bytes, and what writes pay for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, prod

from dbwright.model.blueprint import Blueprint
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.footprint import index_statistics
from dbwright.planner.advisor.live import tree_height
from dbwright.planner.advisor.tables import Standing, TableFacts
from dbwright.planner.advisor.writes import DESCENT, RANDOM_PAGE, Written, definition_of_standing, entry_cost
from dbwright.planner.choices.candidate import Candidate
from dbwright.planner.choices.keeping import copy_ddl
from dbwright.planner.choices.stored import unit_of
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from dbwright.records import record, replace
from dbwright.sizing.layout import PAGE
from dbwright.sql.grammar import expression_text, inside, parse
from dbwright.sql.names import fit, listed, qualify, quote
from dbwright.sql.patterns import columns_by_name, queries, read_query
from dbwright.sql.types import width

UNITS_SPANNED = 2_000.0
"""Units of time that a column is taken to span: some years of days."""


@record(frozen=True)
class Made:
    """A change as it is tried: DDL for the empty schema and back, statistics with it, DDL to tell, and a refresh.

    `upkeep` is what writes of the workload pay for it, by what for.
    """

    make: str
    undo: str
    statistics: Statistics
    told: tuple[str, ...]
    size: int
    refreshed: str = ""
    upkeep: tuple[tuple[str, float], ...] = ()


def made_summary(
    candidate: Candidate, blueprint: Blueprint, tables: Mapping[str, TableFacts], statistics: Statistics
) -> Made:
    """Return how a summary is made and what it is then; raise GrammarError."""
    assert candidate.summary is not None
    query, key = str(candidate.summary.sql), tuple(map(str, candidate.summary.key_columns))
    name = qualify(statistics.schema, candidate.subject)
    index = fit(candidate.subject, "key")
    created = f"create materialized view {name} as {query}"
    unique = f"create unique index {quote(index)} on {name} ({listed(key)})"
    stored = _stored(candidate.subject, query, key, index, blueprint, tables, statistics)
    size = (stored.pages + stored.indexes[0].pages) * PAGE
    return Made(
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


def made_copy(
    candidate: Candidate,
    blueprint: Blueprint,
    tables: Mapping[str, TableFacts],
    written: Sequence[Written],
    standing: Sequence[Standing],
    statistics: Statistics,
) -> Made:
    """Return how copied columns and their index are made, and what the table is then."""
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
    upkeep = _copy_upkeep(candidate, definition, tables, written, standing)
    dropped = ", ".join(f"drop column {quote(str(c.name))}" for c in candidate.columns)
    return Made(
        f"alter table {table} {', '.join(added)}; {created}",
        f"alter table {table} {dropped}",
        replace(statistics, tables=grown),
        (f"alter table {table} {', '.join(added)}", *copy_ddl(blueprint, candidate), created),
        (ceil(widened) + own.pages) * PAGE,
        upkeep=((candidate.what, upkeep),) if upkeep else (),
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


def _copy_upkeep(
    candidate: Candidate,
    index: Definition,
    tables: Mapping[str, TableFacts],
    written: Sequence[Written],
    standing: Sequence[Standing],
) -> float:
    """What writes pay for copied columns: the original is read with each new row, and spread when it changes."""
    child, parent = candidate.tables
    whole, source = tables[child], tables[parent]
    originals = {str(c.copy_of).partition(".")[2] for c in candidate.columns}
    own = _with_columns(whole, source, candidate)
    entry = entry_cost(index, own)
    others = sum(entry_cost(definition_of_standing(s), whole) for s in standing if s.table == child)
    fan_out = whole.rows / max(1.0, source.rows)
    total = 0.0
    for write in written:
        if write.table == child and write.verb == "insert":
            total += write.rows * (DESCENT * (1 + tree_height(source.pages)) + 2 * RANDOM_PAGE + entry)
        elif write.table == parent and write.verb == "update" and originals & write.columns:
            total += write.rows * fan_out * (1.5 * RANDOM_PAGE + entry + others)
    return total
