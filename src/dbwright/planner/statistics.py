"""What the planner looks at, as values: rows, pages, visible pages, tree heights, and the statistics of columns.

Values of columns are text, as the server prints them in `pg_stats`, so that nothing is lost on the way from one server
to another. Source: PostgreSQL manual, "Statistics Used by the Planner", "Statistics Manipulation Functions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from dbwright.records import record

COLUMN_STATISTICS: Mapping[str, str] = {
    "null_frac": "real",
    "avg_width": "integer",
    "n_distinct": "real",
    "most_common_vals": "text",
    "most_common_freqs": "real[]",
    "histogram_bounds": "text",
    "correlation": "real",
    "most_common_elems": "text",
    "most_common_elem_freqs": "real[]",
    "elem_count_histogram": "real[]",
    "range_length_histogram": "text",
    "range_empty_frac": "real",
    "range_bounds_histogram": "text",
}
"""The columns of `pg_stats` that `pg_restore_attribute_stats` takes, with the type of its argument."""


@record(frozen=True)
class ColumnStatistics:
    """Statistics of one column, or of one expression of an index: a value for some of COLUMN_STATISTICS, as text.

    `inherited` tells those of a table with all its partitions from those of its own rows.
    """

    column: str
    values: Mapping[str, str]
    inherited: bool = False


@record(frozen=True)
class IndexStatistics:
    """An index as the planner sees it: pages of 8 KiB, entries, and the height of a B-tree (0 is a lone leaf).

    `metapage` is block 0 as read from a loaded index, for the access methods whose costs depend on it.
    """

    name: str
    pages: int
    rows: float
    height: int | None = None
    metapage: bytes = b""
    columns: tuple[ColumnStatistics, ...] = ()


@record(frozen=True)
class TableStatistics:
    """A table as the planner sees it: pages of 8 KiB, rows, pages that all may see, columns, indexes.

    `lowest` and `highest` hold the least and greatest value of each column as text (None for null): two rows made of
    them are what a probe of an index's ends finds. Both are empty for a table without rows, and for a partitioned one.
    """

    name: str
    pages: int
    rows: float
    visible_pages: int
    columns: tuple[ColumnStatistics, ...] = ()
    indexes: tuple[IndexStatistics, ...] = ()
    lowest: Mapping[str, str | None] = field(default_factory=dict)
    highest: Mapping[str, str | None] = field(default_factory=dict)


@record(frozen=True)
class Statistics:
    """What a planner looks at in one schema of a database, tables and partitions by name."""

    schema: str
    tables: tuple[TableStatistics, ...]
