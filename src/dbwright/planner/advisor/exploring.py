"""Looks at each statement by itself: which options its plans use, first among the narrow ones, then among all.

With all options there the planner takes the best, and without those the next best. The narrowest index on each first
key tells which accesses a statement wants; the wider ones are looked at table by table beside them. So what a statement
would do with narrow indexes is known before the first question about a wide one.
"""

from __future__ import annotations

from collections.abc import Callable

from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.presuming import Presumptions
from dbwright.planner.advisor.trials import Trials

WORTHWHILE = 0.0001
"""The share of a statement's cost that a candidate must save to be looked at further."""
PLANS = 12
"""Questions about one statement after its groups of candidates are known."""
LAYERS = 4
"""How often what a plan uses is taken away, to see what comes next."""


class Explorer:
    """Finds out what is useful to statements; `pinned` options are there in any case."""

    def __init__(self, trials: Trials, presumptions: Presumptions, pinned: int, useful: list[int]) -> None:
        """What is found is put into `useful`, one set a statement."""
        self.useful = useful
        self._trials = trials
        self._presumptions = presumptions
        self._pinned = pinned
        self._until = 0.0

    def explore(self, questions: float, announce: Callable[[int, int], None]) -> None:
        """Look at each statement; what one does not ask of its share is left to those that follow."""
        last = self._trials.questions + questions
        count = len(self._trials.statements)
        for statement in range(count):
            announce(statement, count)
            self._until = self._trials.questions + (last - self._trials.questions) / (count - statement)
            self._look_at(statement)
        self._share()

    def _look_at(self, statement: int) -> None:
        own = self._trials.relevant[statement] & ~self._pinned
        narrow = self._presumptions.smallest(own) & own
        self._peel(statement, narrow, 0)
        self._peel(statement, own, 0)
        for table in self._tables(own):
            self._peel(statement, table, narrow & ~table)
        self._one_by_one(statement, self._presumptions.smallest(self.useful[statement]) & own)
        self._together(statement, narrow)
        self._together(statement, self.useful[statement])
        self._one_by_one(statement, self.useful[statement])

    def _peel(self, statement: int, options: int, beside: int) -> None:
        """Take what the planner uses of some options away, as long as the rest still saves."""
        base = self._planned(statement, beside).cost
        for _ in range(LAYERS):
            if not options or self._spent():
                return
            answer = self._planned(statement, options | beside)
            used = answer.used & ~self._pinned & ~beside
            if answer.cost >= base * (1 - WORTHWHILE) or not used:
                return
            self.useful[statement] |= answer.used & ~self._pinned
            options &= ~used

    def _together(self, statement: int, there: int) -> None:
        """Meet the plans that use several options: all there, then each of those used taken away, best first."""
        ahead, seen, asked = [there], set(), 0
        while ahead and asked < PLANS and not self._spent():
            there = ahead.pop(0)
            if there in seen or not there:
                continue
            seen.add(there)
            before = self._trials.questions
            answer = self._planned(statement, there)
            asked += self._trials.questions - before
            ahead += [there & ~(1 << number) for number in bits(answer.used & ~self._pinned)]

    def _one_by_one(self, statement: int, options: int) -> None:
        """Meet the plans that one option makes by itself: those are what a small budget buys."""
        for number in bits(options):
            if not self._spent():
                self._planned(statement, 1 << number)

    def _share(self) -> None:
        """What one statement uses may do for another that uses something that begins alike."""
        everything = 0
        for mine in self.useful:
            everything |= mine
        for statement, mine in enumerate(list(self.useful)):
            alike = 0
            for number in bits(mine):
                alike |= self._presumptions.alike(number)
            self.useful[statement] |= alike & everything & self._trials.relevant[statement]

    def _planned(self, statement: int, there: int) -> Answer:
        return self._trials.answer(statement, there | self._pinned)

    def _tables(self, options: int) -> list[int]:
        """Some options, one set a table, those with wide ones among them."""
        found: dict[str, int] = {}
        for number in bits(options):
            table = self._trials.options[number].definition.table
            found[table] = found.get(table, 0) | 1 << number
        return [own for own in found.values() if own & ~self._presumptions.smallest(own)]

    def _spent(self) -> bool:
        """Whether a statement has had its share of the questions."""
        return self._trials.questions >= self._until
