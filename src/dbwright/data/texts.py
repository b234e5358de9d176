"""Texts for a column: the first way to make them all of which the column's rules accept.

Whether a rule accepts is asked of values before they are used, for the column as a whole; no single value is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from dbwright.data.choosing import Floats, Integers, Stream, ranked
from dbwright.data.constants import UnreadableError
from dbwright.data.domains import Domain
from dbwright.data.evaluation import holds
from dbwright.data.narrow import positive_patterns, small_language
from dbwright.data.operators import apply_operator
from dbwright.data.patterns import language_of
from dbwright.data.spelling import Digits, Listed, Overlaid, Plain, Spelling, Styled
from dbwright.data.styles import PHRASE_SHARE, Style, TextColumn, coprime_step, styles_of
from dbwright.data.wishes import Wish


@dataclass(frozen=True)
class Texts:
    """How the texts of a column are made: numbers below a limit, those of `varied` ones different in each row.

    Some rows get one of the values that access patterns `asked` for.
    """

    spelling: Spelling
    limit: int
    asked: int = 0
    wraps: bool = False
    varied: bool = False
    room: int | None = None

    def draw_wished(self, wish: Wish, chance: Floats, rows: Integers) -> Integers:
        """Return a number for each numbered row, as often as declared; `asked` begins with the hot values."""
        hot = len(wish.hot)
        if isinstance(self.spelling, Listed):
            return self._listed(wish, chance, rows)
        more = self.asked - hot
        codes = wish.draw(chance, rows, wish.others(self.limit if self.room is None else self.room + more))
        # What access patterns ask for comes first among the others.
        return np.where(codes < 0, codes, np.where(codes < more, -1 - hot - codes, codes - more))

    def _listed(self, wish: Wish, chance: Floats, rows: Integers) -> Integers:
        assert isinstance(self.spelling, Listed)
        hot = [self.spelling.pool.index(v) if v in self.spelling.pool else 0 for v in wish.hot]
        rest = [k for k in range(len(self.spelling.pool)) if k not in hot] or hot
        codes = wish.draw(chance, rows, wish.others(len(rest)))
        return np.where(
            codes < 0, np.asarray([*hot, 0])[-1 - np.minimum(codes, -1)], np.asarray(rest)[np.maximum(codes, 0)]
        )

    def draw(self, stream: Stream, count: int, numbers: Integers | None, exponent: float | None) -> Integers:
        """Return a number for each row; with `numbers` given, different ones give different texts.

        An `exponent` of Zipf's law says how uneven they are.
        """
        if numbers is not None:
            return numbers % max(1, self.limit) if self.wraps else numbers
        if exponent is not None:
            places = ranked(stream.floats(count), self.limit, exponent)
        elif self.varied:
            # A number of its own for each row, counted from a place that the seed decides.
            places = (int(stream.at(0).floats(1)[0] * self.limit) + stream.start + np.arange(count)) % self.limit
        else:
            places = stream.below(self.limit, count)
        if not self.asked:
            return places
        chance = (stream.floats(count) / (2 * PHRASE_SHARE)).astype(np.int64)
        return np.where(chance < self.asked, -1 - chance, places)


TRIED = 20_000
"""Different texts of a column that its rules are asked about; of more, the first, the last and some between."""
PATTERN_POOL = 500
"""Different texts that are made of a pattern where they may repeat."""


def choose_texts(
    column: TextColumn,
    domain: Domain,
    rows: int,
    numbers: Integers | None,
    shape: Callable[[Spelling], Spelling] | None = None,
) -> tuple[Texts, bool]:
    """Return how the texts of a column of so many rows are made, and whether its rules accept them.

    `numbers` are those that will be spelt, where each row has one of its own; `shape` gives texts the declared width
    and words, as far as the rules accept that.
    """
    if domain.allowed is not None:
        return listed_texts(domain), True
    accepts = acceptance(domain, column.name)
    last: Texts | None = None
    shaped = _ways(column, domain, rows, shape) if shape is not None else ()
    for last in chain(shaped, _ways(column, domain, rows)):
        tried = _below(last.limit) if numbers is None else _some(numbers)
        if accepts is None or all(accepts(last.spelling.value(k)) for k in tried):
            return last, True
    assert last is not None
    return last, False


def _below(limit: int) -> list[int]:
    """The numbers that are tried of all those below a limit: all, or the first, the last and some between."""
    if limit <= TRIED:
        return list(range(limit))
    third = TRIED // 3
    return [
        *range(third),
        *range(third, limit - third, max(1, (limit - 2 * third) // third)),
        *range(limit - third, limit),
    ]


def _some(numbers: Integers) -> list[int]:
    """Numbers that are tried of those from the lowest to the highest: the longest texts are those of the last ones."""
    if not len(numbers):
        return []
    lowest = int(numbers.min())
    return [lowest + k for k in _below(int(numbers.max()) - lowest + 1)]


def listed_texts(domain: Domain) -> Texts:
    """Return values of a list; with numbers, as many different ones as the list has."""
    listed = tuple(str(v) for v in domain.listed())
    return Texts(Listed(listed), len(listed), wraps=True)


def acceptance(domain: Domain, name: str) -> Callable[[str], bool] | None:
    """Return what tells whether a text fulfils length, patterns and tests of a column; None where there are none."""
    if not (domain.shortest or domain.longest is not None or domain.patterns or domain.tests or domain.excluded):
        return None

    def accept(text: str) -> bool:
        if len(text) < domain.shortest or (domain.longest is not None and len(text) > domain.longest):
            return False
        if text in domain.excluded:
            return False
        try:
            matches = all(apply_operator(operator, text, pattern) for operator, pattern in domain.patterns)
            return matches and all(holds(t, {name: text, "value": text}) for t in domain.tests)
        except UnreadableError:
            return False

    return accept


def _ways(
    column: TextColumn, domain: Domain, rows: int, shape: Callable[[Spelling], Spelling] | None = None
) -> Iterator[Texts]:
    """The ways to make texts, the most plausible first; with a shape only those that can have one."""
    for style in styles_of(column):
        yield _styled(style, column, rows, shape)
    if shape is not None:
        return
    for pattern in positive_patterns(domain):
        yield from _patterned(pattern, domain, rows)
    yield _fitted(domain)


def _styled(style: Style, column: TextColumn, rows: int, shape: Callable[[Spelling], Spelling] | None = None) -> Texts:
    limit = max(len(style.bases), rows) if style.varied else len(style.bases)
    spelling: Spelling = Styled(style) if shape is None else shape(Styled(style))
    if column.values:
        spelling = Overlaid(spelling, column.values)
    return Texts(spelling, limit, len(column.values), varied=style.varied, room=max(limit, rows))


def _patterned(pattern: str, domain: Domain, rows: int) -> Iterator[Texts]:
    try:
        language = language_of(pattern, domain.shortest, domain.longest)
    except UnreadableError:
        return
    size, step = language.size, coprime_step(language.size)

    def spell(number: int) -> str:
        return language.text(number * step % size) + (str(number) if language.open_end else "")

    yield Texts(
        Plain(spell),
        max(rows, 1) if language.open_end else min(size, PATTERN_POOL),
        room=None if language.open_end else size,
    )


def _fitted(domain: Domain) -> Texts:
    """Texts of a length that fits: letters and digits that count."""
    size, text = small_language(domain)
    width = max(domain.shortest, min(12, domain.longest if domain.longest is not None else 12))
    limit = 10 ** min(width, 9)
    return Texts(Digits(width) if width > 3 else Plain(lambda k: text(k % size)[:width]), limit)
