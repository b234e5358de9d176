"""What rows choose from: the rows of a parent, or the values of a small domain, as candidates that can be matched.

Candidates for several references of a row must agree in the columns that the references share, such as the tenant.
`reduce` removes candidates that no other reference could agree with (semi-join reduction: Bernstein & Chiu, "Using
semi-joins to solve relational queries", JACM 28, 1981), so that choosing one after the other never leads nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dbwright.data.choosing import Array, Flags, Integers
from dbwright.data.dataset import Column
from dbwright.data.domains import Domain
from dbwright.data.kinds import NUMBERS


@dataclass(frozen=True)
class Relation:
    """Candidates: their values by the column of the choosing table."""

    columns: Mapping[str, Column]
    count: int

    def keep(self, rows: Flags) -> Relation:
        """Return only the candidates that are flagged."""
        if rows.all():
            return self
        return Relation({n: c.take(rows) for n, c in self.columns.items()}, int(rows.sum()))

    def project(self, names: Sequence[str]) -> Relation:
        """Return the distinct candidates over some columns."""
        kept = [self.columns[n] for n in names]
        if not self.count or len(names) == len(self.columns):
            return Relation({n: self.columns[n] for n in names}, self.count)
        first = np.unique(codes([kept])[0], return_index=True)[1]
        first.sort()
        return Relation({n: self.columns[n].take(first) for n in names}, len(first))


@dataclass(frozen=True)
class Match:
    """For each asking row the matching candidates: `order[start : start + count]`, but those from `gap` on later."""

    order: Integers
    start: Integers
    count: Integers
    gap: Integers
    width: Integers

    def candidate(self, places: Integers) -> Integers:
        """Return the candidate at a place among those of each row; the count of the row must not be 0."""
        places = places + np.where(places >= self.gap, self.width, 0)
        return np.take(self.order, self.start + places, mode="clip")


def codes(sides: Sequence[Sequence[Column]]) -> list[Integers]:
    """Return for each side, a list of columns, one number a row; rows with equal values get equal numbers."""
    lengths = [len(side[0]) if side else 0 for side in sides]
    combined: Integers | None = None
    for columns in zip(*sides, strict=True):
        for parts in zip(*_alike(columns), strict=True):
            number = _numbered(np.concatenate(parts))
            most = int(number.max(initial=0))
            combined = number if combined is None else _numbered(combined * (most + 1) + number)
    if combined is None:
        combined = np.zeros(sum(lengths), np.int64)
    return [np.asarray(c) for c in np.split(combined, np.cumsum(lengths)[:-1])]


def _numbered(values: Array) -> Integers:
    """The rank of each value among the different ones."""
    if values.dtype.kind == "S" and values.dtype.itemsize == 16:
        return _numbered_pairs(np.ascontiguousarray(values).view(np.uint64).reshape(len(values), 2))
    return np.asarray(np.unique(values, return_inverse=True)[1].reshape(-1))


def _numbered_pairs(words: Array) -> Integers:
    """Like `_numbered` for 16 bytes: numbers sort ten times as fast as strings, and one half mostly tells enough."""
    _, first, number = np.unique(words[:, 1], return_index=True, return_inverse=True)
    number = number.reshape(-1)
    if (words[first[number], 0] == words[:, 0]).all():
        return np.asarray(number)
    other = np.unique(words[:, 0], return_inverse=True)[1].reshape(-1)
    return _numbered(number * (int(other.max(initial=0)) + 1) + other)


def _alike(columns: Sequence[Column]) -> list[list[Array]]:
    """The arrays that tell values apart, in one unit: 1 and 1.00 are the same key."""
    columns = _alike_spelt(columns)
    parts = [c.parts() for c in columns]
    finest = max(c.kind.decimals for c in columns)
    if all(c.kind.family in NUMBERS for c in columns):
        return [[a * 10 ** (finest - c.kind.decimals) for a in p] for c, p in zip(columns, parts, strict=True)]
    return parts


def _alike_spelt(columns: Sequence[Column]) -> Sequence[Column]:
    """The columns with numbers that mean the same: those of different spellings are spelt out."""
    if all(c.spelling == columns[0].spelling for c in columns):
        return columns
    return [Column(c.kind, c.spelt, c.nulls) for c in columns]


def match(asking: Sequence[Column], offered: Sequence[Column], count: int, candidates: int) -> Match:
    """Find for each of `count` rows the candidates with equal values; with no columns every candidate matches."""
    if not asking:
        all_of_them = np.full(count, candidates, np.int64)
        return Match(
            np.arange(candidates), np.zeros(count, np.int64), all_of_them, all_of_them, np.zeros(count, np.int64)
        )
    mine, theirs = _few(asking, offered) or codes([asking, offered])
    order = np.argsort(theirs, kind="stable")
    # Each group of candidates stands together: where it begins and how many it has is one look-up a row.
    size = np.bincount(theirs, minlength=int(mine.max(initial=-1)) + 1)
    start = (np.cumsum(size) - size)[mine]
    found = size[mine]
    return Match(order, start, found, found, np.zeros_like(found))


def _few(asking: Sequence[Column], offered: Sequence[Column]) -> tuple[Integers, Integers] | None:
    """The codes of many uuids that are looked up among few, such as tenants: without sorting the many. None if not."""
    if len(asking) != 1 or asking[0].data.dtype != "S16" or len(offered[0]) * FEWER > len(asking[0]):
        return None
    mine, theirs = (np.ascontiguousarray(c[0].data).view(np.uint64).reshape(-1, 2) for c in (asking, offered))
    known, first, number = np.unique(theirs[:, 1], return_index=True, return_inverse=True)
    number = number.reshape(-1)
    if not len(known) or not (theirs[first[number], 0] == theirs[:, 0]).all():
        return None
    place = np.minimum(np.searchsorted(known, mine[:, 1]), len(known) - 1)
    there = (known[place] == mine[:, 1]) & (theirs[first[place], 0] == mine[:, 0])
    return np.where(there, place, len(known)), number


FEWER = 8
"""How many times fewer candidates than rows make a look-up cheaper than sorting all of them together."""


def match_apart(
    asking: Sequence[Column], offered: Sequence[Column], mine: Column, operator: str, theirs: Column
) -> Match:
    """Find the candidates with equal values whose own value `theirs` compares with the row's value `mine` as told.

    `operator` reads `theirs operator mine`.
    """
    count, candidates = len(mine), len(theirs)
    groups, offers = codes([asking, offered]) if asking else [np.zeros(n, np.int64) for n in (count, candidates)]
    value, offer = codes([[mine], [theirs]])
    width = int(max(value.max(initial=0), offer.max(initial=0))) + 1
    order = np.lexsort((offer, offers))
    ranked = offers[order] * width + offer[order]
    start, stop = np.searchsorted(ranked, groups * width), np.searchsorted(ranked, (groups + 1) * width)
    low = np.searchsorted(ranked, groups * width + value, "left")
    high = np.searchsorted(ranked, groups * width + value, "right")
    if operator == "<>":
        return Match(order, start, stop - start - (high - low), low - start, high - low)
    if operator in (">", ">=", "="):
        start = high if operator == ">" else low
    if operator in ("<", "<=", "="):
        stop = low if operator == "<" else high
    return Match(order, start, stop - start, stop - start, np.zeros_like(start))


def candidates_for(
    given: Mapping[str, Column], relation: Relation, count: int, apart: Sequence[tuple[str, str, str]] = ()
) -> Match:
    """Find the candidates of each row: equal in shared columns, and as `apart` (given, operator, own column) says."""
    shared = common(given, relation.columns)
    asking, offered = [given[n] for n in shared], [relation.columns[n] for n in shared]
    for mine, operator, own in apart:
        if mine in given and own in relation.columns and own not in shared:
            return match_apart(asking, offered, given[mine], operator, relation.columns[own])
    return match(asking, offered, count, relation.count)


def common(left: Mapping[str, Column], right: Mapping[str, Column]) -> list[str]:
    """Return the columns that both sides have, in the order of the left."""
    return [name for name in left if name in right]


def reduce(relations: list[Relation]) -> list[Relation]:
    """Return the relations without candidates that share a column with another relation and match nothing there."""
    reduced = list(relations)
    changed = True
    while changed:
        changed = False
        for i, relation in enumerate(reduced):
            for other in reduced:
                shared = common(relation.columns, other.columns) if other is not relation else []
                if not shared or not relation.count:
                    continue
                found = match([relation.columns[n] for n in shared], [other.columns[n] for n in shared], 0, other.count)
                kept = relation.keep(found.count > 0)
                changed |= kept.count != relation.count
                relation = reduced[i] = kept
    return reduced


def inside(column: Column, domain: Domain) -> Flags:
    """Return which values a domain contains, looking at each different value once."""
    if domain.allowed is None and not domain.excluded and domain.low is None and domain.high is None:
        return np.ones(len(column), np.bool_)
    if column.data.ndim > 1:
        return np.ones(len(column), np.bool_)
    values, number = np.unique(column.data, return_inverse=True)
    ordered = column.kind.family.is_ordered
    kept = [domain.contains(int(v) if ordered else str(column.python(v))) for v in values]
    return np.asarray(kept, np.bool_)[number.reshape(-1)]
