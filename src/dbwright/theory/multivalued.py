"""Multivalued dependencies: which lists of one thing are independent of each other.

Source: Beeri, On the Membership Problem for Functional and Multivalued Dependencies in Relational Databases, ACM TODS
5(3), 1980.
"""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.theory.attributes import Fd, Mvd, bits


def dependency_basis(start: int, attributes: int, fds: Sequence[Fd], mvds: Sequence[Mvd]) -> list[int]:
    """Return the finest blocks of the other attributes, each independent of the rest once `start` is known."""
    known = [(left, right) for left, rights in fds for right in bits(rights)] + list(mvds)
    blocks = [attributes & ~start] if attributes & ~start else []
    changed = True
    while changed:
        changed = False
        for determinant, dependent in known:
            for block in blocks:
                inside = block & dependent
                if block & determinant or not inside or inside == block:
                    continue
                blocks.remove(block)
                blocks += [inside, block & ~inside]
                changed = True
                break
    return sorted(blocks)


def mixed_closure(start: int, attributes: int, fds: Sequence[Fd], mvds: Sequence[Mvd]) -> int:
    """Return all that a set determines where both kinds of dependencies hold: a lone block that some FD determines."""
    determined = 0
    for determinant, dependent in fds:
        determined |= dependent & ~determinant
    closed, before = start, -1
    while closed != before:
        before = closed
        for block in dependency_basis(closed, attributes, fds, mvds):
            if block.bit_count() == 1 and block & determined:
                closed |= block
    return closed


def implies_mvd(mvd: Mvd, attributes: int, fds: Sequence[Fd], mvds: Sequence[Mvd]) -> bool:
    """Return whether a multivalued dependency follows: its right side is made of whole blocks."""
    determinant, dependent = mvd
    wanted = dependent & attributes & ~determinant
    return all(
        not block & wanted or not block & ~wanted for block in dependency_basis(determinant, attributes, fds, mvds)
    )
