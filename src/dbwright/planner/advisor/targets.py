"""Latency targets as limits of a choice: which can be met within the budgets, which were, and what the others need.

A plan can meet a target where the pages and rows that it touches take no longer at the stated speeds. A statement that
no plan within the budgets lets meet its target should not take longer than today. Where not all of this can be had
together, as many targets are met as can be, and the others are missed by as few doublings of their time as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from dbwright.model.quantities import show_bytes, show_time
from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.search import Choice, Search
from dbwright.records import record


@record(frozen=True)
class Target:
    """A statement with its target, and its least time as things stand and with what was chosen, in seconds.

    `best` is the least time of any plan that was met, whatever it needs; `why` is why the target is missed.
    """

    name: str
    seconds: float
    before: float
    after: float
    best: float
    why: str = ""

    @property
    def met(self) -> bool:
        """Whether the statement can meet it."""
        return self.after <= self.seconds


def choose_within(search: Search, room: float, standing: int, seeds: Sequence[int] = ()) -> Choice:
    """Choose so that targets are met as far as can be, and then as well as can be; `standing` is what stands today.

    What it costs to miss one is in no choice that is returned: in the end none is aimed at beyond what can be had.
    """
    search.fines.aim({}, 0.0)
    fine = _fine(search, room)
    aimed = {s: _aim(search, s, standing, room) for s in _targeted(search)}
    search.fines.aim(aimed, fine)
    choice = search.choose(room, [standing, *seeds])
    taken = {s: search.trials.answer(s, choice.chosen).seconds for s in aimed}
    if any(taken[s] > most for s, most in aimed.items()):
        search.fines.aim({s: max(most, taken[s]) for s, most in aimed.items()}, fine)
        choice = search.choose(room, [standing, *seeds, choice.chosen])
    return choice


def _targeted(search: Search) -> list[int]:
    return [s for s, target in enumerate(search.fines.targets) if target < float("inf")]


def _aim(search: Search, statement: int, standing: int, room: float) -> float:
    """The seconds that a statement should not pass: its target, or what it takes today where that cannot be met."""
    target = search.fines.targets[statement]
    return target if _ways(search, statement, room) else search.trials.answer(statement, standing).seconds


def _ways(search: Search, statement: int, room: float) -> list[Answer]:
    """The plans that meet a target and keep to the budgets without any other option."""
    return [p for p in search.trials.plans(statement) if search.fines.meets(statement, p) and _fits(search, p, room)]


def _fits(search: Search, plan: Answer, room: float) -> bool:
    return search.size(plan.used & ~search.pinned) <= room - search.reserved and search.writes.fits(
        plan.used | search.pinned
    )


def _fine(search: Search, room: float) -> float:
    """More than anything that may be saved by missing a target: all reading, and the upkeep of what meets them."""
    needed = search.pinned
    for statement in _targeted(search):
        ways = _ways(search, statement, room)
        needed |= min(ways, key=lambda p: search.writes.upkeep(p.used)).used if ways else 0
    return 1.0 + 2 * (search.cost(search.pinned) + search.writes.upkeep(needed))


def told_targets(search: Search, choice: Choice, standing: int, room: float) -> tuple[Target, ...]:
    """Return what became of each target."""
    return tuple(
        _told(search, choice, standing, room, s)
        for s, target in enumerate(search.fines.targets)
        if target < float("inf")
    )


def _told(search: Search, choice: Choice, standing: int, room: float, statement: int) -> Target:
    trials, target = search.trials, search.fines.targets[statement]
    before, after = trials.answer(statement, standing), trials.answer(statement, choice.chosen)
    best = min((p.seconds for p in trials.plans(statement)), default=after.seconds)
    why = "" if search.fines.meets(statement, after) else _why(search, statement, after, best, room)
    return Target(trials.statements[statement].name, target, before.seconds, after.seconds, best, why)


def _why(search: Search, statement: int, after: Answer, best: float, room: float) -> str:
    target = search.fines.targets[statement]
    meeting = [p for p in search.trials.plans(statement) if search.fines.meets(statement, p)]
    if not meeting:
        times = best / target
        return (
            f"no index brings it below {show_time(best)}: it must touch {_less(times)} of its pages and rows, by a "
            "narrower question, a summary or a counter, or be given that time"
        )
    least = min(meeting, key=lambda p: search.size(p.used & ~search.pinned))
    needed = search.size(least.used & ~search.pinned)
    what = ", ".join(search.trials.options[i].definition.name() for i in bits(least.used & ~search.pinned))
    if not any(_ways(search, statement, room)):
        over = needed - (room - search.reserved)
        if over > 0:
            return f"{what} would bring it to {show_time(least.seconds)}, and needs {show_bytes(over)} more budget"
        upkeep = search.writes.upkeep(least.used | search.pinned) - search.writes.most
        return (
            f"{what} would bring it to {show_time(least.seconds)}, and adds {upkeep:,.4g} more to writes than may be "
            "added"
        )
    return f"{what} would bring it to {show_time(least.seconds)}, and has no room beside what other targets need"


def _less(times: float) -> str:
    """The share that is left, in words."""
    return f"1/{ceil(times)}" if times > 3 else "a third" if times > 2 else "half"


def target_lines(targets: Sequence[Target]) -> list[str]:
    """Return what a person reads of targets: how many can be met, and each one that cannot."""
    if not targets:
        return []
    met = [t for t in targets if t.met]
    gained = [t for t in met if t.before > t.seconds]
    more = f", {len(gained)} of them thanks to what was chosen" if gained else ""
    lines = [f"latency targets: {len(met)} of {len(targets)} can be met{more}"]
    return [*lines, *(f"  {_missed_line(t)}" for t in targets if not t.met)]


def _missed_line(target: Target) -> str:
    times = f"{target.after / target.seconds:.3g} times its {show_time(target.seconds)}"
    return f"{target.name}: at least {show_time(target.after)}, {times}: {target.why}"


def plain_targets(targets: Sequence[Target]) -> list[dict[str, Any]]:
    """Return targets as values that JSON knows, times in seconds."""
    return [
        {
            "name": t.name,
            "target": t.seconds,
            "before": t.before,
            "after": t.after,
            "best": t.best,
            "met": t.met,
            "why": t.why,
        }
        for t in targets
    ]
