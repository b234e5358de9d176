"""Chooses options under a budget of bytes: over plans that are known and presumed, asked until nothing turns out new.

Steps from the best choice so far go over plans without a question; where they lead is asked, statement by statement,
as long as it may still be the best. What lies around the best ones is asked, and the integer programme chooses among
all plans that are known; it also says how far a choice is from the best one in what is known. In the end the planner
is asked about exactly what looks best.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from time import process_time
from typing import TYPE_CHECKING

from dbwright.planner.advisor.around import Around
from dbwright.planner.advisor.climbing import Climber
from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.plan_table import PlanTable
from dbwright.planner.advisor.programme import Solution, solve
from dbwright.planner.advisor.shedding import shed
from dbwright.planner.advisor.starting import narrow_choices
from dbwright.planner.advisor.stepping import Stepper
from dbwright.records import record

if TYPE_CHECKING:
    from dbwright.planner.advisor.search import Search

SECONDS = 40.0
"""The most that a choice may take of the processor."""
ROUNDS = 8
"""How often the programme may be solved for one budget."""
SOLVER_SECONDS = 20.0
"""The most that one programme may take; it then says how far it came."""
LEAST = 1e-6
"""A step that saves less than this share is none."""
CONFIRMED = 6
"""So many choices are asked about exactly, the best ones, before one is taken."""
PROVEN = 0.008
"""A gap that is good enough; beyond it the programme gets all the time that is left."""
STARTS = 4
"""So many choices of a round are looked around, the best ones."""


@record(frozen=True)
class Choice:
    """What was chosen: options, the cost that the planner says they lead to, and the programme's proof for its own."""

    chosen: int
    cost: float
    solution: Solution

    @property
    def gap(self) -> float:
        """The proven relative distance of this choice to the best one in the programme's model."""
        return max(0.0, (self.cost - self.solution.bound) / self.cost) if self.cost > 0 else 0.0


class Choosing:
    """One choice in the making: what was met, and what it costs."""

    def __init__(self, search: Search, budget: float, most: float) -> None:
        """`most` is the number of questions after which nothing more is looked for."""
        self._search = search
        self._trials = search.trials
        self._pinned = search.pinned
        self._budget = budget
        self._most = most
        self._end = process_time() + SECONDS
        self._rounds_end = process_time() + SECONDS * 0.7
        self._statements = range(len(search.weights))
        self._pool = {self._pinned: search.cost(self._pinned)}

    @property
    def best(self) -> int:
        """The best choice met so far."""
        return self._best_ones(1)[0]

    def _best_ones(self, count: int) -> list[int]:
        return nsmallest(count, self._pool, key=lambda m: (self._pool[m], m))

    def start(self) -> int:
        """Return the best choice of narrow options that several ways lead to."""
        for choice in narrow_choices(self._search, self._budget, self._most):
            self._meet([choice])
        return self.best

    def choose(self, seeds: Iterable[int]) -> Choice:
        """Return the best choice found, from these among others."""
        self._meet(seeds)
        around = Around(self._search, self._budget, self._most, self._rounds_end)
        for _ in range(ROUNDS):
            self._follow_presumptions()
            before = self._trials.questions
            solution = self._solve(SOLVER_SECONDS)
            self._meet([solution.chosen])
            for mask in dict.fromkeys([solution.chosen, *self._best_ones(STARTS)]):
                around.ask(mask)
                self._meet([self._climber(self._known()).climb(mask, self._budget)])
            if self._trials.questions == before or self._over():
                break
        for mask in dict.fromkeys([self.best, solution.chosen | self._pinned]):
            self._descend(mask)
        solution = self._solve(SOLVER_SECONDS)
        if (self._pool[self.best] - solution.bound) > PROVEN * self._pool[self.best]:
            solution = self._solve(max(SOLVER_SECONDS, self._end - process_time()))
        self._meet([solution.chosen, self._climber(self._known()).climb(self.best, self._budget)])
        self._meet([self._without_useless(self.best)])
        chosen = self._confirmed()
        return Choice(chosen, self._pool[chosen], solution)

    def _confirmed(self) -> int:
        """Return the choice that is best when the planner is asked about exactly that, of those that look best."""
        price, writes = self._search.fines.price, self._search.writes
        confirmed: dict[int, float] = {}
        for mask in self._best_ones(CONFIRMED):
            if confirmed and min(confirmed.values()) <= self._pool[mask]:
                break
            answers = self._trials.confirmed(mask)
            confirmed[mask] = sum(price(s, a) for s, a in enumerate(answers)) + writes.cost(mask)
        self._pool |= confirmed
        return min(confirmed, key=lambda m: (confirmed[m], m))

    def _meet(self, choices: Iterable[int]) -> None:
        """Ask what choices cost that fit, each as long as it may be the best."""
        for choice in choices:
            mask = self._writable(choice | self._pinned)
            if mask not in self._pool and self._search.size(mask) <= self._budget:
                cost = self._cost_unless_dearer(mask, self._pool[self.best])
                if cost is not None:
                    self._pool[mask] = cost

    def _cost_unless_dearer(self, mask: int, than: float) -> float | None:
        """What a choice costs, None as soon as that is certainly more than another; the most open statements first."""
        search = self._search
        least = [search.least(s, mask) for s in self._statements]
        most = [search.most(s, mask) for s in self._statements]
        total = sum(least) + self._search.writes.cost(mask)
        for statement in sorted(self._statements, key=lambda s: least[s] - most[s]):
            if total > than * 1.0005:
                return None
            total += search.fines.price(statement, self._trials.answer(statement, mask)) - least[statement]
        return total

    def _follow_presumptions(self) -> None:
        """Step from the best choice over plans that are presumed, and ask; as long as something is learnt."""
        while not self._over():
            before = self._trials.questions
            self._meet([self._climber(self._presumed()).climb(self.best, self._budget)])
            if self._trials.questions == before:
                return

    def _descend(self, chosen: int) -> None:
        """Take the best single step as the planner prices it, as long as there is one."""
        if self._search.size(chosen) > self._budget or not self._search.writes.fits(chosen):
            return
        stepper = Stepper(self._search, self._most)
        while not self._over():
            self._pool[chosen] = now = stepper.stand(chosen)
            step = stepper.best((there, 1.0) for there in self._steps(chosen) if self._search.writes.fits(there))
            if step is None or step[2] >= now * (1 - LEAST):
                return
            chosen = step[1]

    def _steps(self, chosen: int) -> Iterator[int]:
        """The choices a step away that have room: one more, one less, one for another on the same key, one for two."""
        search = self._search
        room = self._budget - search.size(chosen)
        fitting = sum(1 << i for i in bits(search.worth_keeping & ~chosen) if search.sizes[i] <= room)
        yield from (chosen | 1 << number for number in bits(fitting))
        for number in bits(chosen & ~self._pinned):
            rest = chosen & ~(1 << number)
            yield rest
            for other in bits(search.presumptions.alike(number) & search.worth_keeping & ~chosen):
                if search.sizes[other] <= room + search.sizes[number]:
                    yield rest | 1 << other
        yield from (chosen & ~pair | 1 << merged for pair, merged in search.merges.of(chosen & ~self._pinned))

    def _writable(self, chosen: int) -> int:
        """What is left of a choice when its writes cost no more than they may."""
        writes = self._search.writes
        return chosen if writes.fits(chosen) else shed(chosen, self._pinned, writes, self._known())

    def _known(self) -> PlanTable:
        return self._table(self._plans())

    def _plans(self) -> list[list[Answer]]:
        """The plans that were met, priced, in the order in which the planner prefers them."""
        return [self._search.priced(s, self._trials.plans(s)) for s in self._statements]

    def _presumed(self) -> PlanTable:
        favoured = 0
        for mask in self._best_ones(STARTS):
            favoured |= mask
        plans = []
        for statement in self._statements:
            made = self._search.presumptions.of(statement, self.best, favoured, self._budget)
            plans.append(self._search.priced(statement, [*self._trials.plans(statement), *made]))
        return self._table(plans)

    def _table(self, plans: list[list[Answer]]) -> PlanTable:
        """Plans to step over, the cheapest of each statement first."""
        ordered = [sorted(own, key=lambda p: p.cost) for own in plans]
        return PlanTable(ordered, len(self._search.sizes), self._search.writes)

    def _climber(self, table: PlanTable) -> Climber:
        return Climber(table, self._search.sizes, self._pinned, self._search.merges)

    def _solve(self, seconds: float) -> Solution:
        search = self._search
        return solve(self._plans(), search.sizes, search.writes, self._budget, seconds, self.best, self._pinned)

    def _over(self) -> bool:
        return self._trials.questions >= self._most or process_time() > self._rounds_end

    def _without_useless(self, chosen: int) -> int:
        """Leave out what can go without harm, the largest first."""
        cost = self._search.cost(chosen)
        for number in sorted(bits(chosen & ~self._pinned), key=lambda i: -self._search.sizes[i]):
            fewer = chosen & ~(1 << number)
            if self._search.cost(fewer) <= cost * (1 + 1e-9):
                chosen = fewer
        return chosen
