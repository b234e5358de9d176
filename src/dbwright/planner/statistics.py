"""What the planner looks at, as values: rows, pages, visible pages, tree heights, and the statistics of columns.

Values of columns are text, as the server prints them in `pg_stats`, so that nothing is lost on the way from one server
to another. Source: PostgreSQL manual, "Statistics Used by the Planner", "Statistics Manipulation Functions".
"""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.records import field, record

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
class GinCounters:
    """What the metapage of a GIN index counts: distinct keys, pages of the tree of keys, pages of posting trees."""

    entries: int
    entry_pages: int
    data_pages: int


@record(frozen=True)
class IndexStatistics:
    """An index as the planner sees it: pages of 8 KiB, entries, and the height of a B-tree (0 is a lone leaf).

    `metapage` is block 0 as read from a loaded index, for the access methods whose costs depend on it; where there is
    none, `gin` holds what that of a GIN index would count, and all others are worked out. `file_pages` is the true
    size where it is not `pages`, which is what the last VACUUM saw.
    """

    name: str
    pages: int
    rows: float
    height: int | None = None
    metapage: bytes = b""
    columns: tuple[ColumnStatistics, ...] = ()
    gin: GinCounters | None = None
    file_pages: int | None = None


@record(frozen=True)
class ExtendedStatistics:
    """What CREATE STATISTICS of that name has gathered: the bytes of its three kinds as `pg_statistic_ext_data` casts
    them to bytea (empty where the kind was not asked for), and the statistics of its expressions in their order.
    """

    name: str
    distinct: bytes = b""
    dependencies: bytes = b""
    common: bytes = b""
    expressions: tuple[ColumnStatistics, ...] = ()
    inherited: bool = False


@record(frozen=True)
class TableStatistics:
    """A table as the planner sees it: pages of 8 KiB, rows, pages that all may see, columns, indexes.

    `lowest` and `highest` hold the least and greatest value of each column as text (None for null): two rows made of
    them are what a probe of an index's ends finds. Both are empty for a table without rows, and for a partitioned one.
    `witnesses` are whole rows besides: those at the ends of an index on an expression. `file_pages` is the true size
    where it is not `pages`, which is what the last VACUUM or ANALYZE saw.
    """

    name: str
    pages: int
    rows: float
    visible_pages: int
    columns: tuple[ColumnStatistics, ...] = ()
    indexes: tuple[IndexStatistics, ...] = ()
    lowest: Mapping[str, str | None] = field(default_factory=dict)
    highest: Mapping[str, str | None] = field(default_factory=dict)
    witnesses: tuple[Mapping[str, str | None], ...] = ()
    extended: tuple[ExtendedStatistics, ...] = ()
    file_pages: int | None = None


@record(frozen=True)
class Statistics:
    """What a planner looks at in one schema of a database, tables and partitions by name.

    `approximations` say in words what could only be estimated, for whoever reads the plans.
    """

    schema: str
    tables: tuple[TableStatistics, ...]
    approximations: tuple[str, ...] = ()
