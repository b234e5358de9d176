"""What a new row may still take: combinations and candidates of a unique set that no row of the table has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from dbwright.data.choosing import Array, spread
from dbwright.data.dataset import Column, Rows
from dbwright.data.drafts import Draft
from dbwright.data.relations import Relation, candidates_for
from dbwright.data.uniqueness import UniqueSet

Values = tuple[object, ...]
MIDDLE = np.asarray([1_618_033])
"""Where the order begins in which combinations are looked at."""


def key_values(rows: Rows, columns: Sequence[str]) -> set[Values]:
    """Return the values of some columns in every row, as the raw data that tells them apart."""
    parts = [part.tolist() for name in columns for part in _parts(rows.columns[name])]
    return set(zip(*parts, strict=True))


def choose_unused(draft: Draft, key: UniqueSet, factors: Sequence[Relation]) -> bool:
    """Fill the one row of a draft with a combination that no row has, the salt telling which; False if none is left."""
    assert draft.existing is not None
    used = key_values(draft.existing, key.columns)
    free = (
        found
        for found in _combinations(draft, dict(draft.columns), factors)
        if raw_values(found, key.columns) not in used
    )
    chosen = next(islice(free, draft.salt, None), None)
    for name, column in (chosen or {}).items():
        draft.put(name, column)
    return chosen is not None


def _combinations(draft: Draft, given: dict[str, Column], factors: Sequence[Relation]) -> Iterator[dict[str, Column]]:
    if not factors:
        yield given
        return
    found = candidates_for(given, factors[0], 1, draft.plan.apart)
    # In a mixed order, so that what is free comes up soon wherever it lies.
    for place in spread(np.arange(found.count[0]), found.count, MIDDLE):
        row = found.candidate(np.asarray([place]))
        more = {n: c.take(row) for n, c in factors[0].columns.items() if n not in given}
        yield from _combinations(draft, {**given, **more}, factors[1:])


def raw_values(columns: Mapping[str, Column], names: Sequence[str]) -> Values:
    """Return the raw values of the first row in some columns, as `key_values` has them."""
    return tuple(part.tolist()[0] for name in names for part in _parts(columns[name]))


def _parts(column: Column) -> list[Array]:
    return Column(column.kind, column.spelt).parts()
