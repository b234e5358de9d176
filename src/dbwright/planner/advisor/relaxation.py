"""Relaxation: from all that statements would use, made smaller by the step that costs least for each byte.

Source: Bruno, Chaudhuri, "Automatic Physical Database Tuning: A Relaxation-based Approach" (SIGMOD 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.trials import Option, bits


def relax(
    options: Sequence[Option], sizes: Sequence[int], wanted: int, cost: Callable[[int], float], budget: float
) -> int:
    """Return what is left of `wanted` under a budget of bytes, `cost` being that of a set."""
    chosen = wanted
    merges = Merges(options, sizes)
    while (size := _sum(sizes, chosen)) > budget:
        now, best, least = cost(chosen), 0, float("inf")
        for fewer, saved in _smaller(options, sizes, chosen, merges):
            penalty = (cost(fewer) - now) / min(saved, size - budget)
            if penalty < least:
                best, least = fewer, penalty
        chosen = best
    return chosen


def _smaller(options: Sequence[Option], sizes: Sequence[int], chosen: int, merges: Merges) -> Iterator[tuple[int, int]]:
    """Yield each smaller set with the bytes it saves: one left out, cut to a smaller one, or two made into one."""
    for number in bits(chosen):
        if not sizes[number]:
            continue
        rest = chosen & ~(1 << number)
        yield rest, sizes[number]
        for other, option in enumerate(options):
            saved = sizes[number] - sizes[other]
            if saved > 0 and not chosen >> other & 1 and options[number].definition.covers(option.definition):
                yield rest | 1 << other, saved
    for pair, merged in merges.of(chosen):
        yield chosen & ~pair | 1 << merged, _sum(sizes, pair) - sizes[merged]


def _sum(sizes: Sequence[int], chosen: int) -> int:
    return sum(sizes[i] for i in bits(chosen))
