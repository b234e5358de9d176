"""Grows a choice from nothing: an index, or one longer in place of one, whichever saves most for each byte, or at all.

Source: Schlosser, Kossmann, Boissier, "Efficient Scalable Multi-Attribute Index Selection Using Recursive Strategies"
(ICDE 2019) by bytes; Chaudhuri, Narasayya, "Anytime Algorithm of Database Tuning Advisor for Microsoft SQL Server"
(2020) by cost alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dbwright.planner.advisor.extend import LEAST_GAIN, steps
from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.stepping import Step, Stepper


def grow_by_bytes(stepper: Stepper, options: Sequence[Option], universe: int, start: int, budget: float) -> int:
    """Return a choice that has room in a budget of bytes: each step was the one that saves most for each byte."""

    def ahead(chosen: int, room: float) -> Iterator[Step]:
        for more, growth in steps(options, universe, chosen):
            if growth <= room:
                yield more, max(1.0, growth)

    return _grow(stepper, options, start, budget, ahead)


def grow_by_cost(stepper: Stepper, options: Sequence[Option], universe: int, start: int, budget: float) -> int:
    """Return a choice that has room in a budget of bytes: each step was the one that saves most."""

    def ahead(chosen: int, room: float) -> Iterator[Step]:
        for number in bits(universe & ~chosen):
            if options[number].size <= room:
                yield chosen | 1 << number, 1.0

    return _grow(stepper, options, start, budget, ahead)


def _grow(
    stepper: Stepper,
    options: Sequence[Option],
    start: int,
    budget: float,
    ahead: Callable[[int, float], Iterator[Step]],
) -> int:
    chosen = start
    while True:
        now = stepper.stand(chosen)
        room = budget - sum(options[i].size for i in bits(chosen & ~start))
        step = stepper.best(ahead(chosen, room))
        if step is None or step[2] > now * (1 - LEAST_GAIN):
            return chosen
        chosen = step[1]
