"""Step 7 of the process, in round numbers: what the indexes of a table add to its rows.

Rules judge by these; `capacity` counts pages, which takes longer than a whole check.
"""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.table import Table
from dbwright.records import replace
from dbwright.sql.types import width

INDEX_TUPLE = 12
"""Bytes of a B-tree entry before its keys: tuple header and line pointer."""
FILL = 0.75
"""How full leaf pages are, between those that rows reach in order (0.9) and in none (0.69)."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Add the bytes of index entries to each table's size.

    Reads: sizes, indexes, keys. Decides: nothing. Writes: sizes. Source: PostgreSQL manual, "B-Tree Structure".
    """
    grown = [(t, t.size) for t in blueprint.tables if t.size is not None]
    return blueprint.put(*(replace(t, size=replace(size, index_bytes=index_bytes(t))) for t, size in grown))


def index_bytes(table: Table) -> int:
    """Return the bytes of index entries for an average row, over all keys and indexes."""
    total = sum(_entry(table, columns) for columns in table.unique_sets())
    for index in table.indexes:
        share = 0.2 if index.where else 1.0
        total += round(_entry(table, (*index.columns, *index.include)) * share)
    return total


def _entry(table: Table, columns: tuple[str, ...]) -> int:
    found = [table.column(c) for c in columns]
    widths = [width(c.type)[0] if c is not None else 32 for c in found]
    return round((INDEX_TUPLE + sum(widths)) / FILL)
