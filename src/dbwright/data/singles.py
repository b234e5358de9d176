"""Values of a column for itself: nothing here looks at another column."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

import numpy as np

from dbwright.data import vocabulary as words
from dbwright.data.choosing import Array, Integers, Stream, mix, ranked
from dbwright.data.dataset import Column
from dbwright.data.documents import POOL as DOCUMENTS
from dbwright.data.documents import make_documents
from dbwright.data.domains import Domain, element_domain
from dbwright.data.drafts import Draft
from dbwright.data.encoding import PAIRS, python_value, texts_of
from dbwright.data.hints import Hints
from dbwright.data.kinds import DAY_TICKS, Family, Kind
from dbwright.data.narrow import key_domain
from dbwright.data.plans import TablePlan
from dbwright.data.shaping import shape_of
from dbwright.data.spelling import Listed, Noise, Overlaid, Plain, Spelling
from dbwright.data.styles import TextColumn
from dbwright.data.texts import Texts, choose_texts, listed_texts
from dbwright.data.windows import window_of
from dbwright.data.wishes import Wish
from dbwright.data.written import written_type
from dbwright.model.quantities import Count
from dbwright.sizing.sites import declared
from dbwright.sizing.text_kinds import is_about_people
from dbwright.sql.types import width

PLACES = ((13.4, 52.5), (2.35, 48.86), (-0.13, 51.5), (-74.0, 40.7), (-122.4, 37.8), (139.7, 35.7), (77.2, 28.6))
"""Longitude and latitude of cities around which positions lie."""
MASK_62 = (1 << 62) - 1
FIRST_OF_2026 = 20_454
"""The first day of 2026, in days from 1970."""
LISTS, WRITTEN = 500, 200
"""Different arrays, and values of types that are only written, in a column where they may repeat."""


@dataclass
class Single:
    """A column whose values stand alone: its plan, name, domain, what access patterns look for, rows of its table.

    What its values are made of is chosen once, with the first numbers that are asked for.
    """

    plan: TablePlan
    name: str
    domain: Domain
    hints: Hints
    rows: int
    distinct: Integers | None = None
    wish: Wish | None = None
    first: int = 0

    def draw(self, stream: Stream, count: int, numbers: Integers | None) -> Array:
        """Return values as a column holds them; with `numbers` given, different ones give different values."""
        family = self.domain.kind.family
        if numbers is None and self._is_wished:
            return self._wished(stream, count)
        if self._texts is not None:
            return self._texts[0].draw(stream, count, numbers, self.plan.skew([self.name]))
        match family:
            case Family.UUID:
                return _uuids(self, stream, count, numbers)
            case Family.RANGE:
                return _ranges(self, stream, count, numbers)
            case Family.POSITION:
                return _positions(stream, count, numbers)
        limit = {Family.JSON: DOCUMENTS, Family.LIST: LISTS, Family.BYTES: 2**31}.get(family, WRITTEN)
        return stream.below(limit, count) if numbers is None else numbers

    @property
    def _is_wished(self) -> bool:
        """Whether a declaration decides which value each row gets."""
        makes = self.domain.kind.family in (Family.TEXT, Family.UUID, Family.BYTES)
        return makes and self.wish is not None and self.wish.says and self.plan.skew([self.name]) is None

    def _wished(self, stream: Stream, count: int) -> Array:
        """Values as often as the design declares."""
        assert self.wish is not None
        rows = self.first + np.arange(stream.start, stream.start + count)
        chance = stream.floats(count)
        if self._texts is not None:
            return self._texts[0].draw_wished(self.wish, chance, rows)
        codes = self.wish.draw(chance, rows, self.wish.others(self.rows))
        if self.domain.kind.family is not Family.UUID:
            return codes + len(self.wish.hot)
        made = _uuids(self, stream, count, np.maximum(codes, 0))
        for place, value in enumerate(self.wish.hot):
            made[codes == -1 - place] = UUID(value).bytes
        return made

    @property
    def accepted(self) -> bool:
        """Whether the rules of the column accept the values, as far as they can be read."""
        return self._texts is None or self._texts[1]

    @cached_property
    def _texts(self) -> tuple[Texts, bool] | None:
        if self.domain.kind.family is Family.TEXT:
            column, source = self._text_column(), self.plan.source(self.name)
            fixed = self.domain.kind.name == "bpchar"
            wide = 0 if fixed else self.plan.widths.get(self.name, 0)
            shape = shape_of(declared(source), wide, self.domain.longest, self.distinct is not None)
            made, accepted = choose_texts(column, self.domain, self.rows, self.distinct, shape)
            hot = self.wish.hot if self.wish is not None and self._is_wished and not made.asked else ()
            if hot and not isinstance(made.spelling, Listed):
                made = replace(made, spelling=Overlaid(made.spelling, hot), asked=len(hot))
            return made, accepted
        if self.domain.kind.family is Family.WRITTEN and self.domain.allowed is not None:
            return listed_texts(self.domain), True
        return None

    @cached_property
    def spelling(self) -> Spelling | None:
        """What spells the numbers of the column, None where its values are no numbers to spell."""
        if self._texts is not None:
            return self._texts[0].spelling
        match self.domain.kind.family:
            case Family.JSON:
                return self._documents()
            case Family.BYTES:
                told = declared(self.plan.source(self.name)).width
                width = round(told.value) if told is not None else 32
                longest = self.domain.longest if self.domain.longest is not None else width
                return Noise(max(self.domain.shortest, min(width, longest)))
            case Family.LIST:
                return _lists(self)
            case Family.WRITTEN:
                return _written(self.domain.kind)
        return None

    def _text_column(self) -> TextColumn:
        table, source = self.plan.table.name, self.plan.source(self.name).source
        hot = self.wish.hot if self.wish is not None and self._is_wished else ()
        asked = self.hints.values_of(table, self.name)
        return TextColumn(
            name=self.name,
            personal=str(source.personal) if source else "",
            example=str(source.example) if source else "",
            about_people=is_about_people(self.plan.table),
            phrases=self.hints.phrases_of(table),
            values=(*hot, *(v for v in asked if v not in hot)),
            avoid=frozenset((*self.hints.inserted.get((table, self.name), ()), *hot)),
        )

    def _documents(self) -> Spelling:
        if self.distinct is not None:
            return Plain('{{"number": {}}}'.format)
        wanted = self.hints.documents_of(self.plan.table.name, self.name)
        source = self.plan.source(self.name)
        wide = self.plan.widths.get(self.name, width("jsonb")[0])
        return make_documents(self.name, wanted, self.domain.json_type, source.default, wide, declared(source).items)


def _uuids(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Array:
    """Uuids as RFC 9562 writes them: version 7 where the default makes such, else version 4; all different."""
    if single.domain.allowed is not None:
        listed = [UUID(str(v)).bytes for v in single.domain.listed()]
        places = stream.below(len(listed), count) if numbers is None else numbers % len(listed)
        return np.asarray(listed, "S16")[places]
    places = _places(single, stream, count) if numbers is None else numbers
    salt = np.frombuffer(stream_salt(single).to_bytes(8, "little"), np.uint64)[0]
    # Multiplying by an odd number is a bijection of 62 bits, so different numbers stay different.
    low = (places.astype(np.uint64) * np.uint64(0x2545F4914F6CDD1D) + salt) & np.uint64(MASK_62)
    high = mix(places.astype(np.uint64) ^ salt)
    if "uuidv7" in single.plan.source(single.name).default:
        first, last = single.plan.window
        moments = (first + places * max(1, (last - first) // (single.rows + 1))) // 1000
        high = (moments.astype(np.uint64) << np.uint64(16)) | np.uint64(0x7000) | (high & np.uint64(0x0FFF))
    else:
        high = (high & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(0x4000)
    words_ = np.stack([high, low | np.uint64(1 << 63)], axis=1).astype(">u8")
    return np.frombuffer(words_.tobytes(), "S16")


def _places(single: Single, stream: Stream, count: int) -> Integers:
    """Each row has its own uuid, unless the design says how uneven they are."""
    exponent = single.plan.skew([single.name])
    if exponent is not None:
        return ranked(stream.floats(count), max(1, single.rows), exponent)
    return np.asarray(stream.start + np.arange(count))


def stream_salt(single: Single) -> int:
    """Return 62 bits that tell columns apart, so that equal numbers give different uuids in different columns."""
    floats = Stream("uuid", single.plan.table.name, single.name).floats(2)
    return int(floats[0] * 2**31) << 31 | int(floats[1] * 2**31)


def _lists(single: Single) -> Spelling:
    """Some hundred arrays of lengths and elements that the rules allow."""
    domain, kind = single.domain, single.domain.kind.item
    assert kind is not None
    if single.distinct is not None and kind.family is Family.WHOLE:
        return Plain(lambda k: (k,))
    stream = Stream("lists", single.plan.table.name, single.name)
    least, most = _lengths(domain, declared(single.plan.source(single.name)).items)
    lengths = stream.below(max(1, most - least + 1), LISTS) + least
    total = int(lengths.sum())
    if domain.within is not None:
        items = [domain.within[p] for p in stream.below(len(domain.within), total).tolist()]
    else:
        items = _items(single, kind, stream, total)
    ends = np.cumsum(lengths).tolist()
    return Listed(tuple(tuple(items[end - n : end]) for end, n in zip(ends, lengths.tolist(), strict=True)))


def _lengths(domain: Domain, items: Count | None) -> tuple[int, int]:
    """The fewest and most elements of an array: about as many as are declared, as far as its rules allow."""
    longest = domain.longest if domain.longest is not None else 2**31
    if items is None:
        longest = domain.longest if domain.longest is not None else max(4, domain.shortest)
        return domain.shortest, min(longest, domain.shortest + 6)
    around = min(max(round(items.value), domain.shortest), longest)
    away = min(around // 2, around - domain.shortest, longest - around)
    return around - away, around + away


def _items(single: Single, kind: Kind, stream: Stream, count: int) -> list[object]:
    """Elements of arrays; they are made like a column of their type."""
    inner = element_domain(kind)
    if kind.family is Family.TEXT and not (kind.labels or kind.checks or kind.longest):
        return [words.TOPICS[p] for p in stream.skewed(len(words.TOPICS), count).tolist()]
    if kind.family.is_ordered:
        low = window_of(single.plan, single.name, inner).low
        most = 1_000 if inner.high is None else min(1_000, inner.high - low + 1)
        listed = inner.listed() if inner.allowed is not None else range(low, low + most)
        return [python_value(kind, listed[p]) for p in stream.below(len(listed), count).tolist()]
    item = Single(single.plan, single.name, inner, Hints(), single.rows)
    made = Column(kind, item.draw(stream, count, None), spelling=item.spelling)
    if kind.family in PAIRS:
        return [tuple(pair) for pair in made.data.tolist()]
    return made.spelt.tolist() if kind.family is Family.JSON else list(made)


def _ranges(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Array:
    kind = single.domain.kind.item
    assert kind is not None
    inner = Domain(kind, False, kind.low, kind.high)
    window = window_of(single.plan, single.name, inner)
    unit = {Family.INSTANT: DAY_TICKS // 48, Family.DAY: 1}.get(kind.family, 1)
    steps = max(1, (window.high - window.low) // unit - 8)
    low = window.low + (stream.below(steps, count) if numbers is None else numbers) * unit
    return np.stack([low, low + (1 + stream.below(6, count)) * unit], axis=1)


def _positions(stream: Stream, count: int, numbers: Integers | None) -> Array:
    places = np.asarray(PLACES)[stream.skewed(len(PLACES), count, 1.4)]
    spread = np.stack([stream.floats(count), stream.floats(count)], axis=1) - 0.5
    shift = np.zeros(count) if numbers is None else numbers * 1e-7
    return np.round(places + spread * 0.8 + shift[:, None], 7)


def _written(kind: Kind) -> Spelling:
    """Values of types that are only written as text; two ranges make a multirange."""
    if (ranges := kind.item) is None:
        return Plain(written_type(kind.storage, kind.longest).spell)
    bound = ranges.item
    assert bound is not None
    start = {Family.DAY: FIRST_OF_2026, Family.INSTANT: FIRST_OF_2026 * DAY_TICKS}.get(bound.family, 1)
    unit = {Family.DAY: 1, Family.INSTANT: DAY_TICKS // 24}.get(bound.family, 10**bound.decimals)
    steps = np.asarray([[0, 1], [2, 3]]) * unit
    return Plain(lambda k: "{" + ",".join(texts_of(ranges, start + 4 * unit * k + steps)) + "}")


def distinct_ticks(
    draft: Draft, name: str, domain: Domain, numbers: Integers | None, stream: Stream, count: int
) -> Integers:
    """Return ticks of an ordered column: one of its own for each number, or any where there are no numbers."""
    domain = key_domain(domain)
    window = window_of(draft.plan, name, domain)
    step = domain.kind.step
    low, high = -(-window.low // step) * step, window.high // step * step
    if numbers is None:
        return low + stream.skewed((high - low) // step + 1, count, window.power) * step
    if domain.allowed is not None:
        return np.asarray(domain.listed(), np.int64)[numbers % len(domain.listed())]
    if domain.kind.family is Family.INSTANT:
        return low + _distinct_steps((high - low) // step, numbers, draft.total) * step
    start = low if domain.kind.family is not Family.WHOLE else max(1, domain.low or 1)
    return _past(start + numbers * step, sorted(e for e in set(domain.excluded) if isinstance(e, int)))


def _distinct_steps(steps: int, numbers: Integers, total: int) -> Integers:
    """Spread over so many steps in a mixed order, in distances that leave room for each number."""
    total = max(total, 1)
    rounds, place = np.divmod(numbers, total)
    mixed = (place * 2_147_483_647) % total
    return mixed * max(1, steps // total) + rounds


def _past(ticks: Integers, excluded: list[int]) -> Integers:
    for value in excluded:
        ticks = ticks + (ticks >= value)
    return ticks
