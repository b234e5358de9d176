"""Columns that follow from rows of other tables: copies that triggers keep, numbers of rows, sums.

On a server triggers keep them true row by row; rows that are loaded at once bring them along.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dbwright.data.choosing import Integers
from dbwright.data.dataset import Column, Rows
from dbwright.data.kinds import Kind
from dbwright.data.relations import codes
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import ForeignKey, Table, TableColumn


def derive(blueprint: Blueprint, tables: dict[str, Rows]) -> None:
    """Put the true values into every `copy of:`, `counts:` and `sums:` column; references that copy are left alone."""
    followers = [(t, c) for t in blueprint.tables for c in t.columns if c.name in tables[t.name].columns and c.source]
    for table, column in followers:
        source = column.source
        if source is not None and source.copy_of:
            _copy(tables, table, column, str(source.copy_of))
    for table, column in followers:
        source = column.source
        if source is not None and (source.counts or source.sums):
            _roll_up(blueprint, tables, table, column, str(source.counts or source.sums))


def _copy(tables: dict[str, Rows], table: Table, column: TableColumn, wanted: str) -> None:
    target, _, original = wanted.partition(".")
    keys = [k for k in table.foreign_keys if k.target == target]
    if len(keys) != 1 or column.name in keys[0].columns or original not in tables[target].columns:
        return
    parent = _parents(tables, table.name, keys[0])
    values = tables[target].columns[original]
    gone = parent < 0
    made = values.take(np.maximum(parent, 0)) if len(values) else values
    nulls = made.missing() | gone
    _put(tables, table.name, column.name, Column(made.kind, made.data, nulls if nulls.any() else None, made.spelling))


def _roll_up(blueprint: Blueprint, tables: dict[str, Rows], table: Table, column: TableColumn, wanted: str) -> None:
    target, _, added = wanted.partition(".")
    source = blueprint.table(target)
    keys = [k for k in source.foreign_keys if k.target == table.name] if source is not None else []
    if len(keys) != 1:
        return
    parent = _parents(tables, target, keys[0])
    kind, there = tables[table.name].columns[column.name].kind, parent >= 0
    amount = np.full(len(parent), 10**kind.decimals, np.int64)
    if added:
        values = tables[target].columns[added]
        amount = _in_ticks(values, kind)
        there &= ~values.missing()
    total = np.zeros(tables[table.name].count, np.int64)
    np.add.at(total, parent[there], amount[there])
    _put(tables, table.name, column.name, Column(kind, total))


def _in_ticks(values: Column, kind: Kind) -> Integers:
    steps = kind.decimals - values.kind.decimals
    if steps >= 0:
        return np.asarray(values.data * 10**steps)
    return np.asarray(np.rint(values.data / 10**-steps).astype(np.int64))


def _parents(tables: Mapping[str, Rows], child: str, key: ForeignKey) -> Integers:
    """The row of the parent for each row of the child, -1 where the reference is empty."""
    mine = [tables[child].columns[c] for c in key.columns]
    theirs = [tables[key.target].columns[c] for c in key.target_columns]
    asked, offered = codes([mine, theirs])
    place = np.full(int(max(asked.max(initial=-1), offered.max(initial=-1))) + 1, -1, np.int64)
    place[offered] = np.arange(len(offered))
    found = place[asked]
    for column in mine:
        found[column.missing()] = -1
    return found


def _put(tables: dict[str, Rows], table: str, name: str, column: Column) -> None:
    rows = tables[table]
    tables[table] = Rows(rows.columns.replaced(name, column), rows.count)
