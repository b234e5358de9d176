"""How rows choose: seeded streams, skew, shares with caps, and permutations that never give the same thing twice.

Nothing here retries. A stream is a Philox counter generator whose key is made of the seed and of names, so the values
of a column depend on nothing but its own name (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011).
"""

from __future__ import annotations

import zlib
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Array = NDArray[Any]

PRIME = 2_147_483_647
"""Step of `spread`: a prime shares no factor with a smaller count, so its multiples visit every place once."""


class Stream:
    """Random numbers of one purpose: the same names give the same numbers, whatever else is generated.

    Each call has numbers of its own, one for each row from the row `start` on: rows 10 to 20 get the same ones whether
    they are made alone or with all others, as long as the calls come in the same order.
    """

    def __init__(self, *names: object, start: int = 0) -> None:
        self._names = names
        self._start = start
        self._calls = 0

    @property
    def start(self) -> int:
        """The row from which on numbers are given."""
        return self._start

    def at(self, start: int) -> Stream:
        """Return the stream for rows from `start` on."""
        return Stream(*self._names, start=start)

    def floats(self, count: int) -> Floats:
        """Return `count` numbers from 0 up to, not including, 1."""
        digest = blake2b("\0".join(map(str, (*self._names, self._calls))).encode(), digest_size=16).digest()
        self._calls += 1
        # A step of the counter gives four numbers.
        step, skipped = divmod(self._start, 4)
        bits = np.random.Philox(key=int.from_bytes(digest, "little"), counter=step)
        found: Floats = np.random.Generator(bits).random(count + skipped)
        return found[skipped:]

    def below(self, limits: Integers | int, count: int) -> Integers:
        """Return `count` whole numbers, each from 0 up to, not including, its limit; 0 where the limit is 0."""
        return floor_times(self.floats(count), limits)

    def skewed(self, limits: Integers | int, count: int, power: float = 2.0) -> Integers:
        """Like `below`, with small numbers more often: the power 1 is even, 2 gives the first quarter one half."""
        return floor_times(self.floats(count) ** power, limits)

    def order(self, count: int) -> Integers:
        """Return the numbers 0 to `count` - 1 in random order."""
        return np.argsort(self.floats(count), kind="stable")


def ranked(fractions: Floats, limits: Integers | int, exponent: float) -> Integers:
    """Return for each fraction a rank below its limit, after Zipf's law: rank k has a share like 1 / (k + 1)^exponent.

    Exact by the cumulative distribution where ranks are few; beyond, by the power law whose integral is known.
    """
    if isinstance(limits, int):
        return _ranked_alike(fractions, limits, exponent)
    found = np.zeros(len(fractions), np.int64)
    different = np.flatnonzero(np.bincount(limits)) if limits.max(initial=0) <= MOST_RANKED else np.unique(limits)
    if len(different) == 1:
        return _ranked_alike(fractions, int(different[0]), exponent)
    if len(different) > MOST_DIFFERENT:
        return _ranked_smoothly(fractions, limits, exponent)
    for limit in different.tolist():
        rows = np.flatnonzero(limits == limit)
        found[rows] = _ranked_alike(fractions[rows], limit, exponent)
    return found


MOST_RANKED, MOST_DIFFERENT = 1_000_000, 200
"""Ranks, and different numbers of them, for which Zipf's law is summed up."""


def _ranked_alike(fractions: Floats, limit: int, exponent: float) -> Integers:
    if limit > MOST_RANKED:
        return _ranked_smoothly(fractions, np.full(len(fractions), limit), exponent)
    bounds = _bounds(limit, exponent)
    return np.minimum(np.searchsorted(bounds, fractions, "right"), max(0, limit - 1))


@lru_cache(maxsize=64)
def _bounds(limit: int, exponent: float) -> Floats:
    return np.cumsum(zipf(limit, exponent))


def _ranked_smoothly(fractions: Floats, limits: Integers, exponent: float) -> Integers:
    end = np.maximum(limits, 1) + 1.0
    if abs(exponent - 1) < 1e-9:
        place = end**fractions
    else:
        place = (1 + fractions * (end ** (1 - exponent) - 1)) ** (1 / (1 - exponent))
    return np.clip(np.floor(place).astype(np.int64) - 1, 0, np.maximum(limits - 1, 0))


def floor_times(fractions: Floats, limits: Integers | int) -> Integers:
    """Return fractions of limits as whole numbers below them."""
    if isinstance(limits, int) and limits < 2**52:
        # A fraction below 1 of so small a limit cannot be rounded up to it.
        return np.asarray(fractions * limits).astype(np.int64) if limits > 0 else np.zeros(len(fractions), np.int64)
    places = np.floor(fractions * np.asarray(limits, dtype=np.float64)).astype(np.int64)
    return np.clip(places, 0, np.maximum(np.asarray(limits) - 1, 0))


def spread(numbers: Integers, counts: Integers, starts: Integers) -> Integers:
    """Return for the k-th choice of a group its place among `counts`: all places once, in an order that looks random.

    An affine permutation: k-th place = (start + k * PRIME) mod count. Counts beyond PRIME are cut to it.
    """
    counts = np.clip(counts, 1, PRIME - 1)
    return (starts % counts + numbers * (PRIME % counts)) % counts


def number_within(groups: Integers) -> Integers:
    """Return for each row how many earlier rows have the same group number."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(groups) else np.zeros(0, np.int64)
    lengths = np.diff(np.r_[first, len(groups)])
    numbers = np.empty(len(groups), np.int64)
    numbers[order] = np.arange(len(groups)) - np.repeat(first, lengths)
    return numbers


def shares(total: int, weights: Floats, caps: Integers) -> Integers:
    """Split `total` in proportion to `weights`, no share above its cap; less than `total` only where caps demand it.

    Water filling: what a full share cannot take goes to the others, again in proportion. Every share with room gets at
    least one while there is enough.
    """
    given = np.minimum(caps, 1) if total >= len(caps) else np.zeros(len(caps), np.int64)
    while (rest := total - int(given.sum())) > 0:
        room = (caps - given).astype(np.int64)
        open_places = room > 0
        if not open_places.any():
            break
        pull = np.where(open_places, np.maximum(weights, 1e-12), 0.0)
        more = np.minimum(np.floor(rest * pull / pull.sum()).astype(np.int64), room)
        if not more.any():
            # What is left is less than one each: the heaviest take it.
            heaviest = np.argsort(-pull, kind="stable")[: min(rest, int(open_places.sum()))]
            more[heaviest] = 1
        given = given + more
    return given


def zipf(count: int, exponent: float = 1.1) -> Floats:
    """Return weights of `count` places after Zipf's law, which add up to 1."""
    if count == 0:
        return np.zeros(0)
    weights = 1.0 / np.arange(1, count + 1) ** exponent
    return np.asarray(weights / weights.sum())


def mix(numbers: Array) -> Array:
    """Return 64 well-mixed bits for each number (finalizer of splitmix64, a bijection; Steele et al., 2014)."""
    bits = numbers.astype(np.uint64)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def fingerprint(values: Array) -> Array:
    """Return 64 bits for each value, the same in every run."""
    if values.dtype.kind == "S":
        words = np.ascontiguousarray(values).view(np.uint64).reshape(len(values), values.itemsize // 8)
        return mix(words[:, 0] ^ mix(words[:, -1]))
    if values.dtype.kind == "O":
        return mix(np.fromiter((zlib.crc32(str(v).encode()) for v in values), np.uint64, len(values)))
    return mix(np.ascontiguousarray(values).view(np.uint64) if values.itemsize == 8 else values)
