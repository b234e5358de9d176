"""What a design costs besides its access patterns, in the planner's units a second: what writes and time bring along.

The planner counts no index of a written row, no trigger, no vacuum and no refresh. Each is priced here from the same
constants, so that it can be added to what patterns cost. Source: `planner.advisor.writes`; PostgreSQL manual, "Routine
Vacuuming" (a vacuum reads all of every index) and REFRESH MATERIALIZED VIEW.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Column, Retention
from dbwright.model.quantities import MONTH
from dbwright.model.table import ForeignKey, Index, Table
from dbwright.planner.advisor.writes import DESCENT, OPERATOR, RANDOM_PAGE, ROW, SEQUENTIAL_PAGE
from dbwright.planner.statistics import Statistics
from dbwright.records import record
from dbwright.sizing.axes import axis_of
from dbwright.sizing.definitions import read_index
from dbwright.sizing.facts import TableFacts
from dbwright.sizing.layout import PAGE
from dbwright.sql.names import literal, qualify, quote
from dbwright.sql.patterns import queries
from dbwright.theory.partitioning import age_column
from dbwright.theory.volumes import volumes_of

if TYPE_CHECKING:
    from dbwright.planner.planned import Planned

WRITTEN_PAGE = RANDOM_PAGE / 2
"""A page that is changed somewhere in a table, and written out some time later together with others."""
DROPPED = 100.0
"""Dropping or detaching a partition: locks, catalog rows and files, however many rows it has."""


@record(frozen=True)
class Written:
    """Rows of a table that come and go in a second; `updates` lists the columns that are set, with the rows."""

    inserted: float = 0.0
    deleted: float = 0.0
    updates: tuple[tuple[frozenset[str], float], ...] = ()


def written(blueprint: Blueprint) -> dict[str, Written]:
    """Return the writes by table: from the rates of patterns, and from how tables grow where that is more."""
    found = {t.name: Written(inserted=volumes_of(blueprint).per_second(t)) for t in blueprint.tables}
    said: dict[str, float] = {}
    for pattern, query in queries(blueprint).values():
        rate = (pattern.rate.per_second if pattern.rate else 0.0) * (pattern.rows.value if pattern.rows else 1)
        for (verb, table), columns in query.writes.items():
            now = found.get(table)
            if now is None:
                continue
            if verb == "insert":
                said[table] = said.get(table, 0.0) + rate
            elif verb == "update":
                more = (*now.updates, (frozenset(columns), rate))
                found[table] = Written(now.inserted, now.deleted, more)
            elif verb == "delete":
                found[table] = Written(now.inserted, now.deleted + rate, now.updates)
    return {n: Written(max(w.inserted, said.get(n, 0.0)), w.deleted, w.updates) for n, w in found.items()}


def upkeep_of(
    blueprint: Blueprint, facts: Mapping[str, TableFacts], planned: Planned, base: Statistics
) -> dict[str, float]:
    """Return the upkeep of a design by what it is for: indexes, retention, summaries, copies and counters."""
    writes = written(blueprint)
    found: dict[str, float] = {}
    for table in blueprint.tables:
        found[f"indexes of {table.name}"] = _indexes(table, facts[table.name], writes[table.name])
        found[f"retention of {table.name}"] = _retention(blueprint, table, facts[table.name], planned, base)
        for column in (c.source for c in table.columns if c.source is not None):
            if column.copy_of:
                found[f"copy {table.name}.{column.name}"] = _copy(blueprint, table, column, facts, writes)
            elif column.counts or column.sums:
                found[f"counter {table.name}.{column.name}"] = _counter(table, column, writes)
    for made in blueprint.summaries:
        cost = float(planned.explain(made.query)[0]["Plan"]["Total Cost"])
        stored = next((t for t in base.tables if t.name == made.stored), None)
        if stored is not None:
            # It is computed anew, compared with what stands, and what has changed is written.
            cost += 3 * stored.pages * SEQUENTIAL_PAGE + 2 * stored.rows * ROW
        found[f"refresh of {made.name}"] = cost / made.every
    return {name: cost for name, cost in found.items() if cost > 0}


def writing_today(blueprint: Blueprint, facts: Mapping[str, TableFacts], upkeep: Mapping[str, float]) -> float:
    """Return what the writes of a design cost in a second: rows, entries of indexes, and what is kept besides."""
    writes = written(blueprint)
    rows = sum(_rows(facts[t.name], writes[t.name]) for t in blueprint.tables)
    return rows + sum(cost for name, cost in upkeep.items() if not name.startswith("retention"))


def _rows(facts: TableFacts, writes: Written) -> float:
    """What it costs to write the rows: a new one goes where the last one went, another one stands on any page."""
    size = 28.0 + sum(c.value.bytes for c in facts.columns)
    others = writes.deleted + sum(rows for _, rows in writes.updates)
    return writes.inserted * (ROW + SEQUENTIAL_PAGE * size / PAGE) + others * (ROW + WRITTEN_PAGE)


def _indexes(table: Table, facts: TableFacts, writes: Written) -> float:
    """Every insert adds an entry to every index; an update that changes a column of any of them does so, too."""
    indexes = tuple(map(read_index, (*table.key_indexes, *table.indexes)))
    entries = sum(entry_cost(index, facts) for index in indexes)
    indexed = {c for i in indexes if i.method != "brin" for c in (*i.columns, *i.include)}
    moved = sum(rows for columns, rows in writes.updates if columns & indexed)
    return entries * (writes.inserted + moved)


def entry_cost(index: Index, facts: TableFacts) -> float:
    """Return what one more entry of an index costs: a descent, and its share of a page that must be written."""
    index = read_index(index)
    if index.method == "brin":
        return OPERATOR
    columns = [c for name in (*index.columns, *index.include) if (c := facts.column(name)) is not None]
    first = facts.column(index.columns[0])
    size = 16.0 + sum(c.value.bytes for c in columns)
    page = SEQUENTIAL_PAGE * size / PAGE if first is not None and first.rising else WRITTEN_PAGE
    return (8.0 if index.method == "gin" else 1.0) * (2 * DESCENT + page)


def _retention(blueprint: Blueprint, table: Table, facts: TableFacts, planned: Planned, base: Statistics) -> float:
    """What it costs to let rows go by age: a partition at once, or each row, and a vacuum of all indexes after it."""
    entity = blueprint.design.entity(table.name)
    retention = entity.retention if entity else None
    column = leaving_column(table, retention)
    rate = volumes_of(blueprint).per_second(table)
    if retention is None or column is None or not rate or retention.then not in ("delete", "archive"):
        return 0.0
    scheme = table.partitioning
    if scheme is not None and scheme.keep_months and scheme.columns == (column,):
        return DROPPED / (scheme.every * MONTH)
    return deletion_cost(blueprint, table, facts, planned, base, column, rate * MONTH) / MONTH


def leaving_column(table: Table, retention: Retention | None) -> str | None:
    """Return the required column that tells a row's age, where rows leave by age."""
    return age_column(table, retention) if retention is not None and retention.keep.by_age else None


def deletion_cost(
    blueprint: Blueprint,
    table: Table,
    facts: TableFacts,
    planned: Planned,
    base: Statistics,
    column: str,
    rows: float,
) -> float:
    """Return what it costs to delete the oldest rows of a table: to find them, to mark them, and to vacuum after."""
    age = facts.column(column)
    axis = axis_of(age.type) if age is not None else None
    if age is None or axis is None or age.lowest is None or age.highest is None or facts.rows <= 0:
        return 0.0
    share = min(1.0, rows / facts.rows)
    end = axis.between(axis.read(age.lowest), axis.read(age.highest), round(share * 10**6), 10**6)
    where = f"{quote(column)} < {literal(end)}::{age.type}"
    plan = planned.explain(f"delete from {qualify(blueprint.schema, table.name)} where {where}")[0]["Plan"]
    names = {table.name, *(p.name for p in (table.partitioning.partitions if table.partitioning else ()))}
    own = [t for t in base.tables if t.name in names]
    heap = sum(max(0, t.pages) for t in own) * (share if age.rising else 1.0)
    indexes = sum(max(0, i.pages) for t in own for i in t.indexes)
    gone = min(rows, facts.rows)
    entries = 1 + len(table.key_indexes) + len(table.indexes)
    return float(plan["Total Cost"]) + gone * entries * ROW + (2 * heap + indexes) * SEQUENTIAL_PAGE


def _copy(
    blueprint: Blueprint,
    table: Table,
    column: Column,
    facts: Mapping[str, TableFacts],
    writes: Mapping[str, Written],
) -> float:
    """What a copy costs: the original is read with each new row, and each change of it goes to all that repeat it."""
    source, _, original = str(column.copy_of).partition(".")
    target = blueprint.table(source)
    if target is None:
        return 0.0
    taken = writes[table.name].inserted * look_up(facts[source]) if column.kept_by == "trigger" else 0.0
    changes = sum(rows for columns, rows in writes[source].updates if original in columns)
    fan_out = facts[table.name].rows / max(1.0, facts[source].rows)
    holding = [i for i in (*table.key_indexes, *table.indexes) if column.name in (*i.columns, *i.include)]
    moved = sum(entry_cost(i, facts[table.name]) for i in ((*table.key_indexes, *table.indexes) if holding else ()))
    return taken + changes * fan_out * (RANDOM_PAGE + WRITTEN_PAGE + moved)


def _counter(table: Table, column: Column, writes: Mapping[str, Written]) -> float:
    """What a counter costs: each row that comes or goes finds its row here and writes it."""
    source, _, added = str(column.counts or column.sums).partition(".")
    own = writes.get(source, Written())
    changes = sum(rows for columns, rows in own.updates if added and added in columns)
    holding = any(column.name in (*i.columns, *i.include) for i in table.indexes)
    entries = (len(table.key_indexes) + len(table.indexes)) * (2 * DESCENT + WRITTEN_PAGE) if holding else 0.0
    rows = own.inserted + own.deleted + changes
    return rows * (RANDOM_PAGE + WRITTEN_PAGE + 3 * DESCENT + entries)


def look_up(facts: TableFacts) -> float:
    """Return what it costs to find one row by its key: a descent of its index, and its page."""
    levels = 1
    rows = facts.rows / 200
    while rows > 1:
        levels, rows = levels + 1, rows / 280
    return levels * DESCENT + 2 * RANDOM_PAGE


def reference_between(child: Table, parent: str) -> ForeignKey | None:
    """Return the only reference from a table to another one."""
    keys = [k for k in child.foreign_keys if k.target == parent]
    return keys[0] if len(keys) == 1 else None


def costs_more(upkeep: Mapping[str, float], than: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield what changed between two upkeeps, the largest change first."""
    names = sorted({*upkeep, *than}, key=lambda n: -abs(upkeep.get(n, 0.0) - than.get(n, 0.0)))
    yield from ((n, d) for n in names if abs(d := upkeep.get(n, 0.0) - than.get(n, 0.0)) > 1e-9)
