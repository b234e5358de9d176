"""References that may be empty, close a cycle, or lead to the table itself: filled when all keys are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dbwright.data.choosing import Flags, Integers, number_within, spread
from dbwright.data.dataset import Column
from dbwright.data.drafts import Draft
from dbwright.data.plans import Reference
from dbwright.data.relations import Match, Relation, candidates_for, codes, common
from dbwright.data.skeleton import choose_places, starts
from dbwright.data.uniqueness import UniqueSet
from dbwright.data.unused import key_values, raw_values
from dbwright.sizing.presumed import presumed_nulls
from dbwright.sizing.sites import declared


def link(draft: Draft, reference: Reference, relation: Relation) -> None:
    """Fill the columns of a reference that are not filled yet: a candidate that agrees with the row, or null."""
    open_columns = [c for c in reference.columns if c not in draft.columns]
    if not open_columns:
        return
    key = _completed_key(draft, reference)
    found = _candidates(draft, reference, relation, distinct=key is not None)
    if key is not None:
        place, fits = _distinct_places(draft, reference, key, relation, found)
    elif _is_own(draft, reference):
        place, fits = draft.stream("link", reference.name).below(found.count, draft.count), found.count > 0
    else:
        place = choose_places(draft, "link", reference.name, relation, found)
        fits = found.count > 0
    gone = ~fits | _wanted_empty(draft, reference, open_columns)
    rows = found.candidate(place) if relation.count else np.zeros(draft.count, np.int64)
    for name in open_columns:
        draft.put(name, _taken(draft, relation, name, rows, gone))


def leave_empty(draft: Draft, reference: Reference, relation: Relation) -> None:
    """Empty an optional reference whose columns others have filled so that together they lead nowhere.

    It can only happen where references share columns; null in one of them satisfies them all (PostgreSQL manual,
    "Foreign Keys": match simple).
    """
    optional = [c for c in reference.columns if not draft.plan.is_required(c)]
    if not optional or reference.soft or not set(reference.columns) <= draft.columns.keys():
        return
    empty = np.zeros(draft.count, np.bool_)
    for name in reference.columns:
        empty |= draft.columns[name].missing()
    own = {name: draft.columns[name] for name in reference.columns}
    lost = ~empty & (candidates_for(own, relation, draft.count).count == 0)
    if lost.any():
        column = draft.columns[optional[-1]]
        draft.put(optional[-1], replace(column, nulls=column.missing() | lost))


def _is_own(draft: Draft, reference: Reference) -> bool:
    return reference.target == draft.plan.table.name


def _candidates(draft: Draft, reference: Reference, relation: Relation, distinct: bool) -> Match:
    found = candidates_for(draft.columns, relation, draft.count, draft.plan.apart)
    if not _is_own(draft, reference) or draft.existing is not None:
        return found
    operator = _compared_with_itself(draft, reference)
    if operator in ("<", ">") and reference.required:
        # Of finitely many rows one is the least: nothing is left for it, nor then for those that lead to it.
        return replace(found, count=np.zeros_like(found.count))
    if operator in ("", "<>"):
        return _earlier(draft, reference, relation, ring=distinct or operator == "<>", others=operator == "<>")
    return found


def _compared_with_itself(draft: Draft, reference: Reference) -> str:
    """The operator by which a check compares the key of a row with that of the row it refers to, nothing for none."""
    pairs = set(zip(reference.columns, reference.target_columns, strict=True))
    return next((operator for given, operator, own in draft.plan.apart if (own, given) in pairs), "")


def _earlier(draft: Draft, reference: Reference, relation: Relation, ring: bool, others: bool) -> Match:
    """The earlier rows of the group of each row, so that no chain ever closes.

    The first one of a required reference refers to itself, in a `ring` to the last one; with `others` never to itself.
    """
    shared = common(draft.columns, relation.columns)
    groups = codes([[draft.columns[n] for n in shared]])[0] if shared else np.zeros(draft.count, np.int64)
    earlier = number_within(groups)
    plain = candidates_for(draft.columns, relation, draft.count)
    first = (earlier == 0) & reference.required
    start = plain.start + np.where(first & ring, np.maximum(plain.count - 1, 0), 0)
    count = np.where(first, plain.count > others, earlier)
    return Match(plain.order, start, count, count + 1, np.zeros_like(count))


def _completed_key(draft: Draft, reference: Reference) -> UniqueSet | None:
    """The unique set that this reference completes and nothing else keeps unique."""
    open_columns = {c for c in reference.columns if c not in draft.columns}
    for key in draft.plan.keys:
        missing = set(key.columns) - draft.columns.keys()
        if missing and missing <= open_columns and not set(key.columns) & draft.distinct:
            return key
    return None


def _distinct_places(
    draft: Draft, reference: Reference, key: UniqueSet, relation: Relation, found: Match
) -> tuple[Integers, Flags]:
    """A different candidate for each row of a group, as long as there are any."""
    if draft.existing is not None:
        return _unused_place(draft, key, relation, found)
    if _is_own(draft, reference):
        return found.count - 1, found.count > 0
    determined = [draft.columns[c] for c in key.columns if c in draft.columns]
    groups = codes([determined])[0] if determined else np.zeros(draft.count, np.int64)
    number = _number_wanted_first(groups, draft.wanted)
    return spread(number, found.count, starts(draft, key.name, determined)), number < found.count


def _number_wanted_first(groups: Integers, wanted: Flags | None) -> Integers:
    """The rows of each group numbered, those to which others lead first: if some must go, it is the other ones."""
    if wanted is None:
        return number_within(groups)
    order = np.argsort(~wanted, kind="stable")
    number = np.empty_like(groups)
    number[order] = number_within(groups[order])
    return number


def _unused_place(draft: Draft, key: UniqueSet, relation: Relation, found: Match) -> tuple[Integers, Flags]:
    """The place of a candidate that no existing row has taken."""
    assert draft.existing is not None
    used = key_values(draft.existing, key.columns)
    free = []
    for place in range(int(found.count[0])):
        row = found.candidate(np.asarray([place]))
        columns = {**draft.columns, **{n: c.take(row) for n, c in relation.columns.items() if n not in draft.columns}}
        if raw_values(columns, key.columns) not in used:
            free.append(place)
    chosen = free[draft.salt : draft.salt + 1]
    return np.asarray(chosen or [0]), np.asarray([bool(chosen)])


def _wanted_empty(draft: Draft, reference: Reference, open_columns: list[str]) -> Flags:
    if reference.required:
        return np.zeros(draft.count, np.bool_)
    known = [n.value for c in open_columns if (n := declared(draft.plan.source(c)).nulls) is not None]
    optional = [presumed_nulls(c) for c in open_columns if not draft.plan.is_required(c)]
    share = known[0] if known else max(optional, default=0.0)
    empty = draft.stream("empty", reference.name).floats(draft.count) < share
    for scenario, rows in draft.scenarios():
        wishes = {scenario.domains[n].null for n in open_columns}
        if True in wishes:
            empty[rows] = True
        elif False in wishes:
            empty[rows] = False
    if any(draft.plan.is_required(n) for n in open_columns):
        empty[:] = False
    return empty


def _taken(draft: Draft, relation: Relation, name: str, rows: Integers, gone: Flags) -> Column:
    column = relation.columns[name]
    if not relation.count:
        data = np.zeros((draft.count, *column.data.shape[1:]), column.data.dtype)
        return Column(column.kind, data, np.ones(draft.count, np.bool_), column.spelling)
    return Column(column.kind, column.data[rows], gone if gone.any() else None, column.spelling)
