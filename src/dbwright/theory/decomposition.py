"""Whether a decomposition loses anything: rows (the chase), dependencies, or the normal form it was made for.

Sources: Aho, Beeri and Ullman, The Theory of Joins in Relational Databases, ACM TODS 4(3), 1979 (the chase); Beeri and
Honeyman, Preserving Functional Dependencies, SIAM J. Computing 10(3), 1981.
"""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.theory.attributes import Fd, bits, subsets
from dbwright.theory.closure import Closures

WIDEST_PROJECTION = 12
"""Attributes of a part whose dependencies are still found by looking at every subset: 4,096 closures."""


def is_lossless(parts: Sequence[int], attributes: int, dependencies: Sequence[Fd]) -> bool:
    """Return whether joining the parts always gives back exactly the rows of the whole."""
    columns = list(bits(attributes))
    # A row for each part: 0 where the part has the attribute, else a symbol of its own.
    rows = [[0 if part & column else number + 1 for column in columns] for number, part in enumerate(parts)]
    places = {column: place for place, column in enumerate(columns)}
    determinants = [
        ([places[b] for b in bits(left & attributes)], [places[b] for b in bits(right & attributes)])
        for left, right in dependencies
    ]
    changed = True
    while changed:
        changed = False
        for left, right in determinants:
            changed |= _equate(rows, left, right)
    return any(not any(row) for row in rows)


def _equate(rows: list[list[int]], left: list[int], right: list[int]) -> bool:
    """Make rows that agree on the left agree on the right; return whether anything changed."""
    alike: dict[tuple[int, ...], list[list[int]]] = {}
    for row in rows:
        alike.setdefault(tuple(row[place] for place in left), []).append(row)
    changed = False
    for group in alike.values():
        for place in right:
            symbols = {row[place] for row in group}
            if len(symbols) > 1:
                _rename(rows, place, symbols)
                changed = True
    return changed


def _rename(rows: list[list[int]], place: int, symbols: set[int]) -> None:
    kept = min(symbols)
    for row in rows:
        if row[place] in symbols:
            row[place] = kept


def lost_dependencies(parts: Sequence[int], dependencies: Sequence[Fd]) -> list[Fd]:
    """Return the dependencies that no longer follow from what can be kept inside single parts."""
    closures = Closures(dependencies)
    return [d for d in dependencies if d[1] & ~_reached(parts, closures, d[0])]


def _reached(parts: Sequence[int], closures: Closures, start: int) -> int:
    reached, before = start, -1
    while reached != before:
        before = reached
        for part in parts:
            reached |= closures.of(reached & part) & part
    return reached


def projection(part: int, closures: Closures) -> list[Fd]:
    """Return what the dependencies say within a part, each with a smallest left side.

    Raise ValueError for a part wider than WIDEST_PROJECTION.
    """
    if part.bit_count() > WIDEST_PROJECTION:
        raise ValueError(f"a part of {part.bit_count()} attributes is too wide to look at every subset")
    found: list[Fd] = []
    for subset in sorted(subsets(part), key=int.bit_count):
        right = closures.of(subset) & part & ~subset
        for smaller, known in found:
            if not smaller & ~subset:
                right &= ~known
        if right:
            found.append((subset, right))
    return found
