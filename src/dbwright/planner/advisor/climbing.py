"""Improves a choice by single steps over known plans: one put in, left out, exchanged, two made one; asks nothing.

What it finds is certain: a plan that was met costs the same wherever its indexes are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.options import bits
from dbwright.planner.advisor.plan_table import PlanTable, View

WISHES = 24
"""So many options are tried for which others must go, those that would save most."""
ENOUGH = 1e-7
"""A step that saves less than this share ends it."""


class Climber:
    """Steps through choices over a table of plans; `pinned` options stay."""

    def __init__(self, table: PlanTable, sizes: Sequence[int], pinned: int, merges: Merges) -> None:
        import numpy as np

        self._table = table
        self._sizes = np.array(sizes, np.float64)
        self._pinned = pinned
        self._merges = merges

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
                better = self._best(self._making_room(view, chosen, budget), budget, least)
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

    def _making_room(self, view: View, chosen: int, budget: float) -> Iterator[tuple[View, int]]:
        """The choice with an option put in for which others go, those that are missed least for their bytes."""
        import numpy as np

        now, more = view.totals()
        sizes = self._sizes
        room = budget - float(sizes[view.there].sum())
        free = [i for i in bits(chosen & ~self._pinned) if sizes[i] > 0]
        missed = {i: view.changed(removed=1 << i).totals()[0] - now for i in free}
        a_byte = {i: missed[i] / float(sizes[i]) for i in free}
        for leaving in (sorted(free, key=a_byte.__getitem__), sorted(free, key=missed.__getitem__)):
            for number in np.argsort(more)[:WISHES].tolist():
                if not more[number] < now or chosen >> number & 1 or sizes[number] > budget:
                    continue
                gone, over = 0, float(sizes[number]) - room
                for other in leaving:
                    if over > 0:
                        gone |= 1 << other
                        over -= float(sizes[other])
                if over <= 0:
                    yield view.changed(gone, 1 << number), chosen & ~gone | 1 << number

    def _merging(self, view: View, chosen: int) -> Iterator[tuple[View, int]]:
        """The choice with two options made one."""
        for pair, merged in self._merges.of(chosen & ~self._pinned):
            if len(self._table.uses(merged)):
                yield view.changed(pair, 1 << merged), chosen & ~pair | 1 << merged
