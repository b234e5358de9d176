"""Columns that are named like the key of another table and are no foreign key: mostly its rows all the same."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.grouping import grouped
from dbwright.model.table import ForeignKey, Table
from dbwright.sql.types import bare_type, is_array

_VARYING = ("uuid", "timestamp with time zone", "timestamp without time zone")


def soft_references(blueprint: Blueprint, table: Table) -> tuple[ForeignKey, ...]:
    """Return what the uuids of a table most probably lead to, as nameless references that nothing enforces.

    A column with a default makes keys of its own, and one that a unique set needs to tell rows apart leads nowhere.
    """
    taken = {name for key in table.foreign_keys for name in key.columns}
    loose = [
        column.name
        for column in table.columns
        if bare_type(column.type) == "uuid" and not is_array(column.type)
        if column.name not in taken and not column.default and not column.generated
        if _is_loose(table, column.name, taken)
    ]
    return tuple(key for name in loose if (key := _named_like(blueprint, table, name)) is not None)


def _is_loose(table: Table, name: str, taken: set[str]) -> bool:
    """Whether a column's values may repeat: in each unique set with it another column of its own can vary."""
    varying = {c.name for c in table.columns if bare_type(c.type) in _VARYING} - taken
    varying -= {name, table.tenant_column}
    return all(name not in keys or varying & set(keys) for keys in table.unique_sets())


def _by_key(blueprint: Blueprint) -> dict[str, list[Table]]:
    """The tables by the one column that is their key, beside the tenant's."""
    keys = ((t, [c for c in t.logical_key if c != t.tenant_column]) for t in blueprint.tables)
    return grouped((own[0], t) for t, own in keys if len(own) == 1 and t.column(own[0]) is not None)


def _named_like(blueprint: Blueprint, table: Table, name: str) -> ForeignKey | None:
    for other in blueprint.once(_by_key).get(name, ()):
        if other.name == table.name:
            continue
        shared = other.tenant_column if other.tenant_column and other.tenant_column == table.tenant_column else ""
        columns = (shared, name) if shared and shared != name else (name,)
        return ForeignKey("", columns, other.name, columns)
    return None
