"""The facts of each partition of a table: its share of the rows, and which values it holds."""

from __future__ import annotations

from collections.abc import Mapping, Set

from dbwright.model.table import Partition, Partitioning, Table
from dbwright.records import replace
from dbwright.sizing.axes import axis_of
from dbwright.sizing.facts import ColumnFacts, TableFacts, met_in_part


def partition_facts(
    table: Table,
    facts: TableFacts,
    rows: Mapping[str, float] | None = None,
    counted: Set[str] | None = None,
) -> dict[str, TableFacts]:
    """Return the facts of each partition by name, nothing for a table that is whole.

    Rows are spread evenly over the time they are from; where the partitions do not reach as far, they hold all. Into
    which partition a key is hashed no design says: `rows` may tell how many rows have come to each. Of columns that are
    not `counted`, all of them by default, nothing tells how many different values a partition has.
    """
    scheme = table.partitioning
    if scheme is None or not scheme.partitions:
        return {}
    told = rows if rows is not None and scheme.strategy == "hash" else {}
    weights = [told.get(p.name, _weight(scheme, p, facts)) for p in scheme.partitions]
    total = sum(weights)
    if not total:
        weights, total = [1.0] * len(weights), float(len(weights))
    found: dict[str, TableFacts] = {}
    before = 0.0
    for partition, weight in zip(scheme.partitions, weights, strict=True):
        share = weight / total
        found[partition.name] = _part(scheme, partition, facts, before, share, counted)
        before += share
    return found


def _weight(scheme: Partitioning, partition: Partition, facts: TableFacts) -> float:
    """How much of a table lies in a partition: its part of the span of time, of the common values, or one of many."""
    column = facts.column(scheme.columns[0])
    if scheme.strategy == "range" and column is not None and column.lowest and column.highest:
        low, high = _bounds(column, partition)
        return max(0.0, high - low)
    if scheme.strategy == "list" and column is not None and column.common:
        return sum(share for value, share in column.common if value in partition.values)
    return float(max(1, len(partition.values)))


def _bounds(column: ColumnFacts, partition: Partition) -> tuple[float, float]:
    """Where the values of a partition lie, as numbers."""
    axis = axis_of(column.type)
    if axis is None or not partition.start or column.lowest is None or column.highest is None:
        return 0.0, 1.0
    low, high = axis.read(column.lowest), axis.read(column.highest)
    start, end = axis.read(partition.start), axis.read(partition.end)
    return float(max(low, start)), float(min(high, end - 1))


def _part(
    scheme: Partitioning,
    partition: Partition,
    facts: TableFacts,
    before: float,
    share: float,
    counted: Set[str] | None,
) -> TableFacts:
    rows = facts.rows * share
    columns = []
    for column in facts.columns:
        if counted is not None and column.name not in counted:
            columns.append(column)
        elif column.name == scheme.columns[0]:
            columns.append(_own(scheme, partition, column, facts, share))
        elif column.rising:
            columns.append(_slice(column, before, share))
        else:
            columns.append(replace(column, distinct=max(1.0, _met(column, facts.rows, share))))
    groups = {names: min(number, rows) for names, number in facts.groups.items()}
    return replace(facts, rows=rows, columns=tuple(columns), groups=groups)


def _own(
    scheme: Partitioning, partition: Partition, column: ColumnFacts, facts: TableFacts, share: float
) -> ColumnFacts:
    """The column by which a table is cut holds the values of the partition alone."""
    distinct = max(1.0, min(column.distinct * share, facts.rows * share))
    if scheme.strategy == "hash":
        # Which of the common values are hashed to here, no design says: one that is alone has all rows.
        kept = ((column.common[0][0], 1.0),) if column.common and distinct <= 1 else column.common
        return replace(column, distinct=distinct, common=kept)
    if scheme.strategy == "list":
        kept = tuple((v, s / share if share else 0.0) for v, s in column.common if v in partition.values)
        return replace(column, distinct=float(max(1, len(partition.values))), common=kept)
    axis = axis_of(column.type)
    if axis is None or not partition.start:
        return replace(column, distinct=distinct)
    low, high = _bounds(column, partition)
    if high < low:
        return replace(column, distinct=1.0, lowest=partition.start, highest=partition.start)
    start, end = axis.show(low), axis.show(high)
    return replace(column, distinct=min(distinct, axis.steps(start, end)), lowest=start, highest=end)


def _slice(column: ColumnFacts, before: float, share: float) -> ColumnFacts:
    """A column that rises with time has a slice of its range in each period."""
    axis = axis_of(column.type)
    distinct = max(1.0, column.distinct * share)
    if axis is None or column.lowest is None or column.highest is None:
        return replace(column, distinct=distinct)
    low, high = axis.read(column.lowest), axis.read(column.highest)
    start, end = (axis.between(low, high, round(10**6 * part), 10**6) for part in (before, min(1.0, before + share)))
    return replace(column, distinct=distinct, lowest=start, highest=end)


def _met(column: ColumnFacts, rows: float, share: float) -> float:
    """How many values of a column a share of the rows meets."""
    return met_in_part(column.distinct, rows * (1 - column.value.nulls), share)
