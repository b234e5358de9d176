"""From what was measured at three sizes to what it will be at the horizon, with the error that is honest.

Work is counted in pages touched, which does not depend on who else uses the machine; the exponent of its growth is the
slope between the sizes in log-log, the least and the greatest slope give the error. Source: Picasso and PIQL both judge
plans by work over size (Haritsa, VLDB 2010; Armbrust et al., PVLDB 5(3), 2012).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from dbwright.records import record

PAGE_READ = 0.1
"""Milliseconds to read one page of 8 KiB at random from a solid-state disk: what a page costs that memory lost."""

SLACK = 200
"""Rows more than the bound that mean nothing: a small table is read as a whole."""


@record(frozen=True)
class Sample:
    """What one size showed: rows within reach of a call, rows and pages it touched, and its milliseconds."""

    rows: float
    touched: float
    pages: float
    p50: float
    p95: float
    p99: float


@record(frozen=True)
class Reach:
    """A number at the horizon: the expected one, and the least and the greatest that the measurements allow."""

    low: float
    expected: float
    high: float


def slopes(samples: Sequence[Sample]) -> list[float]:
    """Return the growth exponent of pages between each two neighbouring sizes, none below 0."""
    steep = []
    for one, next_one in pairwise(samples):
        if next_one.rows > one.rows > 0:
            grown = math.log(max(next_one.pages, 1) / max(one.pages, 1))
            steep.append(max(0.0, grown / math.log(next_one.rows / one.rows)))
    return steep


def pages_at(samples: Sequence[Sample], rows: float, most: float = 0.0) -> Reach:
    """Return how many pages a call touches when `rows` rows are within its reach; the largest size is the start.

    `most` is what keys, limits and fan-outs allow it to touch (0 where nothing does): a curve that is still rising at
    the sizes that fit here ends there, unless it is above already, as without the index that the bound stands on. A
    level more of each tree is within the error even where nothing grew.
    """
    last, found = samples[-1], slopes(samples) or [0.0]
    ratio = max(1.0, rows / max(last.rows, 1.0))
    end = _end(samples, most) if most and last.touched <= most + SLACK else math.inf
    powers = [min(last.pages * ratio**slope, end) for slope in (min(found), sum(found) / len(found), max(found))]
    return Reach(powers[0], powers[1], powers[2] + math.log10(ratio))


def _end(samples: Sequence[Sample], most: float) -> float:
    """Pages where the bound on rows is reached, each further row at the worst price that any size showed."""
    last = samples[-1]
    price = max([1.0, *(s.pages / s.touched for s in samples if s.touched >= 1)])
    return last.pages + max(0.0, most - last.touched) * price


def milliseconds_at(samples: Sequence[Sample], pages: Reach, quantile: str) -> Reach:
    """Return how long a call takes that touches so many pages: as now for a page, at worst each read from disk.

    What makes a slow call slower than the typical one is waiting, which does not grow with the pages.
    """
    last = samples[-1]
    now, waiting = max(last.pages, 1.0), max(0.0, float(getattr(last, quantile)) - last.p50)
    return Reach(
        last.p50 * pages.low / now,
        last.p50 * pages.expected / now + waiting,
        last.p50 * pages.high / now + waiting + pages.high * PAGE_READ,
    )
