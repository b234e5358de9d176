"""Where a column stands, and what is declared of it, kept by the database or told by its default."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache

from dbwright.model.blueprint import Blueprint
from dbwright.model.entity import Values
from dbwright.model.table import Table, TableColumn
from dbwright.records import record
from dbwright.sizing.facts import Assumption
from dbwright.sizing.presumed import CONFIGURATIONS, TENANT_SKEW
from dbwright.sql.types import bare_type, is_array

_SKEW = r"zipf\(\s*(\d+(?:\.\d+)?)\s*\)"
_RISING = (
    r"\b(?:(?:now|uuidv7|uuid_generate_v7|nextval)\s*\(|"
    r"current_timestamp|current_date|clock_timestamp|statement_timestamp|localtimestamp)"
)


_NOTHING = Values()


@record(frozen=True)
class Site:
    """Where a column stands: the table, its rows, and the seconds since the first day."""

    blueprint: Blueprint
    table: Table
    rows: float
    age: float

    def day(self) -> float:
        """Return the first day in production, in seconds since 2000."""
        first = date.fromisoformat(str(self.blueprint.design.start))
        return (
            datetime(first.year, first.month, first.day, tzinfo=UTC) - datetime(2000, 1, 1, tzinfo=UTC)
        ).total_seconds()


def declared(column: TableColumn) -> Values:
    """Return what is declared of a column's values."""
    return column.source.values if column.source is not None and column.source.values is not None else _NOTHING


def assumption(site: Site, column: TableColumn, what: str, value: str, why: str, declare: str) -> Assumption:
    """Return that something was assumed of a column; `declare` is what would say it under `values`."""
    place = f"entities.{site.table.name}.columns.{column.name}.values: {{{declare}}}"
    return Assumption(f"{site.table.name}.{column.name}", what, value, why, place)


def is_rising(table: Table, column: TableColumn) -> bool:
    """Return whether values grow as rows come: identities, uuids of version 7, the moment of writing."""
    order = declared(column).order
    if order:
        return order == "rising"
    if column.identity or "serial" in column.type or _rises(column.default):
        return True
    partitioned = table.partitioning
    return partitioned is not None and partitioned.strategy == "range" and column.name in partitioned.columns


@cache
def _rises(default: str) -> bool:
    return bool(re.search(_RISING, default, re.IGNORECASE))


def listed_values(site: Site, column: TableColumn) -> tuple[str, ...]:
    """Return the values that the database allows in a column, nothing where it allows any."""
    if bare_type(column.type) == "boolean" and not is_array(column.type):
        return ("t", "f")
    if bare_type(column.type) == "regconfig":
        return CONFIGURATIONS
    for check in site.table.checks:
        if check.column == column.name and check.values:
            return check.values
    source = column.source
    if source is not None and source.one_of:
        return tuple(str(v) for v in source.one_of)
    return enum_labels(site.blueprint).get(bare_type(column.type), ())


def enum_labels(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    """Return the labels of the enums that the design creates under `sql:`."""
    return blueprint.once(_read_enums)


def _read_enums(blueprint: Blueprint) -> dict[str, tuple[str, ...]]:
    from dbwright.sql.grammar import kind, parse, strings

    found = {}
    for script in blueprint.scripts:
        if "enum" not in script.statement.lower():
            continue
        for node in parse(script.statement):
            if kind(node) == "create_enum_stmt":
                labels = tuple(strings(node.create_enum_stmt.vals))
                found[strings(node.create_enum_stmt.type_name)[-1]] = labels
    return found


def skew_of(site: Site, column: TableColumn) -> float:
    """Return the exponent of the declared `zipf(…)` of a column, 0 where its values are met alike."""
    if column.name == site.table.tenant_column:
        return tenant_skew(site.blueprint, site.table)
    return _declared_skew(site.blueprint, site.table, column.name) or 0.0


def tenant_skew(blueprint: Blueprint, table: Table) -> float:
    """Return the exponent of Zipf's law for the rows of tenants in a table, 0 for a table without tenants.

    Where it is not declared, rows follow those that they belong to, and what belongs to nothing is presumed.
    """
    return blueprint.once(_tenant_skews).get(table.name, 0.0)


def _tenant_skews(blueprint: Blueprint) -> dict[str, float]:
    found: dict[str, float] = {}
    tenancy = blueprint.design.tenancy

    def visit(table: Table, above: frozenset[str]) -> float:
        if table.name not in found:
            parents = [
                parent
                for key in table.foreign_keys
                if table.tenant_column in key.columns and key.target not in above
                if (parent := blueprint.table(key.target)) is not None and parent.name != tenancy_entity
            ]
            told = _declared_skew(blueprint, table, table.tenant_column)
            followed = max((visit(p, above | {table.name}) for p in parents), default=TENANT_SKEW)
            found[table.name] = followed if told is None else told
        return found[table.name]

    tenancy_entity = tenancy.entity if tenancy is not None else ""
    for table in blueprint.tables:
        if table.tenant_column and table.name != tenancy_entity:
            visit(table, frozenset())
    return found


def _declared_skew(blueprint: Blueprint, table: Table, name: str) -> float | None:
    entity = blueprint.design.entity(table.name)
    written = str(entity.rows.skew.get(name, "")) if entity is not None and entity.rows is not None else ""
    found = re.fullmatch(_SKEW, written.strip()) if written else None
    return float(found[1]) if found else None
