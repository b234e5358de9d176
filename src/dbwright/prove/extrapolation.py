"""From what was measured at three sizes to what it will be at the horizon, with the error that is honest.

Work is counted in rows and pages touched, which do not depend on who else uses the machine; the exponent of its growth
is the slope between the sizes in log-log, the least and the greatest slope give the error. Two more witnesses narrow
it: the bound of keys and limits, and the plan that the planner takes at the horizon, which may be another one than at
the sizes that fit here. Source: Picasso and PIQL both judge plans by work over size (Haritsa, VLDB 2010; Armbrust et
al., PVLDB 5(3), 2012).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, pairwise

from dbwright.planner.storage import Storage
from dbwright.prove.horizon import Foreseen
from dbwright.records import record

SLACK = 200
"""Rows more than the bound that mean nothing: a small table is read as a whole."""
WITHIN = 2.0
"""How many times the rows of the bound the plan of the horizon may touch and count as keeping it: both are guesses."""
TELLING = 50
"""Rows and pages by which two sizes must differ to tell what one of them takes."""
DEAR = 0.005
"""Milliseconds that a row or page in memory takes at most where the sizes do not tell: fifty times its least."""
UNLUCKY = 1.645
"""Standard deviations that 95 of 100 calls stay below."""


@record(frozen=True)
class Sample:
    """What one size showed: rows within reach of a call, rows and pages it touched, and its milliseconds."""

    rows: float
    touched: float
    pages: float
    p50: float
    p95: float
    p99: float

    @property
    def work(self) -> float:
        """Rows and pages together."""
        return self.touched + self.pages


@record(frozen=True)
class Reach:
    """A number at the horizon: the expected one, and the least and the greatest that the measurements allow."""

    low: float
    expected: float
    high: float


@record(frozen=True)
class Limits:
    """What else is known of the horizon.

    `most` is how many rows keys, limits and fan-outs allow a call to touch (0 where nothing does), `steepest` the
    exponent with which its work can grow, `plan` what the plan of the horizon touches (None where it cannot be had).
    """

    most: float = 0.0
    steepest: float = math.inf
    plan: Foreseen | None = None


def slopes(samples: Sequence[Sample]) -> list[float]:
    """Return the growth exponent of pages between each two neighbouring sizes, none below 0."""
    return _slopes(samples, [s.pages for s in samples])


def _slopes(samples: Sequence[Sample], values: Sequence[float]) -> list[float]:
    steep = []
    for (one, before), (next_one, after) in pairwise(zip(samples, values, strict=True)):
        if next_one.rows > one.rows > 0:
            grown = math.log(max(after, 1) / max(before, 1))
            steep.append(max(0.0, grown / math.log(next_one.rows / one.rows)))
    return steep


def touched_at(samples: Sequence[Sample], rows: float, limits: Limits) -> Reach:
    """Return how many rows a call touches when `rows` rows are within its reach; the largest size is the start."""
    end = max(limits.most, samples[-1].touched if limits.plan is None else 0.0) if _ends(samples, limits) else math.inf
    reach = _grown(samples, [s.touched for s in samples], rows, limits.steepest, end)
    return _narrowed(reach, limits.plan.rows if limits.plan else None)


def pages_at(samples: Sequence[Sample], rows: float, limits: Limits) -> Reach:
    """Return how many pages a call touches when `rows` rows are within its reach; the largest size is the start.

    A curve that is still rising at the sizes that fit here ends where the bound on rows does, each further row at its
    price, unless the bound is broken. A level more of each tree is within the error even where nothing grew.
    """
    end = _last_page(samples, limits) if _ends(samples, limits) else math.inf
    reach = _grown(samples, [s.pages for s in samples], rows, limits.steepest, end)
    found = _narrowed(reach, limits.plan.pages if limits.plan else None)
    return Reach(found.low, found.expected, found.high + math.log10(max(1.0, rows / max(samples[-1].rows, 1.0))))


def _grown(samples: Sequence[Sample], values: Sequence[float], rows: float, steepest: float, end: float) -> Reach:
    found = [min(slope, steepest) for slope in _slopes(samples, values)] or [0.0]
    ratio = max(1.0, rows / max(samples[-1].rows, 1.0))
    low, middle, high = (min(values[-1] * ratio**s, end) for s in (min(found), sum(found) / len(found), max(found)))
    return Reach(low, middle, high)


def _narrowed(reach: Reach, plan: float | None) -> Reach:
    """The same with the plan of the horizon: what both witnesses say lies between, the expected in the middle."""
    if plan is None:
        return reach
    middle = math.sqrt(max(plan, 1.0) * max(reach.expected, 1.0))
    low, high = min(reach.low, plan), max(reach.high, plan)
    return Reach(low, min(max(middle, low), high), high)


def _ends(samples: Sequence[Sample], limits: Limits) -> bool:
    """Whether the bound stands: by the plan of the horizon, or by the sizes where there is none."""
    touched = limits.plan.rows / WITHIN if limits.plan else samples[-1].touched
    return bool(limits.most) and touched <= limits.most + SLACK


def _last_page(samples: Sequence[Sample], limits: Limits) -> float:
    """Pages where the bound on rows is reached, by the price of a row in the plan or the worst that any size showed."""
    last, plan = samples[-1], limits.plan
    if plan is not None:
        return plan.pages + max(0.0, limits.most - plan.rows) * plan.pages_a_row
    price = max([1.0, *(s.pages / s.touched for s in samples if s.touched >= 1)])
    return last.pages + max(0.0, limits.most - last.touched) * price


def milliseconds_at(samples: Sequence[Sample], rows: Reach, pages: Reach, quantile: str, missed: float = 1.0) -> Reach:
    """Return how long a call takes that touches so many rows and pages, of which memory misses a share at worst.

    Each row and page more than at the largest size takes what the sizes show, at least what memory takes. What makes a
    slow call slower than the typical one is waiting, which does not grow; the middle one of the sizes tells it best.
    """
    storage, last = Storage(), samples[-1]
    prices = [
        max((b.p50 - a.p50) / (b.work - a.work), storage.row * 1000)
        for a, b in combinations(sorted(samples, key=lambda s: s.work), 2)
        if b.work - a.work >= TELLING
    ]
    dear = max(prices, default=DEAR)
    usual = sum(prices) / len(prices) if prices else DEAR
    quickest = min(samples, key=lambda s: s.p50)
    waiting = sorted(max(0.0, float(getattr(s, quantile)) - s.p50) for s in samples)[len(samples) // 2]
    low = quickest.p50 + 1000 * (
        max(0.0, rows.low - quickest.touched) * storage.row + max(0.0, pages.low - quickest.pages) * storage.cached
    )
    expected = max(quickest.p50, last.p50 + (rows.expected + pages.expected - last.work) * usual) + waiting
    memory = last.p50 + max(0.0, rows.high + pages.high - last.work) * dear + waiting
    high = memory + 1000 * storage.random * pages_missed(pages.high, missed)
    return Reach(low, max(low, expected), max(low, expected, high))


def pages_missed(pages: float, share: float) -> float:
    """Return how many of so many pages 95 of 100 calls read from disk at most, each missed by chance."""
    return min(pages, pages * share + UNLUCKY * math.sqrt(pages * share * (1 - share)))
