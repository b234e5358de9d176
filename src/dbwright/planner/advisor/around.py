"""Asks what lies around a choice: what each statement would take beside it, lack without it, or use in its place."""

from __future__ import annotations

from collections.abc import Iterator
from time import process_time
from typing import TYPE_CHECKING

from dbwright.planner.advisor.options import bits

if TYPE_CHECKING:
    from dbwright.planner.advisor.search import Search

TRIFLE = 0.0001
"""What is certain to within this share of the workload is not asked around a choice."""


class Around:
    """Asks around choices under a budget of bytes, up to a number of questions and a time of the processor."""

    def __init__(self, search: Search, budget: float, most: float, end: float) -> None:
        self._search = search
        self._trials = search.trials
        self._budget = budget
        self._most = most
        self._end = end
        self._fitting = sum(1 << number for number, size in enumerate(search.sizes) if size <= budget)

    def ask(self, chosen: int) -> None:
        """Ask around a choice."""
        merged = list(self._search.merges.of(chosen & ~self._search.pinned))
        trifle = TRIFLE * self._search.cost(chosen)
        for statement in range(len(self._search.weights)):
            if process_time() > self._end:
                return
            beside = self._ask_beyond(statement, chosen, trifle)
            for there in self._nearby(statement, chosen, beside, merged):
                if self._trials.questions >= self._most:
                    return
                if self._is_open(statement, there, trifle):
                    self._trials.answer(statement, there)

    def _ask_beyond(self, statement: int, chosen: int, trifle: float) -> int:
        """Return what a statement would take beside a choice: with all there that fits, without that, and so on."""
        others = self._fitting & ~chosen & self._trials.relevant[statement]
        now = self._search.fines.price(statement, self._trials.answer(statement, chosen))
        taken = 0
        while self._trials.questions < self._most:
            if now - self._search.least(statement, chosen | others) <= trifle:
                break
            answer = self._trials.answer(statement, chosen | others)
            used = answer.used & ~chosen
            if not used:
                break
            taken |= used
            others &= ~used
        self._search.useful[statement] |= taken
        return taken

    def _nearby(self, statement: int, chosen: int, beside: int, merged: list[tuple[int, int]]) -> Iterator[int]:
        """The choices a step away that a statement may notice, those included that have room only if others go."""
        search = self._search
        used = self._trials.answer(statement, chosen).used & ~search.pinned
        for number in bits(beside):
            yield chosen | 1 << number
        for number in bits(used):
            yield chosen & ~(1 << number)
        for number in bits(search.useful[statement] & ~chosen & self._fitting):
            instead = search.presumptions.alike(number) & used
            if instead:
                yield chosen & ~instead | 1 << number
        for pair, number in merged:
            if pair & used:
                yield chosen & ~pair | 1 << number

    def _is_open(self, statement: int, there: int, trifle: float) -> bool:
        """Whether what is known leaves so much room for a cost that it is worth a question."""
        return self._search.most(statement, there) - self._search.least(statement, there) > trifle
