"""What of a choice was decided and did not stand in any case, and how many bytes it may have."""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.search import Search
from dbwright.planner.advisor.wish import Wish


def decided(search: Search, wish: Wish, chosen: int) -> int:
    """Return what of a choice was decided, and did not stand in any case."""
    used = 0
    for answer in search.trials.answers(chosen, range(len(search.weights))):
        used |= answer.used
    shared = sum(1 << i for i, o in enumerate(search.trials.options) if o.exists and o.name in wish.shared)
    return chosen & (~search.pinned | search.required | shared & used)


def standing_of(options: Sequence[Option]) -> int:
    """Return the options that stand already."""
    return sum(1 << i for i, o in enumerate(options) if o.exists)


def stood_of(search: Search) -> int:
    """Return the bytes of what stands and may go."""
    options = search.trials.options
    open_ones = standing_of(options) & (~search.pinned | search.required)
    return sum(options[i].size for i in bits(open_ones))


def room_of(search: Search, wish: Wish) -> int:
    """Return the bytes that the indexes may have together: those that may be added, and those of what may go."""
    return wish.budget + stood_of(search)
