"""Values of a column for itself: nothing here looks at another column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from dbwright.data import vocabulary as words
from dbwright.data.choosing import Array, Integers, Stream, mix
from dbwright.data.dataset import Column
from dbwright.data.documents import make_documents
from dbwright.data.domains import Domain
from dbwright.data.drafts import Draft
from dbwright.data.encoding import python_value
from dbwright.data.hints import Hints
from dbwright.data.kinds import DAY_TICKS, Family, Kind
from dbwright.data.narrow import key_domain
from dbwright.data.plans import TablePlan
from dbwright.data.spelling import Listed, Noise, Plain, Spelling
from dbwright.data.styles import TextColumn
from dbwright.data.texts import listed_texts, make_texts
from dbwright.data.windows import window_of

PLACES = ((13.4, 52.5), (2.35, 48.86), (-0.13, 51.5), (-74.0, 40.7), (-122.4, 37.8), (139.7, 35.7), (77.2, 28.6))
"""Longitude and latitude of cities around which positions lie."""
MASK_62 = (1 << 62) - 1
LISTS, WRITTEN = 500, 200
"""Different arrays, and values of types that are only written, in a column where they may repeat."""


@dataclass(frozen=True)
class Single:
    """A column whose values stand alone: its plan, name, domain, and what access patterns look for."""

    plan: TablePlan
    name: str
    domain: Domain
    hints: Hints


@dataclass(frozen=True)
class Made:
    """Values as a column holds them, and whether the rules of the column accept them as far as they can be read."""

    data: Array
    spelling: Spelling | None = None
    accepted: bool = True


def make_single(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Made:
    """Return values of an unordered kind; with numbers, different numbers give different values."""
    kind = single.domain.kind
    match kind.family:
        case Family.TEXT:
            return _texts(single, stream, count, numbers)
        case Family.UUID:
            return Made(_uuids(single, stream, count, numbers))
        case Family.JSON:
            return _documents(single, stream, count, numbers)
        case Family.BYTES:
            return _bytes(single.domain, stream, count, numbers)
        case Family.LIST:
            return _lists(single, stream, count, numbers)
        case Family.RANGE:
            return Made(_ranges(single, stream, count, numbers))
        case Family.POSITION:
            return Made(_positions(stream, count, numbers))
    if single.domain.allowed is not None:
        return Made(*listed_texts(single.domain, stream, count, numbers))
    return _written(kind, stream, count, numbers)


def _texts(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Made:
    plan, table = single.plan, single.plan.table.name
    source = plan.source(single.name).source
    people = any(c.source is not None and c.source.personal == "name" for c in plan.table.columns)
    column = TextColumn(
        name=single.name,
        personal=str(source.personal) if source else "",
        example=str(source.example) if source else "",
        about_people=people,
        phrases=single.hints.phrases_of(table),
        values=single.hints.values_of(table, single.name),
        avoid=frozenset(single.hints.inserted.get((table, single.name), ())),
    )
    (places, spelling), accepted = make_texts(column, single.domain, stream, count, numbers)
    return Made(places, spelling, accepted)


def _uuids(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Array:
    """Uuids as RFC 9562 writes them: version 7 where the default makes such, else version 4; all different."""
    if single.domain.allowed is not None:
        listed = [UUID(str(v)).bytes for v in single.domain.listed()]
        places = stream.skewed(len(listed), count) if numbers is None else numbers % len(listed)
        return np.asarray(listed, "S16")[places]
    places = stream.below(max(20, count // 4), count) if numbers is None else numbers
    salt = np.frombuffer(stream_salt(single).to_bytes(8, "little"), np.uint64)[0]
    # Multiplying by an odd number is a bijection of 62 bits, so different numbers stay different.
    low = (places.astype(np.uint64) * np.uint64(0x2545F4914F6CDD1D) + salt) & np.uint64(MASK_62)
    high = mix(places.astype(np.uint64) ^ salt)
    if "uuidv7" in single.plan.source(single.name).default:
        first, last = single.plan.window
        moments = (first + places * max(1, (last - first) // (places.max(initial=0) + 1))) // 1000
        high = (moments.astype(np.uint64) << np.uint64(16)) | np.uint64(0x7000) | (high & np.uint64(0x0FFF))
    else:
        high = (high & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(0x4000)
    words_ = np.stack([high, low | np.uint64(1 << 63)], axis=1).astype(">u8")
    return np.frombuffer(words_.tobytes(), "S16")


def stream_salt(single: Single) -> int:
    """Return 62 bits that tell columns apart, so that equal numbers give different uuids in different columns."""
    floats = Stream("uuid", single.plan.table.name, single.name).floats(2)
    return int(floats[0] * 2**31) << 31 | int(floats[1] * 2**31)


def _documents(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Made:
    if numbers is not None:
        return Made(numbers, Plain('{{"number": {}}}'.format))
    wanted = single.hints.documents_of(single.plan.table.name, single.name)
    default = single.plan.source(single.name).default
    return Made(*make_documents(single.name, stream, count, wanted, single.domain.json_type, default))


def _bytes(domain: Domain, stream: Stream, count: int, numbers: Integers | None) -> Made:
    """Byte strings of the longest allowed length, at most 32."""
    size = max(domain.shortest, min(32, domain.longest if domain.longest is not None else 32))
    return Made(stream.below(2**31, count) if numbers is None else numbers, Noise(size))


def _lists(single: Single, stream: Stream, count: int, numbers: Integers | None) -> Made:
    domain, kind = single.domain, single.domain.kind.item
    assert kind is not None
    if numbers is not None and kind.family is Family.WHOLE:
        return Made(numbers, Plain(lambda k: (k,)))
    most = min(domain.longest if domain.longest is not None else max(4, domain.shortest), domain.shortest + 6)
    lengths = stream.below(max(1, most - domain.shortest + 1), LISTS) + domain.shortest
    total = int(lengths.sum())
    if domain.within is not None:
        items = [domain.within[p] for p in stream.below(len(domain.within), total).tolist()]
    else:
        items = _items(single, kind, stream, total)
    ends = np.cumsum(lengths).tolist()
    pool = tuple(tuple(items[end - length : end]) for end, length in zip(ends, lengths.tolist(), strict=True))
    return Made(stream.below(LISTS, count), Listed(pool))


def _items(single: Single, kind: Kind, stream: Stream, count: int) -> list[object]:
    """Elements of arrays; they are made like a column of their type."""
    if kind.family is Family.TEXT and not kind.labels:
        return [words.TOPICS[p] for p in stream.skewed(len(words.TOPICS), count).tolist()]
    inner = Domain(kind, False, kind.low, kind.high, allowed=kind.labels or None, longest=kind.longest)
    if kind.family.is_ordered:
        ticks = _sample(window_of(single.plan, single.name, inner).low, 1_000, stream, count)
        return [python_value(kind, t) for t in ticks]
    made = make_single(Single(single.plan, single.name, inner, Hints()), stream, count, None)
    return list(Column(kind, made.data, spelling=made.spelling))


def _sample(low: int, span: int, stream: Stream, count: int) -> Integers:
    return low + stream.below(span, count)


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


def _written(kind: Kind, stream: Stream, count: int, numbers: Integers | None) -> Made:
    """Values of types that are only written as text."""
    places = stream.below(WRITTEN, count) if numbers is None else numbers
    if kind.name == "vector":
        return Made(places, Plain(lambda k: _vector(kind.longest or 3, k)))
    return Made(places, Plain(_FORMS[kind.name]))


def _vector(size: int, number: int) -> str:
    return "[" + ",".join(f"{(number * 31 + i * 17) % 199 / 100 - 1:.2f}" for i in range(size)) + "]"


_FORMS: dict[str, Callable[[int], str]] = {
    "inet": lambda k: f"192.0.2.{k % 254 + 1}" if k < 254 else f"2001:db8::{k >> 16 & 0xFFFF:x}:{k & 0xFFFF:x}",
    "cidr": lambda k: f"10.{k >> 8 & 255}.{k & 255}.0/24",
    "macaddr": lambda k: f"02:00:{k >> 24 & 255:02x}:{k >> 16 & 255:02x}:{k >> 8 & 255:02x}:{k & 255:02x}",
    "ltree": lambda k: f"{words.TOPICS[k % len(words.TOPICS)]}.n{k}",
    "hstore": lambda k: f'"number"=>"{k}"',
    "xml": lambda k: f"<item>{k}</item>",
    "tsvector": lambda k: f"{words.NOUNS[k % len(words.NOUNS)]} {words.TOPICS[k % len(words.TOPICS)]} n{k}",
    "money": lambda k: f"{k}.00",
    "timetz": lambda k: f"{8 + k % 12:02}:{k % 60:02}:00+00",
}


def distinct_ticks(
    draft: Draft, name: str, domain: Domain, numbers: Integers | None, stream: Stream, count: int
) -> Integers:
    """Return ticks of an ordered column: one of its own for each number, or any where there are no numbers."""
    domain = key_domain(domain)
    window = window_of(draft.plan, name, domain)
    if numbers is None:
        return window.low + stream.skewed(window.high - window.low + 1, count, window.power)
    if domain.allowed is not None:
        return np.asarray(domain.listed(), np.int64)[numbers % len(domain.listed())]
    if domain.kind.family is Family.INSTANT:
        return _distinct_instants(window.low, window.high, numbers, draft.total)
    start = window.low if domain.kind.family is not Family.WHOLE else max(1, domain.low or 1)
    return _past(start + numbers, sorted(e for e in set(domain.excluded) if isinstance(e, int)))


def _distinct_instants(low: int, high: int, numbers: Integers, total: int) -> Integers:
    """Spread over the window in a mixed order, in steps that leave room for each number."""
    total = max(total, 1)
    rounds, place = np.divmod(numbers, total)
    step = max(1, (high - low) // total)
    mixed = (place * 2_147_483_647) % total
    return low + mixed * step + rounds


def _past(ticks: Integers, excluded: list[int]) -> Integers:
    for value in excluded:
        ticks = ticks + (ticks >= value)
    return ticks
