"""Where a column stands in the design; nowhere, for one that was derived or read from a database."""

from __future__ import annotations

from dbwright.diagnostics import Span
from dbwright.model.blueprint import Table, TableColumn
from dbwright.model.shape import span_of


def line_of_column(table: Table, column: TableColumn) -> Span:
    """Return the place of a column's definition, or of its table."""
    return span_of(column.source.sql) if column.source else table.span


def name_of_column(table: Table, column: TableColumn) -> Span:
    """Return the place of a column's name, or of its table."""
    return span_of(column.source.name) if column.source else table.span
