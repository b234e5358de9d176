"""What a change was found to be worth, and whether it is taken: it must pay for itself, and have room beside others."""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.model.advice import WrittenChange
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.shape import Text
from dbwright.planner.advisor.write_budget import Writing
from dbwright.planner.advisor.writes import within
from dbwright.planner.choices.candidate import Candidate, Dismissed
from dbwright.records import record, replace

GAIN = 0.05
"""Share of what its patterns cost that a change must save: below that no layout of tables is worth its trouble."""
WHOLE = 0.005
"""Share of what all patterns cost that a change must save as well: a report that runs once a day is no reason."""
NOTHING = 1e-3
"""Units a second below which nothing is saved."""


@record(frozen=True)
class Effect:
    """One access pattern: calls a second, the cost of a call without the change and with it."""

    pattern: str
    rate: float
    without_it: float
    with_it: float


@record(frozen=True)
class Tried:
    """A candidate with what it was found to be worth, in the planner's units a second.

    `reads` is what its patterns save, `upkeep` what it costs besides (below 0 where it saves), by `changes` what for.
    `size` are the bytes that it adds, `basis` is what its patterns cost without it and `whole` what all patterns do,
    `key` the columns by which a primary key grew, `written` how the design says it, `unit` what rates are told by.
    `month` is what it costs to let a month of rows go without a partition key and with it.
    """

    candidate: Candidate
    effects: tuple[Effect, ...]
    changes: tuple[tuple[str, float], ...]
    reads: float
    upkeep: float
    size: int
    basis: float
    whole: float
    key: tuple[str, ...] = ()
    written: str = ""
    unit: str = "a second"
    month: tuple[float, float] = (0.0, 0.0)

    @property
    def change(self) -> WrittenChange:
        """The change as it is written into a design, with what it is worth as the reason of a partition key."""
        change = self.candidate.change
        best = max(self.effects, key=lambda e: e.rate * (e.without_it - e.with_it), default=None)
        if change.partition is None or best is None:
            return change
        why = f"advised: {best.pattern} {best.with_it:,.0f}, without it {best.without_it:,.0f}"
        return replace(change, partition=replace(change.partition, why=Text(why)))

    @property
    def saved(self) -> float:
        """What it saves, its own cost taken off."""
        return self.reads - self.upkeep

    @property
    def writing(self) -> float:
        """What it adds to the cost of writes; that rows leave by another way is no part of it."""
        return sum(cost for name, cost in self.changes if not name.startswith("retention"))

    def rate(self, cost: float) -> str:
        """Return units of cost in words."""
        return f"{show_count(cost) if cost >= 1000 else format(cost, '.3g')} {self.unit}"

    @property
    def pays(self) -> bool:
        """Whether it saves enough."""
        return self.saved > NOTHING and self.saved >= max(GAIN * self.basis, WHOLE * self.whole)

    def reversed(self) -> Tried:
        """The same from the other side: what stands, and what it would cost to be without it."""
        effects = tuple(Effect(e.pattern, e.rate, e.with_it, e.without_it) for e in self.effects)
        changes = tuple((n, -c) for n, c in self.changes)
        return replace(
            self,
            effects=effects,
            changes=changes,
            reads=-self.reads,
            upkeep=-self.upkeep,
            size=-self.size,
            month=(self.month[1], self.month[0]),
        )


@record(frozen=True)
class Room:
    """What may be added: bytes, and the cost of writes in units a second."""

    size: int
    writes: float = float("inf")


@record(frozen=True)
class Choices:
    """What was chosen beyond indexes, what stands by rule and stays, what was turned down and why.

    `tried` counts the designs that were priced, `passed` the candidates that were not worth a try. `writing` tells what
    writes cost before, and what is added to it.
    """

    chosen: tuple[Tried, ...]
    kept: tuple[Tried, ...]
    dismissed: tuple[Dismissed, ...]
    tried: int
    passed: int
    writing: Writing = Writing(0.0, 0.0)

    @property
    def size(self) -> int:
        """The bytes that the chosen changes add."""
        return sum(t.size for t in self.chosen)


def refuse(tried: Tried, chosen: Sequence[Tried], room: Room) -> str:
    """Return why a candidate is not taken beside those that were, nothing where it may be."""
    rival = next((t for t in chosen if t.candidate.excludes(tried.candidate)), None)
    if not tried.pays:
        return _why_not(tried)
    if rival is not None:
        instead = f"{rival.candidate.what} was taken in its place, which saves more"
        return f"it would save {tried.rate(tried.saved)}; {instead}"
    if sum(t.size for t in chosen) + tried.size > room.size:
        return f"it would save {tried.rate(tried.saved)}, and its {show_bytes(tried.size)} are over the budget"
    if tried.writing > 0 and not within(sum(t.writing for t in chosen) + tried.writing, room.writes):
        return (
            f"it would save {tried.rate(tried.saved)}, and the {tried.rate(tried.writing)} that it adds to writes are "
            "over their budget"
        )
    return ""


def _why_not(tried: Tried) -> str:
    dearer = max(tried.effects, key=lambda e: e.rate * (e.with_it - e.without_it), default=None)
    said = ""
    if dearer is not None and dearer.with_it > dearer.without_it * 1.001:
        said = f": `{dearer.pattern}` would cost {dearer.with_it:,.0f} in place of {dearer.without_it:,.0f}"
    if tried.reads > NOTHING and tried.upkeep >= tried.reads:
        most = next((n for n, c in tried.changes if c > 0), "upkeep")
        costs = f"costs {tried.rate(tried.upkeep)} of upkeep, most for the {most}"
        return f"it saves {tried.rate(tried.reads)} of reading and {costs}"
    if tried.saved <= NOTHING:
        return f"it saves nothing{said}"
    share = tried.saved / tried.basis if tried.basis else 0.0
    if share >= GAIN:
        return (
            f"it would save {tried.rate(tried.saved)}, {tried.saved / tried.whole:.2%} of what all patterns cost{said}"
        )
    return f"it saves {share:.1%} of what its patterns cost, less than a twentieth{said}"
