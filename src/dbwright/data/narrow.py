"""Small domains: columns with so few values that a key with them must be chosen as a combination."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import numpy as np

from dbwright.data.constants import UnreadableError
from dbwright.data.dataset import Column, empty_data
from dbwright.data.domains import ENUMERABLE, Domain
from dbwright.data.kinds import Family
from dbwright.data.patterns import language_of, like_pattern
from dbwright.data.plans import TablePlan
from dbwright.data.relations import Relation
from dbwright.data.spelling import Listed

ROOM = 2
"""A column is wide where its domain has this many values for each row."""
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def narrow_relation(plan: TablePlan, name: str, count: int) -> Relation | None:
    """Return every value of a column as candidates, or None where some alternative has enough for a key."""
    found: dict[object, None] = {}
    for scenario in plan.scenarios:
        values = narrow_values(scenario.domains[name], count)
        if values is None:
            return None
        found.update(dict.fromkeys(values))
    kind = plan.kinds[name]
    if not kind.family.is_ordered and kind.family is not Family.UUID:
        spelling = Listed(tuple(str(v) for v in found))
        return Relation({name: Column(kind, np.arange(len(found)), spelling=spelling)}, len(found))
    data = empty_data(kind, len(found))
    for place, value in enumerate(found):
        data[place] = UUID(str(value)).bytes if kind.family is Family.UUID else value
    return Relation({name: Column(kind, data)}, len(found))


def narrow_values(domain: Domain, count: int) -> tuple[object, ...] | None:
    """Return every value of a domain that has not enough for a key of `count` rows; None where it has."""
    values = _values(key_domain(domain), count * ROOM)
    return values if values is not None and len(values) < count * ROOM else None


def key_domain(domain: Domain) -> Domain:
    """Return the domain that a key uses: numbers from 1 on where the type alone would let them be negative."""
    if domain.kind.family is Family.WHOLE and domain.low == domain.kind.low and (domain.high or 0) > 1:
        return replace(domain, low=1)
    return domain


def _values(domain: Domain, enough: int) -> tuple[object, ...] | None:
    """Every value of a small domain, in order; None where there are enough or they cannot be listed."""
    if domain.kind.family is not Family.TEXT or domain.allowed is not None:
        size = domain.size
        return None if size is None or size >= enough else domain.enumerate()
    return _texts(domain, enough)


def _texts(domain: Domain, enough: int) -> tuple[str, ...] | None:
    size, text = small_language(domain)
    return tuple(text(k) for k in range(size)) if size < min(enough, ENUMERABLE) else None


def small_language(domain: Domain) -> tuple[int, Callable[[int], str]]:
    """Return how many texts a domain has and the k-th of them; the size is large where nothing limits them."""
    positive = positive_patterns(domain)
    if not positive:
        return _short_words(domain.longest)
    try:
        language = language_of(positive[0], domain.shortest, domain.longest)
    except UnreadableError:
        return ENUMERABLE, str
    return (ENUMERABLE, str) if language.open_end else (language.size, language.text)


def positive_patterns(domain: Domain) -> list[str]:
    """Return the regular expressions that a text must match."""
    found = [p for operator, p in domain.patterns if operator in ("~", "~*")]
    return found + [like_pattern(p) for operator, p in domain.patterns if operator in ("~~", "~~*")]


def _short_words(longest: int | None) -> tuple[int, Callable[[int], str]]:
    if longest is None or longest > 3:
        return ENUMERABLE, str
    base = len(LETTERS)
    return base**longest, lambda k: "".join(LETTERS[k // base**i % base] for i in range(longest))
