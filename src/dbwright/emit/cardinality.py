"""Foreign keys as a reader of a diagram sees them: how many rows stand at either end, and which columns are keys.

Mermaid, DBML and our own diagrams draw from the same values, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import ForeignKey, Table


@dataclass(frozen=True)
class Reference:
    """A foreign key with both tables.

    `single`: at most one row of `table` refers to a row of `target`, else any number. `optional`: a row of `table`
    need not refer to any (one null column is enough under `match simple`). `identifying`: it is part of the primary
    key.
    """

    table: Table
    key: ForeignKey
    target: Table
    single: bool
    optional: bool
    identifying: bool

    @property
    def label(self) -> str:
        """What a tooltip says: `orders.user_id → users.user_id`."""
        return f"{_place(self.table, self.key.columns)} → {_place(self.target, self.key.target_columns)}"

    @property
    def own_column(self) -> str:
        """The column that tells this reference from others of its table: a tenant's column leads many of them."""
        return _telling(self.key.columns, [k.columns for k in self.table.foreign_keys if k is not self.key])

    @property
    def target_column(self) -> str:
        """The column of the target that `own_column` holds."""
        return self.key.target_columns[self.key.columns.index(self.own_column)]


def _place(table: Table, columns: Sequence[str]) -> str:
    return f"{table.name}.{columns[0]}" if len(columns) == 1 else f"{table.name}({', '.join(columns)})"


def _telling(columns: tuple[str, ...], others: list[tuple[str, ...]]) -> str:
    shared = {column: sum(column in other for other in others) for column in columns}
    fewest = min(shared.values())
    return [column for column in columns if shared[column] == fewest][-1]


def references(blueprint: Blueprint, tables: Sequence[Table] | None = None) -> list[Reference]:
    """Return every foreign key of the tables, by default of all, that leads to a table of the blueprint, in order."""
    known = blueprint.once(_by_table)
    return [r for table in (blueprint.tables if tables is None else tables) for r in known[table.name]]


def _by_table(blueprint: Blueprint) -> dict[str, list[Reference]]:
    return {table.name: list(_of_table(blueprint, table)) for table in blueprint.tables}


def _of_table(blueprint: Blueprint, table: Table) -> Iterator[Reference]:
    for key in table.foreign_keys:
        target = blueprint.table(key.target)
        if target is not None:
            yield _reference(table, key, target)


def _reference(table: Table, key: ForeignKey, target: Table) -> Reference:
    own = set(key.columns)
    primary = set(table.primary_key.columns) if table.primary_key else set()
    return Reference(
        table=table,
        key=key,
        target=target,
        single=any(own >= set(columns) for columns in table.unique_sets()),
        optional=any(is_nullable(table, column) for column in key.columns),
        identifying=own <= primary,
    )


def is_nullable(table: Table, name: str) -> bool:
    """Return whether the column may be null; those of the primary key never may."""
    if table.primary_key is not None and name in table.primary_key.columns:
        return False
    column = table.column(name)
    return column is not None and not column.not_null


def key_marks(table: Table, column: str) -> tuple[str, ...]:
    """Return which of PK, FK, UK a column bears, in this order; UK also where it is only part of a unique set."""
    primary = table.primary_key is not None and column in table.primary_key.columns
    foreign = any(column in key.columns for key in table.foreign_keys)
    unique = any(column in key.columns for key in table.uniques)
    return tuple(mark for mark, borne in (("PK", primary), ("FK", foreign), ("UK", unique)) if borne)
