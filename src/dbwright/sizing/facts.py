"""What is known or assumed of the values of a table, in a form that sizes, statistics and rows can all be made from.

Values are text, as the server prints them, so that they can be planted and written without loss.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from dbwright.records import cached_property, field, record
from dbwright.sizing.layout import Packed, Value, heap_row, move_out


@record(frozen=True)
class Assumption:
    """Something about the future that nobody declared: of what, which value was taken, why, and how to declare it."""

    subject: str
    what: str
    value: str
    why: str
    declare: str = ""


@record(frozen=True)
class Elements:
    """Keys inside a value (words of a text search vector, items of an array): how many a row, how many different.

    `counts` tells how uneven they are, where that is known: numbers of keys, each with the rows that have them.
    """

    each: float
    distinct: float
    bytes: float
    counts: tuple[tuple[float, float], ...] = ()


@record(frozen=True)
class ColumnFacts:
    """One column: its value on disk, how many different values there are, which are common, and where they lie.

    `common` holds values with their share of all rows, the most common first; `histogram` the bounds of bins of equal
    weight over the rest; `correlation` runs from -1 to 1 with the order on disk. `rising` tells a column whose values
    grow with time, so that an index on it grows at its right end.
    """

    name: str
    type: str
    value: Value
    distinct: float
    common: tuple[tuple[str, float], ...] = ()
    histogram: tuple[str, ...] = ()
    lowest: str | None = None
    highest: str | None = None
    correlation: float = 0.0
    rising: bool = False
    elements: Elements | None = None


@record(frozen=True)
class TableFacts:
    """A table at some time: its rows, its columns in order, and how many different combinations some columns have.

    `conditions` are the shares of rows for which conditions hold, `hot` the common values of expressions, both by the
    normal form of the SQL.
    """

    name: str
    rows: float
    columns: tuple[ColumnFacts, ...]
    groups: Mapping[frozenset[str], float] = field(default_factory=dict)
    conditions: Mapping[str, float] = field(default_factory=dict)
    hot: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)
    compression: float = 1.0

    def column(self, name: str) -> ColumnFacts | None:
        """Return the facts of a column, if there is one of that name."""
        return self._columns.get(name)

    @cached_property
    def _columns(self) -> dict[str, ColumnFacts]:
        return {c.name: c for c in reversed(self.columns)}

    def row(self) -> tuple[Packed, float]:
        """Return the average row as it stands on its page, and the bytes of it that moved out to TOAST."""
        return self._row

    @cached_property
    def _row(self) -> tuple[Packed, float]:
        values, moved = move_out([c.value for c in self.columns], self.compression)
        return heap_row(values), moved

    def distinct(self, names: Iterable[str]) -> float:
        """Return how many different combinations of columns there are; independent ones where nothing else is known.

        Source: Cardenas, "Analysis and Performance of Inverted Data Base Structures" (1975), for how many of the
        possible combinations are met.
        """
        wanted = frozenset(names)
        known = max((g for g in self.groups if g <= wanted), key=len, default=frozenset())
        possible = self.groups[known] if known else 1.0
        for name in wanted - known:
            column = self.column(name)
            possible *= max(1.0, column.distinct) if column is not None else 1.0
        if self.rows <= 0:
            return 0.0
        if wanted in self.groups or len(wanted) == 1:
            return min(possible, self.rows)
        most = max((c.distinct for n in wanted if (c := self.column(n)) is not None), default=0.0)
        return max(met(possible, self.rows), min(most, self.rows))


def met_in_part(distinct: float, rows: float, share: float) -> float:
    """Return how many of the different values of some rows are met in a share of them."""
    if share >= 1 or distinct <= 0:
        return distinct
    if share <= 0:
        return 0.0
    return distinct * -math.expm1(rows / distinct * math.log1p(-share))


def met(possible: float, rows: float) -> float:
    """Return how many of `possible` equally likely values are met by `rows` draws."""
    if possible <= 0:
        return 0.0
    if possible > 1e3 * rows:
        return rows
    return possible * -math.expm1(rows * math.log1p(-1 / possible)) if possible > 1 else 1.0
