"""What is presumed of values where a design says nothing: for statistics without rows and for generated rows alike.

There is one presumption, and it is the plainest: values are met alike, parents are chosen by chance, and numbers and
times lie evenly within a range that the name of their column tells. Three things are never so, and are presumed as they
mostly are: tenants differ in size, few rows reach the end of their life, and most rows are as they were inserted.
"""

from __future__ import annotations

import re
from functools import cache

from dbwright.model.blueprint import Blueprint

EMPTY_SHARE = 0.2
"""Share of nulls in an optional column."""
RARE_SHARE = 0.9
"""Share of nulls where the name says that most rows never get there: deleted_at, cancelled_by."""
RARE = frozenset(
    "deleted removed cancelled canceled archived revoked closed ended expired suspended blocked banned failed left "
    "withdrawn rejected anonymised".split()
)
"""Words of a column's name for what happens to few rows."""
CONFIGURATIONS = ("english", "simple", "german", "french")
"""Text search configurations of rows in several languages."""
DEFAULT_SHARE = 0.8
"""Share of the rows in which a boolean is what a new row gets by default."""
TENANT_SKEW = 1.0
"""Exponent of Zipf's law for the rows of tenants: the largest of a thousand has one row of seven."""
PAST_DAYS = 365.0
"""Days before the first day from which rows are brought along, where retention does not say."""
DAYS_AHEAD = 3_650
"""Days after the first row up to which lies what is still to come: events that start, keys that expire."""
AHEAD = frozenset(
    "start starts begin begins end ends stop stops due next expires expire valid scheduled until to".split()
)
"""Words of a column's name for what is still to come."""
_NUMBERS: tuple[tuple[str, int, int], ...] = (
    ("year", 2010, 2026),
    ("age", 18, 90),
    ("percent percentage pct ratio share probability", 0, 100),
    ("latitude lat", -60, 70),
    ("longitude lon lng", -180, 180),
    ("rating stars grade", 1, 5),
    ("score points", 0, 100),
    ("quantity qty attempts retries", 0, 12),
    ("version revision no number position rank step level sequence ordinal", 1, 20),
    ("capacity seats size width height", 10, 400),
    ("bytes length", 200, 5_000_000),
    ("price amount total cost fee balance budget limit spend bid value paid net gross tax salary", 1, 5_000),
    ("cents micros millionths minor", 100, 5_000_000),
    ("seconds duration milliseconds ms", 1, 7_200),
    ("count clicks views impressions stock reserved", 0, 10_000),
    ("month", 1, 12),
    ("weekday", 0, 6),
    ("hour", 0, 23),
    ("minute", 0, 59),
    ("port", 1_024, 60_000),
    ("weight", 1, 1_000),
)
_OTHER = (0, 1_000)


@cache
def words_of(name: str) -> frozenset[str]:
    """Return the words of a column's name."""
    return frozenset(re.split(r"[^a-z0-9]+", name.lower()))


def presumed_nulls(name: str) -> float:
    """Return the share of rows without a value in an optional column of that name."""
    return RARE_SHARE if RARE & words_of(name) else EMPTY_SHARE


@cache
def presumed_numbers(name: str) -> tuple[int, int]:
    """Return the lowest and the highest plausible number, in whole units, for a column of that name."""
    words = words_of(name)
    return next(((low, high) for listed, low, high in _NUMBERS if words & set(listed.split())), _OTHER)


def fit(low: float, high: float, least: float | None, greatest: float | None) -> tuple[float, float]:
    """Return a plausible range moved and cut so that it lies within what checks allow."""
    inside = (low if least is None else max(low, least), high if greatest is None else min(high, greatest))
    if inside[0] <= inside[1]:
        return inside
    span = high - low
    if least is not None and least > high:
        return least, least + span if greatest is None else min(least + span, greatest)
    assert greatest is not None
    return greatest - span if least is None else max(greatest - span, least), greatest


def presumed_span(blueprint: Blueprint, table: str, first: float, end: float) -> tuple[float, float]:
    """Return from when to when the rows of a table are, in seconds: as long as retention keeps them until `end`."""
    entity = blueprint.design.entity(table)
    keep = entity.retention.keep if entity is not None and entity.retention is not None else None
    if keep is not None and keep.by_age and keep.seconds is not None:
        return end - keep.seconds, end
    return first - PAST_DAYS * 86_400, end


def presumed_truth(default: str) -> float:
    """Return the share of rows in which a boolean with a default is true."""
    text = default.strip().lower()
    if text.startswith("true"):
        return DEFAULT_SHARE
    return 1 - DEFAULT_SHARE if text.startswith("false") else 0.5
