"""The facts of every table of a blueprint at an age or with given rows: keys and references first.

A reference has as many different values as parents that are met; unevenness follows Zipf's law where it is declared.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import ForeignKey, Table, TableColumn
from dbwright.records import record, replace
from dbwright.sizing.axes import axis_of
from dbwright.sizing.columns import BINS, column_facts, every_value
from dbwright.sizing.facts import Assumption, ColumnFacts, TableFacts, met
from dbwright.sizing.fanout import largest_shares, parents_met, tenants_of
from dbwright.sizing.layout import stored
from dbwright.sizing.sites import Site, declared, skew_of
from dbwright.sizing.soft_references import soft_references
from dbwright.sizing.text_kinds import TEXTS
from dbwright.sizing.volumes import table_rows
from dbwright.sql.normal_forms import normal_expression
from dbwright.sql.types import bare_type

SEARCH_BYTES = 1.7
"""Bytes of a text search vector for each byte of its text: a word's stem, where it stands, and its entry."""


@record(frozen=True)
class Facts:
    """The facts of all tables, and what was assumed to come to them."""

    tables: Mapping[str, TableFacts]
    assumptions: tuple[Assumption, ...]


def facts_at(blueprint: Blueprint, seconds: float | None = None, rows: Mapping[str, float] | None = None) -> Facts:
    """Return the facts of every table `seconds` after the first day, at the horizon by default.

    `rows` says how many rows some or all tables have instead.
    """
    age = blueprint.design.horizon.seconds if seconds is None else seconds
    counted, assumed = table_rows(blueprint, age)
    counted |= {name: float(number) for name, number in (rows or {}).items() if name in counted}
    assumed = [a for a in assumed if a.subject not in (rows or {})]
    made: dict[str, TableFacts] = {}
    for table in _parents_first(blueprint):
        site = Site(blueprint, table, counted[table.name], age)
        made[table.name] = _table(site, counted, made, assumed)
    return Facts({t.name: made[t.name] for t in blueprint.tables}, tuple(assumed))


def _parents_first(blueprint: Blueprint) -> list[Table]:
    """Tables after those that they reference; a cycle is entered where it stands first."""
    ordered: dict[str, Table] = {}

    def visit(table: Table, above: frozenset[str]) -> None:
        for key in table.foreign_keys:
            target = blueprint.table(key.target)
            if target is not None and target.name not in above and target.name not in ordered:
                visit(target, above | {target.name})
        ordered.setdefault(table.name, table)

    for table in blueprint.tables:
        visit(table, frozenset({table.name}))
    return list(ordered.values())


def _table(
    site: Site, rows: Mapping[str, float], made: Mapping[str, TableFacts], assumed: list[Assumption]
) -> TableFacts:
    columns = []
    references = site.blueprint.once(_all_references)[site.table.name]
    for column in site.table.columns:
        if column.generated and not column.stored:
            continue
        own: list[Assumption] = []
        facts = column_facts(site, column, own)
        reference = references.get(column.name)
        if reference is not None:
            facts = _referring(site, column, facts, reference, rows, made)
            own = [a for a in own if a.what == "nulls"]
        assumed += own
        columns.append(_skewed(site, column, facts, reference, rows))
    entity = site.blueprint.design.entity(site.table.name)
    told = entity.values if entity is not None else ()
    return TableFacts(
        name=site.table.name,
        rows=site.rows,
        columns=_as_wide_as_declared(site, columns),
        groups=_groups(site, rows),
        conditions={normal_expression(t.name): t.holds.value for t in told if t.holds is not None},
        hot={normal_expression(t.name): tuple((str(v), s.value) for v, s in t.hot.items()) for t in told if t.hot},
    )


def _with_search(site: Site, columns: list[ColumnFacts]) -> list[ColumnFacts]:
    """The columns with those that hold the words of others as wide as these make them."""
    made = list(columns)
    for place, facts in enumerate(columns):
        column = site.table.column(facts.name)
        if column is None or not column.generated or bare_type(column.type) != "tsvector":
            continue
        names = set(re.findall(r"[a-z_][a-z0-9_]*", column.generated))
        words = sum(c.value.bytes for c in columns if c.name in names and bare_type(c.type) in TEXTS)
        if words:
            made[place] = replace(facts, value=stored(words * SEARCH_BYTES, words / 2, facts.value.nulls))
    return made


def _as_wide_as_declared(site: Site, columns: list[ColumnFacts]) -> tuple[ColumnFacts, ...]:
    """Where the size of a row is declared, the values whose width is not share what the others leave."""
    columns = _with_search(site, columns)
    entity = site.blueprint.design.entity(site.table.name)
    if entity is None or entity.row_size is None:
        return tuple(columns)
    known = {c.name for c in site.table.columns if declared(c).width is not None}
    open_ended = {c.name for c in columns if c.value.variable and not c.value.lengths and c.name not in known}
    taken = sum(c.value.bytes * (1 - c.value.nulls) for c in columns if c.name not in open_ended)
    guessed = sum(c.value.bytes * (1 - c.value.nulls) for c in columns if c.name in open_ended)
    if not guessed or entity.row_size.value <= taken:
        return tuple(columns)
    factor = (entity.row_size.value - taken) / guessed
    return tuple(
        replace(c, value=stored(c.value.bytes * factor - 1, c.value.spread * factor, c.value.nulls))
        if c.name in open_ended
        else c
        for c in columns
    )


def _all_references(blueprint: Blueprint) -> dict[str, dict[str, ForeignKey]]:
    return {table.name: _references(blueprint, table) for table in blueprint.tables}


def _references(blueprint: Blueprint, table: Table) -> dict[str, ForeignKey]:
    """The reference that decides the values of a column: its own before one that it shares with the tenant, and what
    is only named like a key after all that are enforced.

    A tenant's column has the keys of tenants, also where no constraint says so.
    """
    found: dict[str, ForeignKey] = {}
    for key in (*sorted(table.foreign_keys, key=lambda k: len(k.columns)), *soft_references(blueprint, table)):
        for name in key.columns:
            found.setdefault(name, key)
    tenancy = blueprint.design.tenancy
    if tenancy is not None and table.tenant_column and table.name != tenancy.entity:
        one = (str(tenancy.column),)
        found.setdefault(table.tenant_column, ForeignKey("", (table.tenant_column,), tenancy.entity, one))
    return found


def _referring(
    site: Site,
    column: TableColumn,
    facts: ColumnFacts,
    reference: ForeignKey,
    rows: Mapping[str, float],
    made: Mapping[str, TableFacts],
) -> ColumnFacts:
    """A column that references a key: as many values as parents are met, within the range of the key."""
    target = made.get(reference.target)
    there = dict(zip(reference.columns, reference.target_columns, strict=True)).get(column.name, "")
    key = target.column(there) if target is not None else None
    present = site.rows * (1 - facts.value.nulls)
    parents = key.distinct if key is not None else rows.get(reference.target, 1.0)
    unique = any(set(u) == {column.name} for u in site.table.unique_sets())
    known = declared(column).distinct
    tenants = tenants_of(site, column, reference.target, rows)
    distinct = min(parents, present) if unique else parents_met(site, column, parents, present, tenants)
    if known is not None:
        distinct = known.among(present)
    if key is None:
        return replace(facts, distinct=max(1.0, distinct))
    rising = declared(column).order == "rising"
    return replace(
        facts,
        distinct=max(1.0, distinct),
        lowest=key.lowest,
        highest=key.highest,
        value=key.value._replace(nulls=facts.value.nulls),
        common=facts.common or _as_parents(key, facts.value.nulls, unique),
        correlation=1.0 if rising else 0.0,
        rising=rising,
    )


def _as_parents(key: ColumnFacts, nulls: float, unique: bool) -> tuple[tuple[str, float], ...]:
    """The few values of a parent are met alike, whatever their share is there."""
    values = [v for v, _ in key.common] or every_value(key)
    if unique or not values or len(values) > BINS:
        return ()
    return tuple((value, (1 - nulls) / len(values)) for value in values)


def _skewed(
    site: Site, column: TableColumn, facts: ColumnFacts, reference: ForeignKey | None, rows: Mapping[str, float]
) -> ColumnFacts:
    """Common values of a column whose values are uneven: the k-th has a share in proportion to 1/k**s."""
    exponent = skew_of(site, column)
    if not exponent or facts.distinct <= 1 or any(set(u) == {column.name} for u in site.table.unique_sets()):
        return facts
    tenancy = site.blueprint.design.tenancy
    if reference is None:
        possible, tenants = facts.distinct, None
    elif tenancy is not None and column.name == site.table.tenant_column:
        possible, tenants = rows.get(str(tenancy.entity), facts.distinct), None
    else:
        possible = rows.get(reference.target, facts.distinct)
        tenants = tenants_of(site, column, reference.target, rows)
    number = min(BINS, math.ceil(facts.distinct))
    largest = largest_shares(exponent, max(possible, facts.distinct), number, tenants)
    shares = [(1 - facts.value.nulls) * share for share in largest]
    values = [v for v, _ in facts.common] or invented_values(facts, len(shares))
    return replace(facts, common=tuple(zip(values, shares, strict=False)))


def invented_values(facts: ColumnFacts, count: int) -> list[str]:
    """Return different values of a column, spread over its range in no order, where nobody named them."""
    if axis_of(facts.type) is None or facts.lowest is None or facts.highest is None:
        return [f"{facts.name} {k + 1}" for k in range(count)]
    return list(_spread(facts.type, facts.lowest, facts.highest, count))


@lru_cache(maxsize=1024)
def _spread(type_text: str, lowest: str, highest: str, count: int) -> tuple[str, ...]:
    """Values at places of a range that come in no order; keys of tenants are the same in many tables."""
    axis = axis_of(type_text)
    assert axis is not None
    low, high = axis.read(lowest), axis.read(highest)
    return tuple(dict.fromkeys(axis.between(low, high, (k * 617 + 311) % 1000, 1000) for k in range(count)))


def _groups(site: Site, rows: Mapping[str, float]) -> dict[frozenset[str], float]:
    """How many different combinations of columns there are: keys all, references as parents are met."""
    found = {frozenset(u): site.rows for u in site.table.unique_sets() if len(u) > 1}
    for key in site.table.foreign_keys:
        if len(key.columns) > 1:
            found.setdefault(frozenset(key.columns), met(rows.get(key.target, 1.0), site.rows))
    entity = site.blueprint.design.entity(site.table.name)
    for told in entity.values if entity is not None else ():
        if told.distinct is not None:
            found[frozenset(_names(site.table, told.name))] = told.distinct.among(site.rows)
    return found


def _names(table: Table, text: str) -> list[str]:
    """The columns that a text lists, or the text itself where it is an expression."""
    names = [name.strip() for name in text.split(",")]
    return names if all(table.column(name) is not None for name in names) else [normal_expression(text)]
