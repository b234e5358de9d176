"""A choice beside indexes that stand: none of them is given up, and no other one is made, for a trifle.

Two indexes may cost the planner the same, such as one and its mirror image, and a programme takes either. To make a new
one is work, and who reads the design wants to know what it is for.
"""

from __future__ import annotations

from dbwright.planner.advisor.options import bits
from dbwright.planner.advisor.search import Choice, Search
from dbwright.planner.noticing import NOTICED, times_dearer

SPARED = 1.5
"""A statement that would cost so many times as much needs its index, however rarely it runs."""
LOOK_UP = 40.0
"""Cost of a statement that reads ten pages at random: it is never missed so much."""


def without_trifles(search: Search, choice: Choice, standing: int, budget: float) -> Choice:
    """Return a choice in which what stands has stayed, or nothing was made, where a new index saves a trifle more."""
    chosen, most = choice.chosen, choice.cost * NOTICED
    for number in sorted(bits(chosen & ~standing), key=lambda n: (-search.sizes[n], n)):
        without = chosen & ~(1 << number)
        table = search.trials.options[number].definition.table
        options = search.trials.options
        stood = [1 << i for i in bits(standing & ~chosen) if options[i].definition.table == table]
        others = [without, *(without | one for one in stood)]
        room = max(budget, search.size(chosen))
        fitting = [o for o in others if search.size(o) <= room and search.writes.fits(o)]
        chosen = next((o for o in fitting if search.cost(o) <= most and _is_spared(search, chosen, o)), chosen)
    return choice if chosen == choice.chosen else Choice(chosen, search.cost(chosen), choice.solution)


def _is_spared(search: Search, chosen: int, other: int) -> bool:
    """Whether each statement can do with one set of indexes in place of another."""
    statements = range(len(search.weights))
    then, now = search.trials.answers(other, statements), search.trials.answers(chosen, statements)
    if any(search.fines.meets(n, now[n]) and not search.fines.meets(n, then[n]) for n in statements):
        return False
    return all(a.cost <= LOOK_UP or times_dearer(a.cost, b.cost) < SPARED for a, b in zip(then, now, strict=True))
