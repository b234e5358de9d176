"""What is presumed of plans that were not met: that an index does the work of another one that begins alike.

A plan hangs on which columns are searched by, and less on what else stands in an index. So of a plan that was met,
others are presumed in which one of its indexes, or each, is another that begins with the same key, at the same cost.
That is never less than what is known to be the least; and as soon as the planner is asked, what it says counts.
Source: Papadomanolakis, Dash, Ailamaki, "Efficient Use of the Query Optimizer for Automated Physical Design" (INUM,
VLDB 2007), in which a plan keeps its inner cost whatever serves as the access to its tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.planner.advisor.options import Answer, Option, bits
from dbwright.planner.advisor.trials import Trials

SURE = 1e-4
"""A cost that is known to within this share is not presumed."""


class Presumptions:
    """Presumes plans of the statements of trials; `sizes` are the bytes of their options."""

    def __init__(self, trials: Trials, sizes: Sequence[int]) -> None:
        self._trials = trials
        self._sizes = sizes
        groups: dict[tuple[str, ...], int] = {}
        for number, option in enumerate(trials.options):
            groups[_access(option)] = groups.get(_access(option), 0) | 1 << number
        self._alike = [groups[_access(option)] for option in trials.options]
        self._smallest = [min(bits(group), key=lambda i: (sizes[i], i)) for group in self._alike]

    def alike(self, number: int) -> int:
        """Return the options that begin with the same key as one, that one too."""
        return self._alike[number]

    def smallest(self, there: int) -> int:
        """Return the smallest option of each group of which one is in a set."""
        found = 0
        for number in bits(there):
            found |= 1 << self._smallest[number]
        return found

    def of(self, statement: int, chosen: int, favoured: int, budget: float) -> list[Answer]:
        """Return plans of a statement that nobody has met, in order of cost.

        Indexes are exchanged for the smallest that begins alike, and for those of `favoured`; and around a choice that
        was asked, what it costs to go without one of its indexes is the same for other plans.
        """
        found: dict[int, float] = {}
        relevant = self._trials.relevant[statement]
        plans = self._trials.plans(statement)
        for plan in plans:
            for used in self._exchanged(plan.used, favoured & relevant):
                if used not in found or found[used] > plan.cost:
                    found[used] = plan.cost
        for repaired in self._repaired(statement, chosen, plans):
            if repaired.used not in found or found[repaired.used] > repaired.cost:
                found[repaired.used] = repaired.cost
        return sorted(self._open(statement, found, budget))

    def _repaired(self, statement: int, chosen: int, plans: Sequence[Answer]) -> Iterator[Answer]:
        """Plans better than that under a choice, without one or two of its indexes."""
        now = self._trials.derived(statement, chosen)
        if now is None:
            return
        repairs: dict[int, Answer] = {}
        for number in bits(now.used):
            then = self._trials.derived(statement, chosen & ~(1 << number))
            if then is not None:
                repairs[number] = Answer(max(0.0, then.cost - now.cost), then.used & ~now.used)
        for plan in plans:
            if plan.cost >= now.cost:
                return
            own = [i for i in repairs if plan.used >> i & 1]
            for place, first in enumerate(own):
                one = plan.used & ~(1 << first) | repairs[first].used
                cost = plan.cost + repairs[first].cost
                yield Answer(cost, one)
                for second in own[place + 1 :]:
                    if not one >> second & 1:
                        continue
                    two = one & ~(1 << second) | repairs[second].used & ~(1 << first)
                    yield Answer(cost + repairs[second].cost, two)

    def _exchanged(self, used: int, favoured: int) -> Iterator[int]:
        if used:
            yield self.smallest(used)
        for number in bits(used):
            rest = used & ~(1 << number)
            for other in bits((favoured & self._alike[number] | 1 << self._smallest[number]) & ~used):
                yield rest | 1 << other

    def _open(self, statement: int, found: dict[int, float], budget: float) -> Iterator[Answer]:
        for used, cost in found.items():
            if sum(self._sizes[i] for i in bits(used)) > budget:
                continue
            least = max(cost, self._trials.at_least(statement, used))
            if least < self._trials.at_most(statement, used).cost * (1 - SURE):
                yield Answer(least, used)


def _access(option: Option) -> tuple[str, ...]:
    definition = option.definition
    return definition.table, definition.method, definition.where, str(definition.keys[0])
