"""Columns that keep a key unique by themselves: which ones they are, and the number that makes each value different."""

from __future__ import annotations

from collections.abc import Set

import numpy as np

from dbwright.data.choosing import Integers, number_within
from dbwright.data.drafts import Draft
from dbwright.data.kinds import Family
from dbwright.data.narrow import narrow_relation
from dbwright.data.relations import codes

_PREFERRED = (
    Family.UUID,
    Family.TEXT,
    Family.BYTES,
    Family.INSTANT,
    Family.WHOLE,
    Family.DAY,
    Family.DECIMAL,
    Family.FLOAT,
    Family.CLOCK,
    Family.SPAN,
    Family.WRITTEN,
    Family.RANGE,
    Family.POSITION,
    Family.JSON,
    Family.LIST,
)
COUNTED = frozenset({Family.WHOLE, Family.DAY, Family.DECIMAL})
"""Families that count 1, 2, 3 within the rest of a key rather than over the whole table."""


def choose_distinct(draft: Draft, linked: Set[str]) -> dict[str, tuple[str, ...]]:
    """Return, and mark in the draft, the columns that keep the open keys unique, each with those it counts within.

    `linked` are columns that references fill later.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for key in draft.plan.keys:
        if set(key.columns) <= draft.columns.keys():
            continue
        determined = tuple(c for c in key.columns if c in draft.columns)
        already = [c for c in key.columns if c in chosen]
        if already:
            chosen[already[0]] = tuple(c for c in chosen[already[0]] if c in determined)
            continue
        name = _best(draft, [c for c in key.columns if c not in draft.columns and c not in linked])
        if name:
            chosen[name] = determined
    draft.distinct |= chosen.keys()
    return chosen


def _best(draft: Draft, names: list[str]) -> str:
    wide = [n for n in names if narrow_relation(draft.plan, n, draft.planned) is None]
    ranked = sorted(wide, key=lambda n: _PREFERRED.index(draft.plan.kinds[n].family))
    return ranked[0] if ranked else ""


def numbers_for(draft: Draft, name: str, within: tuple[str, ...]) -> Integers:
    """Return the number of each row's value in a distinct column; rows of one group never have the same."""
    if within and draft.plan.kinds[name].family in COUNTED and draft.existing is None:
        return number_within(codes([[draft.columns[c] for c in within]])[0])
    return np.arange(draft.first, draft.first + draft.count)
