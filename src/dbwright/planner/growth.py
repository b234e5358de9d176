"""The growth of access patterns on two legs: what keys and limits bound, and what the planner does at every size.

The bound (`theory.growth`) is sound and knows no statistics; the planner's plans are evidence. Where both give the same
class it is certain; where the planner does better, statistics promise what nothing enforces; where it does worse, the
server does not take the plan that would keep the bound, and that is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log10
from typing import TYPE_CHECKING, Any

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.growth import CLASSES, GrowthClass, worse
from dbwright.model.quantities import show_count
from dbwright.planner.asking import Answer
from dbwright.planner.decades import ANSWERS, DECADES, DOUBTS, PROPORTION, TENANTS, Decades, Progress, plan_decades
from dbwright.planner.storage import Storage
from dbwright.planner.work import shape_of, sorts_all
from dbwright.records import record
from dbwright.theory.growth import Growth, growths

if TYPE_CHECKING:
    from dbwright.planner.laboratory import Laboratory
    from dbwright.planner.measured import Measured

LOGARITHMIC, LINEAR, SUPERLINEAR = 0.1, 0.85, 1.1
"""Slopes of log rows over log rows of the table: below the first it does not grow, below the second less than the
table, above the third (of the cost, where all rows are sorted) faster."""
WITHIN = 2.0
"""How many times the rows of the bound a plan may touch and count as keeping it: both are estimates."""
LEAST_ROWS = 10**4
"""Rows of each table from which slopes are taken: smaller tables are read as a whole, whatever the index."""


@record(frozen=True)
class Flip:
    """The plan is another one from `rows` of the largest table on."""

    rows: int
    before: str
    after: str


@record(frozen=True)
class Point:
    """One size: rows of the largest table, rows touched, cost in the planner's units, least seconds."""

    size: int
    rows: float
    cost: float
    seconds: float
    generic: bool


@record(frozen=True)
class Grown:
    """An access pattern on both legs.

    `measured` is the class of the planner's plans (None where they could not be had: `refused`), `robust` the worst
    one under doubted statistics, `doubt` the doubt that gives it. `impossible` is the number of rows of the largest
    table at which the latency target cannot be kept.
    """

    growth: Growth
    measured: GrowthClass | None
    robust: GrowthClass | None
    doubt: str
    points: tuple[Point, ...]
    flips: tuple[Flip, ...]
    impossible: float | None
    target: float | None
    shape: str
    refused: str = ""
    plan: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name of the pattern."""
        return str(self.growth.pattern.name)

    @property
    def found(self) -> GrowthClass:
        """The class that stands: the bound, or what the planner does where that is worse."""
        bound = self.growth.bound.growth
        return self.measured if self.measured is not None and worse(self.measured, bound) else bound

    @property
    def fails(self) -> bool:
        """Whether it grows faster than it may."""
        return worse(self.found, self.growth.allowed)

    @property
    def agreement(self) -> str:
        """Whether both legs agree, and why not."""
        bound = self.growth.bound.growth
        if self.measured is None:
            return f"not planned: {self.refused}" if self.refused else "not planned"
        if self.measured == bound:
            return "both agree"
        if worse(self.measured, bound):
            return f"the planner takes another plan than the bound needs: {self.shape}"
        return f"the planner reckons with {self.measured}: {_WHY_BETTER[bound]}"


_WHY_BETTER: Mapping[GrowthClass, str] = {
    "constant": "",
    "logarithmic": "there are few look-ups",
    "linear in the answer": "on average few rows share a value, or come in a window; nothing bounds the most",
    "linear in a tenant": "by its statistics few rows of a tenant fit; nothing bounds them",
    "linear in the table": "by its statistics few rows fit the conditions; nothing bounds them",
    "worse than linear": "by its statistics few rows are combined or sorted; nothing bounds them",
}


@record(frozen=True)
class GrowthReport:
    """All patterns that were asked for; `notes` say what is not known of the server whose statistics these are."""

    patterns: tuple[Grown, ...]
    largest: str
    horizon: float
    outgrown: Mapping[str, int]
    storage: Storage
    version: str = ""
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no pattern grows faster than it may."""
        return not any(p.fails for p in self.patterns)


def measure_growth(
    laboratory: Laboratory,
    blueprint: Blueprint,
    names: Sequence[str] = (),
    sizes: Sequence[int] = DECADES,
    storage: Storage | None = None,
    progress: Progress = lambda done, all_of_them: None,
    measured: Measured | None = None,
) -> GrowthReport:
    """Return the growth of some access patterns (all, where none is named), from a design or what was `measured`.

    Raise psycopg.Error, OSError.
    """
    speeds = storage or Storage()
    bounds = growths(blueprint)
    decades = plan_decades(laboratory, blueprint, names, sizes, progress=progress, measured=measured)
    largest = blueprint.table(decades.largest)
    found = tuple(_grown(growth, decades, speeds) for name, growth in bounds.items() if not names or name in names)
    horizon = float(largest.size.rows_horizon) if largest is not None and largest.size else 0.0
    notes = measured.notes if measured is not None else ()
    return GrowthReport(found, decades.largest, horizon, decades.outgrown, speeds, notes=notes)


def _grown(growth: Growth, decades: Decades, storage: Storage) -> Grown:
    name = str(growth.pattern.name)
    answers = decades.answers.get(name, {})
    base = answers.get(PROPORTION, {})
    target = target_of(growth.pattern)
    if not base:
        return Grown(growth, None, None, "", (), (), None, target, "", decades.refused.get(name, ""))
    sizes = _telling(growth, decades, sorted(base))
    measured = class_of({way: answers[way] for way in (PROPORTION, TENANTS, ANSWERS) if way in answers}, sizes)
    doubted = {doubt: class_of({PROPORTION: answers[doubt]}, sizes) for doubt in DOUBTS if doubt in answers}
    if worse(measured, growth.bound.growth) and _within(growth, [base[n] for n in sizes if n in base]):
        measured = growth.bound.growth
    doubt = max(doubted, key=lambda d: CLASSES.index(doubted[d]), default="")
    robust = doubted[doubt] if doubt and worse(doubted[doubt], measured) else measured
    points = tuple(
        Point(size, a.rows, a.cost, storage.seconds(a, decades.bytes[size]), a.generic) for size, a in base.items()
    )
    last = base[max(base)]
    impossible = _crossing(base, decades, storage, target)
    said = doubt if robust != measured else ""
    return Grown(
        growth, measured, robust, said, points, tuple(_flips(base)), impossible, target, last.shape, plan=last.plan
    )


def target_of(pattern: AccessPattern) -> float | None:
    """Return the tightest latency target in seconds, None where there is none."""
    latency = pattern.latency
    known = [t.seconds for t in (latency.p50, latency.p95, latency.p99) if t is not None] if latency else []
    return min(known, default=None)


def class_of(answers: Mapping[str, Mapping[int, Answer]], sizes: Sequence[int]) -> GrowthClass:
    """Return the class of a pattern from its plans in every way to grow, at the sizes that say something."""
    rows = {way: _steepness([found[n].rows for n in sizes if n in found], sizes) for way, found in answers.items()}
    costs = [answers[PROPORTION][n].cost for n in sizes if n in answers[PROPORTION]]
    if rows[PROPORTION] >= LINEAR:
        last = answers[PROPORTION][max(answers[PROPORTION])]
        faster = rows[PROPORTION] > SUPERLINEAR or (sorts_all(last.plan) and slope(costs, sizes) > SUPERLINEAR)
        return "worse than linear" if faster else "linear in the table"
    if rows[PROPORTION] >= LOGARITHMIC:
        return "linear in the answer"
    if rows.get(TENANTS, 0.0) >= LINEAR:
        return "linear in a tenant"
    if rows.get(ANSWERS, 0.0) >= LOGARITHMIC:
        return "linear in the answer"
    last = answers[PROPORTION][max(answers[PROPORTION])]
    return "logarithmic" if any(t.loops > 1 and t.index for t in last.touched) else "constant"


def _within(growth: Growth, answers: Sequence[Answer]) -> bool:
    """Whether all plans touch about as many rows as the bound says: a window that is wider than the table is all."""
    known = [f for s in growth.bound.steps for f in s.amount.factors]
    most = growth.bound.rows
    return bool(known) and all(f.rows for f in known) and all(a.rows <= WITHIN * most for a in answers)


def _steepness(values: Sequence[float], sizes: Sequence[int]) -> float:
    """The slope at the large end: over the last three sizes and over the last two, so that one jump is no growth."""
    return min(slope(values[-3:], sizes[-3:]), slope(values[-2:], sizes[-2:]))


def slope(values: Sequence[float], sizes: Sequence[int]) -> float:
    """Return the slope of log value over log size by least squares; less than one row counts as one."""
    points = [(log10(n), log10(max(1.0, v))) for n, v in zip(sizes, values, strict=False)]
    if len(points) < 2:
        return 0.0
    middle_x, middle_y = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    across = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / across


def _telling(growth: Growth, decades: Decades, planned: Sequence[int]) -> list[int]:
    """The sizes at which every table of a pattern is large enough to tell; the last three where few are."""
    tables = {s.table for s in growth.bound.steps}
    found = [
        n for n in planned if all(decades.rows[n].get(t, LEAST_ROWS) >= LEAST_ROWS for t in tables) and n >= LEAST_ROWS
    ]
    return found if len(found) >= 3 else list(planned)[-3:]


def _flips(answers: Mapping[int, Answer]) -> Iterator[Flip]:
    ordered = sorted(answers.items())
    for (_, before), (size, after) in pairwise(ordered):
        if shape_of(before.plan, indexes=False) != shape_of(after.plan, indexes=False):
            yield Flip(size, before.shape, after.shape)


def _crossing(way: Mapping[int, Answer], decades: Decades, storage: Storage, target: float | None) -> float | None:
    """The rows of the largest table from which on the target cannot be kept, between decades by a straight line."""
    if target is None:
        return None
    before: tuple[int, float] | None = None
    for size, answer in sorted(way.items()):
        seconds = max(storage.seconds(answer, decades.bytes[size]), 1e-9)
        if seconds > target:
            if before is None:
                return float(size)
            part = (log10(target) - log10(before[1])) / (log10(seconds) - log10(before[1]))
            return float(10 ** (log10(before[0]) + part * (log10(size) - log10(before[0]))))
        before = (size, seconds)
    return None


def show_size(report: GrowthReport, size: float) -> str:
    """Return a size in words: `30 M rows of orders`."""
    return f"{show_count(size)} rows of `{report.largest}`"
