"""Numbers of rows that a statement may touch: what is fixed, and what grows with an answer, a tenant or a table.

An amount is a product. Its class is that of the fastest growing thing in it: a number that a key, a limit or the
designer fixes does not grow; the rows that belong to one value or one window grow with the answer; then come all rows
of a tenant and all rows of a table. Two things that grow multiply to worse than linear, but for an answer within an
answer, which is an answer. Source: Armbrust and others, "PIQL: Success-Tolerant Query Processing in the Cloud" (VLDB
2012); Fan and others, "On the Feasibility of Bounded Query Evaluation" (bounded evaluability).
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Literal

from dbwright.model.growth import CLASSES, GrowthClass
from dbwright.model.quantities import show_count
from dbwright.records import cached_property, record

Kind = Literal["declared", "answer", "tenant", "table"]


@record(frozen=True)
class Factor:
    """A number of rows that no key fixes: those of `table` that share their values in `columns` (all, where none).

    `declared` is one that the designer bounds, and does not grow. `rows` is how many there are at the horizon, as far
    as the design tells (0 where it does not); `text` says it to people.
    """

    kind: Kind
    table: str
    columns: tuple[str, ...]
    rows: float
    text: str


@record(frozen=True)
class Amount:
    """A number of rows: `number` times the factors."""

    number: float = 1.0
    factors: tuple[Factor, ...] = ()

    def times(self, other: Amount) -> Amount:
        """Return the product."""
        if self is ONE or other is ONE:
            return other if self is ONE else self
        return Amount(self.number * other.number, self.factors + other.factors)

    @cached_property
    def growth(self) -> GrowthClass:
        """The class of what grows fastest in it."""
        if not self.factors:
            return "constant"
        kinds = [f.kind for f in self.factors if f.kind != "declared"]
        wide = [k for k in kinds if k != "answer"]
        if not kinds:
            return "constant"
        if not wide:
            return "linear in the answer"
        if len(kinds) > 1:
            return "worse than linear"
        return "linear in a tenant" if wide == ["tenant"] else "linear in the table"

    @property
    def rows(self) -> float:
        """How many rows at the horizon; what the design does not tell counts as one."""
        return self.evaluate(lambda factor: factor.rows or 1.0)

    def evaluate(self, rows: Callable[[Factor], float]) -> float:
        """Return the number of rows, given those of each factor."""
        return self.number * prod(rows(f) for f in self.factors)

    @cached_property
    def rank(self) -> tuple[int, int, float]:
        """A key to compare by: less grows more slowly, or is less at the horizon."""
        if not self.factors:
            return 0, 0, self.number
        return CLASSES.index(self.growth), len([f for f in self.factors if f.kind != "declared"]), self.rows

    def __str__(self) -> str:
        number = show_count(self.number) if self.number != 1 or not self.factors else ""
        return " × ".join(part for part in (number, *(f.text for f in self.factors)) if part)


ONE = Amount()
"""One row."""


def least(*amounts: Amount) -> Amount:
    """Return the amount that grows most slowly."""
    return min(amounts, key=lambda a: a.rank)


@record(frozen=True)
class Step:
    """Rows of one table that a statement touches; `by` says how they are found.

    `repeated` says that each is looked up by itself, in a tree that deepens; `sorted` that all of them are sorted.
    """

    table: str
    amount: Amount
    by: str
    repeated: bool = False
    sorted: bool = False

    @property
    def growth(self) -> GrowthClass:
        """The class of this step."""
        found = self.amount.growth
        if self.sorted and found == "linear in the table":
            return "worse than linear"
        return "logarithmic" if found == "constant" and self.repeated else found

    def __str__(self) -> str:
        return f"`{self.table}`: {self.amount}, {self.by}{', sorted' if self.sorted else ''}"


@record(frozen=True)
class Bound:
    """At most how many rows a statement touches, step by step, and what was assumed beyond what the server enforces."""

    steps: tuple[Step, ...]
    assumptions: tuple[str, ...] = ()

    @cached_property
    def growth(self) -> GrowthClass:
        """The class of the fastest growing step."""
        return max((s.growth for s in self.steps), key=CLASSES.index, default="constant")

    @property
    def rows(self) -> float:
        """How many rows at the horizon, as far as the design tells."""
        return sum(s.amount.rows for s in self.steps)

    @property
    def worst(self) -> tuple[Step, ...]:
        """The steps that give the class."""
        return tuple(s for s in self.steps if s.growth == self.growth)
