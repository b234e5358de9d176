"""The bones of a table's rows: which tenant, which parents, which combination of a key. No combination comes twice.

First the tenant, then the keys that are made of references and small domains, then the other references. Each step
only chooses among candidates that agree with what is already there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dbwright.data.choosing import (
    Array,
    Integers,
    Stream,
    fingerprint,
    floor_times,
    mix,
    number_within,
    ranked,
    shares,
    spread,
    zipf,
)
from dbwright.data.dataset import Column
from dbwright.data.drafts import Draft
from dbwright.data.narrow import narrow_relation
from dbwright.data.plans import TablePlan
from dbwright.data.relations import Match, Relation, candidates_for, codes, match, reduce
from dbwright.data.uniqueness import UniqueSet
from dbwright.data.unused import choose_unused
from dbwright.data.wishes import wish_of

MOST_ROOM = 2.0**31 - 2
"""Combinations beyond which nobody counts; below the prime of `spread`."""

FEW = 16
"""Combinations of which all may be taken; of more, an eighth is left for rows to come."""

NarrowKey = tuple[UniqueSet, list[Relation]]
"""A unique set that no column of its own can keep unique, and what its columns are chosen from."""


def lay_out(draft: Draft, early: Mapping[str, Relation], tenants: Relation | None) -> None:
    """Fill the columns of tenant, early references and narrow keys; drop rows for which there is no candidate."""
    names = list(early)
    relations = dict(zip(names, reduce([early[n] for n in names]), strict=True))
    sets = narrow_keys(draft.plan, relations, draft.planned)
    if tenants is not None:
        _choose_tenants(draft, tenants, relations, sets)
    for key, factors in sets:
        if not draft.count:
            return
        _choose_key(draft, key, [f for f in factors if set(f.columns) - draft.columns.keys()])
    for name, relation in relations.items():
        _choose_parent(draft, relation, name)
    for key, _ in sets:
        if set(key.columns) <= draft.columns.keys():
            _keep_first(draft, key)


def narrow_keys(plan: TablePlan, relations: Mapping[str, Relation], count: int) -> list[NarrowKey]:
    """Return the unique sets of a table that must be chosen as combinations, in the order of the table."""
    found = []
    for key in plan.keys:
        factors = _factors(plan, key, relations, count) if key.where is None else None
        if factors is not None:
            found.append((key, factors))
    return found


def _factors(plan: TablePlan, key: UniqueSet, relations: Mapping[str, Relation], count: int) -> list[Relation] | None:
    scope = {plan.table.tenant_column} & plan.kinds.keys()
    covered = scope & set(key.columns)
    factors: list[Relation] = []
    for name in key.columns:
        if name in covered:
            continue
        factor = _factor(plan, key, name, relations, scope, count)
        if factor is None:
            return None
        factors.append(factor)
        covered |= set(factor.columns)
    return factors


def _factor(
    plan: TablePlan, key: UniqueSet, name: str, relations: Mapping[str, Relation], scope: set[str], count: int
) -> Relation | None:
    """What one column of a key is chosen from: a reference cut to the key's columns, or a small domain."""
    offers = [r for r in relations.values() if name in r.columns]
    if offers:
        best = max(offers, key=lambda r: len(set(r.columns) & set(key.columns)))
        return best.project([c for c in best.columns if c in key.columns or c in scope])
    if any(name in r.columns for r in plan.references):
        return None
    return narrow_relation(plan, name, count)


def _choose_tenants(
    draft: Draft, tenants: Relation, relations: Mapping[str, Relation], sets: Sequence[NarrowKey]
) -> None:
    """Give each tenant its share of the rows, skewed, as far as its parents have room for that many."""
    name = draft.plan.table.tenant_column
    column = tenants.columns[name]
    caps = np.full(tenants.count, draft.count, np.int64)
    for relation in relations.values():
        if name in relation.columns:
            there = match([column], [relation.columns[name]], tenants.count, relation.count).count
            caps = np.where(there > 0, caps, 0)
    for key, factors in sets:
        if name in key.columns:
            caps = np.minimum(caps, _spared(_room(draft.plan, {name: column}, factors, tenants.count)))
    given = shares(draft.count, zipf(tenants.count, draft.plan.tenant_skew), caps)
    chosen = np.repeat(np.arange(tenants.count), given)
    draft.shrink_to(len(chosen), name)
    draft.put(name, column.take(chosen[draft.stream("tenant").order(len(chosen))]))


def _room(plan: TablePlan, given: Mapping[str, Column], factors: Sequence[Relation], count: int) -> Integers:
    """How many combinations of the factors there are for each row of `given`."""
    room = np.ones(count)
    for factor in factors:
        room = np.minimum(room * candidates_for(given, factor, count, plan.apart).count, MOST_ROOM)
    return room.astype(np.int64)


def _spared(room: Integers) -> Integers:
    """How many of some combinations rows may take, so that a further row still finds one."""
    return np.where(room < FEW, room, room - room // 8)


def _choose_key(draft: Draft, key: UniqueSet, factors: list[Relation]) -> None:
    """Choose the columns of a narrow key together: the first with skew and caps, the rest by a permutation."""
    if draft.existing is not None:
        if factors and not choose_unused(draft, key, factors):
            draft.drop(np.zeros(draft.count, np.bool_), _no_more(key.columns))
        return
    determined = {c for c in key.columns if c in draft.columns}
    if factors and determined <= {draft.plan.table.tenant_column}:
        # What is declared to be uneven can only be so while there is a choice.
        factors = sorted(factors, key=lambda f: draft.plan.skew(set(f.columns) - draft.columns.keys()) is None)
        _choose_first(draft, key, factors[0], factors[1:])
        factors = factors[1:]
    if factors:
        _choose_rest(draft, key, factors)


def _keep_first(draft: Draft, key: UniqueSet) -> None:
    """Two keys over the same references can leave less room than each has by itself: no combination twice."""
    number = number_within(codes([[draft.columns[c] for c in key.columns]])[0])
    draft.drop(number == 0, _no_more(key.columns))


def _choose_first(draft: Draft, key: UniqueSet, first: Relation, rest: Sequence[Relation]) -> None:
    """Spread the rows over the candidates by chance, or as unevenly as the design declares.

    None is taken more often than the rest has combinations for it.
    """
    found = candidates_for(draft.columns, first, draft.count)
    room = _room(draft.plan, first.columns, rest, first.count)
    chosen = np.full(draft.count, -1, np.int64)
    stream = draft.stream("first", key.name)
    exponent = draft.plan.skew(set(first.columns) - draft.columns.keys())
    for start in np.unique(found.start[found.count > 0]):
        rows = np.flatnonzero((found.start == start) & (found.count > 0))
        places = found.order[start : start + found.count[rows[0]]]
        places = places[stream.order(len(places))]
        most = min(len(rows), int(_spared(np.asarray([room[places].sum()]))[0]))
        picked = np.repeat(places, _by_chance(stream, most, room[places], exponent))
        chosen[rows[: len(picked)]] = picked[stream.order(len(picked))]
    draft.drop(chosen >= 0, _no_more(key.columns))
    _fill(draft, first, chosen[chosen >= 0])


def _by_chance(stream: Stream, total: int, caps: Integers, exponent: float | None) -> Integers:
    """Return how often each of some candidates is drawn; what is drawn beyond a cap goes to those with room."""
    drawn = stream.below(len(caps), total) if exponent is None else ranked(stream.floats(total), len(caps), exponent)
    given = np.minimum(np.bincount(drawn, minlength=len(caps)), caps)
    return given + shares(total - int(given.sum()), np.ones(len(caps)), caps - given)


def _choose_rest(draft: Draft, key: UniqueSet, factors: Sequence[Relation]) -> None:
    """Number the rows that agree in the key so far, and let a permutation of the product name each one's rest."""
    determined = [draft.columns[c] for c in key.columns if c in draft.columns]
    groups = codes([determined])[0] if determined else np.zeros(draft.count, np.int64)
    number = number_within(groups)
    matches = [candidates_for(draft.columns, f, draft.count, draft.plan.apart) for f in factors]
    room = np.ones(draft.count)
    for found in matches:
        room = np.minimum(room * np.maximum(found.count, 0), MOST_ROOM)
    capacity = room.astype(np.int64)
    place = spread(number, capacity, starts(draft, key.name, determined))
    for factor, found in zip(factors, matches, strict=True):
        place, digit = np.divmod(place, np.maximum(found.count, 1))
        _fill(draft, factor, found.candidate(digit))
    draft.drop(number < capacity, _no_more(key.columns))


def starts(draft: Draft, name: str, determined: Sequence[Column]) -> Integers:
    """Return where the permutation of each row's group begins: mixed from the values, so that groups differ."""
    bits: Array = np.full(draft.count, fingerprint(np.asarray([f"{draft.seed}/{name}"], object))[0], np.uint64)
    for column in determined:
        for part in column.parts():
            bits = mix(bits ^ fingerprint(part))
    return (bits >> np.uint64(33)).astype(np.int64)


def _choose_parent(draft: Draft, relation: Relation, name: str) -> None:
    """Choose the parent of a reference that no key has settled; rows that no parent agrees with are dropped."""
    reason = f"no row of a parent agrees in ({', '.join(relation.columns)})"
    if not relation.count:
        draft.drop(np.zeros(draft.count, np.bool_), reason)
        _fill(draft, relation, np.zeros(0, np.int64))
        return
    found = candidates_for(draft.columns, relation, draft.count, draft.plan.apart)
    if relation.columns.keys() - draft.columns.keys():
        _fill(draft, relation, found.candidate(choose_places(draft, "parent", name, relation, found)))
    draft.drop(found.count > 0, reason)


def choose_places(draft: Draft, purpose: str, name: str, relation: Relation, found: Match) -> Integers:
    """Return which of its candidates each row takes: by chance, or as unevenly as the design declares."""
    chance = draft.stream(purpose, name).floats(draft.count)
    open_columns = [n for n in relation.columns if n not in draft.columns]
    exponent = draft.plan.skew(open_columns)
    if exponent is not None:
        return ranked(chance, found.count, exponent)
    wishes = [wish_of(draft.plan.table, draft.plan.source(n), draft.count, 0.0) for n in open_columns]
    wish = next((w for w in wishes if w.says), None)
    if wish is None:
        return floor_times(chance, found.count)
    numbers = draft.first + np.arange(draft.count)
    if (found.count == found.count[:1]).all():
        return np.maximum(wish.draw(chance, numbers, wish.others(int(found.count[0]))), 0)
    return floor_times(chance, found.count)


def _fill(draft: Draft, relation: Relation, candidates: Integers) -> None:
    """Put in what the chosen candidates say about columns that are not filled yet."""
    rows = candidates if relation.count else np.zeros(0, np.int64)
    for name, column in relation.columns.items():
        if name not in draft.columns:
            draft.put(name, column.take(rows))


def _no_more(columns: Sequence[str]) -> str:
    return f"there are no more combinations of ({', '.join(columns)})"
