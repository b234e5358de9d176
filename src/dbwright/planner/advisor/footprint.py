"""How large an index will be: pages, entries, height, from the widths and distinct values of its columns.

Source: PostgreSQL's nbtree/README (deduplication, fill factor 90), storage layout; checked in tests against built ones.
"""

from __future__ import annotations

from math import ceil, prod

from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.live import tree_height
from dbwright.planner.advisor.tables import ColumnFacts, TableFacts
from dbwright.planner.statistics import IndexStatistics

PAGE = 8192
_LEAF = 8152 * 0.9
_POSTING = 1350
_GIN_ENTRY, _GIN_FILL = 6.0, 0.75
_PAGES_PER_RANGE = 128


def index_statistics(definition: Definition, table: TableFacts, share: float = 1.0) -> IndexStatistics:
    """Return an index as the planner sees it; `share` of the table's rows are in it."""
    rows = max(0.0, table.rows * share)
    if definition.method == "btree":
        pages = _tree_pages(definition, table, rows)
        return IndexStatistics("", pages, rows, tree_height(pages))
    if definition.method == "brin":
        ranges = ceil(max(1, table.pages) / _PAGES_PER_RANGE)
        return IndexStatistics("", 3 + ceil(ranges * 40 / PAGE), float(ranges))
    if definition.method == "hash":
        return IndexStatistics("", 3 + ceil(rows * 26 / PAGE), rows)
    if definition.method == "gin":
        return IndexStatistics("", 2 + ceil(rows * _gin_bytes(definition, table) / PAGE), rows)
    entry = _entry(definition, table) * 1.5 + 20
    return IndexStatistics("", 2 + ceil(rows * entry / (PAGE * 0.7)), rows)


def _tree_pages(definition: Definition, table: TableFacts, rows: float) -> int:
    entry = _entry(definition, table)
    distinct = distinct_entries(definition, table, rows)
    repeats = rows / distinct if distinct else 1.0
    if repeats > 1.5 and _deduplicates(definition, table):
        keys = entry - 4 - 8
        tuples = ceil(repeats * 6 / _POSTING)
        total = distinct * tuples * (keys + 12) + rows * 6
    else:
        total = rows * entry
    return 2 + ceil(total / _LEAF * 1.005)


def _entry(definition: Definition, table: TableFacts) -> float:
    """Bytes of a leaf entry with its line pointer."""
    offset = 0.0
    for text in (*definition.columns, *definition.include):
        column = table.column(text)
        width, alignment = (column.width(), column.alignment if column.length > 0 else 1) if column else (16.0, 1)
        offset = ceil(offset / alignment) * alignment + width * (1 - (column.null_share if column else 0))
    return ceil((8 + offset) / 8) * 8 + 4


def distinct_entries(definition: Definition, table: TableFacts, rows: float) -> float:
    """Return how many different keys there are, as if columns were independent."""
    columns = [table.column(k.text) for k in definition.keys]
    product = prod(c.distinct(table.rows) if c else max(1.0, table.rows / 10) for c in columns)
    return max(1.0, min(rows, product))


def _deduplicates(definition: Definition, table: TableFacts) -> bool:
    types = [c.type if (c := table.column(k.text)) else "text" for k in definition.keys]
    return not definition.include and not {"numeric", "jsonb", "real", "double precision", "interval"} & set(types)


def _gin_bytes(definition: Definition, table: TableFacts) -> float:
    """Bytes a row: entries are shared, so most of it is the lists of rows, six bytes at most for each key of a row."""
    total = 0.0
    for key in definition.keys:
        column = table.column(key.text)
        total += _keys_a_row(key.operator_class, column) * _GIN_ENTRY / _GIN_FILL
    return max(8.0, total)


def _keys_a_row(operator_class: str, column: ColumnFacts | None) -> float:
    if column is None:
        return 10.0
    if operator_class == "gin_trgm_ops":
        return max(1.0, column.width())
    if column.category == "A":
        counts = column.statistics.get("elem_count_histogram", "")
        return float(counts.strip("{}").split(",")[-1] or 4) if counts else 4.0
    if column.type == "jsonb":
        return max(1.0, column.width() / 15)
    if column.type == "tsvector":
        return max(1.0, column.width() / 10)
    return 1.0
