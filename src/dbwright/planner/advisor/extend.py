"""Extend: adds an index, or a column to one that is chosen, whichever saves most for each byte, until none fits.

Source: Schlosser, Kossmann, Boissier, "Efficient Scalable Multi-Attribute Index Selection Using Recursive Strategies"
(ICDE 2019).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dbwright.planner.advisor.trials import Option, bits

LEAST_GAIN = 0.003
"""A step that saves less than this share of the cost ends it, as in the authors' experiments."""


def extend(
    options: Sequence[Option], universe: int, cost: Callable[[int], float], budget: float, least: float = LEAST_GAIN
) -> int:
    """Return what Extend chooses from a universe of options under a budget of bytes, `cost` being that of a set."""
    chosen, now = 0, cost(0)
    while True:
        best, best_ratio, best_cost = chosen, 0.0, now
        for more, growth in steps(options, universe, chosen):
            if _size(options, chosen) + growth > budget:
                continue
            then = cost(more)
            ratio = (now - then) / max(1, growth)
            if now - then > least * now and ratio > best_ratio:
                best, best_ratio, best_cost = more, ratio, then
        if best == chosen:
            return chosen
        chosen, now = best, best_cost


def steps(options: Sequence[Option], universe: int, chosen: int) -> Iterator[tuple[int, int]]:
    """Yield each set that one step leads to, with the bytes it adds: a new index, or a longer one in place of one."""
    for number in bits(universe & ~chosen):
        option = options[number]
        if len(option.definition.keys) == 1 and not option.definition.include:
            yield chosen | 1 << number, option.size
        for old in bits(chosen):
            if _extends(options[old], option):
                yield chosen & ~(1 << old) | 1 << number, option.size - options[old].size


def _extends(old: Option, new: Option) -> bool:
    """Whether `new` is `old` with one key more."""
    a, b = old.definition, new.definition
    return (a.table, a.method, a.where) == (b.table, b.method, b.where) and b.keys[:-1] == a.keys


def _size(options: Sequence[Option], chosen: int) -> int:
    return sum(options[i].size for i in bits(chosen))
