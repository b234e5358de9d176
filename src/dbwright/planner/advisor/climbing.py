"""Improves a choice by single steps over known plans: one put in, left out, exchanged, two made one; asks nothing.

What it finds is certain: a plan that was met costs the same wherever its indexes are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.trials import Answer, bits
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
        self.plans = plans
        self.sizes = sizes
        self.writes = writes
        self.pinned = pinned
        self.merges = merges
        self._concerned: dict[int, list[int]] = {}
        self.universe = 0
        for statement, own in enumerate(plans):
            together = 0
            for plan in own:
                together |= plan.used
            self.universe |= together
            for option in bits(together):
                self._concerned.setdefault(option, []).append(statement)

    def climb(self, chosen: int, budget: float) -> int:
        """Return the choice after the last step that helps; it fits the budget where the first one does."""
        while True:
            costs = [self._cost(s, chosen) for s in range(len(self.plans))]
            now = sum(costs) + self.writes.cost(chosen)
            best, most = chosen, ENOUGH * now
            for then in self._steps(chosen, budget):
                saved = self._saved(costs, chosen, then)
                if saved > most:
                    best, most = then, saved
            if best == chosen:
                return chosen
            chosen = best

    def _cost(self, statement: int, there: int) -> float:
        return next((p.cost for p in self.plans[statement] if not p.used & ~there), float("inf"))

    def _saved(self, costs: Sequence[float], before: int, after: int) -> float:
        concerned = {s for option in bits(before ^ after) for s in self._concerned.get(option, ())}
        saved = sum(costs[s] - self._cost(s, after) for s in concerned)
        return saved + self.writes.cost(before) - self.writes.cost(after)

    def _steps(self, chosen: int, budget: float) -> Iterator[int]:
        size = sum(self.sizes[i] for i in bits(chosen))
        free = chosen & ~self.pinned
        others = list(bits(self.universe & ~chosen))
        for number in bits(free):
            yield chosen & ~(1 << number)
        for number in others:
            if size + self.sizes[number] <= budget:
                yield chosen | 1 << number
        for old in bits(free):
            for new in others:
                if size - self.sizes[old] + self.sizes[new] <= budget:
                    yield chosen & ~(1 << old) | 1 << new
        for pair, merged in self.merges.of(free):
            if self.universe >> merged & 1:
                yield from self._merging(chosen & ~pair | 1 << merged, size, budget)

    def _merging(self, made: int, before: int, budget: float) -> Iterator[int]:
        """The choice with two made one, then with what the bytes that this frees have room for."""
        yield made
        size = sum(self.sizes[i] for i in bits(made))
        for new in bits(self.universe & ~made):
            if size + self.sizes[new] <= budget < before + self.sizes[new]:
                yield made | 1 << new
