"""Which normal form a relation has reached, with the dependency that stops it as witness.

Source: Codd 1971 (2NF, 3NF), Boyce and Codd 1974 (BCNF), Fagin 1977 (4NF). For a whole relation it is enough to look at
the dependencies that are given: where a derived one violates BCNF or 4NF, so does a given one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum

from dbwright.records import record
from dbwright.theory.attributes import Fd, Mvd, bits, sum_of
from dbwright.theory.closure import Closures
from dbwright.theory.cover import grouped_by_determinant, minimal_cover, shrink
from dbwright.theory.keys import candidate_keys
from dbwright.theory.multivalued import mixed_closure


class NormalForm(IntEnum):
    """The normal forms in order; a relation in one is in all before it."""

    FIRST = 1
    SECOND = 2
    THIRD = 3
    BOYCE_CODD = 4
    FOURTH = 5


@record(frozen=True)
class Violation:
    """A dependency that keeps a relation out of the normal form `of`; `multivalued` says which kind it is."""

    of: NormalForm
    determinant: int
    dependent: int
    multivalued: bool = False


@record(frozen=True)
class Judgement:
    """The form a relation is in, its candidate keys, and what violates the higher forms, worst first."""

    form: NormalForm
    keys: tuple[int, ...]
    violations: tuple[Violation, ...]


def judge_relation(attributes: int, fds: Sequence[Fd], mvds: Sequence[Mvd] = ()) -> Judgement:
    """Return the normal form of a relation under the given dependencies, with witnesses."""
    keys = tuple(candidate_keys(attributes, fds))
    found = sorted(dict.fromkeys(_violations(attributes, fds, mvds, keys)), key=lambda v: v.of)
    lowest = found[0].of if found else NormalForm.FOURTH + 1
    return Judgement(NormalForm(lowest - 1), keys, tuple(found))


def _violations(attributes: int, fds: Sequence[Fd], mvds: Sequence[Mvd], keys: tuple[int, ...]) -> Iterator[Violation]:
    closures = Closures(fds)
    prime = sum_of(keys)
    within = [(left, right & attributes) for left, right in minimal_cover(fds) if not left & ~attributes]
    for determinant, dependent in grouped_by_determinant(within):
        if not attributes & ~closures.of(determinant):
            continue
        plain = dependent & ~prime
        partial = any(determinant != key and not determinant & ~key for key in keys)
        if plain:
            yield Violation(NormalForm.SECOND if partial else NormalForm.THIRD, determinant, plain)
        if dependent & prime:
            yield Violation(NormalForm.BOYCE_CODD, determinant, dependent & prime)
    yield from _hidden_partial(closures, keys, prime, attributes)
    for determinant, dependent in mvds:
        rest = attributes & ~determinant & ~dependent
        trivial = not dependent & ~determinant or not rest
        if not trivial and attributes & ~mixed_closure(determinant, attributes, fds, mvds):
            yield Violation(NormalForm.FOURTH, determinant, dependent & ~determinant, multivalued=True)


def _hidden_partial(closures: Closures, keys: tuple[int, ...], prime: int, attributes: int) -> Iterator[Violation]:
    """Partial dependencies that only follow: part of a key determines an attribute through others."""
    for key in keys:
        for attribute in bits(key):
            reached = closures.of(key & ~attribute) & attributes & ~prime
            for dependent in bits(reached):
                yield Violation(NormalForm.SECOND, shrink(closures, key & ~attribute, dependent), dependent)
