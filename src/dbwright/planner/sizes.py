"""Sizes of tables and indexes as the planner looks at them: pages, rows, heights."""

from __future__ import annotations

from dbwright.model.table import Index
from dbwright.planner.statistics import GinCounters, IndexStatistics
from dbwright.sizing.facts import TableFacts
from dbwright.sizing.indexes import index_size
from dbwright.sizing.layout import heap_pages
from dbwright.sizing.trees import Filling


def table_pages(facts: TableFacts) -> int:
    """Return the heap pages of a table that nothing has been deleted from."""
    row, _ = facts.row()
    return heap_pages(facts.rows, row)


def index_statistics(
    facts: TableFacts, index: Index, unique: bool = False, filling: Filling | None = None
) -> IndexStatistics:
    """Return an index as the planner sees it; `filling` says how the entries came, by default one by one."""
    size = index_size(facts, index, unique, filling)
    counters = GinCounters(round(size.distinct), size.entry_pages, size.data_pages) if index.method == "gin" else None
    return IndexStatistics(index.name, size.pages, size.rows, size.height, gin=counters)
