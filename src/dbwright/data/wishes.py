"""What a design declares of a column's values (`values:`), as draws: shares of hot values, how many others, in order.

A draw is a code for each row: -1, -2 and so on for the hot values, and from 0 on the others. It depends on the number
of the row and on nothing before it, so that portions agree.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from dbwright.data.choosing import Floats, Integers, Stream, floor_times, mix
from dbwright.data.constants import UnreadableError, exact_ticks
from dbwright.data.domains import Domain
from dbwright.data.kinds import NUMBERS
from dbwright.model.entity import Values
from dbwright.model.table import Table, TableColumn
from dbwright.records import replace
from dbwright.sizing.sites import declared, is_rising

OFTEN = 20
"""Rows for each different value from which chance alone meets all of them."""


@dataclass(frozen=True)
class Wish:
    """Declared values of one column of a table with so many rows, of which a share is null."""

    values: Values
    rows: int
    nulls: float
    salt: str

    @property
    def says(self) -> bool:
        """Whether something is declared that decides which value a row gets."""
        known = self.values
        return bool(known.distinct is not None or known.hot or known.order or known.width is not None or known.words)

    @property
    def hot(self) -> tuple[str, ...]:
        """The hot values as they are written."""
        return tuple(str(value) for value in self.values.hot)

    @property
    def rising(self) -> bool:
        """Whether values grow as the rows come."""
        return self.values.order == "rising"

    def others(self, room: int) -> int:
        """Return how many different values there are besides the hot ones, where there is room for so many."""
        if self.values.distinct is None:
            return max(1, room)
        wanted = round(self.values.distinct.among(self.rows * (1 - self.nulls))) - len(self.values.hot)
        return max(1, min(wanted, room))

    def draw(self, chance: Floats, rows: Integers, others: int) -> Integers:
        """Return a code for each of the rows, given by their numbers; `chance` is a number from 0 to 1 for each."""
        if not len(self._bounds):
            return self._place(chance, rows, others)
        which = np.searchsorted(self._bounds, chance, "right")
        hottest = float(self._bounds[-1])
        rest = np.clip((chance - hottest) / max(1e-12, 1 - hottest), 0.0, np.nextafter(1.0, 0.0))
        return np.where(which < len(self._bounds), -1 - which, self._place(rest, rows, others))

    @cached_property
    def _bounds(self) -> Floats:
        """The chances up to which each hot value is taken, among the rows that are not null."""
        present = max(1e-9, 1 - self.nulls)
        shares = np.asarray([share.value / present for share in self.values.hot.values()], np.float64)
        return np.asarray(np.minimum(np.cumsum(shares), 1.0))

    def _place(self, chance: Floats, rows: Integers, others: int) -> Integers:
        if self.rising:
            return np.minimum(floor_times((rows + chance) / max(1, self.rows), others), others - 1)
        if others * OFTEN < self.rows or others < OFTEN:
            return floor_times(chance, others)
        return self._once_each(rows, others)

    def _once_each(self, rows: Integers, others: int) -> Integers:
        """So many rows in a row have all different values: a multiple of a step without common factor, then shifted."""
        turns = Stream("turns", self.salt).floats(2)
        step = max(1, int(others * (0.3 + 0.4 * float(turns[0]))))
        while math.gcd(step, others) != 1:
            step += 1
        rounds, place = np.divmod(rows, others)
        shift = mix(rounds + int(turns[1] * 2**40)) % np.uint64(others)
        return np.asarray((place * step + shift.astype(np.int64)) % others)


def wish_of(table: Table, column: TableColumn, rows: int, nulls: float) -> Wish:
    """Return what is declared of a column's values; those that its default lets rise with time do."""
    values = declared(column)
    if not values.order and is_rising(table, column):
        values = replace(values, order="rising")
    return Wish(values, rows, nulls, f"{table.name}.{column.name}")


def declared_ends(column: TableColumn, domain: Domain) -> tuple[int, int] | None:
    """Return the ticks between which a column is declared to lie, inside what the domain allows; None where nothing is.

    A number of which only the different values are declared counts up from its least value, or from 0.
    """
    known, kind = declared(column), domain.kind
    try:
        if " to " in known.range:
            low, high = (exact_ticks(kind, end.strip()) for end in str(known.range).split(" to ", 1))
        elif _counts_up(known, domain):
            # How far a share of the rows goes is known with the rows.
            least = domain.low if domain.low is not None and domain.low != kind.low else 0
            low, high = Fraction(least), Fraction(least + _room(known, domain, MOST_COUNTED))
        else:
            return None
    except UnreadableError:
        return None
    first = math.ceil(low) if domain.low is None else max(math.ceil(low), domain.low)
    last = math.floor(high) if domain.high is None else min(math.floor(high), domain.high)
    return (first, last) if first <= last else None


MOST_COUNTED = 10**12
"""Rows that no table has whose values are counted up."""


def _counts_up(known: Values, domain: Domain) -> bool:
    """Whether a number is counted up from its least value: nothing says between which values it lies."""
    kind = domain.kind
    closed = None not in (domain.low, domain.high) and domain.low != kind.low and domain.high != kind.high
    return known.distinct is not None and not known.range and kind.family in NUMBERS and not closed


def _room(known: Values, domain: Domain, rows: float) -> int:
    """How many ticks lie between the first and the last of whole numbers that count so many different values."""
    assert known.distinct is not None
    return (round(known.distinct.among(rows)) - 1) * int(10**domain.kind.decimals)


def drawn_ticks(wish: Wish, domain: Domain, low: int, high: int, chance: Floats, rows: Integers) -> Integers:
    """Return ticks between two for numbered rows: the hot ones as often as declared, the others evenly spread."""
    if _counts_up(wish.values, domain):
        high = min(high, low + max(0, _room(wish.values, domain, wish.rows * (1 - wish.nulls))))
    hot = _ticks(wish.hot, domain)
    listed = sorted(v for v in domain.listed() if isinstance(v, int)) if domain.allowed is not None else None
    inside = sorted({t for t in hot if t is not None and (listed is None or t in listed) and low <= t <= high})
    slots = max(1, (high - low + 1 if listed is None else len(listed)) - len(inside))
    others = wish.others(slots)
    codes = wish.draw(chance, rows, others)
    places = np.maximum(codes, 0)
    if others < slots:
        places = np.floor(places * ((slots - 1) / max(1, others - 1))).astype(np.int64)
    if listed is None:
        ticks = low + places
        for value in inside:
            ticks = ticks + (ticks >= value)
    else:
        ticks = np.asarray([v for v in listed if v not in inside] or listed, np.int64)[places]
    known = np.asarray([t if t is not None else low for t in hot] or [low], np.int64)
    return np.where(codes < 0, known[np.clip(-1 - codes, 0, len(known) - 1)], ticks)


def _ticks(texts: tuple[str, ...], domain: Domain) -> list[int | None]:
    """Hot values in ticks, None for what the column cannot hold."""
    found: list[int | None] = []
    for text in texts:
        try:
            ticks = exact_ticks(domain.kind, text)
        except UnreadableError:
            found.append(None)
            continue
        value = int(ticks) if ticks.denominator == 1 else None
        found.append(value if value is not None and domain.contains(value) else None)
    return found
