"""A row that breaks exactly one rule: candidates are proposed for each kind of rule, and the judge picks the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product
from typing import Any

import numpy as np

from dbwright.data.choosing import Stream
from dbwright.data.constants import expression
from dbwright.data.dataset import Column, Dataset, Violation
from dbwright.data.encoding import python_value
from dbwright.data.fresh import for_driver
from dbwright.data.hints import Hints
from dbwright.data.judging import PARTITION, Judge, Rule, judge_of, sample_rows, unwrapped
from dbwright.data.kinds import Kind
from dbwright.data.singles import Single
from dbwright.data.suspects import suspects
from dbwright.model.blueprint import Blueprint

STATES = {
    "not null": "23502",
    "check": "23514",
    "unique": "23505",
    "exclusion": "23P01",
    "foreign key": "23503",
}
"""SQLSTATE that the server answers with (PostgreSQL manual, appendix A)."""
NOWHERE = 10_000_019
"""Number of a key that no parent has."""
SOMEWHAT = 5_003
"""Distance from the keys of parents where the type has no room for more."""
MOST_CHANGED = 2
"""Columns that are changed at once to break a check."""


def violate(blueprint: Blueprint, dataset: Dataset, table: str, constraint_name: str, row: dict[str, Any]) -> Violation:
    """Return `row` (from `valid_row`) changed so that it breaks the named rule and, as far as can be told, no other.

    Rules are named as the claims name them: constraints by their name, `not null` as `<column>.not_null`. The row of
    the result is None where no such row can be made, and the reason says why.
    """
    judge = judge_of(dataset, table)
    rule = next((r for r in judge.rules if r.name == constraint_name), None)
    if rule is None:
        return Violation(None, f"`{table}` has no rule `{constraint_name}`")
    proposers: dict[str, Callable[[Judge, Rule, dict[str, Any]], Iterator[dict[str, Any]]]] = {
        "not null": _without,
        "check": _failing,
        "unique": _repeated,
        "exclusion": _overlapping,
        "foreign key": _leading_nowhere,
    }
    plain = unwrapped(row)
    best: Violation | None = None
    for candidate in proposers[rule.kind](judge, rule, plain):
        found = _judged(judge, rule, plain, candidate)
        if found is not None and (best is None or len(found.without) < len(best.without)):
            best = found
        if best is not None and not best.without:
            break
    return best or Violation(None, _reason(judge, rule))


def _judged(judge: Judge, rule: Rule, row: dict[str, Any], candidate: dict[str, Any]) -> Violation | None:
    """The candidate as a violation, unless it does not break the rule or also one that nobody can drop."""
    broken = judge.broken(candidate)
    kinds = {r.name: r.kind for r in judge.rules}
    others = tuple(n for n in broken if n not in (rule.name, PARTITION))
    if rule.name not in broken or (rule.kind != "not null" and any(kinds[n] == "not null" for n in others)):
        return None
    into = _target(judge, row, judge.plan.table.name, PARTITION in broken)
    made = {n: for_driver(judge.plan.kinds[n].family, v) for n, v in candidate.items()}
    # The server looks at nulls before anything else.
    return Violation(made, "", into, STATES[rule.kind], () if rule.kind == "not null" else others)


def _target(judge: Judge, row: dict[str, Any], table: str, unroutable: bool) -> str:
    """The table, or the partition of the unchanged row where the changed one has no partition to go to."""
    partition = judge.partition_of(row) if unroutable else None
    return partition.name if partition is not None else table


def _reason(judge: Judge, rule: Rule) -> str:
    if rule.kind == "exclusion" and judge.separation(rule.name) is None:
        return f"the exclusion `{rule.name}` cannot be read"
    return f"no change of a row was found that breaks `{rule.name}` and no other rule"


def _without(judge: Judge, rule: Rule, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {**row, rule.columns[0]: None}


def _failing(judge: Judge, rule: Rule, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows with one, then two columns of the check changed to values at its edges and outside."""
    check = next(c for c in judge.plan.table.checks if c.name == rule.name)
    node = expression(check.expression)
    known = [c for c in rule.columns if c in row]
    values = {c: suspects(judge.plan, c, node, row) for c in known}
    for count in range(1, MOST_CHANGED + 1):
        for names in combinations(known, count):
            for chosen in product(*(values[n] for n in names)):
                changed = {**row, **dict(zip(names, chosen, strict=True))}
                if judge.check(rule.name, changed) is False:
                    yield changed


def _closure(judge: Judge, columns: set[str]) -> set[str]:
    """The columns together with those of every foreign key that shares one of them beyond the tenant."""
    found = set(columns)
    for key in judge.plan.table.foreign_keys:
        if set(key.columns) & columns - {judge.plan.table.tenant_column}:
            found |= set(key.columns)
    return found


def _others(judge: Judge, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    name = judge.plan.table.tenant_column
    yield from sample_rows(judge.rows, name, row.get(name))


def _merged(judge: Judge, columns: set[str], row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The row with some columns of another, and another row with the keys of this one."""
    keys = [set(k.columns) for k in judge.plan.keys if not set(k.columns) <= columns]
    for other in _others(judge, row):
        if any(other[c] is None for c in columns):
            continue
        yield {**row, **{c: other[c] for c in _closure(judge, columns)}}
        fresh = {c for k in keys for c in _closure(judge, k - columns)} - columns
        yield {**other, **{c: row[c] for c in fresh if c in row}}
        fresh = {c for k in keys for c in k} - columns
        yield {**other, **{c: row[c] for c in fresh if c in row}}


def _repeated(judge: Judge, rule: Rule, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _merged(judge, set(rule.columns), row)


def _overlapping(judge: Judge, rule: Rule, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    separation = judge.separation(rule.name)
    if separation is not None:
        yield from _merged(judge, {*separation.equal, *separation.period}, row)


def _leading_nowhere(judge: Judge, rule: Rule, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The row with a key that no parent has; columns of other references stay, or are emptied where they may be."""
    table = judge.plan.table
    others = [f for f in table.foreign_keys if f.name != rule.name]
    own = [c for c in rule.columns if not any(c in f.columns for f in others)]
    own = [c for c in own if c != table.tenant_column] or own
    optional = [c for f in others for c in f.columns if c not in rule.columns and not judge.plan.is_required(c)]
    for names in (own, list(rule.columns)):
        if names:
            nowhere = {c: _nowhere(judge, rule, c, row) for c in names}
            yield {**row, **nowhere}
            yield {**row, **dict.fromkeys(optional), **nowhere}


def _nowhere(judge: Judge, rule: Rule, column: str, row: dict[str, Any]) -> Any:
    """A value that fits the column's own rules and that no parent has."""
    plan = judge.plan
    kind, domain = plan.kinds[column], plan.union(column)
    if domain.allowed is not None:
        key = judge.foreign_key(rule.name)
        target = key.target_columns[key.columns.index(column)]
        known = {v[0] for v in judge.keys(key.target, (target,))}
        unknown = [v for v in domain.listed() if v not in known]
        return python_value(kind, unknown[0]) if unknown else row.get(column)
    if kind.family.is_ordered:
        return _beyond(judge, rule, column, kind)
    numbers = np.asarray([NOWHERE])
    single = Single(plan, column, domain, Hints(), 1, numbers)
    return Column(kind, single.draw(Stream("nowhere", column), 1, numbers), spelling=single.spelling)[0]


def _beyond(judge: Judge, rule: Rule, column: str, kind: Kind) -> Any:
    """A value of an ordered column far after those that the parents have, or before them where the type ends."""
    key = judge.foreign_key(rule.name)
    parents = judge.dataset.tables[key.target].columns[key.target_columns[key.columns.index(column)]]
    last, first = int(parents.data.max(initial=0)), int(parents.data.min(initial=0))
    domain = judge.plan.union(column)
    tries = (last + NOWHERE, last + SOMEWHAT, first - SOMEWHAT, last + 1, first - 1)
    return python_value(kind, next((t for t in tries if domain.contains(t)), last + 1))
