"""Makes a choice cheap enough to write: leaves out, one at a time, what is missed least for what its entries cost.

It mends what was made for a budget of bytes alone; the integer programme and the steps know both limits.
"""

from __future__ import annotations

from dbwright.planner.advisor.options import bits
from dbwright.planner.advisor.plan_table import PlanTable
from dbwright.planner.advisor.writes import Writes


def shed(chosen: int, pinned: int, writes: Writes, known: PlanTable) -> int:
    """Return what is left of a choice when its writes cost no more than they may; `pinned` options stay."""
    while not writes.fits(chosen):
        now = writes.upkeep(chosen)
        over = now - writes.most
        view = known.at(chosen)
        cost, _ = view.totals()
        ways = []
        for number in bits(chosen & ~pinned):
            rest = chosen & ~(1 << number)
            saved = now - writes.upkeep(rest)
            if saved > 0:
                dearer, _ = view.changed(removed=1 << number).totals()
                ways.append(((dearer - cost) / min(saved, over), rest))
        if not ways:
            return pinned
        chosen = min(ways)[1]
    return chosen
