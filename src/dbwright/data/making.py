"""Fills the columns that no reference fills: keys first, then what stands alone, periods, and what is compared.

What links and keys look at is made at once, all else when it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import chain

from dbwright.data.alone import Alone
from dbwright.data.comparing import Compared, compared_columns, connected
from dbwright.data.dataset import Maker
from dbwright.data.domains import Domain
from dbwright.data.drafts import Draft
from dbwright.data.following import Alternatives
from dbwright.data.hints import Hints
from dbwright.data.keys import numbers_for
from dbwright.data.periods import fill_periods
from dbwright.data.plans import TablePlan
from dbwright.sizing.presumed import presumed_nulls
from dbwright.sizing.sites import declared


def fill_values(draft: Draft, hints: Hints, keys: Mapping[str, tuple[str, ...]], linked: Set[str]) -> None:
    """Fill every column that is open and that no later reference fills."""
    names = [n for n in draft.plan.kinds if n not in draft.columns and n not in linked]
    separated = set(chain.from_iterable(s.period for s in draft.plan.separations))
    equal = set(chain.from_iterable(s.equal for s in draft.plan.separations))
    alternatives = Alternatives(draft)
    looked_at = _looked_at(draft, linked) | separated | equal
    # A column by itself is made before those that are compared with it.
    now = looked_at | compared_columns(draft)
    for name in keys:
        numbers = numbers_for(draft, name, keys[name])
        _take(draft, Alone(draft, alternatives, hints, name, _shares(draft, [name], separated), numbers), [name], now)
    ordered = [n for n in names if n not in keys and draft.plan.kinds[n].family.is_ordered]
    alone = [n for n in names if n not in keys and n not in ordered and n not in separated]
    for name in [*alone, *(n for n in ordered if n in equal)]:
        _take(draft, Alone(draft, alternatives, hints, name, _shares(draft, [name], separated), None), [name], now)
    fill_periods(draft, [n for n in names if not _is_there(draft, n)])
    rest = [n for n in ordered if not _is_there(draft, n)]
    for group in connected(draft, rest):
        _take(draft, Compared(draft, alternatives, group, _shares(draft, group, set())), group, looked_at)


def _take(draft: Draft, maker: Maker, names: Sequence[str], now: Set[str]) -> None:
    """Make columns at once where something looks at them, or only one row is made; else keep what makes them."""
    if draft.existing is not None or draft.at_once or now & set(names):
        for name, column in maker.part(0, draft.count).items():
            draft.put(name, column)
    else:
        draft.later |= dict.fromkeys(names, maker)


def _is_there(draft: Draft, name: str) -> bool:
    return name in draft.columns or name in draft.later


def _looked_at(draft: Draft, linked: Set[str]) -> set[str]:
    """The columns that references look at which are linked later, and that complete keys or compare with parents."""
    found = set(linked)
    for reference in draft.plan.references:
        if set(reference.columns) & linked:
            found |= set(reference.columns)
    for key in draft.plan.keys:
        if set(key.columns) & linked:
            found |= set(key.columns)
    for given, _, own in draft.plan.apart:
        found |= {given, own}
    return found


def _shares(draft: Draft, names: Sequence[str], separated: Set[str]) -> list[dict[str, float]]:
    """For each alternative of the checks the share of nulls in some columns."""
    return [
        {n: 0.0 if n in separated else null_share(draft.plan, n, scenario.domains[n]) for n in names}
        for scenario in draft.plan.scenarios
    ]


def null_share(plan: TablePlan, name: str, domain: Domain) -> float:
    """Return which share of a column is null under one alternative of the checks."""
    if domain.null is True:
        return 1.0
    if domain.null is False or plan.is_required(name):
        return 0.0
    if any(name in k.columns and k.nulls_not_distinct for k in plan.keys):
        return 0.0
    known = declared(plan.source(name)).nulls
    if known is not None:
        return known.value
    return presumed_nulls(name)
