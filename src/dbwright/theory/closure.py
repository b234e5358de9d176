"""What a set of attributes determines.

Source: Beeri and Bernstein, Computational Problems Related to the Design of Normal Form Relational Schemas, ACM TODS
4(1), 1979: each dependency counts the attributes that its determinant still lacks, so the work is linear in their size.
"""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.theory.attributes import Fd


class Closures:
    """Closures under one set of dependencies, prepared once and asked many times."""

    def __init__(self, dependencies: Sequence[Fd]) -> None:
        self._dependents = [dependent for _, dependent in dependencies]
        self._lacking = [determinant.bit_count() for determinant, _ in dependencies]
        self._always = [number for number, (determinant, _) in enumerate(dependencies) if not determinant]
        self._waiting: dict[int, list[int]] = {}
        for number, (determinant, _) in enumerate(dependencies):
            while determinant:
                lowest = determinant & -determinant
                self._waiting.setdefault(lowest, []).append(number)
                determinant ^= lowest

    def of(self, attributes: int, without: int = -1) -> int:
        """Return all that a set determines; `without` is the number of a dependency that does not count."""
        closed = attributes
        for number in self._always:
            closed |= self._dependents[number] if number != without else 0
        lacking = self._lacking.copy()
        if without >= 0:
            lacking[without] = -1
        ahead = closed
        while ahead:
            lowest = ahead & -ahead
            ahead ^= lowest
            for number in self._waiting.get(lowest, ()):
                lacking[number] -= 1
                if not lacking[number]:
                    fresh = self._dependents[number] & ~closed
                    closed |= fresh
                    ahead |= fresh
        return closed

    def imply(self, dependency: Fd) -> bool:
        """Return whether a dependency follows from these."""
        determinant, dependent = dependency
        return not dependent & ~self.of(determinant)


def closure(attributes: int, dependencies: Sequence[Fd]) -> int:
    """Return all that a set of attributes determines under some dependencies."""
    return Closures(dependencies).of(attributes)


def equivalent(one: Sequence[Fd], other: Sequence[Fd]) -> bool:
    """Return whether two sets of dependencies imply each other."""
    first, second = Closures(one), Closures(other)
    return all(first.imply(d) for d in other) and all(second.imply(d) for d in one)
