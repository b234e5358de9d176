"""Step 7 of the process: what the indexes add, and how large everything is at the horizon."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, Table
from dbwright.model.decision import Decision
from dbwright.model.design import Design
from dbwright.model.quantities import show_bytes, show_count
from dbwright.records import replace
from dbwright.sql.types import width

INDEX_TUPLE = 12
"""Bytes of a B-tree entry before its keys: tuple header and line pointer."""
FILL = 0.9
"""Fill factor of B-tree leaf pages."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Add the bytes of indexes to each table's size, and sum up.

    Reads: sizes, indexes, keys. Decides: nothing. Writes: sizes. Source: PostgreSQL manual, "B-Tree Structure".
    """
    grown = [(t, t.size) for t in blueprint.tables if t.size is not None]
    tables = [replace(table, size=replace(size, index_bytes=index_bytes(table))) for table, size in grown]
    blueprint = blueprint.put(*tables)
    sized = [t for t in blueprint.tables if t.size is not None]
    if not sized:
        return blueprint
    now = sum(t.size.bytes_now for t in sized if t.size)
    later = sum(t.size.bytes_horizon for t in sized if t.size)
    largest = max(sized, key=lambda t: t.size.bytes_horizon if t.size else 0)
    assert largest.size is not None
    decision = Decision(
        code="capacity/total",
        what=f"{show_bytes(now)} on the first day, {show_bytes(later)} after {design.horizon}",
        why=f"largest is `{largest.name}` with {show_count(largest.size.rows_horizon)} rows "
        f"and {show_bytes(largest.size.bytes_horizon)}",
        serves=("horizon", *(f"entities.{t.name}.rows" for t in sized)),
        subjects=tuple(t.name for t in sized),
        evidence="computed from tuple layout; see the size of each table",
    )
    return blueprint.decide(decision)


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
