"""Which alternative of the checks each row follows, given what its references and narrow keys already say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dbwright.data.choosing import Flags, floor_times, number_within
from dbwright.data.drafts import Draft
from dbwright.data.narrow import narrow_values
from dbwright.data.relations import codes, inside
from dbwright.data.scenarios import Scenario


def choose_alternatives(draft: Draft, reachable: Mapping[str, Flags]) -> None:
    """Give each row an alternative that fits it; rows that none fits are dropped.

    `reachable` says for the columns of optional references in which rows they can be filled at all.
    """
    scenarios = draft.plan.scenarios
    if len(scenarios) == 1:
        draft.scenario = np.zeros(draft.count, np.int64)
        return
    fits = np.stack([_fits(draft, s, reachable) for s in scenarios], axis=1)
    count = fits.sum(axis=1)
    wanted = floor_times(draft.stream("alternative").floats(draft.count), count)
    chosen = (np.cumsum(fits, axis=1) <= wanted[:, None]).sum(axis=1)
    draft.drop(count > 0, "no alternative of the checks fits what the references say")
    draft.scenario = chosen[count > 0]


def _fits(draft: Draft, scenario: Scenario, reachable: Mapping[str, Flags]) -> Flags:
    fits = np.ones(draft.count, np.bool_)
    for name, domain in scenario.domains.items():
        if name in draft.columns:
            column = draft.columns[name]
            missing = column.missing()
            fits &= missing if domain.null is True else inside(column, domain) | missing
        elif name in reachable and domain.null is False:
            fits &= reachable[name]
    if not all(_keeps_apart(draft, scenario, name) for name in draft.distinct):
        fits[:] = False
    for number in scenario.active:
        fits &= _may_be_active(draft, number)
    return fits


def _keeps_apart(draft: Draft, scenario: Scenario, name: str) -> bool:
    """Whether an alternative has room for a value of its own for each row, counted like in all others that have it."""
    wide = [s.domains[name] for s in draft.plan.scenarios if narrow_values(s.domains[name], draft.planned) is None]
    return scenario.domains[name] == wide[0]


def _may_be_active(draft: Draft, number: int) -> Flags:
    """Whether a row may fulfil the condition of a partial unique index: the first of each group."""
    columns = draft.plan.keys[number].columns
    if not set(columns) <= draft.columns.keys():
        return np.ones(draft.count, np.bool_)
    if draft.existing is not None:
        return np.zeros(draft.count, np.bool_)
    return np.asarray(number_within(codes([[draft.columns[c] for c in columns]])[0]) == 0)
