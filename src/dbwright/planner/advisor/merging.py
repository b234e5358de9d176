"""Which option does the work of two: its keys begin with those of one, and it holds every column of the other.

Where bytes are short, one index for two purposes is what wins.
Source: Bruno, Chaudhuri, "Automatic Physical Database Tuning: A Relaxation-based Approach" (SIGMOD 2005), section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.trials import Option, bits

MOST = 2
"""So many options are looked at for a pair, the smallest ones."""


class Merges:
    """Finds for pairs of options the ones that stand for both; what was found is remembered."""

    def __init__(self, options: Sequence[Option], sizes: Sequence[int]) -> None:
        self._options = options
        self._sizes = sizes
        self._alike: dict[tuple[str, str], list[int]] = {}
        self._found: dict[tuple[int, int], tuple[int, ...]] = {}
        for number, option in enumerate(options):
            if option.definition.method == "btree":
                self._alike.setdefault((option.definition.table, option.definition.where), []).append(number)

    def of(self, chosen: int, universe: int = -1) -> Iterator[tuple[int, int]]:
        """Yield (the two that go as a set, the one that comes) for pairs of a set, where that saves bytes.

        Only options of a universe come.
        """
        own = [i for i in bits(chosen) if self._options[i].definition.method == "btree" and self._sizes[i]]
        for first in own:
            for second in own:
                for merged in self._merged(first, second) if first != second else ():
                    if universe >> merged & 1 and not chosen >> merged & 1:
                        yield 1 << first | 1 << second, merged

    def _merged(self, first: int, second: int) -> tuple[int, ...]:
        if (first, second) not in self._found:
            found = sorted(self._look_up(first, second), key=lambda i: (self._sizes[i], i))
            self._found[first, second] = tuple(found[:MOST])
        return self._found[first, second]

    def _look_up(self, first: int, second: int) -> Iterator[int]:
        one, two = self._options[first].definition, self._options[second].definition
        if (one.table, one.where) != (two.table, two.where):
            return
        most = self._sizes[first] + self._sizes[second]
        for number in self._alike[one.table, one.where]:
            if number not in (first, second) and self._sizes[number] < most:
                definition = self._options[number].definition
                if definition.covers(one) and not _columns(two) - _columns(definition):
                    yield number


def _columns(definition: Definition) -> set[str]:
    return {*definition.columns, *definition.include}
