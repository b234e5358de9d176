"""Where plausible numbers and times lie, by the name of the column; what checks allow always wins."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dbwright.data.domains import Domain
from dbwright.data.kinds import DAY_TICKS, Family
from dbwright.data.plans import TablePlan
from dbwright.data.wishes import declared_ends
from dbwright.sizing.presumed import AHEAD, DAYS_AHEAD, fit, presumed_numbers, presumed_truth, words_of

HOUR_TICKS = DAY_TICKS // 24


@dataclass(frozen=True)
class Window:
    """From the lowest to the highest plausible tick; a `power` over 1 makes low ones more frequent than high ones."""

    low: int
    high: int
    power: float = 1.0


_BIRTH = frozenset("birth born birthday birthdate".split())
BORN = (-20 * 365, 37 * 365)
"""Days from 1970 between which people are born."""


def window_of(plan: TablePlan, name: str, domain: Domain) -> Window:
    """Return where the values of an ordered column plausibly lie, inside what the domain allows."""
    ends = declared_ends(plan.source(name), domain)
    if ends is not None:
        return Window(*ends)
    wanted = _wanted(plan, name, domain)
    low, high = fit(wanted.low, wanted.high, domain.low, domain.high)
    return Window(int(low), int(high), wanted.power)


def _wanted(plan: TablePlan, name: str, domain: Domain) -> Window:
    tokens = words_of(name)
    match domain.kind.family:
        case Family.BOOLEAN:
            return Window(0, 1, math.log(0.5) / math.log(1 - presumed_truth(plan.source(name).default)))
        case Family.DAY:
            return _days(plan, tokens)
        case Family.INSTANT:
            return _instants(plan, tokens)
        case Family.CLOCK:
            return Window(8 * HOUR_TICKS, 20 * HOUR_TICKS)
        case Family.SPAN:
            return Window(HOUR_TICKS // 12, 8 * HOUR_TICKS, 2.0)
    return _numbers(name, domain)


def _days(plan: TablePlan, tokens: frozenset[str]) -> Window:
    if tokens & _BIRTH:
        return Window(*BORN)
    low, high = plan.window
    return Window(low // DAY_TICKS, high // DAY_TICKS)


def _instants(plan: TablePlan, tokens: frozenset[str]) -> Window:
    low, high = plan.window
    if tokens & AHEAD:
        # It is asked for as of the day of the proof, which may be years after the design was made.
        return Window(low, max(high, low + DAYS_AHEAD * DAY_TICKS))
    return Window(low, high)


def _numbers(name: str, domain: Domain) -> Window:
    unit = 10**domain.kind.decimals
    low, high = presumed_numbers(name)
    return Window(low * unit, high * unit)
