"""Names of attributes to bits and back: a set of attributes is one integer, so a union is one operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

Fd = tuple[int, int]
"""A functional dependency: determinant and dependent, both as sets of bits."""
Mvd = tuple[int, int]
"""A multivalued dependency: for one determinant the dependent is independent of all other attributes."""


class Attributes:
    """The attributes of one relation, in order; the first one is bit 0."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._bit = {name: 1 << position for position, name in enumerate(self.names)}

    @property
    def all(self) -> int:
        """The set of all attributes."""
        return (1 << len(self.names)) - 1

    def __contains__(self, name: str) -> bool:
        return name in self._bit

    def set_of(self, names: Iterable[str]) -> int:
        """Return names as a set of bits; raise KeyError for one that is no attribute."""
        found = 0
        for name in names:
            found |= self._bit[name]
        return found

    def names_in(self, attributes: int) -> tuple[str, ...]:
        """Return the names in a set of bits, in the order of the relation."""
        return tuple(name for name, bit in self._bit.items() if attributes & bit)


def bits(attributes: int) -> Iterator[int]:
    """Yield the single attributes of a set, each as a set of one bit, lowest first."""
    while attributes:
        lowest = attributes & -attributes
        yield lowest
        attributes ^= lowest


def sum_of(sets: Iterable[int]) -> int:
    """Return the union of sets."""
    return reduce(or_, sets, 0)


def subsets(attributes: int) -> Iterator[int]:
    """Yield every subset of a set but the empty one; there are 2^n - 1 of them."""
    subset = attributes
    while subset:
        yield subset
        subset = (subset - 1) & attributes
