"""The columns that rules judge, and where they stand; nowhere, for one that was derived or read from a database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dbwright.diagnostics import NOWHERE, Span
from dbwright.model.blueprint import Blueprint
from dbwright.model.shape import span_of
from dbwright.model.table import Table, TableColumn
from dbwright.sql.types import bare_type, is_array


class Line(NamedTuple):
    """A column as rules look at it: the bare name of its type (`text[]` for arrays), and the words of its name."""

    table: Table
    column: TableColumn
    kind: str
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """The column with its table."""
        return f"{self.table.name}.{self.column.name}"

    @property
    def here(self) -> Span:
        """The place of the column's definition."""
        return line_of_column(self.table, self.column)

    @property
    def title(self) -> Span:
        """The place of the column's name."""
        return name_of_column(self.table, self.column)


def lines_of(blueprint: Blueprint) -> list[Line]:
    """Return the columns that a person wrote; in a database that nobody designed, all of them."""
    return blueprint.once(_lines)


def _lines(blueprint: Blueprint) -> list[Line]:
    designed = bool(blueprint.design.entities)
    return [
        Line(table, column, _kind(column.type), tuple(column.name.lower().split("_")))
        for table in blueprint.tables
        for column in table.columns
        if column.source is not None or not designed
    ]


def _kind(type_name: str) -> str:
    return f"{bare_type(type_name)}[]" if is_array(type_name) else bare_type(type_name)


def lines_of_types(blueprint: Blueprint, *kinds: str) -> Iterator[Line]:
    """Yield the columns of some types."""
    by_kind = blueprint.once(_by_kind)
    for kind in kinds:
        yield from by_kind.get(kind, ())


def _by_kind(blueprint: Blueprint) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines_of(blueprint):
        found.setdefault(line.kind, []).append(line)
    return found


def line_of_column(table: Table, column: TableColumn) -> Span:
    """Return the place of a column's definition, or of its table."""
    return span_of(column.source.sql) if column.source else table.span


def name_of_column(table: Table, column: TableColumn) -> Span:
    """Return the place of a column's name, or of its table."""
    return span_of(column.source.name) if column.source else table.span


def place_in(blueprint: Blueprint, table_name: str, column_name: str) -> Span:
    """Return where a table stands in the design, or a column of it; a schema before the name does not matter."""
    table = blueprint.table(table_name) or blueprint.table(table_name.rpartition(".")[2])
    column = table.column(column_name) if table else None
    return name_of_column(table, column) if table and column else table.span if table else NOWHERE
