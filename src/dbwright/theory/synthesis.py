"""A decomposition into third normal form that loses neither rows nor dependencies, and what BCNF would cost.

Source: Bernstein, Synthesizing Third Normal Form Relations from Functional Dependencies, ACM TODS 1(4), 1976; Biskup,
Dayal and Bernstein, Synthesizing Independent Database Schemas, SIGMOD 1979 (the part that holds a key). Left sides that
determine each other share a relation; what follows through another relation is then dropped a second time. Without that
step, which is often left out, one random case of four hundred is not in third normal form.
"""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.records import record
from dbwright.theory.attributes import Fd, sum_of
from dbwright.theory.closure import Closures
from dbwright.theory.cover import grouped_by_determinant, minimal_cover, shrink, without_redundant
from dbwright.theory.decomposition import WIDEST_PROJECTION, lost_dependencies, projection


@record(frozen=True)
class Part:
    """One relation of a decomposition: its attributes, and the set that identifies its rows."""

    attributes: int
    key: int


@record(frozen=True)
class Trade:
    """What splitting further, into BCNF, would give: the parts, and the dependencies that no part could keep."""

    parts: tuple[Part, ...]
    lost: tuple[Fd, ...]


def synthesise(attributes: int, dependencies: Sequence[Fd]) -> list[Part]:
    """Return relations in third normal form that join back to the whole and keep every dependency."""
    cover = minimal_cover(dependencies)
    closures = Closures(cover)
    classes: dict[int, list[int]] = {}
    for determinant, _ in grouped_by_determinant(cover):
        classes.setdefault(closures.of(determinant), []).append(determinant)
    parts = _without_contained(_parts(list(classes.values()), cover))
    if not any(not attributes & ~closures.of(part.attributes) for part in parts):
        key = shrink(closures, attributes, attributes)
        parts.append(Part(key, key))
    return _without_contained(parts)


def _parts(classes: list[list[int]], cover: list[Fd]) -> list[Part]:
    """Make one relation of the left sides that determine each other, without what then follows through others."""
    circles = [pair for lefts in classes for pair in zip(lefts, [*lefts[1:], lefts[0]], strict=True)]
    within = {left: sum_of(lefts) for lefts in classes for left in lefts}
    kept = [(left, right) for left, right in cover if right & ~within[left]]
    kept = without_redundant(kept, circles)
    dependents = dict(grouped_by_determinant(kept))
    return [Part(sum_of(lefts) | sum_of(dependents.get(left, 0) for left in lefts), lefts[0]) for lefts in classes]


def _without_contained(parts: Sequence[Part]) -> list[Part]:
    kept: list[Part] = []
    for part in sorted(parts, key=lambda p: -p.attributes.bit_count()):
        if not any(not part.attributes & ~other.attributes for other in kept):
            kept.append(part)
    return [p for p in parts if p in kept]


def boyce_codd(part: Part, dependencies: Sequence[Fd]) -> Trade | None:
    """Return what a split of a part into BCNF gives and loses; None where it is in BCNF already or too wide to tell."""
    closures = Closures(dependencies)
    if part.attributes.bit_count() > WIDEST_PROJECTION:
        return None
    within = projection(part.attributes, closures)
    parts = _split(part, within)
    if len(parts) == 1:
        return None
    return Trade(tuple(parts), tuple(lost_dependencies([p.attributes for p in parts], minimal_cover(within))))


def _split(part: Part, dependencies: Sequence[Fd]) -> list[Part]:
    closures = Closures(dependencies)
    for determinant, _ in dependencies:
        determined = closures.of(determinant) & part.attributes
        if determined in (determinant, part.attributes):
            continue
        rest = part.attributes & ~determined | determinant
        halves = (Part(determined, determinant), Part(rest, shrink(closures, rest, rest)))
        return [smaller for half in halves for smaller in _split(half, projection(half.attributes, closures))]
    return [part]
