"""Choices to start from, all of narrow indexes: down from all that statements would use, and up from nothing.

Narrow indexes are few, and most of what a small budget buys: so each step among them is taken as if everything had been
asked, and what wider ones add is looked for from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dbwright.planner.advisor.growing import grow_by_bytes, grow_by_cost
from dbwright.planner.advisor.options import bits
from dbwright.planner.advisor.relaxation import Relaxation
from dbwright.planner.advisor.stepping import Stepper

if TYPE_CHECKING:
    from dbwright.planner.advisor.search import Search


def narrow_choices(search: Search, budget: float, most: float) -> Iterator[int]:
    """Yield choices that have room in a budget of bytes; after so many questions only what is certain counts."""
    trials = search.trials
    options, start = trials.options, search.pinned
    wanted = start
    for statement in range(len(search.weights)):
        wanted |= trials.answer(statement, named(search, statement) & search.narrow | start).used
    stepper = Stepper(search, most)
    yield Relaxation(options, search.sizes, search.merges, stepper, search.narrow).relax(wanted, budget)
    if not search.is_narrow:
        return  # the questions are for wider ones
    yield grow_by_cost(stepper, options, wanted, start, budget)
    yield grow_by_bytes(stepper, options, search.narrow, start, budget)


def named(search: Search, statement: int) -> int:
    """Return the options of which all keys stand in a statement."""
    text = search.trials.statements[statement].sql
    own = bits(search.trials.relevant[statement] & ~search.pinned)
    options = ((i, search.trials.options[i].definition) for i in own)
    return sum(1 << i for i, d in options if all(k.is_expression or k.text in text for k in d.keys))
