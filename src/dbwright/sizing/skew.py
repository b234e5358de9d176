"""Zipf's law: the k-th most common of many values has a share in proportion to 1/k**exponent."""

from __future__ import annotations

import math
from functools import lru_cache

from dbwright.sizing.facts import met

_EXACT = 25
"""Values that are summed one by one; the error of the midpoint rule beyond is less than 1e-3 of a value."""
_STEPS = 50


@lru_cache(maxsize=4096)
def harmonic(count: float, exponent: float) -> float:
    """Return the sum of 1/k**exponent for k up to `count`, by an integral beyond the first (midpoint rule)."""
    first = min(int(count), _EXACT)
    total = math.fsum(k**-exponent for k in range(1, first + 1))
    if count <= first:
        return total
    return total + _between(first + 0.5, count + 0.5, exponent)


@lru_cache(maxsize=4096)
def met_unevenly(possible: float, rows: float, exponent: float) -> float:
    """Return how many of `possible` values are met by `rows` draws when they are as uneven as Zipf's law says."""
    if not exponent or possible <= 1:
        return met(possible, rows)
    total = harmonic(possible, exponent)
    first = min(int(possible), _EXACT)
    found = math.fsum(_chance(k**-exponent / total, rows) for k in range(1, first + 1))
    low, end = first + 0.5, possible + 0.5
    step = (end / low) ** (1 / _STEPS)
    while possible > first and low < end * (1 - 1e-9):
        high = min(end, low * step)
        middle = math.sqrt(low * high)
        found += (high - low) * _chance(middle**-exponent / total, rows)
        low = high
    return min(found, rows, possible)


def _between(low: float, high: float, exponent: float) -> float:
    if exponent == 1:
        return math.log(high / low)
    return float((high ** (1 - exponent) - low ** (1 - exponent)) / (1 - exponent))


def _chance(share: float, rows: float) -> float:
    """The chance that a value with a share of the rows is met at least once."""
    return -math.expm1(rows * math.log1p(-share)) if share < 1 else 1.0
