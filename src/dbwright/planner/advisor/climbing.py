"""Improves a choice by single steps over known plans: one put in, left out, exchanged, two made one; asks nothing.

What it finds is certain: a plan that was met costs the same wherever its indexes are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.plan_table import PlanTable, View
from dbwright.planner.advisor.writes import Writes

ENOUGH = 1e-7
"""A step that saves less than this share ends it."""


class Climber:
    """Steps through choices; `plans` are priced, the cheapest of each statement first; `pinned` options stay."""

    def __init__(
        self,
        plans: Sequence[Sequence[Answer]],
        sizes: Sequence[int],
        writes: Writes,
        pinned: int,
        merges: Merges,
    ) -> None:
        import numpy as np

        self._table = PlanTable(plans, len(sizes), writes)
        self._sizes = np.array(sizes, np.float64)
        self._pinned = pinned
        self._merges = merges
        self._universe = 0
        for own in plans:
            for plan in own:
                self._universe |= plan.used

    def climb(self, chosen: int, budget: float) -> int:
        """Return the choice after the last step that helps; it fits both limits where the first one does."""
        while True:
            view = self._table.at(chosen)
            now, _ = view.totals()
            least = now - ENOUGH * now
            better = self._best(self._steps(view, chosen), budget, least)
            if better is None:
                better = self._best(self._merging(view, chosen), budget, least)
            if better is None:
                return chosen
            chosen = better

    def _best(self, places: Iterator[tuple[View, int]], budget: float, least: float) -> int | None:
        """The cheapest choice that one of these is, or becomes with one option put in that has room; None for none."""
        import numpy as np

        best = None
        for view, chosen in places:
            room = budget - float(self._sizes[view.there].sum())
            writable, others = self._table.writable(view.there)
            if room < 0 or not writable:
                continue
            cost, more = view.totals()
            if cost < least:
                best, least = chosen, cost
            more = np.where(view.there | (self._sizes > room) | ~others, np.inf, more)
            number = int(more.argmin())
            if more[number] < least:
                best, least = chosen | 1 << number, float(more[number])
        return best

    def _steps(self, view: View, chosen: int) -> Iterator[tuple[View, int]]:
        """The choice as it is, and without each of its options."""
        yield view, chosen
        for number in bits(chosen & ~self._pinned):
            yield view.changed(removed=1 << number), chosen & ~(1 << number)

    def _merging(self, view: View, chosen: int) -> Iterator[tuple[View, int]]:
        """The choice with two options made one."""
        for pair, merged in self._merges.of(chosen & ~self._pinned):
            if self._universe >> merged & 1:
                yield view.changed(pair, 1 << merged), chosen & ~pair | 1 << merged
