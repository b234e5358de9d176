"""What to ask an access pattern for: for each of its parameters a value of many rows, of a usual number, and of few.

A pattern that is fast for a rare value and slow for the most frequent one is slow for the customer who matters most.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dbwright.data.choosing import Array, Flags, Integers
from dbwright.data.dataset import Column, Dataset, Rows
from dbwright.model.blueprint import Blueprint
from dbwright.sql.analysis import analyse
from dbwright.sql.grammar import GrammarError
from dbwright.sql.queries import Condition

SHARES = {"hot": 0.9, "common": 0.5, "rare": 0.01}
"""Share of the rows that a bound of a range leaves."""


@dataclass(frozen=True)
class Value:
    """A value of a column as a Python object, and how many rows of its table it finds."""

    value: Any
    rows: int


@dataclass(frozen=True)
class Choice:
    """Values for one parameter: of the most rows (`hot`), as a row drawn by chance has it (`common`), of the fewest."""

    table: str
    column: str
    hot: Value
    common: Value
    rare: Value


def choices_of(blueprint: Blueprint, dataset: Dataset, pattern: str, tenant: Any = None) -> dict[str, Choice]:
    """Return values for the parameters of an access pattern that a column of a table explains.

    `tenant` looks only at the rows of one tenant. A parameter that stands in no plain comparison, and one of a table
    without rows, is left out. Raise KeyError for a pattern that the design does not have.
    """
    sql = next((str(p.sql) for p in blueprint.design.access if str(p.name) == pattern), None)
    if sql is None:
        raise KeyError(pattern)
    views = {v.name: v.reads[0] for v in blueprint.views if v.reads}
    columns = {t.name: tuple(c.name for c in t.columns) for t in blueprint.tables}
    columns |= {view: columns[table] for view, table in views.items() if table in columns}
    try:
        uses = analyse(sql, columns).uses
    except GrammarError:
        return {}
    found: dict[str, Choice] = {}
    for use in uses:
        table = views.get(use.table, use.table)
        for name, condition, operator in _compared(use.conditions):
            rows = dataset.tables.get(table)
            if name not in found and rows is not None and condition.column in rows.columns:
                there = _rows_of(blueprint, rows, table, tenant)
                chosen = _choose(rows.columns[condition.column], operator, there)
                if chosen is not None:
                    found[name] = Choice(table, condition.column, *chosen)
    return found


def _compared(conditions: tuple[Condition, ...]) -> Iterator[tuple[str, Condition, str]]:
    """Each parameter that a column is compared with, and how; `between` is two comparisons."""
    for condition in conditions:
        if condition.is_expression:
            continue
        if condition.operator in ("=", "in", "<", "<=", ">", ">=") and len(condition.parameters) == 1:
            yield condition.parameters[0], condition, condition.operator
        elif condition.operator == "between" and len(condition.parameters) == 2:
            yield condition.parameters[0], condition, ">="
            yield condition.parameters[1], condition, "<="


def _rows_of(blueprint: Blueprint, rows: Rows, table: str, tenant: Any) -> Flags:
    found = blueprint.table(table)
    name = found.tenant_column if found is not None else ""
    if tenant is None or name not in rows.columns:
        return np.ones(rows.count, np.bool_)
    column = rows.columns[name]
    return np.asarray([str(value) == str(tenant) for value in column], np.bool_)


def _choose(column: Column, operator: str, there: Flags) -> tuple[Value, Value, Value] | None:
    kept = column.take(there & ~column.missing())
    if not len(kept) or kept.data.ndim > 1:
        return None
    if operator in ("=", "in"):
        return _by_frequency(kept)
    return _by_order(kept, operator) if kept.kind.family.is_ordered else None


def _by_frequency(column: Column) -> tuple[Value, Value, Value]:
    """The most frequent value, that of the row in the middle when rows stand by their value's frequency, the rarest."""
    values, counts = np.unique(column.data, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    middle = int(np.searchsorted(np.cumsum(counts[order]), len(column) / 2))
    chosen = [order[0], order[middle], order[-1]]
    hot, common, rare = (Value(column.python(values[k]), int(counts[k])) for k in chosen)
    return hot, common, rare


def _by_order(column: Column, operator: str) -> tuple[Value, Value, Value]:
    """Bounds that leave most of the rows, half of them, and few."""
    ordered: Array = np.sort(column.data)
    found = [_bound(column, ordered, operator, share) for share in SHARES.values()]
    return found[0], found[1], found[2]


def _bound(column: Column, ordered: Integers, operator: str, share: float) -> Value:
    total = len(ordered)
    place = min(total - 1, int(total * share) if operator in ("<", "<=") else int(total * (1 - share)))
    bound = ordered[place]
    below = int(np.searchsorted(ordered, bound, "right" if operator in ("<=", ">") else "left"))
    return Value(column.python(bound), below if operator in ("<", "<=") else total - below)


def choices_by_pattern(blueprint: Blueprint, dataset: Dataset) -> Mapping[str, Mapping[str, Choice]]:
    """Return the choices of every access pattern of a design."""
    return {str(p.name): choices_of(blueprint, dataset, str(p.name)) for p in blueprint.design.access}
