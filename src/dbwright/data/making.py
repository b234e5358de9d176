"""Fills the columns that no reference fills: keys first, then what stands alone, periods, and what is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from dbwright.data.choosing import Array, Flags, Integers
from dbwright.data.comparing import fill_ordered
from dbwright.data.dataset import Column, Note, empty_data
from dbwright.data.domains import Domain
from dbwright.data.drafts import Draft
from dbwright.data.hints import Hints
from dbwright.data.keys import numbers_for
from dbwright.data.periods import fill_periods
from dbwright.data.plans import TablePlan
from dbwright.data.singles import Single, distinct_ticks, make_single
from dbwright.data.spelling import Chosen, Spelling

EMPTY_SHARE = 0.2
"""Share of nulls in an optional column."""
RARE_SHARE = 0.9
"""Share of nulls where the name says that most rows never get there: deleted_at, cancelled_by."""
_RARE = frozenset(
    "deleted removed cancelled canceled archived revoked closed ended expired suspended blocked banned failed left "
    "withdrawn rejected anonymised".split()
)


@dataclass
class Cells:
    """The values of one column while alternatives of the checks fill their rows."""

    data: Array
    nulls: Flags


def fill_values(draft: Draft, hints: Hints, keys: Mapping[str, tuple[str, ...]], linked: Set[str]) -> None:
    """Fill every column that is open and that no later reference fills."""
    names = [n for n in draft.plan.kinds if n not in draft.columns and n not in linked]
    separated = {c for s in draft.plan.separations for c in s.period}
    for name in keys:
        _fill_one(draft, hints, name, numbers_for(draft, name, keys[name]), separated)
    alone = [n for n in names if n not in keys and not draft.plan.kinds[n].family.is_ordered and n not in separated]
    equal = {c for s in draft.plan.separations for c in s.equal}
    for name in [*alone, *(n for n in names if n in equal and n not in alone and n not in keys)]:
        _fill_one(draft, hints, name, None, separated)
    fill_periods(draft, [n for n in names if n not in draft.columns])
    _fill_compared(draft, [n for n in names if n not in draft.columns])


def _fill_one(draft: Draft, hints: Hints, name: str, numbers: Integers | None, separated: Set[str]) -> None:
    """Fill a column for itself, alternative by alternative."""
    kind = draft.plan.kinds[name]
    cells = Cells(empty_data(kind, draft.count), np.zeros(draft.count, np.bool_))
    spelt: list[tuple[Integers, Spelling]] = []
    for scenario, rows in draft.scenarios():
        domain = scenario.domains[name]
        own = None if numbers is None else numbers[rows]
        stream = draft.stream(name, draft.plan.scenarios.index(scenario))
        if domain.kind.family.is_ordered:
            cells.data[rows] = distinct_ticks(draft, name, domain, own, stream, len(rows))
        else:
            made = make_single(Single(draft.plan, name, domain, hints), stream, len(rows), own)
            cells.data[rows] = made.data
            _tell(draft, name, made.accepted)
            if made.spelling is not None:
                spelt.append((rows, made.spelling))
        share = 0.0 if name in separated else null_share(draft.plan, name, domain)
        cells.nulls[rows] = stream.floats(len(rows)) < share
    nulls = cells.nulls if cells.nulls.any() else None
    draft.put(name, Column(kind, cells.data, nulls, _one_spelling(cells.data, spelt)))


def _one_spelling(data: Array, spelt: Sequence[tuple[Integers, Spelling]]) -> Spelling | None:
    """The spelling of a column whose alternatives may each have their own."""
    spellings = tuple(spelling for _, spelling in spelt)
    if not spellings or all(s == spellings[0] for s in spellings):
        return spellings[0] if spellings else None
    for which, (rows, _) in enumerate(spelt):
        data[rows] = data[rows] * len(spellings) + which
    return Chosen(spellings)


def _tell(draft: Draft, name: str, accepted: bool) -> None:
    table = draft.plan.table.name
    note = Note(table, name, f"no way to make `{name}` passes all its rules; values are tried as they are")
    if not accepted and note not in draft.notes:
        draft.notes.append(note)


def _fill_compared(draft: Draft, names: list[str]) -> None:
    """Fill the ordered columns of every alternative, each after those that it is compared with."""
    cells = {n: Cells(empty_data(draft.plan.kinds[n], draft.count), np.zeros(draft.count, np.bool_)) for n in names}
    for scenario, rows in draft.scenarios():
        shares = {n: null_share(draft.plan, n, scenario.domains[n]) for n in names}
        for name, (ticks, nulls) in fill_ordered(draft, scenario, rows, shares).items():
            cells[name].data[rows], cells[name].nulls[rows] = ticks, nulls
    for name, made in cells.items():
        draft.put(name, Column(draft.plan.kinds[name], made.data, made.nulls if made.nulls.any() else None))


def null_share(plan: TablePlan, name: str, domain: Domain) -> float:
    """Return which share of a column is null under one alternative of the checks."""
    if domain.null is True:
        return 1.0
    if domain.null is False or plan.is_required(name):
        return 0.0
    if any(name in k.columns and k.nulls_not_distinct for k in plan.keys):
        return 0.0
    return RARE_SHARE if _RARE & set(name.lower().split("_")) else EMPTY_SHARE
