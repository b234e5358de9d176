"""Where plausible numbers and times lie, by the name of the column; what checks allow always wins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dbwright.data.domains import Domain
from dbwright.data.kinds import DAY_TICKS, Family
from dbwright.data.plans import TablePlan
from dbwright.data.wishes import declared_ends

HOUR_TICKS = DAY_TICKS // 24


@dataclass(frozen=True)
class Window:
    """From the lowest to the highest plausible tick; a `power` over 1 makes low ones more frequent."""

    low: int
    high: int
    power: float = 1.0


# Words of a name, lowest and highest value in whole units, power.
_NUMBERS: tuple[tuple[str, int, int, float], ...] = (
    ("year", 2010, 2026, 1.0),
    ("age", 18, 90, 1.0),
    ("percent percentage pct ratio share probability", 0, 100, 1.0),
    ("latitude lat", -60, 70, 1.0),
    ("longitude lon lng", -180, 180, 1.0),
    ("rating stars grade", 1, 5, 1.0),
    ("score points", 0, 100, 1.0),
    ("quantity qty attempts retries", 0, 12, 2.5),
    ("version revision no number position rank step level sequence ordinal", 1, 20, 2.0),
    ("capacity seats size width height", 10, 400, 2.0),
    ("bytes length", 200, 5_000_000, 3.0),
    ("price amount total cost fee balance budget limit spend bid value paid net gross tax salary", 1, 5_000, 3.0),
    ("cents micros millionths minor", 100, 5_000_000, 3.0),
    ("seconds duration milliseconds ms", 1, 7_200, 2.0),
    ("count clicks views impressions stock reserved", 0, 10_000, 3.0),
    ("month", 1, 12, 1.0),
    ("weekday", 0, 6, 1.0),
    ("hour", 0, 23, 1.0),
    ("minute", 0, 59, 1.0),
    ("port", 1_024, 60_000, 1.0),
    ("weight", 1, 1_000, 2.0),
)
_OTHER = (0, 1_000, 2.0)
_AHEAD = frozenset(
    "start starts begin begins end ends stop stops due next expires expire valid scheduled until to".split()
)
_BIRTH = frozenset("birth born birthday birthdate".split())
DAYS_AHEAD = 3_650
"""What is still to come is asked for as of the day of the proof, which is years after the design was made."""
BORN = (-20 * 365, 37 * 365)
"""Days from 1970 between which people are born."""


def window_of(plan: TablePlan, name: str, domain: Domain) -> Window:
    """Return where the values of an ordered column plausibly lie, inside what the domain allows."""
    ends = declared_ends(plan.source(name), domain)
    if ends is not None:
        return Window(*ends)
    wanted = _wanted(plan, name, domain)
    low = wanted.low if domain.low is None else max(wanted.low, domain.low)
    high = wanted.high if domain.high is None else min(wanted.high, domain.high)
    if low <= high:
        return Window(low, high, wanted.power)
    span = wanted.high - wanted.low
    if domain.low is not None and domain.low > wanted.high:
        top = domain.low + span
        return Window(domain.low, top if domain.high is None else min(top, domain.high), wanted.power)
    assert domain.high is not None
    bottom = domain.high - span
    return Window(bottom if domain.low is None else max(bottom, domain.low), domain.high, wanted.power)


def _wanted(plan: TablePlan, name: str, domain: Domain) -> Window:
    tokens = set(re.split(r"[^a-z0-9]+", name.lower()))
    match domain.kind.family:
        case Family.BOOLEAN:
            # What a new row gets by default is what most rows have.
            return Window(0, 1, 0.35 if plan.source(name).default.lower().startswith("true") else 2.5)
        case Family.DAY:
            return _days(plan, tokens)
        case Family.INSTANT:
            return _instants(plan, tokens)
        case Family.CLOCK:
            return Window(8 * HOUR_TICKS, 20 * HOUR_TICKS)
        case Family.SPAN:
            return Window(HOUR_TICKS // 12, 8 * HOUR_TICKS, 2.0)
    return _numbers(tokens, domain)


def _days(plan: TablePlan, tokens: set[str]) -> Window:
    if tokens & _BIRTH:
        return Window(*BORN)
    low, high = plan.window
    return Window(low // DAY_TICKS, high // DAY_TICKS)


def _instants(plan: TablePlan, tokens: set[str]) -> Window:
    low, high = plan.window
    if tokens & _AHEAD:
        return Window(low, max(high, low + DAYS_AHEAD * DAY_TICKS), 3.0)
    return Window(low, high)


def _numbers(tokens: set[str], domain: Domain) -> Window:
    unit = 10**domain.kind.decimals
    for listed, low, high, power in _NUMBERS:
        if tokens & set(listed.split()):
            return Window(low * unit, high * unit, power)
    low, high, power = _OTHER
    return Window(low * unit, high * unit, power)
