"""All known plans of all statements as columns of numbers: what every single step from a choice saves, in one go.

A row is a plan: its statement, its cost, and how many of its indexes are not there. Where one is missing, that one
alone makes the plan possible; `marks` adds up the numbers of the missing ones, so that it names the one.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.writes import TINY, Writes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Marks = NDArray[np.int64]
    Truths = NDArray[np.bool_]


class PlanTable:
    """The plans of each statement, priced, the cheapest first; each has one that needs no index but what is pinned."""

    def __init__(self, plans: Sequence[Sequence[Answer]], options: int, writes: Writes) -> None:
        import numpy as np

        self.options = options
        self.statements = len(plans)
        self._writes = _WritePrices(writes, options)
        every = [(number, plan) for number, own in enumerate(plans) for plan in own]
        self.cost = np.array([plan.cost for _, plan in every], np.float64)
        self.statement = np.array([number for number, _ in every], np.int64)
        self.starts = np.searchsorted(self.statement, np.arange(self.statements))
        pairs = [(row, option) for row, (_, plan) in enumerate(every) for option in bits(plan.used)]
        self._rows = np.array([row for row, _ in pairs], np.int64)
        self._needed = np.array([option for _, option in pairs], np.int64)
        order = np.argsort(self._needed, kind="stable")
        ends = np.searchsorted(self._needed[order], np.arange(options + 1))
        self._uses = [self._rows[order[a:b]] for a, b in pairwise(ends.tolist())]

    def at(self, chosen: int) -> View:
        """Return how things stand under a choice."""
        import numpy as np

        there = np.zeros(self.options, np.bool_)
        there[list(bits(chosen))] = True
        absent = ~there[self._needed]
        rows, size = self._rows[absent], len(self.cost)
        missing = np.bincount(rows, minlength=size)
        marks = np.bincount(rows, self._needed[absent], size).astype(np.int64)
        return View(self, there, missing, marks)

    def uses(self, option: int) -> Marks:
        """Return the rows of the plans that need an option."""
        return self._uses[option]

    def writing(self, there: Truths) -> tuple[float, Numbers]:
        """Return what writes cost with these options, and what each other one would add."""
        return self._writes.at(there)

    def writable(self, there: Truths) -> tuple[bool, Truths]:
        """Return whether writes cost no more with these options than they may, and with which other ones put in."""
        return self._writes.fitting(there)


class View:
    """A choice in a table of plans: what it costs, and what each option would save that is put in beside it."""

    def __init__(self, table: PlanTable, there: Truths, missing: Marks, marks: Marks) -> None:
        import numpy as np

        self.there = there
        self._table = table
        self._missing = missing
        self._marks = marks
        possible = np.where(missing == 0, table.cost, np.inf)
        self.costs: Numbers = np.minimum.reduceat(possible, table.starts)

    def changed(self, removed: int = 0, added: int = 0) -> View:
        """Return the choice without some options and with some others; what is so already stays so."""
        there, missing, marks = self.there.copy(), self._missing.copy(), self._marks.copy()
        for mask, sign in ((removed, 1), (added, -1)):
            for option in bits(mask):
                if bool(there[option]) == (sign < 0):
                    continue
                rows = self._table.uses(option)
                missing[rows] += sign
                marks[rows] += sign * option
                there[option] = sign < 0
        return View(self._table, there, missing, marks)

    def totals(self) -> tuple[float, Numbers]:
        """Return what the workload costs, writes included, and what it would cost with each other option put in."""
        import numpy as np

        table = self._table
        now = float(self.costs.sum())
        writes, more = table.writing(self.there)
        single = np.flatnonzero((self._missing == 1) & (table.cost < self.costs[table.statement]))
        option, statement = self._marks[single], table.statement[single]
        # Rows of a statement stand in order of cost: the first one for an option is what it makes of the statement.
        _, first = np.unique(option * table.statements + statement, return_index=True)
        saved = self.costs[statement[first]] - table.cost[single[first]]
        gains = np.bincount(option[first], saved, table.options)
        return now + writes, now + writes + more - gains


class _WritePrices:
    """What options cost when rows are written, as numbers in columns; see Writes."""

    def __init__(self, writes: Writes, options: int) -> None:
        import numpy as np

        self._alone = np.array([writes.alone(i) for i in range(options)], np.float64)
        self._most = writes.most
        self._updates: list[Any] = []
        for update in writes.updates:
            prices = np.zeros(options)
            prices[list(update.costs)] = list(update.costs.values())
            touching = np.zeros(options, np.bool_)
            touching[list(bits(update.touching))] = True
            self._updates.append((prices, touching, update.always))

    def at(self, there: Truths) -> tuple[float, Numbers]:
        """Return what these options cost, and what each other one would add."""
        import numpy as np

        total, more = float(self._alone[there].sum()), self._alone
        for prices, touching, always in self._updates:
            own = float(prices[there].sum())
            if always or bool((touching & there).any()):
                total += own
                more = more + prices
            else:
                # The first one that an update touches makes it write all the others as well.
                more = more + np.where(touching, prices + own, 0.0)
        return total, more

    def fitting(self, there: Truths) -> tuple[bool, Truths]:
        """Return whether these options cost no more than they may, and with which other ones put in."""
        import numpy as np

        if self._most == float("inf"):
            return True, np.ones(len(there), np.bool_)
        total, more = self.at(there)
        # What keeps useless options out is no cost of writes.
        total -= TINY * float(there.sum())
        most = self._most + 1e-6 * max(1.0, abs(self._most))
        return total <= most, total + more - TINY <= most
