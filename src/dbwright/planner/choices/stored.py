"""The stored rows of summaries as the planner would see them: how many groups there are, and which values they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dbwright.model.blueprint import Blueprint, StoredSummary
from dbwright.model.table import Table
from dbwright.planner.statistics import TableStatistics
from dbwright.planner.synthesis import table_statistics
from dbwright.records import record, replace
from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import ColumnFacts, TableFacts
from dbwright.sizing.layout import Value, stored
from dbwright.sql.grammar import expression_text, find, inside, kind, parse, strings, tree
from dbwright.sql.outputs import Output, outputs_of
from dbwright.sql.types import bare_type, width

UNITS: Mapping[str, float] = {
    "second": 1.0,
    "minute": 60.0,
    "hour": 3_600.0,
    "day": 86_400.0,
    "week": 604_800.0,
    "month": 2_629_800.0,
    "quarter": 7_889_400.0,
    "year": 31_557_600.0,
}
"""Seconds of the units by which times are cut off."""
_TRUNCATED = re.compile(r"^date_trunc\('(\w+)'", re.IGNORECASE)
_DAY = re.compile(r"::date$|^CAST\(.* AS date\)$", re.IGNORECASE)


@record(frozen=True)
class Part:
    """What rows are grouped by: a column of a table, whole or cut off to a unit of time in seconds."""

    table: str
    column: str
    unit: float = 0.0


def stored_tables(blueprint: Blueprint, facts: Mapping[str, TableFacts]) -> Iterator[TableStatistics]:
    """Yield the statistics of the stored rows of each summary."""
    for made in blueprint.summaries:
        view = next(v for v in blueprint.views if v.name == made.stored)
        own = summary_facts(blueprint, made, facts)
        table = Table(made.stored, columns=made.columns, indexes=view.indexes)
        yield table_statistics(table, made.stored, own, 1.0)


def summary_facts(blueprint: Blueprint, made: StoredSummary, facts: Mapping[str, TableFacts]) -> TableFacts:
    """Return the facts of the stored rows of a summary: one for each combination of what it is grouped by."""
    types = {t.name: {c.name: c.type for c in t.columns} for t in blueprint.tables}
    outputs = outputs_of(made.query, types)
    texts = [expression_text(t.res_target.val) for t in inside(parse(made.query)[0]).target_list]
    parts = {o.name: _part(blueprint, made, o, text) for o, text in zip(outputs, texts, strict=True)}
    grouped = [p for name, p in parts.items() if name in made.key and p is not None]
    tenants = {t.name: t.tenant_column for t in blueprint.tables if t.tenant_column}
    rows = groups(grouped, facts, tenants)
    columns = tuple(_column(o, parts[o.name], facts, rows) for o in outputs)
    return TableFacts(made.stored, rows, columns, {frozenset(made.key): rows})


def groups(parts: list[Part], facts: Mapping[str, TableFacts], tenants: Mapping[str, str]) -> float:
    """Return how many combinations of some parts there are, no more than rows of the largest table.

    A uuid that names one thing of one tenant brings its tenant along.
    """
    total = 1.0
    for table in dict.fromkeys(p.table for p in parts):
        own = facts[table]
        names = {p.column for p in parts if p.table == table and not p.unit}
        tenant = tenants.get(table, "")
        if tenant in names and any(_names_a_thing(own, n, tenant) for n in names):
            names.discard(tenant)
        found = own.distinct(names) if names else 1.0
        for part in parts:
            if part.table == table and part.unit:
                found *= distinct_units(own.column(part.column), part.unit)
        total *= min(found, max(1.0, own.rows))
    return max(1.0, min(total, max((facts[p.table].rows for p in parts), default=1.0)))


def _names_a_thing(facts: TableFacts, name: str, tenant: str) -> bool:
    column, other = facts.column(name), facts.column(tenant)
    if name == tenant or column is None or other is None or bare_type(column.type) != "uuid":
        return False
    return column.distinct >= other.distinct


def distinct_units(column: ColumnFacts | None, unit: float) -> float:
    """Return how many units of time a column spans."""
    axis = axis_of(column.type) if column is not None else None
    if column is None or axis is None or column.lowest is None or column.highest is None:
        return 1.0
    span = float(axis.read(column.highest)) - float(axis.read(column.lowest))
    seconds = span * 86_400 if bare_type(column.type) == "date" else span
    return max(1.0, min(column.distinct, seconds / unit + 1))


def unit_of(expression: str) -> float:
    """Return the seconds to which an expression cuts a time off; 0 where it does not."""
    truncated = _TRUNCATED.match(expression.strip())
    if truncated:
        return UNITS.get(truncated[1].lower(), 0.0)
    return UNITS["day"] if _DAY.search(expression.strip()) else 0.0


def _part(blueprint: Blueprint, made: StoredSummary, output: Output, text: str) -> Part | None:
    if output.table:
        return Part(output.table, output.column)
    node = parse(f"select {text}")[0].select_stmt.target_list[0].res_target.val
    for reference in find(node, tree.ColumnRef):
        name = strings(reference.fields)[-1:]
        owner = next((t for n in made.reads if (t := blueprint.table(n)) and name and t.column(name[0])), None)
        if owner is not None and kind(node) in ("func_call", "type_cast"):
            return Part(owner.name, name[0], unit_of(text))
    return None


def _column(output: Output, part: Part | None, facts: Mapping[str, TableFacts], rows: float) -> ColumnFacts:
    origin = facts[part.table].column(part.column) if part is not None else None
    if origin is not None and part is not None and not part.unit:
        whole = replace(origin, name=output.name, correlation=0.0, rising=False)
        return replace(whole, distinct=min(origin.distinct, rows))
    size, alignment = width(output.type)
    value = Value(size, alignment) if bare_type(output.type) not in ("text", "numeric") else stored(size - 1)
    if origin is None or part is None:
        return ColumnFacts(output.name, output.type, value, max(1.0, rows / 10))
    same = bare_type(origin.type) == bare_type(output.type)
    low, high = (origin.lowest, origin.highest) if same else (_day(origin.lowest), _day(origin.highest))
    distinct = min(rows, distinct_units(origin, part.unit))
    return ColumnFacts(output.name, output.type, value, distinct, lowest=low, highest=high)


def _day(value: str | None) -> str | None:
    return value[:10] if value else None
