"""Relaxation: from all that statements would use, made smaller by the step that costs least for each byte.

Source: Bruno, Chaudhuri, "Automatic Physical Database Tuning: A Relaxation-based Approach" (SIGMOD 2005).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.stepping import Step, Stepper


class Relaxation:
    """Makes choices smaller; `sizes` are those of the options, 0 for what stays; only a `universe` of them may come."""

    def __init__(
        self, options: Sequence[Option], sizes: Sequence[int], merges: Merges, stepper: Stepper, universe: int
    ) -> None:
        self._universe = universe
        self._options = options
        self._sizes = sizes
        self._merges = merges
        self._stepper = stepper
        self._smaller = cache(self._look_for_smaller)

    def relax(self, wanted: int, budget: float) -> int:
        """Return what is left of a choice under a budget of bytes."""
        chosen = wanted
        while (size := self._size(chosen)) > budget:
            self._stepper.stand(chosen)
            step = self._stepper.best(self._steps(chosen, size - budget))
            assert step is not None  # a choice over the budget holds something that can go
            chosen = step[1]
        return chosen

    def _steps(self, chosen: int, over: float) -> Iterator[Step]:
        """Each smaller choice, with the bytes that count of those it saves."""
        for number in bits(chosen):
            if not self._sizes[number]:
                continue
            rest = chosen & ~(1 << number)
            yield rest, min(self._sizes[number], over)
            for other in self._smaller(number):
                if not chosen >> other & 1:
                    yield rest | 1 << other, min(self._sizes[number] - self._sizes[other], over)
        for pair, merged in self._merges.of(chosen, self._universe):
            yield chosen & ~pair | 1 << merged, min(self._size(pair) - self._sizes[merged], over)

    def _look_for_smaller(self, number: int) -> tuple[int, ...]:
        """The options that begin alike and take fewer bytes."""
        own = self._options[number].definition
        return tuple(
            other
            for other in bits(self._universe)
            if self._sizes[other] < self._sizes[number] and own.covers(self._options[other].definition)
        )

    def _size(self, chosen: int) -> int:
        return sum(self._sizes[i] for i in bits(chosen))
