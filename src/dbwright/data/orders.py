"""Columns that are compared with each other, filled so that every comparison holds.

The comparisons are differences `x - y <= c`, a simple temporal problem. In its minimal network, all shortest paths,
values can be given column after column without ever having to go back (Dechter, Meiri & Pearl, "Temporal constraint
networks", Artificial Intelligence 49, 1991, theorem 3.3).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from dbwright.data.choosing import Flags, Integers
from dbwright.data.kinds import DAY_TICKS, NUMBERS, Family, Kind

WIDEST = 2**61
"""Ticks beyond which no value is made, so that differences fit 64 bits."""


@dataclass(frozen=True)
class Order:
    """`left operator right + offset`, the offset in the unit of a whole value (1, a day, a microsecond)."""

    left: str
    operator: str
    right: str
    offset: Fraction = Fraction(0)


@dataclass(frozen=True)
class Total:
    """`left + right operator limit`, of two numbers; the limit in whole values."""

    left: str
    operator: str
    right: str
    limit: Fraction

    def rest(self, name: str, other: Integers, kinds: Mapping[str, Kind]) -> tuple[Integers | None, Integers | None]:
        """Return the lowest and highest own tick of one of the two for each value of the other, None for no bound."""
        mine = kinds[name]
        theirs = kinds[self.right if name == self.left else self.left]
        finest = max(mine.decimals, theirs.decimals)
        step, exact = 10 ** (finest - mine.decimals), self.limit * 10**finest
        taken = other * 10 ** (finest - theirs.decimals)
        strict = int(self.operator in ("<", ">") and exact.denominator == 1)
        low = -((taken - math.ceil(exact) - strict) // step) if self.operator in (">", ">=", "=") else None
        high = (math.floor(exact) - strict - taken) // step if self.operator in ("<", "<=", "=") else None
        return low, high


def comparable(left: Kind, right: Kind) -> bool:
    """Return whether two kinds can stand in one comparison here."""
    times = {Family.DAY, Family.INSTANT}
    if left.family in NUMBERS and right.family in NUMBERS:
        return True
    return left.family == right.family or {left.family, right.family} <= times


def unit_ticks(kinds: Sequence[Kind]) -> list[int]:
    """Return for each kind how many common ticks one of its own ticks is."""
    families = {k.family for k in kinds}
    if families <= NUMBERS:
        finest = max(k.decimals for k in kinds)
        return [int(10 ** (finest - k.decimals)) for k in kinds]
    if families == {Family.DAY, Family.INSTANT}:
        return [DAY_TICKS if k.family is Family.DAY else 1 for k in kinds]
    return [1 for _ in kinds]


def common_unit(kinds: Sequence[Kind]) -> int:
    """Return how many common ticks a whole value is, in which offsets are counted."""
    families = {k.family for k in kinds}
    if families <= NUMBERS:
        return int(10 ** max(k.decimals for k in kinds))
    return 1


class Network:
    """The minimal network of some columns: for each pair the most by which one may exceed the other."""

    def __init__(self, names: Sequence[str], kinds: Mapping[str, Kind]) -> None:
        self.names = list(names)
        self.place = {name: i + 1 for i, name in enumerate(self.names)}
        chosen = [kinds[n] for n in self.names]
        self.ticks = dict(zip(self.names, unit_ticks(chosen), strict=True))
        self.unit = common_unit(chosen)
        size = len(self.names) + 1
        # most[i][j] bounds value j minus value i; place 0 is the number zero.
        self.most: list[list[float | int]] = [[0 if i == j else math.inf for j in range(size)] for i in range(size)]

    def bound(self, name: str, low: int | None, high: int | None) -> None:
        """Keep a column between two of its own ticks."""
        place, ticks = self.place[name], self.ticks[name]
        self._limit(0, place, (WIDEST if high is None else high * ticks))
        self._limit(place, 0, -(-WIDEST if low is None else low * ticks))

    def order(self, order: Order) -> None:
        """Take a comparison in; `=` is two of them, `<>` none."""
        left, right = self.place[order.left], self.place[order.right]
        offset = order.offset * self.unit
        strict = 1 if order.operator in ("<", ">") else 0
        if order.operator in ("<", "<=", "="):
            # On whole ticks `x < y + 1.5` is `x <= y + 1`: only a whole offset must be stepped back from.
            self._limit(right, left, math.floor(offset) - (strict if offset.denominator == 1 else 0))
        if order.operator in (">", ">=", "="):
            self._limit(left, right, -(math.ceil(offset) + (strict if offset.denominator == 1 else 0)))

    def _limit(self, start: int, end: int, most: int | float) -> None:
        self.most[start][end] = min(self.most[start][end], most)

    def close(self) -> bool:
        """Compute all shortest paths; return whether any values fulfil everything."""
        places = range(len(self.most))
        for via, start, end in product(places, places, places):
            self._limit(start, end, self.most[start][via] + self.most[via][end])
        return all(self.most[i][i] >= 0 for i in places)

    def span(self, name: str) -> tuple[int, int]:
        """Return the lowest and highest own tick of a column, whatever the others are."""
        place, ticks = self.place[name], self.ticks[name]
        return -(int(self.most[place][0]) // ticks), int(self.most[0][place]) // ticks

    def limits(self, name: str, given: Mapping[str, tuple[Integers, Flags]], count: int) -> tuple[Integers, Integers]:
        """Return for each row the lowest and highest own tick of a column, after the `given` (ticks, nulls)."""
        place, ticks = self.place[name], self.ticks[name]
        low = np.full(count, -int(self.most[place][0]), np.int64)
        high = np.full(count, int(self.most[0][place]), np.int64)
        for other, (values, nulls) in given.items():
            there = self.place[other]
            known = values * self.ticks[other]
            if self.most[place][there] < math.inf:
                low = np.where(nulls, low, np.maximum(low, known - int(self.most[place][there])))
            if self.most[there][place] < math.inf:
                high = np.where(nulls, high, np.minimum(high, known + int(self.most[there][place])))
        return -((-low) // ticks), high // ticks


def components(names: Sequence[str], orders: Sequence[Order]) -> list[list[str]]:
    """Return the columns in groups that comparisons connect, in the given order."""
    group = {name: name for name in names}

    def root(name: str) -> str:
        while group[name] != name:
            name = group[name]
        return name

    for order in orders:
        if order.left in group and order.right in group:
            group[root(order.right)] = root(order.left)
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(root(name), []).append(name)
    return list(found.values())
