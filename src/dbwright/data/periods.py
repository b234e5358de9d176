"""Periods that never overlap: each group's rows take slots one after the other (cumulative sums, no search)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dbwright.data.choosing import Integers, number_within
from dbwright.data.dataset import Column
from dbwright.data.domains import Domain, domain_of
from dbwright.data.drafts import Draft
from dbwright.data.kinds import DAY_TICKS, Family, Kind
from dbwright.data.orders import Network
from dbwright.data.relations import codes, match
from dbwright.data.windows import window_of

QUARTER = DAY_TICKS // 96
"""Microseconds of a quarter of an hour: where bookings begin and end."""


@dataclass(frozen=True)
class Slots:
    """Where periods lie: from `low` on, `step` is the unit of starts and lengths, lengths from `least` to `most`."""

    low: int
    high: int
    step: int
    least: int
    most: int


def fill_periods(draft: Draft, names: list[str]) -> None:
    """Fill the period columns of exclusion constraints that are still open, without overlap inside a group."""
    for period in dict.fromkeys(s.period for s in draft.plan.separations):
        if not set(period) <= set(names):
            continue
        groups = [set(s.equal) for s in draft.plan.separations if s.period == period]
        equal = [c for c in draft.columns if c in set.intersection(*groups)]
        slots = _slots(draft, period)
        low, high = _fresh(draft, period, equal, slots) if draft.existing else _numbered(draft, equal, slots)
        _put(draft, period, low, high)


def _put(draft: Draft, period: tuple[str, ...], low: Integers, high: Integers) -> None:
    kinds = draft.plan.kinds
    if len(period) == 1:
        draft.put(period[0], Column(kinds[period[0]], np.stack([low, high], axis=1)))
        return
    draft.put(period[0], Column(kinds[period[0]], low))
    draft.put(period[1], Column(kinds[period[1]], high))


def _bounds(draft: Draft, period: tuple[str, ...]) -> tuple[Kind, Domain]:
    kind = draft.plan.kinds[period[0]]
    if kind.item is not None:
        return kind.item, domain_of(kind.item, False)
    return kind, draft.plan.union(period[0])


def _slots(draft: Draft, period: tuple[str, ...]) -> Slots:
    kind, domain = _bounds(draft, period)
    window = window_of(draft.plan, period[0], domain)
    step = QUARTER if kind.family is Family.INSTANT else 1
    least, most = 1, 12 if kind.family is Family.INSTANT else 6
    if len(period) == 2:
        shortest, longest = _lengths(draft, period)
        least = max(least, -(-shortest // step))
        most = max(least, min(most, longest // step)) if longest < 2**60 else max(least, most)
    return Slots(window.low, window.high, step, least, most)


def _lengths(draft: Draft, period: tuple[str, ...]) -> tuple[int, int]:
    """The shortest and longest length that every alternative of the checks allows, in ticks."""
    shortest, longest = 0, 2**60
    for scenario in draft.plan.scenarios:
        network = Network(period, draft.plan.kinds)
        for order in scenario.orders:
            if {order.left, order.right} == set(period) and order.operator != "<>":
                network.order(order)
        network.close()
        first, last = network.place[period[0]], network.place[period[1]]
        longest = int(min(longest, network.most[first][last]))
        shortest = int(max(shortest, -min(network.most[last][first], 2**60)))
    return shortest, longest


def _numbered(draft: Draft, equal: list[str], slots: Slots) -> tuple[Integers, Integers]:
    """The k-th row of a group lies in its k-th slot; slots share the window, and go on after it if it is too short."""
    groups = codes([[draft.columns[n] for n in equal]])[0] if equal else np.zeros(draft.count, np.int64)
    number = number_within(groups)
    size = np.bincount(groups, minlength=1)[groups] if draft.count else number
    room = slots.high - slots.low
    # One step stays free at the end, so that neighbours do not touch even where both bounds belong to the period.
    wide = np.maximum(room // np.maximum(size, 1) // slots.step, slots.least + 1) * slots.step
    stream = draft.stream("period", *equal)
    most = np.minimum(slots.most, wide // slots.step - 1)
    length = slots.least + stream.skewed(np.maximum(most - slots.least + 1, 1), draft.count, 1.5)
    offset = stream.below(np.maximum(wide // slots.step - length, 1), draft.count)
    low = slots.low // slots.step * slots.step + slots.step + number * wide + offset * slots.step
    return low, low + length * slots.step


def _fresh(draft: Draft, period: tuple[str, ...], equal: list[str], slots: Slots) -> tuple[Integers, Integers]:
    """A period for a new row that lies in a gap of its group, the salt telling which."""
    assert draft.existing is not None
    rows = draft.existing.columns
    found = match([draft.columns[n] for n in equal], [rows[n] for n in equal], draft.count, draft.existing.count)
    mine = found.order[found.start[0] : found.start[0] + found.count[0]]
    first = rows[period[0]].data if len(period) == 2 else rows[period[0]].data[:, 0]
    last = rows[period[1]].data if len(period) == 2 else rows[period[0]].data[:, 1]
    length = slots.least * slots.step
    place = _gap(np.sort(first[mine]), np.sort(last[mine]), slots, length, draft.salt)
    low = np.full(draft.count, place, np.int64)
    return low, low + length


def _gap(starts: Integers, ends: Integers, slots: Slots, length: int, salt: int) -> int:
    """Where a period of some length fits: after the last one if that is inside the window, else between two."""
    after = (int(ends[-1]) if len(ends) else slots.low) + slots.step + salt * (length + slots.step)
    if after + length <= slots.high or not len(ends):
        return after
    free = starts[1:] - ends[:-1] - 2 * slots.step
    fitting = np.flatnonzero(free >= length)
    if not len(fitting):
        return after
    return int(ends[fitting[salt % len(fitting)]]) + slots.step
