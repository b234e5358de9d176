"""The column sets that must be unique: keys, unique constraints, and unique indexes written under `sql:`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dbwright.data.constants import column_of, columns_in, expression
from dbwright.data.exclusions import equal_columns
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.sql.grammar import kind, parse


@dataclass(frozen=True)
class UniqueSet:
    """Columns that are unique together; `where` is the condition of a partial unique index."""

    name: str
    columns: tuple[str, ...]
    nulls_not_distinct: bool = False
    where: Any = None


def unique_sets(blueprint: Blueprint, table: Table) -> tuple[UniqueSet, ...]:
    """Return the unique sets of a table, the primary key first, over columns that clients write.

    A computed column is as different as the columns that it is computed of.
    """
    found = [UniqueSet(table.primary_key.name, table.primary_key.columns)] if table.primary_key else []
    found += [UniqueSet(u.name, u.columns, u.nulls_not_distinct) for u in table.uniques]
    found += [UniqueSet(e.name, columns) for e in table.exclusions if (columns := equal_columns(e))]
    computed = {c.name: columns_in(expression(c.generated)) for c in table.columns if c.generated}
    return tuple(replace(u, columns=_written(u.columns, computed)) for u in (*found, *_indexes(blueprint, table)))


def _written(columns: tuple[str, ...], computed: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for name in columns for source in computed.get(name, [name])))


def _indexes(blueprint: Blueprint, table: Table) -> Iterator[UniqueSet]:
    for script in blueprint.scripts:
        for node in parse(script.statement):
            if (
                kind(node) != "index_stmt"
                or not node.index_stmt.unique
                or node.index_stmt.relation.relname != table.name
            ):
                continue
            index = node.index_stmt
            columns = tuple(_column(p.index_elem) for p in index.index_params)
            known = all(columns) and all(table.column(c) for c in columns)
            where = index.where_clause if index.HasField("where_clause") else None
            if known:
                yield UniqueSet(index.idxname, columns, bool(index.nulls_not_distinct), where)


def _column(element: Any) -> str:
    """The column of an index element; of an expression the only column in it, such as `lower(email)`."""
    if element.name:
        return str(element.name)
    names = columns_in(element.expr)
    return column_of(element.expr) or (names[0] if len(names) == 1 else "")
