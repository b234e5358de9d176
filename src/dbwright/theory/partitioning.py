"""What a table must have to be cut into partitions: a column that tells ages, and keys that partitions can keep."""

from __future__ import annotations

from dbwright.model.entity import Retention
from dbwright.model.table import Table


def age_column(table: Table, retention: Retention | None) -> str | None:
    """Return the required column that tells a row's age: the one that retention names, else `created_at`."""
    wanted = str(retention.by) if retention is not None and retention.by else "created_at"
    column = table.column(wanted)
    return wanted if column is not None and column.not_null else None


def lost_key(table: Table, column: str) -> str:
    """Return which of a table's keys no server could keep once it is cut by a column, in words; nothing where none."""
    for unique in table.uniques:
        if column not in unique.columns:
            return f"({', '.join(unique.columns)}) must stay unique, and no server keeps that over partitions"
    generated = any((c := table.column(name)) and (c.default or c.identity) for name in table.logical_key)
    if column not in table.logical_key and not generated:
        return f"its key ({', '.join(table.logical_key)}) is given by clients and must stay unique over all rows"
    return ""
