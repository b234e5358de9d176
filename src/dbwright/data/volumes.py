"""How many rows each table gets: in proportion to the declared volumes, small tables never empty."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table

DEFAULT_ROWS = 100_000
"""Rows of all tables together where nobody says how many."""
LEAST = 20
"""Rows of the smallest table."""
INDEXED = 3_000
"""Rows from which the planner reads one row of many by an index rather than the whole table."""
UNKNOWN = 2_000.0
"""Volume of a table of which nothing is declared and that references nothing."""
ONE_TO_ONE = 0.8
"""Share of the parents that have a child where each may have one."""


def plan_rows(blueprint: Blueprint, budget: int = 120_000, tenants: int = 5) -> dict[str, int]:
    """Return how many rows each table gets, at most `budget` together; the table of tenants gets `tenants`.

    Shares follow the square root of the declared rows, so that a large table does not leave nothing for the others. A
    table that access patterns read by an index gets some thousand rows while the budget lasts.
    """
    names = [t.name for t in blueprint.tables]
    root = blueprint.design.tenancy.entity if blueprint.design.tenancy is not None else ""
    fixed = {root: min(tenants, budget)} if root in names else {}
    rest = [t for t in blueprint.tables if t.name not in fixed]
    caps = {t.name: _cap(t) for t in rest}
    least = _least(blueprint, rest, caps, budget - sum(fixed.values()))
    weights = _weights(blueprint)
    spare = budget - sum(fixed.values()) - sum(least.values())
    rows = {**fixed, **_share(least, caps, weights, spare)}
    return {name: rows[name] for name in names} | one_to_one(blueprint, rows)


def asked_rows(
    blueprint: Blueprint, total: int | None = None, scale: float | None = None, tables: Mapping[str, int] | None = None
) -> dict[str, int]:
    """Return how many rows each table gets: about `total` together, or a `scale` of what is declared.

    `tables` says it for some of them. Without anything the tables share DEFAULT_ROWS.
    """
    if scale is None:
        budget = DEFAULT_ROWS if total is None else total
        planned = plan_rows(blueprint, budget, max(5, budget // 20_000))
    else:
        planned = {name: max(1, round(weight**2 * scale)) for name, weight in _weights(blueprint).items()}
        planned |= one_to_one(blueprint, planned)
    return {**planned, **(tables or {})}


def _cap(table: Table) -> int:
    """No more rows than are declared, but enough to say something."""
    return max(LEAST, table.size.rows_now) if table.size is not None and table.size.rows_now else 2**62


def _least(blueprint: Blueprint, tables: list[Table], caps: dict[str, int], budget: int) -> dict[str, int]:
    indexed = _indexed(blueprint)
    wanted = {t.name: min(INDEXED if t.name in indexed else LEAST, caps[t.name]) for t in tables}
    if sum(wanted.values()) <= budget:
        return wanted
    few = min(LEAST, max(0, budget) // max(1, len(tables)))
    spare = max(0, budget - few * len(tables)) // max(1, len(indexed))
    return {name: min(rows, few + (spare if name in indexed else 0)) for name, rows in wanted.items()}


def _indexed(blueprint: Blueprint) -> set[str]:
    """Tables that an access pattern reads by an index of its own."""
    tables = {i.name: t.name for t in blueprint.tables for i in t.indexes}
    tables |= {
        k.name: t.name for t in blueprint.tables for k in [*t.uniques, *([t.primary_key] if t.primary_key else [])]
    }
    return {tables[n] for s in blueprint.statements for names in s.uses for n in names if n in tables}


def _weights(blueprint: Blueprint) -> dict[str, float]:
    """Square roots of the volumes; a table without one weighs as much as its heaviest parent."""
    found = {t.name: math.sqrt(t.size.rows_now) for t in blueprint.tables if t.size is not None and t.size.rows_now}
    for _ in blueprint.tables:
        for table in blueprint.tables:
            parents = [found[k.target] for k in table.foreign_keys if k.target in found and k.target != table.name]
            if table.name not in found and parents:
                found[table.name] = max(parents)
    return {t.name: found.get(t.name, math.sqrt(UNKNOWN)) for t in blueprint.tables}


def _share(least: dict[str, int], caps: dict[str, int], weights: dict[str, float], spare: int) -> dict[str, int]:
    """Give out what is left in proportion to the weights, no table more than its cap."""
    rows = dict(least)
    while spare > 0:
        open_tables = [n for n in rows if rows[n] < caps[n]]
        total = sum(weights[n] for n in open_tables)
        more = {n: min(int(spare * weights[n] / total), caps[n] - rows[n]) for n in open_tables}
        if not any(more.values()):
            break
        for name, count in more.items():
            rows[name] += count
        spare -= sum(more.values())
    return rows


def one_to_one(blueprint: Blueprint, rows: dict[str, int]) -> dict[str, int]:
    """Return fewer rows for the tables whose rows each need a parent of their own."""
    found: dict[str, int] = {}
    for table in blueprint.tables:
        for key in table.foreign_keys:
            unique = any(set(u) <= set(key.columns) | {table.tenant_column} for u in table.unique_sets())
            if unique and key.target != table.name:
                parents = found.get(key.target, rows[key.target])
                found[table.name] = min(found.get(table.name, rows[table.name]), math.ceil(parents * ONE_TO_ONE))
    return found
