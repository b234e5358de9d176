"""Chooses indexes by an integer programme over the plans that are known, with the distance to the best one proven.

Each statement takes one of its known plans; a plan needs its indexes; indexes need bytes. A plan's share of a statement
is continuous: where the indexes are whole, the cheapest plan is taken whole by itself. The link between the two is
aggregated over the plans of a statement that need an index, which makes the relaxation tight.
Source: Dash, Polyzotis, Ailamaki, "CoPhy: A Scalable, Portable, and Interactive Index Advisor for Large Workloads"
(PVLDB 4(6), 2011). Solver: HiGHS (Huangfu, Hall, "Parallelizing the dual revised simplex method", 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dbwright.planner.advisor.trials import Answer, bits
from dbwright.planner.advisor.writes import Writes
from dbwright.records import record

GAP = 0.0005
"""The relative distance to the optimum at which the solver may stop."""


@record(frozen=True)
class Solution:
    """The options chosen, what they cost in the model, and a bound below which no choice in the model comes."""

    chosen: int
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """The proven relative distance to the best choice in the model."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0 else 0.0


def solve(
    plans: Sequence[Sequence[Answer]],
    sizes: Sequence[int],
    writes: Writes,
    budget: float,
    seconds: float = 10.0,
    start: int | None = 0,
    pinned: int = 0,
) -> Solution:
    """Return the best choice of options under a budget of bytes and what writes may cost at `most`.

    `plans` are those of each statement with their price, in the order in which the planner prefers them: that of price,
    but for those that are fined, which it takes all the same.

    An option in no plan is not chosen. Every statement needs a plan with `pinned` options only; those are there in any
    case, and need no bytes. `start` is a choice that fits, None for none. The time in `seconds` ends the search, not
    the proof of what was found so far.
    """
    import highspy
    from highspy._core import _Highs  # The public class greets on standard output, where our JSON goes.

    solver: Any = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("time_limit", seconds)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_heuristic_effort", 0.01)  # good choices come from the search, the bound from here
    plans = [[p for p in own if _possible(p.used, sizes, writes, budget, pinned)] for own in plans]
    used = pinned
    for own in plans:
        for plan in own:
            used |= plan.used
    columns = _Columns(solver)
    places = {i: columns.binary(writes.certain(i)) for i in bits(used)}
    for option in bits(pinned):
        columns.row([places[option]], [1.0], 1.0, 1.0)
    free = [i for i in places if not pinned >> i & 1]
    columns.row([places[i] for i in free], [float(sizes[i]) for i in free], -_INFINITY, budget)
    fixed = _plan_choices(columns, plans, places, pinned)
    shared = _shared_writes(columns, writes, places)
    _limit_writes(columns, writes, places, shared)
    if not places:
        cheapest = sum(min(plan.cost for plan in own) for own in plans)
        return Solution(0, cheapest, cheapest)
    if start is not None:
        _suggest(solver, places, start | pinned)
    solver.run()
    info = solver.getInfo()
    # A solver that had no time for a bound of its own is helped with the one that needs none.
    least = sum(min(plan.cost for plan in own) for own in plans)
    bound = max(least, info.mip_dual_bound + fixed)
    values = solver.getSolution().col_value
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solution((start or 0) | pinned, _INFINITY, bound)
    chosen = sum(1 << i for i, place in places.items() if values[place] > 0.5)
    cost = _cost(plans, writes, chosen)
    told = info.objective_function_value + fixed
    if start is not None and cost > told + GAP * abs(told) + 0.001:
        # HiGHS 1.16 loses columns on the way back from its presolve where it was told of a choice.
        return solve(plans, sizes, writes, budget, seconds, None, pinned)
    return Solution(chosen, cost, min(cost, bound))


def _possible(used: int, sizes: Sequence[int], writes: Writes, budget: float, pinned: int) -> bool:
    """Whether the options of a plan keep to both limits without any other."""
    return sum(sizes[i] for i in bits(used & ~pinned)) <= budget and writes.fits(used | pinned)


def _cost(plans: Sequence[Sequence[Answer]], writes: Writes, chosen: int) -> float:
    """What a choice costs in the model."""
    return sum(next(p.cost for p in own if not p.used & ~chosen) for own in plans) + writes.cost(chosen)


_INFINITY = float("inf")


class _Columns:
    """Adds columns and rows to a solver's model, and counts them."""

    def __init__(self, solver: Any) -> None:
        self.solver = solver
        self.count = 0

    def share(self, cost: float) -> int:
        """A continuous variable between 0 and 1."""
        self.solver.addCol(cost, 0.0, 1.0, 0, [], [])
        self.count += 1
        return self.count - 1

    def binary(self, cost: float) -> int:
        """A variable that is 0 or 1."""
        import highspy

        place = self.share(cost)
        self.solver.changeColIntegrality(place, highspy.HighsVarType.kInteger)
        return place

    def row(self, places: Sequence[int], factors: Sequence[float], low: float, high: float) -> None:
        """A bound on a sum."""
        self.solver.addRow(low, high, len(places), list(places), list(factors))


def _plan_choices(columns: _Columns, plans: Sequence[Sequence[Answer]], places: dict[int, int], pinned: int) -> float:
    """Let each statement take one plan; return the cost of those that have no choice."""
    fixed = 0.0
    for own in plans:
        if len(own) == 1:
            fixed += own[0].cost
            continue
        shares = [columns.share(plan.cost) for plan in own]
        columns.row(shares, [1.0] * len(shares), 1.0, 1.0)
        needing: dict[int, list[int]] = {}
        for plan, share in zip(own, shares, strict=True):
            for option in bits(plan.used):
                needing.setdefault(option, []).append(share)
        for option, those in needing.items():
            columns.row([*those, places[option]], [1.0] * len(those) + [-1.0], -_INFINITY, 0.0)
        for number, plan in enumerate(own):
            for rival in (r for r in own[:number] if r.cost > plan.cost):
                _exclude(columns, shares[number], [places[i] for i in bits(rival.used & ~plan.used & ~pinned)])
    return fixed


def _exclude(columns: _Columns, share: int, rival: Sequence[int]) -> None:
    """Let a plan not be taken where all that a rival needs is there as well, which the planner prefers."""
    columns.row([share, *rival], [1.0] * (1 + len(rival)), -_INFINITY, float(len(rival)))


def _shared_writes(columns: _Columns, writes: Writes, places: dict[int, int]) -> dict[int, float]:
    """An update that moves a row to a new place writes every index of the table, once one of them has to change.

    Return the columns that tell so, each with what it costs.
    """
    found = {}
    for update in writes.updates:
        touching = [places[i] for i in bits(update.touching) if i in places]
        others = [i for i in update.costs if i in places and not update.always and not update.touching >> i & 1]
        moves = columns.share(0.0)
        for place in touching:
            columns.row([moves, place], [1.0, -1.0], 0.0, _INFINITY)
        for option in others:
            both = columns.share(update.costs[option])
            found[both] = update.costs[option]
            columns.row([both, moves, places[option]], [1.0, -1.0, -1.0], -1.0, _INFINITY)
    return found


def _limit_writes(columns: _Columns, writes: Writes, places: dict[int, int], shared: dict[int, float]) -> None:
    """Let all that is chosen cost no more by writes than it may."""
    if writes.most < _INFINITY:
        each = {place: writes.inserts[i] + writes.moved(i) for i, place in places.items()} | shared
        columns.row(list(each), list(each.values()), -_INFINITY, writes.most)


def _suggest(solver: Any, places: dict[int, int], start: int) -> None:
    """Tell the solver of a choice that is known to be good."""
    indices = list(places.values())
    values = [float(start >> i & 1) for i in places]
    solver.setSolution(len(indices), indices, values)
