"""Texts for a column: the first way to make them all of which the column's rules accept.

Whether a rule accepts is asked of values before they are used, for the column as a whole; no single value is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbwright.data.choosing import Integers, Stream
from dbwright.data.constants import UnreadableError
from dbwright.data.domains import Domain
from dbwright.data.evaluation import holds
from dbwright.data.narrow import positive_patterns, small_language
from dbwright.data.operators import apply_operator
from dbwright.data.patterns import language_of
from dbwright.data.styles import PHRASE_SHARE, Style, TextColumn, coprime_step, styles_of

Maker = Callable[[Stream, int, Integers | None], list[str]]
"""Makes a number of texts; with numbers given, equal numbers give equal texts and different ones different texts."""
PATTERN_POOL = 500
"""Different texts that are made of a pattern where they may repeat."""


def make_texts(
    column: TextColumn, domain: Domain, stream: Stream, count: int, numbers: Integers | None
) -> tuple[list[str], bool]:
    """Return `count` texts, and whether the rules of the column accept every one of them."""
    if domain.allowed is not None:
        return listed_texts(domain, stream, count, numbers), True
    accepts = acceptance(domain, column.name)
    last: list[str] = []
    for maker in _makers(column, domain):
        last = maker(stream, count, numbers)
        if accepts is None or all(map(accepts, dict.fromkeys(last))):
            return last, True
    return last, False


def listed_texts(domain: Domain, stream: Stream, count: int, numbers: Integers | None) -> list[str]:
    """Return values of a list, the first ones more often; with numbers, as many different ones as the list has."""
    listed = [str(v) for v in domain.listed()]
    places = stream.skewed(len(listed), count, 1.6) if numbers is None else numbers % max(1, len(listed))
    return [listed[p] for p in places.tolist()]


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
    def make(stream: Stream, count: int, numbers: Integers | None) -> list[str]:
        if numbers is not None:
            return [style.text(k) for k in numbers.tolist()]
        limit = max(len(style.bases), count) if style.varied else len(style.bases)
        evenly = style.even or style.varied
        places = stream.below(limit, count) if evenly else stream.skewed(limit, count, 1.5)
        return _with_values([style.text(k) for k in places.tolist()], column, stream)

    return make


def _with_values(texts: list[str], column: TextColumn, stream: Stream) -> list[str]:
    """Let some rows have a value that an access pattern asks for."""
    if not column.values:
        return texts
    share = 2 * PHRASE_SHARE
    chance = (stream.floats(len(texts)) / share).tolist()
    return [column.values[int(c)] if c < len(column.values) else t for t, c in zip(texts, chance, strict=True)]


def _patterned(pattern: str, domain: Domain) -> Iterator[Maker]:
    try:
        language = language_of(pattern, domain.shortest, domain.longest)
    except UnreadableError:
        return
    size, step = language.size, coprime_step(language.size)

    def make(stream: Stream, count: int, numbers: Integers | None) -> list[str]:
        limit = max(count, 1) if language.open_end else min(size, PATTERN_POOL)
        places = (stream.below(limit, count) if numbers is None else numbers).tolist()
        tail = "{}" if language.open_end else ""
        return [language.text(k * step % size) + tail.format(k) for k in places]

    yield make


def _fitted(domain: Domain) -> Maker:
    """Texts of a length that fits: letters and digits that count."""
    size, text = small_language(domain)
    width = max(domain.shortest, min(12, domain.longest if domain.longest is not None else 12))

    def make(stream: Stream, count: int, numbers: Integers | None) -> list[str]:
        places = (stream.below(10 ** min(width, 9), count) if numbers is None else numbers).tolist()
        if width <= 3:
            return [text(k % size)[:width] for k in places]
        return [f"{k:0{width}}" for k in places]

    return make
