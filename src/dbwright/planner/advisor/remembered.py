"""What is known of one statement: plans that were met, and costs that no smaller set of indexes comes below.

A planner takes the cheapest plan it sees. So if it used the indexes U while C were there, then it costs the same under
every set between U and C; fewer indexes than C never cost less, more than U never cost more. Plans and bounds that
another one makes superfluous are forgotten, and the rest stands in order, so that the first that fits is the answer.
Source: Papadomanolakis, Dash, Ailamaki, "Efficient Use of the Query Optimizer for Automated Physical Design" (INUM,
VLDB 2007); Siddiqui et al., "Wii: Dynamic Budget Reallocation in Index Tuning" (SIGMOD 2024), for the bounds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from dbwright.planner.advisor.options import NEVER, Answer

SAME = 1e-6
"""Two costs that differ by less than this share are the same."""


class Remembered:
    """Learns answers about one statement; sets are masks of options that concern it."""

    def __init__(self) -> None:
        self.exact: dict[int, Answer] = {}
        self.plans: list[Answer] = []
        self._bounds: list[tuple[float, int]] = []

    def answer(self, there: int) -> Answer | None:
        """Return the answer where it need not be asked: it was asked before, or what is known leaves only one."""
        found = self.exact.get(there)
        if found is None:
            best = self.at_most(there)
            if best.cost <= self.at_least(there) * (1 + SAME):
                return best
        return found

    def at_most(self, there: int) -> Answer:
        """Return the cheapest plan that was met and needs nothing else."""
        absent = ~there
        for plan in self.plans:
            if not plan.used & absent:
                return plan
        return NEVER

    def at_least(self, there: int) -> float:
        """Return a cost below which the statement does not come."""
        for cost, whole in self._bounds:
            if not there & ~whole:
                return -cost
        return 0.0

    def learn(self, there: int, answer: Answer) -> None:
        """Remember what was asked under a set, or derived for it; the first answer stands."""
        if there in self.exact:
            return
        self.exact[there] = answer
        self._learn_plan(answer)
        self._learn_bound(answer.cost, there)

    def correct(self, there: int, answer: Answer) -> None:
        """Remember what was asked under a set in place of what was derived for it."""
        self.exact.pop(there, None)
        self.learn(there, answer)

    def _learn_plan(self, plan: Answer) -> None:
        if any(not p.used & ~plan.used for p in self.plans if p.cost <= plan.cost):
            return
        self.plans = [p for p in self.plans if p.cost < plan.cost or plan.used & ~p.used]
        # Of two that cost the same, the one that needs less comes first.
        place = bisect_right(self.plans, (plan.cost, plan.used.bit_count()), key=lambda p: (p.cost, p.used.bit_count()))
        self.plans.insert(place, plan)

    def _learn_bound(self, cost: float, there: int) -> None:
        if any(-negative >= cost and not there & ~whole for negative, whole in self._bounds):
            return
        self._bounds = [b for b in self._bounds if -b[0] > cost or b[1] & ~there]
        self._bounds.insert(bisect_left(self._bounds, -cost, key=lambda b: b[0]), (-cost, there))
