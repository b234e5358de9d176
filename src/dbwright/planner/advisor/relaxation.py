"""Relaxation: from all that statements would use, made smaller by the step that costs least for each byte.

What a step costs is first reckoned from known plans, for all steps at once; the few that look best are asked about.
Source: Bruno, Chaudhuri, "Automatic Physical Database Tuning: A Relaxation-based Approach" (SIGMOD 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from heapq import nsmallest

from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.plan_table import PlanTable, View

FEW = 3
"""So many steps are asked about, those that look best."""


class Relaxation:
    """Makes choices smaller; `known` gives the plans that are known now, `cost` asks what a choice costs."""

    def __init__(
        self,
        options: Sequence[Option],
        sizes: Sequence[int],
        merges: Merges,
        known: Callable[[], PlanTable],
        cost: Callable[[int], float],
    ) -> None:
        self._options = options
        self._sizes = sizes
        self._merges = merges
        self._known = known
        self._cost = cost
        self._smaller = cache(self._look_for_smaller)

    def relax(self, wanted: int, budget: float) -> int:
        """Return what is left of a choice under a budget of bytes."""
        chosen = wanted
        while (size := self._size(chosen)) > budget:
            over = size - budget
            now = self._cost(chosen)
            ahead = nsmallest(FEW, self._steps(chosen, now, over), key=lambda step: (step[0], step[1]))
            chosen = min((((self._cost(m) - now) / min(saved, over), m) for _, m, saved in ahead))[1]
        return chosen

    def _steps(self, chosen: int, now: float, over: float) -> Iterator[tuple[float, int, int]]:
        """Each smaller choice: its penalty a byte by what is known, itself, and the bytes it saves."""
        view = self._known().at(chosen)
        for number in bits(chosen):
            if not self._sizes[number]:
                continue
            rest = chosen & ~(1 << number)
            cost, more = view.changed(removed=1 << number).totals()
            yield (cost - now) / min(self._sizes[number], over), rest, self._sizes[number]
            for other in self._smaller(number):
                if not chosen >> other & 1:
                    saved = self._sizes[number] - self._sizes[other]
                    yield (float(more[other]) - now) / min(saved, over), rest | 1 << other, saved
        yield from self._merged(view, chosen, now, over)

    def _merged(self, view: View, chosen: int, now: float, over: float) -> Iterator[tuple[float, int, int]]:
        for pair, merged in self._merges.of(chosen):
            saved = self._size(pair) - self._sizes[merged]
            cost, _ = view.changed(pair, 1 << merged).totals()
            yield (cost - now) / min(saved, over), chosen & ~pair | 1 << merged, saved

    def _look_for_smaller(self, number: int) -> tuple[int, ...]:
        """The options that begin alike and take fewer bytes."""
        own = self._options[number].definition
        return tuple(
            other
            for other, option in enumerate(self._options)
            if self._sizes[other] < self._sizes[number] and own.covers(option.definition)
        )

    def _size(self, chosen: int) -> int:
        return sum(self._sizes[i] for i in bits(chosen))
