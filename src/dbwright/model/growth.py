"""How the work of a statement grows with the rows, and what a parameter means, in the words of the design file."""

from __future__ import annotations

import re
from typing import ClassVar, Literal, get_args

from dbwright.model.quantities import Count, Duration, uncaptured
from dbwright.records import record

GrowthClass = Literal[
    "constant",
    "logarithmic",
    "linear in the answer",
    "linear in a tenant",
    "linear in the table",
    "worse than linear",
]
CLASSES: tuple[GrowthClass, ...] = get_args(GrowthClass)
"""The classes, best first.

constant: a fixed number of rows, found by a fixed number of look-ups. logarithmic: a fixed number of rows, each looked
up in a tree that deepens. linear in the answer: as many rows as belong to the values or the window that are asked for,
before they are filtered, grouped or counted. linear in a tenant, in the table: all its rows. worse than linear: all
rows sorted, or each combined with many.
"""


def worse(one: GrowthClass, other: GrowthClass) -> bool:
    """Return whether one class grows faster than another."""
    return CLASSES.index(one) > CLASSES.index(other)


_COUNT = uncaptured(Count.PATTERN)
_DURATION = uncaptured(Duration.PATTERN)


@record(frozen=True)
class Meaning:
    """What the value of a parameter stands for: `key`, `newest 20`, `window of 7 days`, `5% of the rows`, …

    `kind` is key, rows, newest, window, share, tenant, common or rare; `amount` is rows, seconds or a share of 1.
    """

    text: str
    kind: str
    amount: float = 0.0

    PATTERN: ClassVar[str] = (
        rf"key|tenant|common value|rare value|at most ({_COUNT}) rows|newest ({_COUNT})"
        rf"|window of ({_DURATION})|([0-9]+(?:\.[0-9]+)?)% of the rows"
    )
    EXAMPLES: ClassVar[tuple[str, ...]] = (
        "key",
        "at most 200 rows",
        "newest 20",
        "window of 7 days",
        "5% of the rows",
        "tenant",
        "common value",
        "rare value",
    )

    @classmethod
    def parse(cls, text: str) -> Meaning:
        """Read a meaning; raise ValueError for anything else."""
        found = re.fullmatch(cls.PATTERN, text.strip())
        if found is None:
            examples = ", ".join(f"`{e}`" for e in cls.EXAMPLES)
            raise ValueError(f"`{text}` is not written like {examples}")
        rows, newest, window, share = found.groups()
        if rows or newest:
            return cls(text.strip(), "rows" if rows else "newest", Count.parse(rows or newest).value)
        if window:
            return cls(text.strip(), "window", Duration.parse(window).seconds)
        if share:
            return cls(text.strip(), "share", float(share) / 100)
        return cls(text.strip(), text.split()[0])

    def __str__(self) -> str:
        return self.text
