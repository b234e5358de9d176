"""Real parameters for an access pattern: samples of the design, values of existing rows, values of a new row."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from dbwright.data import valid_row
from dbwright.model.access import AccessPattern
from dbwright.model.growth import Meaning
from dbwright.model.table import Table
from dbwright.prove.bench import Bench
from dbwright.sql.assignments import assigned_parameters
from dbwright.sql.names import listed, qualify, quote
from dbwright.sql.patterns import columns_by_name, read_query
from dbwright.sql.queries import Condition, Query
from dbwright.theory.volumes import meanings_of


def pattern_of(bench: Bench, name: str) -> AccessPattern:
    """Return the access pattern of that name; raise KeyError."""
    found = next((p for p in bench.blueprint.design.access if p.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def parameters_for(bench: Bench, pattern: AccessPattern, tenant: Any, salt: int = 0) -> dict[str, Any]:
    """Return a value for every parameter of a pattern, as one tenant would send it.

    A sample of the design wins; else a parameter that is compared with a column takes the value of an existing row, one
    that is written takes that of a new valid row. A parameter that nothing explains is None.
    """
    query = read_query(str(pattern.sql), columns_by_name(bench.blueprint))
    values = dict.fromkeys(query.parameters)
    values |= _written(bench, query, tenant, salt)
    values |= _compared(bench, query, tenant, salt, meanings_of(pattern))
    values |= _referenced(bench, query, tenant, salt)
    values |= _sampled(bench, pattern)
    return {name: adapt(values[name]) for name in query.parameters}


def _sampled(bench: Bench, pattern: AccessPattern) -> dict[str, Any]:
    """Samples are SQL; the server computes them once and they travel as text, so that it infers their type."""
    found: dict[str, Any] = {}
    with bench.transaction() as connection:
        for parameter in (p for p in pattern.parameters if p.example):
            row = connection.execute(f"select ({parameter.example})::text".encode()).fetchone()
            found[str(parameter.name)] = row[0] if row else None
    return found


def _written(bench: Bench, query: Query, tenant: Any, salt: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for (verb, name), assigned in assigned_parameters(query.sql).items():
        table = bench.blueprint.table(name)
        if table is None or verb not in ("insert", "update"):
            continue
        row = new_row(bench, table, tenant, salt)
        found |= {query.parameters[number - 1]: row.get(column) for column, number in assigned.items()}
    return found


def new_row(bench: Bench, table: Table, tenant: Any, salt: int = 0) -> dict[str, Any]:
    """Return a valid row that is not in the table, of one tenant where the table has tenants."""
    return valid_row(bench.blueprint, bench.dataset, table.name, salt, tenant if table.tenant_column else None)


def _compared(bench: Bench, query: Query, tenant: Any, salt: int, meanings: Mapping[str, Meaning]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for use in query.uses:
        table = _table_behind(bench, use.table)
        if table is None:
            continue
        if any(use.table in (s.name, s.stored) for s in bench.blueprint.summaries):
            found |= _stored(bench, use.table, use.conditions, tenant, salt)
            continue
        found |= _window(bench, table, use.conditions, tenant, meanings)
        wanted = [
            c
            for c in use.conditions
            if len(c.parameters) == 1 and c.parameters[0] not in found and table.column(c.column)
        ]
        if not wanted:
            continue
        constants = {c.column: c.value.strip("'") for c in use.conditions if c.operator == "=" and c.is_constant}
        row = _existing_row(bench, table, tenant, salt, constants, {c.column for c in wanted})
        for condition in wanted:
            value = row.get(condition.column)
            found[condition.parameters[0]] = [value] if condition.operator == "in" else value
    return found


def _stored(bench: Bench, name: str, conditions: tuple[Condition, ...], tenant: Any, salt: int) -> dict[str, Any]:
    """Values of a stored row of a summary: nothing but the server knows them."""
    made = next(s for s in bench.blueprint.summaries if name in (s.name, s.stored))
    own = f" where {quote(made.tenant_column)}::text = $1" if made.tenant_column and tenant is not None else ""
    statement = f"select * from {qualify(bench.blueprint.schema, made.stored)}{own} order by {listed(made.key)} limit 1"
    from psycopg import RawCursor

    with bench.transaction() as connection:
        rows = RawCursor(connection).execute(f"{statement} offset {salt}".encode(), [str(tenant)] if own else [])
        row = dict(zip((c.name for c in made.columns), rows.fetchone() or (), strict=False))
    compared = [c for c in conditions if len(c.parameters) == 1 and c.column in row]
    return {c.parameters[0]: [row[c.column]] if c.operator == "in" else row[c.column] for c in compared}


def _referenced(bench: Bench, query: Query, tenant: Any, salt: int) -> dict[str, Any]:
    """An insert that reads the row it references (`insert … select … from lessons`) must read the one it may write."""
    found: dict[str, Any] = {}
    for verb, name in query.writes:
        table = bench.blueprint.table(name)
        if verb != "insert" or table is None:
            continue
        row = new_row(bench, table, tenant, salt)
        for use in query.uses:
            keys = [k for k in table.foreign_keys if k.target == use.table]
            values = {
                there: row.get(here) for k in keys for here, there in zip(k.columns, k.target_columns, strict=True)
            }
            for condition in use.conditions:
                if condition.operator == "=" and len(condition.parameters) == 1 and condition.column in values:
                    found[condition.parameters[0]] = values[condition.column]
    return found


def _window(
    bench: Bench, table: Table, conditions: tuple[Condition, ...], tenant: Any, meanings: Mapping[str, Meaning]
) -> dict[str, Any]:
    """Both bounds of a range over a column: where 60 and 70 of 100 rows lie, so that a window has rows and an end.

    A bound that means a window of time lies that far from the other one, or from the newest row.
    """
    found: dict[str, Any] = {}
    for name in dict.fromkeys(c.column for c in conditions):
        own = [c for c in conditions if c.column == name and c.parameters]
        lows = [c.parameters[0] for c in own if c.operator in (">", ">=", "between")]
        highs = [c.parameters[-1] for c in own if c.operator in ("<", "<=", "between")]
        width = next((m.amount for p in (*lows, *highs) if (m := meanings.get(p)) and m.kind == "window"), 0.0)
        column = bench.dataset.tables[table.name].columns.get(name)
        if column is None or not lows or not (highs or width):
            continue
        numbers = rows_of(bench, table.name, str(tenant) if table.tenant_column and tenant is not None else "")
        values = sorted(v for n in numbers if (v := column[n]) is not None)
        if not values:
            continue
        high = values[len(values) * 7 // 10] if highs else values[-1]
        low = high - timedelta(seconds=width) if width and isinstance(high, date) else values[len(values) * 6 // 10]
        found |= dict.fromkeys(lows, low) | dict.fromkeys(highs, high)
    return found


def _table_behind(bench: Bench, name: str) -> Table | None:
    view = next((v for v in bench.blueprint.views if v.name == name), None)
    return bench.blueprint.table(view.reads[0] if view and view.reads else name)


def _existing_row(
    bench: Bench, table: Table, tenant: Any, salt: int, constants: Mapping[str, str], asked: Set[str]
) -> dict[str, Any]:
    """Return an existing row of the tenant, one that fulfils the constant conditions where there is one.

    One that has all that is asked for comes first: whoever compares with null looks at nothing, through no index.
    """
    whose = str(tenant) if table.tenant_column and tenant is not None else ""
    chosen = _fitting(_Key(bench), table.name, whose, frozenset(constants.items()), frozenset(asked))
    if not chosen:
        return {}
    number = chosen[(len(chosen) // 2 + salt) % len(chosen)]
    return {name: values[number] for name, values in bench.dataset.tables[table.name].columns.items()}


def rows_of(bench: Bench, table: str, tenant: str) -> list[int]:
    """Return the numbers of a table's rows, of one tenant where given."""
    return _rows_of(_Key(bench), table, tenant)


class _Key:
    """A bench as a cache key: by identity."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.bench is self.bench

    def __hash__(self) -> int:
        return id(self.bench)


@lru_cache(maxsize=512)
def _fitting(
    key: _Key, name: str, tenant: str, constants: frozenset[tuple[str, str]], asked: frozenset[str]
) -> list[int]:
    """The numbers of rows that fulfil the constant conditions and have what is asked for, as far as there are any."""
    numbers = _rows_of(key, name, tenant)
    columns = key.bench.dataset.tables[name].columns
    fitting = [n for n in numbers if all(str(columns[c][n]) == v for c, v in constants if c in columns)]
    chosen = fitting or numbers
    return [n for n in chosen if all(columns[c][n] is not None for c in asked if c in columns)] or chosen


@lru_cache(maxsize=512)
def _rows_of(key: _Key, name: str, tenant: str) -> list[int]:
    rows = key.bench.dataset.tables[name]
    column = key.bench.table(name).tenant_column
    if not tenant:
        return list(range(rows.count))
    return rows.columns[column].rows_like(tenant)


def adapt(value: Any) -> Any:
    """Return a generated value as psycopg sends it: documents as jsonb, numbers of numpy as Python's."""
    from psycopg.types.json import Jsonb

    if isinstance(value, dict):
        return Jsonb(value)
    return value.item() if hasattr(value, "item") else value
