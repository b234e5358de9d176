"""Columns of a table as arrays of numbers that are equal where the values are, and how they group the rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
"""One number a row; equal numbers stand for equal values, and the absence of a value is one value."""

SAMPLED = 100_000
"""Rows that are enough to see most of what is not so."""
_DIRECT = 1 << 22
"""Largest number of combinations that are looked up in a table instead of being sorted."""
_MIXER = -7046029254386353131
"""The golden ratio in 64 bits, which spreads numbers over the whole range (Knuth, TAOCP 3, section 6.4)."""


class Columns:
    """The columns of one table, and everything that was worked out about sets of them."""

    def __init__(self, values: Sequence[Codes]) -> None:
        self.values = list(values)
        self.rows = len(values[0]) if values else 0
        self._groups: dict[tuple[int, ...], tuple[Codes, int]] = {}
        self._counts: dict[tuple[int, ...], int] = {}

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def shuffled(self) -> Codes:
        """All row numbers in a random order that is the same in each run."""
        return np.random.default_rng(1).permutation(self.rows)

    @cached_property
    def sample(self) -> Columns:
        """Some of the rows, drawn at random, or all where there are few."""
        rows = self.shuffled[:SAMPLED]
        return Columns([values[rows] for values in self.values])

    def distinct(self, attributes: tuple[int, ...]) -> int:
        """Return how many different combinations of values a set of columns has."""
        if attributes not in self._counts:
            ordered = np.sort(self._mixed(attributes))
            self._counts[attributes] = int(np.count_nonzero(ordered[1:] != ordered[:-1])) + (self.rows > 0)
        return self._counts[attributes]

    def _mixed(self, attributes: tuple[int, ...]) -> Codes:
        """One number for each combination; two combinations share one with a chance of 2^-64."""
        mixed = self.values[attributes[0]]
        with np.errstate(over="ignore"):
            for attribute in attributes[1:]:
                mixed = (mixed ^ (mixed >> 29)) * _MIXER + self.values[attribute]
        return mixed

    def groups(self, attributes: tuple[int, ...]) -> tuple[Codes, int]:
        """Return the number of each row's group (from 0), and a number that none of them reaches."""
        if attributes not in self._groups:
            self._groups[attributes] = self._grouped(attributes)
        return self._groups[attributes]

    def _grouped(self, attributes: tuple[int, ...]) -> tuple[Codes, int]:
        if len(attributes) == 1:
            return _dense(self.values[attributes[0]])
        (left, lefts), (right, rights) = self.groups(attributes[:-1]), self.groups(attributes[-1:])
        combined = left * rights + right
        return (combined, lefts * rights) if lefts * rights <= _DIRECT else _dense(combined)

    def holds(self, determinant: tuple[int, ...], dependent: int) -> bool:
        """Return whether equal values on the left always go with equal values on the right."""
        groups, count = self.groups(determinant)
        values = self.values[dependent]
        one = np.zeros(count, dtype=np.int64)
        one[groups] = values
        return bool(np.array_equal(one[groups], values))

    def error(self, determinant: tuple[int, ...], dependent: int) -> int:
        """Return the fewest rows whose removal makes the dependency hold (g3 of Kivinen and Mannila, 1995)."""
        groups, _ = self.groups(determinant)
        values, count = self.groups((dependent,))
        pairs, sizes = np.unique(groups * count + values, return_counts=True)
        starts = np.flatnonzero(np.diff(pairs // count, prepend=-1))
        return self.rows - int(np.maximum.reduceat(sizes, starts).sum())


def _dense(values: Codes) -> tuple[Codes, int]:
    found, inverse = np.unique(values, return_inverse=True)
    return inverse.astype(np.int64, copy=False), len(found)
