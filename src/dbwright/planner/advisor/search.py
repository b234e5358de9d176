"""Finds a good choice of indexes under a budget: narrow ones first, then what each statement could use, then a choice.

What the planner says is remembered (`remembered`), and what follows from it is not asked again. Each statement is
looked at by itself (`exploring`). A choice is then made over the plans that are known and those that are presumed, and
asked; what turns out otherwise is learnt, until nothing changes (`choosing`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dbwright.planner.advisor.exploring import Explorer
from dbwright.planner.advisor.fines import Fines
from dbwright.planner.advisor.making import Choice, Choosing
from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.presuming import Presumptions
from dbwright.planner.advisor.trials import Trials
from dbwright.planner.advisor.writes import Writes
from dbwright.planner.noticing import NOTICED, times_dearer

__all__ = ["Choice", "Search"]

NARROW = 2
"""An ascending B-tree on at most so many columns is narrow; what those alone would do is found out first."""
STARTED, EXPLORED, MERGED, SEARCHED = 0.2, 0.4, 0.5, 0.8
"""The shares of all questions that are asked after the narrow choices, the look at each statement, that at merged
options, and when nothing more is looked around; what the last steps ask comes on top."""
ALONE = (0.7, 0.92)
"""The shares after the narrow choices and at the end where there is nothing else: narrow plans are soon found."""
AGAIN = 0.1
"""The share for each further choice."""


class Search:
    """Looks at each statement once, and then chooses for as many budgets as are asked."""

    def __init__(
        self,
        trials: Trials,
        writes: Writes,
        pinned: int = 0,
        most_questions: int = 10_000,
        fines: Fines | None = None,
        asked: int = 0,
    ) -> None:
        """`pinned` options are there in any case; `fines` tell what a statement is worth avoiding beyond its weight.

        `asked` are questions that were asked elsewhere, and count.
        """
        weights = [s.weight for s in trials.statements]
        self.trials = trials
        self.pinned = pinned
        self.required = 0
        self.reserved = 0
        self.weights = weights
        self.writes = writes
        self._most_questions = most_questions
        self._asked = asked
        self.sizes = [0 if pinned >> i & 1 else o.size for i, o in enumerate(trials.options)]
        self.merges = Merges(trials.options, self.sizes)
        self.presumptions = Presumptions(trials, self.sizes)
        self.useful = [0] * len(weights)
        """The options that each statement was seen to use, or may use in place of one."""
        own = ((i, o.definition) for i, o in enumerate(trials.options))
        self.narrow = sum(1 << i for i, d in own if d.is_plain and len(d.keys) <= NARROW)
        self._best: list[int] = []
        self.fines = fines or Fines(weights)

    def require(self, options: int) -> None:
        """Let these be in every choice from now on; `reserved` are the bytes that they take off its budget."""
        for number in bits(options & ~self.pinned):
            self.reserved += self.sizes[number]
            self.sizes[number] = 0
        self.pinned |= options
        self.required |= options
        self.merges = Merges(self.trials.options, self.sizes)
        self.presumptions = Presumptions(self.trials, self.sizes)
        self._best = [mask | options for mask in self._best]

    @property
    def all_useful(self) -> int:
        """Every option that some plan used."""
        union = 0
        for mask in self.useful:
            union |= mask
        return union

    def size(self, chosen: int) -> int:
        """Return the bytes of some options."""
        return sum(self.sizes[i] for i in bits(chosen))

    def cost(self, chosen: int) -> float:
        """Return what the workload costs with these options: plans, fines, writes; asks what is not known."""
        answers = self.trials.answers(chosen, range(len(self.weights)))
        return sum(self.fines.price(s, a) for s, a in enumerate(answers)) + self.writes.cost(chosen)

    def most(self, statement: int, chosen: int) -> float:
        """Return a price that a statement certainly reaches with these options, without asking."""
        return self.fines.price(statement, self.trials.at_most(statement, chosen))

    def least(self, statement: int, chosen: int) -> float:
        """Return a price below which a statement does not come with these options, without asking."""
        return self.fines.price(statement, Answer(self.trials.at_least(statement, chosen), 0))

    def estimate(self, chosen: int) -> float:
        """Return a cost that these options certainly reach, without asking."""
        return sum(self.most(s, chosen) for s in range(len(self.weights))) + self.writes.cost(chosen)

    def priced(self, statement: int, plans: Iterable[Answer]) -> list[Answer]:
        """Return plans of a statement in their order, with their price for a cost."""
        return [p._replace(cost=self.fines.price(statement, p)) for p in plans]

    @property
    def worth_keeping(self) -> int:
        """Every option that some plan used, and those of the choices so far."""
        found = self.all_useful
        for mask in self._best:
            found |= mask
        return found

    def start(self, budget: float) -> None:
        """Find out what narrow options alone would do under a budget of bytes."""
        if self.narrow & ~self.pinned:
            choosing = self._choosing(budget, self._until(ALONE[0] if self.is_narrow else STARTED))
            self._best.append(choosing.start())

    def start_from(self, other: Search) -> None:
        """Take over what another search chose and found useful among its own options."""
        number = {o.definition: 1 << i for i, o in enumerate(self.trials.options)}

        def own(mask: int) -> int:
            return sum(number.get(other.trials.options[i].definition, 0) for i in bits(mask))

        self._best += [own(mask) | self.pinned for mask in other._best]
        self.useful = [mine | own(theirs) for mine, theirs in zip(self.useful, other.useful, strict=True)]

    def explore(self, announce: Callable[[int, int], None] = lambda done, total: None, until: float = EXPLORED) -> None:
        """Find out for each statement which options its plans use, until a share of all questions."""
        if self.is_narrow and self._best:  # what was asked from the start tells enough
            for statement in range(len(self.weights)):
                for plan in self.trials.plans(statement):
                    self.useful[statement] |= plan.used & ~self.pinned
            return
        explorer = Explorer(self.trials, self.presumptions, self.pinned, self.useful)
        explorer.explore(self._until(until) - self.trials.questions, announce)

    def choose(self, budget: float, seeds: Iterable[int] = ()) -> Choice:
        """Return the best choice found under a budget of bytes; `seeds` are choices to start from."""
        last = self._until(ALONE[1] if self.is_narrow else SEARCHED)
        most = max(last, self.trials.questions + AGAIN * self._most_questions)
        choice = self._choosing(budget, most).choose([*seeds, *self._best])
        self._best.append(choice.chosen)
        return choice

    def _choosing(self, budget: float, most: float) -> Choosing:
        return Choosing(self, max(0, budget - self.reserved), most)

    def _until(self, share: float) -> float:
        """How many questions the trials will have been asked when a share of all is spent."""
        return share * self._most_questions - self._asked

    @property
    def is_narrow(self) -> bool:
        """Whether there is nothing but narrow options and what is there in any case."""
        return self.narrow | self.pinned == (1 << len(self.trials.options)) - 1

    def noticed(self, choice: Choice) -> Choice:
        """Return a choice without what no statement would notice to be gone: what proves indexes would call it so."""
        chosen = choice.chosen
        while True:
            worth = {number: self._most_missed(chosen, number) for number in bits(chosen & ~self.pinned)}
            least = min(worth, key=lambda i: (worth[i], -self.sizes[i]), default=0)
            if not worth or worth[least] >= NOTICED:
                return Choice(chosen, self.cost(chosen), choice.solution) if chosen != choice.chosen else choice
            chosen &= ~(1 << least)

    def _most_missed(self, chosen: int, number: int) -> float:
        """How many times as much the statement costs without an option that misses it most."""
        statements = range(len(self.weights))
        now = self.trials.answers(chosen, statements)
        using = [s for s in statements if now[s].used >> number & 1]
        then = {s: self.trials.answer(s, chosen & ~(1 << number)) for s in using}
        if any(self.fines.late(s, then[s]) > self.fines.late(s, now[s]) for s in using):
            return float("inf")
        return max((times_dearer(then[s].cost, now[s].cost) for s in using), default=1)
