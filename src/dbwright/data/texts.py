"""Texts for a column: the first way to make them all of which the column's rules accept.

Whether a rule accepts is asked of values before they are used, for the column as a whole; no single value is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dbwright.data.choosing import Integers, Stream
from dbwright.data.constants import UnreadableError
from dbwright.data.domains import Domain
from dbwright.data.evaluation import holds
from dbwright.data.narrow import positive_patterns, small_language
from dbwright.data.operators import apply_operator
from dbwright.data.patterns import language_of
from dbwright.data.spelling import Digits, Listed, Overlaid, Plain, Spelling, Styled
from dbwright.data.styles import PHRASE_SHARE, Style, TextColumn, coprime_step, styles_of

Texts = tuple[Integers, Spelling]
"""The number of each row's text, and what spells it."""
Maker = Callable[[Stream, int, Integers | None], Texts]
"""Makes a number of texts; with numbers given, equal numbers give equal texts and different ones different texts."""
TRIED = 20_000
"""Different texts of a column that its rules are asked about; of more, the first, the last and some between."""
PATTERN_POOL = 500
"""Different texts that are made of a pattern where they may repeat."""


def make_texts(
    column: TextColumn, domain: Domain, stream: Stream, count: int, numbers: Integers | None
) -> tuple[Texts, bool]:
    """Return `count` texts, and whether the rules of the column accept every one of them."""
    if domain.allowed is not None:
        return listed_texts(domain, stream, count, numbers), True
    accepts = acceptance(domain, column.name)
    last: Texts | None = None
    for maker in _makers(column, domain):
        last = maker(stream, count, numbers)
        if accepts is None or all(accepts(last[1].value(k)) for k in _tried(last[0])):
            return last, True
    assert last is not None
    return last, False


def _tried(numbers: Integers) -> list[int]:
    """The numbers whose texts are tried: the first ones hold every base of a style, the last ones are the longest."""
    different = np.unique(numbers)
    if len(different) > TRIED:
        third = TRIED // 3
        between = different[third : -third : max(1, (len(different) - 2 * third) // third)]
        different = np.concatenate([different[:third], between, different[-third:]])
    found: list[int] = different.tolist()
    return found


def listed_texts(domain: Domain, stream: Stream, count: int, numbers: Integers | None) -> Texts:
    """Return values of a list, the first ones more often; with numbers, as many different ones as the list has."""
    listed = tuple(str(v) for v in domain.listed())
    places = stream.skewed(len(listed), count, 1.6) if numbers is None else numbers % max(1, len(listed))
    return places, Listed(listed)


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


def _makers(column: TextColumn, domain: Domain) -> Iterator[Maker]:
    """The ways to make a text, the most plausible first."""
    for style in styles_of(column):
        yield _styled(style, column)
    for pattern in positive_patterns(domain):
        yield from _patterned(pattern, domain)
    yield _fitted(domain)


def _styled(style: Style, column: TextColumn) -> Maker:
    def make(stream: Stream, count: int, numbers: Integers | None) -> Texts:
        if numbers is not None:
            return numbers, Styled(style)
        limit = max(len(style.bases), count) if style.varied else len(style.bases)
        evenly = style.even or style.varied
        places = stream.below(limit, count) if evenly else stream.skewed(limit, count, 1.5)
        return _with_values((places, Styled(style)), column, stream)

    return make


def _with_values(texts: Texts, column: TextColumn, stream: Stream) -> Texts:
    """Let some rows have a value that an access pattern asks for."""
    if not column.values:
        return texts
    places, spelling = texts
    chance = (stream.floats(len(places)) / (2 * PHRASE_SHARE)).astype(np.int64)
    return np.where(chance < len(column.values), -1 - chance, places), Overlaid(spelling, column.values)


def _patterned(pattern: str, domain: Domain) -> Iterator[Maker]:
    try:
        language = language_of(pattern, domain.shortest, domain.longest)
    except UnreadableError:
        return
    size, step = language.size, coprime_step(language.size)

    def spell(number: int) -> str:
        return language.text(number * step % size) + (str(number) if language.open_end else "")

    def make(stream: Stream, count: int, numbers: Integers | None) -> Texts:
        if numbers is not None:
            return numbers, Plain(spell)
        limit = max(count, 1) if language.open_end else min(size, PATTERN_POOL)
        return stream.below(limit, count), Plain(spell)

    yield make


def _fitted(domain: Domain) -> Maker:
    """Texts of a length that fits: letters and digits that count."""
    size, text = small_language(domain)
    width = max(domain.shortest, min(12, domain.longest if domain.longest is not None else 12))

    def make(stream: Stream, count: int, numbers: Integers | None) -> Texts:
        places = stream.below(10 ** min(width, 9), count) if numbers is None else numbers
        if width > 3:
            return places, Digits(width)
        return places, Plain(lambda k: text(k % size)[:width])

    return make
