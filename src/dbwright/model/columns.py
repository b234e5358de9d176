"""A column definition, taken apart: what PostgreSQL's grammar says about one column line."""

from __future__ import annotations

from dbwright.records import record


@record(frozen=True)
class ColumnReference:
    """The `references` clause of a column."""

    table: str
    column: str = ""
    on_delete: str = "no action"
    on_update: str = "no action"
    deferrable: bool = False
    name: str = ""


@record(frozen=True)
class ColumnCheck:
    """A `check` clause of a column; `name` is empty where the designer gave none."""

    expression: str
    name: str = ""


@record(frozen=True)
class ColumnDefinition:
    """What one column line says: type and constraints, in PostgreSQL's own spelling."""

    type: str = "text"
    not_null: bool = False
    primary_key: bool = False
    unique: bool = False
    nulls_not_distinct: bool = False
    default: str = ""
    generated: str = ""
    stored: bool = True
    identity: str = ""
    collation: str = ""
    checks: tuple[ColumnCheck, ...] = ()
    reference: ColumnReference | None = None
