"""Indexes that may be there or not, sets of them as whole numbers, and what a statement costs under a set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dbwright.planner.advisor.definition import Definition
from dbwright.records import record


@record(frozen=True)
class Option:
    """An index that may be there or not: `size` in bytes, `oids` in the laboratory (one a partition as well).

    One that stands already on the real server has its `name` there; a new one is only a definition.
    """

    definition: Definition
    size: int
    oids: tuple[int, ...]
    name: str = ""

    @property
    def exists(self) -> bool:
        """Whether it stands already."""
        return bool(self.name)


class Answer(NamedTuple):
    """What a statement costs, in the planner's units, which options its plan uses, and its least seconds where told."""

    cost: float
    used: int
    seconds: float = 0.0


NEVER = Answer(float("inf"), 0, float("inf"))
"""What is known to cost nothing less than everything."""


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
