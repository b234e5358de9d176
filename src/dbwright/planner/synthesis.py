"""Statistics of tables that have no rows yet, from what the design declares and its database will keep.

They are what ANALYZE would find (`analyze.c`): shares, different values, common values, histograms, correlation. What
the design does not say is assumed, and every assumption is listed with the key that would declare it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Index, Table
from dbwright.planner.partition_names import index_names
from dbwright.planner.sizes import index_statistics, table_pages
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from dbwright.records import record, replace
from dbwright.sizing.axes import axis_of
from dbwright.sizing.columns import BINS
from dbwright.sizing.definitions import attribute_name, read_index
from dbwright.sizing.facts import Assumption, ColumnFacts, TableFacts
from dbwright.sizing.fanout import most_by_chance
from dbwright.sizing.indexes import expression_facts
from dbwright.sizing.partitions import partition_facts
from dbwright.sizing.tables import Facts, facts_at, invented_values
from dbwright.sizing.trees import Filling
from dbwright.sql.types import bare_type, is_array

_NOTHING = {"text": "", "character varying": "", "jsonb": "{}", "json": "{}", "list": "{}", "bytea": "", "tsvector": ""}
SAMPLED = 30_000.0
"""Rows up to which ANALYZE looks at all of them: 300 times default_statistics_target."""
SCALES = 0.1
"""Share of the rows from which different values are taken to grow with the table, as ANALYZE takes it."""


@record(frozen=True)
class Synthesis:
    """Statistics of a schema in the future, and what was assumed for them."""

    statistics: Statistics
    assumptions: tuple[Assumption, ...]


def synthesize(
    blueprint: Blueprint,
    rows: Mapping[str, float] | None = None,
    age: float | None = None,
    visible: float = 1.0,
    indexes: Mapping[str, tuple[Index, ...]] | None = None,
    filling: Filling | None = None,
) -> Synthesis:
    """Return the statistics of a blueprint's tables `age` seconds after the first day, by default at the horizon.

    `rows` gives some tables, and partitions by hash, other numbers of rows; `visible` is the share of pages that
    index-only scans need not read; `indexes` are further indexes by table, such as candidates; `filling` says how the
    indexes came to be, by default by rows that came one by one.
    """
    facts = facts_at(blueprint, age, rows)
    more = indexes or {}
    tables = [
        made
        for table in blueprint.tables
        for made in _tables(table, facts.tables[table.name], visible, more.get(table.name, ()), filling, rows)
    ]
    return Synthesis(Statistics(blueprint.schema, tuple(tables)), facts.assumptions)


def statistics_of(facts: Facts, blueprint: Blueprint, visible: float = 1.0) -> Statistics:
    """Return the statistics of tables whose facts are known already."""
    made = [t for table in blueprint.tables for t in _tables(table, facts.tables[table.name], visible, (), None)]
    return Statistics(blueprint.schema, tuple(made))


def _tables(
    table: Table,
    facts: TableFacts,
    visible: float,
    more: tuple[Index, ...],
    filling: Filling | None,
    rows: Mapping[str, float] | None = None,
) -> list[TableStatistics]:
    """A table, or a partitioned one with each of its partitions."""
    if table.partitioning is None:
        return [table_statistics(table, table.name, facts, visible, more, filling)]
    parts = partition_facts(table, facts, rows)
    pinned = _pinned(table, "n_distinct_inherited")
    made = [table_statistics(table, name, part, visible, more, filling) for name, part in parts.items()]
    columns = tuple(column_statistics(c, facts.rows, True, pinned.get(c.name, "")) for c in facts.columns)
    parent = TableStatistics(table.name, -1, facts.rows, 0, columns)
    return [parent, *made]


def table_statistics(
    table: Table,
    name: str,
    facts: TableFacts,
    visible: float,
    more: tuple[Index, ...] = (),
    filling: Filling | None = None,
) -> TableStatistics:
    """Return the statistics of one table, or of the partition of that name; see `synthesize` for the rest."""
    pages = table_pages(facts)
    pinned = _pinned(table, "n_distinct")
    columns = tuple(column_statistics(c, facts.rows, pinned=pinned.get(c.name, "")) for c in facts.columns)
    made: list[IndexStatistics] = []
    indexes = tuple(map(read_index, (*table.key_indexes, *table.indexes, *more)))
    names = index_names(table, name, indexes) if name != table.name else {}
    for number, index in enumerate(indexes):
        sized = _described(facts, index, number < len(table.key_indexes), filling)
        made.append(replace(sized, name=names.get(index.name, index.name)))
    present = facts.columns if facts.rows > 0 else ()
    low = {c.name: _end(c, c.lowest) for c in present}
    high = {c.name: _end(c, c.highest) for c in present}
    return TableStatistics(name, pages, facts.rows, round(pages * visible), columns, tuple(made), low, high)


def _described(
    facts: TableFacts, index: Index, unique: bool = False, filling: Filling | None = None
) -> IndexStatistics:
    sized = index_statistics(facts, index, unique, filling)
    return replace(sized, columns=tuple(_expressions(facts, index, sized.rows)))


def index_in_leaves(table: Table, facts: TableFacts, index: Index) -> dict[str, IndexStatistics]:
    """Return what would be said of a further index on a table, by the tables that hold its rows: it, or partitions."""
    parts = partition_facts(table, facts) if table.partitioning is not None else {table.name: facts}
    read = read_index(index)
    return {name: _described(part, read) for name, part in parts.items()}


def _pinned(table: Table, option: str) -> dict[str, str]:
    """The numbers of different values that ANALYZE is told, by column."""
    return {s.column: s.value for s in table.settings if s.name == option and s.column}


def _expressions(facts: TableFacts, index: Index, rows: float) -> Iterator[ColumnStatistics]:
    """The statistics of the keys of an index that are expressions, under the names that PostgreSQL gives them."""
    taken: set[str] = set()
    for key in index.keys:
        base = attribute_name(key.expression) if key.is_expression else key.expression
        name = next(n for n in (base, *(f"{base}{k}" for k in range(1, 33))) if n not in taken)
        taken.add(name)
        if key.is_expression:
            found = expression_facts(facts, key.expression)
            nulls = f"{found.value.nulls:.6g}"
            values = {
                "null_frac": nulls,
                "avg_width": str(round(found.value.bytes)),
                "n_distinct": n_distinct(found, rows),
            }
            yield ColumnStatistics(name, values)


def _end(column: ColumnFacts, value: str | None) -> str | None:
    """A value for the rows at the ends; one that is never compared only has to be there."""
    if value is not None:
        return value
    if column.common:
        ordered = sorted(v for v, _ in column.common)
        return ordered[0]
    return _NOTHING.get("list" if is_array(column.type) else bare_type(column.type))


def column_statistics(column: ColumnFacts, rows: float, inherited: bool = False, pinned: str = "") -> ColumnStatistics:
    """Return a column as ANALYZE would describe it, were its sample perfect.

    A `pinned` number of different values is what it is told to store in place of what it finds.
    """
    nulls = column.value.nulls
    values = {"null_frac": f"{nulls:.6g}", "avg_width": str(max(1, round(column.value.bytes)))}
    values["n_distinct"] = pinned or n_distinct(column, rows)
    common = _kept_common(column, rows)
    if common:
        values["most_common_vals"] = array(v for v, _ in common)
        values["most_common_freqs"] = array(f"{share:.6g}" for _, share in common)
    bounds = _histogram(column, common)
    if bounds:
        values["histogram_bounds"] = array(bounds)
    if axis_of(column.type) is not None or common:
        values["correlation"] = f"{column.correlation or _chance_order(column):.6g}"
    return ColumnStatistics(column.name, values, inherited)


def _chance_order(column: ColumnFacts) -> float:
    """The correlation that ANALYZE finds where values come in any order: rows of the same value stand as they are.

    It is the chance that two rows have the same value (`compute_scalar_stats` sorts equal ones by their place).
    """
    present = max(1e-9, 1 - column.value.nulls)
    shares = [share / present for _, share in column.common]
    rest = max(0.0, 1 - sum(shares))
    return float(sum(s * s for s in shares) + rest * rest / max(1.0, column.distinct - len(shares)))


def n_distinct(column: ColumnFacts, rows: float) -> str:
    """Return the number of different values as ANALYZE stores it: a negative share where it grows with the table."""
    present = rows * (1 - column.value.nulls)
    if rows <= 0:
        return "0"
    if column.distinct >= present * 0.999:
        return f"{-(1 - column.value.nulls):.6g}"
    if column.distinct > SCALES * rows:
        return f"{-column.distinct / rows:.6g}"
    return f"{column.distinct:.0f}"


def _kept_common(column: ColumnFacts, rows: float) -> tuple[tuple[str, float], ...]:
    """The common values that ANALYZE keeps: all where they are few, else those well above the average."""
    if not column.common and rows <= SAMPLED:
        return _common_by_chance(column, rows)
    common = tuple((value, share) for value, share in column.common if share * rows >= 1)[:BINS]
    if len(common) >= column.distinct:
        return common
    average = (1 - column.value.nulls) / max(1.0, column.distinct)
    return tuple((value, share) for value, share in common if share > 1.25 * average)


def _common_by_chance(column: ColumnFacts, rows: float) -> tuple[tuple[str, float], ...]:
    """What ANALYZE keeps of a table that it reads to the end: the values that came most often, if more than once.

    Rows that choose by chance meet a value as often as a Poisson distribution says.
    """
    present = rows * (1 - column.value.nulls)
    if axis_of(column.type) is None or column.distinct < 2 or present < 1.02 * column.distinct:
        return ()
    counts = most_by_chance(present / column.distinct, present, BINS)
    values = invented_values(column, len(counts))
    return tuple(zip(values, (count / rows for count in counts), strict=False))


def _histogram(column: ColumnFacts, common: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    """Bounds of bins of equal weight over what is not common."""
    if column.histogram:
        return column.histogram
    rest = column.distinct - len(common)
    if rest < 2 or column.lowest is None or column.highest is None:
        return ()
    return _even_bounds(column.type, column.lowest, column.highest, min(BINS, int(rest) - 1))


@lru_cache(maxsize=4096)
def _even_bounds(type_text: str, lowest: str, highest: str, bins: int) -> tuple[str, ...]:
    """Bounds of equal bins from the lowest to the highest value; many columns share them, at every size."""
    axis = axis_of(type_text)
    if axis is None:
        return ()
    low, high = axis.read(lowest), axis.read(highest)
    if high <= low or bins < 1:
        return ()
    return tuple(axis.between(low, high, part, bins) for part in range(bins + 1))


def array(values: object) -> str:
    """Return values as an array literal."""
    assert hasattr(values, "__iter__")
    quoted = ('"' + str(v).replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)
    return "{" + ",".join(quoted) + "}"
