"""Finds the best of many steps from a choice with few questions: one that cannot be the best is not asked to the end.

Of each step a bound is known before any question: what statements cost at least there. The step that looks best is
asked about the statement that is most open, until the one that looks best is known. It is the same step that would be
found by asking everything.
Source: Minoux, "Accelerated greedy algorithms for maximizing submodular set functions" (1978), for asking lazily;
Siddiqui et al., "Wii: Dynamic Budget Reallocation in Index Tuning" (SIGMOD 2024), for the bounds.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from dbwright.planner.advisor.options import bits

if TYPE_CHECKING:
    from dbwright.planner.advisor.search import Search

Step = tuple[int, float]
"""The choice that a step leads to, and what the difference in cost is divided by."""


class Stepper:
    """Asks about steps, up to a number of questions; from then on it goes by what is certain."""

    def __init__(self, search: Search, most: float) -> None:
        self._search = search
        self._trials = search.trials
        self._most = most
        self._statements = range(len(search.weights))
        self._concerned = [0] * len(search.sizes)
        for statement in self._statements:
            for number in bits(self._trials.relevant[statement]):
                self._concerned[number] |= 1 << statement
        self._chosen = -1
        self._costs: list[float] = []
        self._used: list[int] = []

    def stand(self, chosen: int) -> float:
        """Stand at a choice from which steps go; return what it costs."""
        answers = self._trials.answers(chosen, self._statements)
        self._chosen = chosen
        self._costs = [self._search.fines.price(s, a) for s, a in enumerate(answers)]
        self._used = [a.used for a in answers]
        return sum(self._costs) + self._search.writes.cost(chosen)

    def best(self, steps: Iterable[Step]) -> tuple[float, int, float] | None:
        """Return the step with the least difference for its divisor: that ratio, where it leads, what that costs."""
        now = sum(self._costs)
        writes = self._search.writes.cost(self._chosen)
        ahead: list[tuple[float, int, float, float, list[tuple[float, float, int]]]] = []
        for mask, divisor in steps:
            least, still = self._bound(mask)
            more = self._search.writes.cost(mask) - writes
            ahead.append(((least - now + more) / divisor, mask, divisor, least, still))
        heapify(ahead)
        while ahead:
            ratio, mask, divisor, least, still = heappop(ahead)
            if not still:
                return ratio, mask, least + self._search.writes.cost(mask)
            _, low, statement = still.pop()
            least += self._cost(statement, mask) - low
            more = self._search.writes.cost(mask) - writes
            heappush(ahead, ((least - now + more) / divisor, mask, divisor, least, still))
        return None

    def _cost(self, statement: int, mask: int) -> float:
        if self._trials.questions < self._most:
            return self._search.fines.price(statement, self._trials.answer(statement, mask))
        return self._search.most(statement, mask)

    def _bound(self, mask: int) -> tuple[float, list[tuple[float, float, int]]]:
        """What plans cost at least at a choice, and the statements that are open: (how far, at least, number)."""
        total = sum(self._costs)
        still = []
        for statement in self._affected(mask):
            low, high = self._search.least(statement, mask), self._search.most(statement, mask)
            total += low - self._costs[statement]
            if high > low * (1 + 1e-6):
                still.append((high - low, low, statement))
        return total, sorted(still)

    def _affected(self, mask: int) -> Iterable[int]:
        """The statements that an option which comes could serve, or that use one which goes."""
        removed = self._chosen & ~mask
        found = 0
        for number in bits(mask & ~self._chosen):
            found |= self._concerned[number]
        if removed:
            for statement in self._statements:
                if self._used[statement] & removed:
                    found |= 1 << statement
        return bits(found)
