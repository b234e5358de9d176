"""Step 1 of the process: how many rows there will be, and how large they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.entity import Entity
from dbwright.model.quantities import DAY
from dbwright.model.shape import span_of
from dbwright.model.table import Size, Table
from dbwright.records import replace
from dbwright.sizing.volumes import rows_at
from dbwright.sql.types import width

TUPLE_HEADER = 24
"""Bytes of a heap tuple before its columns (HeapTupleHeaderData, aligned to 8)."""
LINE_POINTER = 4
"""Bytes of a line pointer in the page."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Estimate rows on the first day and at the horizon, and the bytes of a row.

    Reads: rows, retention, horizon. Decides: nothing. Writes: sizes (indexes follow in `capacity`).
    Source: PostgreSQL manual, "Database Page Layout".
    """
    tables: list[Table] = []
    unknown: list[Diagnostic] = []
    for entity in design.entities:
        table = blueprint.table(entity.name)
        if table is None or entity.rows is None:
            continue
        unknown += _unknown_columns(table, entity)
        now = entity.rows.now.value
        size = Size(now, rows_at(entity, design.horizon.seconds), row_bytes(table, entity), 0)
        tables.append(replace(table, size=size))
    return blueprint.put(*tables).report(*unknown)


def _unknown_columns(table: Table, entity: Entity) -> Iterator[Diagnostic]:
    """What `at most:` says of columns that the table does not have."""
    known = [c.name for c in table.columns]
    for names in entity.rows.at_most if entity.rows else ():
        for name in (part.strip() for part in names.split(",")):
            if name not in known:
                message = f"`{table.name}` has no column `{name}`"
                yield Diagnostic("unknown-column", message, span_of(names), nearest(name, known))


def sizes_today(blueprint: Blueprint, today: date) -> dict[str, Size]:
    """Return the size that a design has for each table today, by the days since it started; `rows_now` is today's."""
    design = blueprint.design
    age = max(0, (today - date.fromisoformat(str(design.start))).days) * DAY
    entities = [e for e in design.entities if e.rows is not None]
    sized = [(e, t.size) for e in entities if (t := blueprint.table(e.name)) is not None and t.size is not None]
    return {str(entity.name): replace(size, rows_now=rows_at(entity, age)) for entity, size in sized}


def row_bytes(table: Table, entity: Entity | None = None) -> int:
    """Return the bytes of an average row on its page: header, columns with padding, line pointer."""
    if entity is not None and entity.row_size is not None:
        return entity.row_size.value + TUPLE_HEADER + LINE_POINTER
    offset = TUPLE_HEADER
    for column in table.columns:
        if column.generated and not column.stored:
            continue
        size, alignment = width(column.type)
        offset += -offset % alignment + size
    return offset + -offset % 8 + LINE_POINTER
