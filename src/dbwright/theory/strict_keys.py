"""Which column sets of a table identify a row, as dependencies and as references need it."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Key, Table


def strict_keys(blueprint: Blueprint, table: Table) -> Iterator[tuple[str, ...]]:
    """Yield the column sets that identify a row: unique sets that allow two rows without a value do not.

    The key that the designer wrote is one, also where a pass put the tenant or the partition column before it.
    """
    entity = blueprint.design.entity(table.name)
    written = entity.written_key if entity else ()
    if written or table.logical_key:
        yield written or table.logical_key
    for unique in table.uniques:
        if unique.nulls_not_distinct or _all_required(table, unique):
            yield unique.columns


def _all_required(table: Table, unique: Key) -> bool:
    return all((column := table.column(name)) is not None and column.not_null for name in unique.columns)
