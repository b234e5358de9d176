"""Dependencies and unique column sets in data, with few columns on the left.

Pairs of rows that agree somewhere refute almost every candidate at once: a dependency holds in them only if whoever
agrees on the left agrees on the right. What they leave is counted exactly. The idea of comparing neighbours within the
groups of each column is that of HyFD (Papenbrock and Naumann, SIGMOD 2016).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dbwright.mining.columns import SAMPLED, Codes, Columns
from dbwright.records import record

PAIRS = 4_000
"""Pairs of rows that are compared for each column, of those that agree on it."""
LEAST_SUPPORT = 20
"""Repeated left sides below which a dependency says nothing."""
LARGEST_ERROR = 0.01
"""Share of rows that may break a dependency which is still told, as probably dirty data."""
MOST_UNIQUE_TRIES = 30
"""Column sets of two and more that are counted in search of unique ones."""
NEARLY_UNIQUE = 0.9
"""Share of different values above which a column makes any set unique, which says nothing about the others."""
Pairs = NDArray[np.bool_]
Watcher = Callable[[str], None]


@record(frozen=True)
class Found:
    """A dependency in data, by column numbers: rows that repeat a left side, and rows that break it."""

    determinant: tuple[int, ...]
    dependent: int
    repeated: int
    broken: int


@record(frozen=True)
class Discovery:
    """What a table's rows suggest: dependencies, those that few rows break, and sets of columns that never repeat."""

    holding: tuple[Found, ...]
    nearly: tuple[Found, ...]
    unique: tuple[tuple[int, ...], ...]


def discover(columns: Columns, most_left: int = 2, watch: Watcher = lambda _: None) -> Discovery:
    """Return all dependencies with at most `most_left` columns on the left whose left sides repeat often enough.

    Left out is what says nothing: columns with one value, left sides that never repeat, and dependencies that follow
    from one with fewer columns on the left.
    """
    varied = [a for a in range(len(columns)) if columns.distinct((a,)) > 1]
    if not varied:
        return Discovery((), (), ())
    watch("comparing rows")
    pairs = agreements(columns, varied)
    unique = tuple(_unique_sets(columns, varied, pairs, watch))
    holding: list[Found] = []
    nearly: list[Found] = []
    for determinant in _left_sides(varied, unique, most_left):
        for found in _judged(columns, pairs, determinant, varied, holding + nearly, watch):
            (nearly if found.broken else holding).append(found)
    return Discovery(tuple(holding), tuple(nearly), unique)


def agreements(columns: Columns, attributes: list[int]) -> Pairs:
    """Return pairs of rows that agree on some column: one line a pair, true in every column on which it agrees."""
    found = [_agreeing(columns, attribute) for attribute in attributes]
    first, second = (np.concatenate(sides) for sides in zip(*found, strict=True))
    return np.stack([v[first] == v[second] for v in columns.values], axis=1)


def _agreeing(columns: Columns, attribute: int) -> tuple[Codes, Codes]:
    """Some pairs of rows with equal values in a column, drawn evenly from all that stand next to each other."""
    count = columns.distinct((attribute,))
    if count == columns.rows:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    rows = columns.shuffled[:SAMPLED] if count * 4 < SAMPLED else columns.shuffled
    ordered = rows[np.argsort(columns.values[attribute][rows], kind="stable")]
    values = columns.values[attribute][ordered]
    places = np.flatnonzero(values[1:] == values[:-1])
    if len(places) > PAIRS:
        places = places[np.linspace(0, len(places) - 1, PAIRS).astype(np.int64)]
    return ordered[places], ordered[places + 1]


def _left_sides(
    attributes: list[int], unique: tuple[tuple[int, ...], ...], most_left: int
) -> Iterator[tuple[int, ...]]:
    """Column sets in order of size; one that holds a unique set determines everything, which says nothing."""
    keys = [set(u) for u in unique]
    for size in range(1, most_left + 1):
        for determinant in combinations(attributes, size):
            if not any(key <= set(determinant) for key in keys):
                yield determinant


def _judged(
    columns: Columns,
    pairs: Pairs,
    determinant: tuple[int, ...],
    attributes: list[int],
    known: list[Found],
    watch: Watcher,
) -> Iterator[Found]:
    agreeing = pairs[pairs[:, determinant].all(axis=1)]
    if len(agreeing) < LEAST_SUPPORT:
        return
    broken_share = 1 - agreeing.mean(axis=0)
    implied = {f.dependent for f in known if set(f.determinant) <= set(determinant)}
    for dependent in attributes:
        if dependent in determinant or dependent in implied or broken_share[dependent] > 2 * LARGEST_ERROR:
            continue
        repeated = columns.rows - columns.distinct(determinant)
        if repeated < LEAST_SUPPORT:
            return
        watch(f"counting {len(determinant)} columns against one")
        if _broken(columns.sample, determinant, dependent) > 2 * LARGEST_ERROR * columns.sample.rows:
            continue
        broken = _broken(columns, determinant, dependent)
        if broken <= LARGEST_ERROR * repeated:
            yield Found(determinant, dependent, repeated, broken)


def _broken(columns: Columns, determinant: tuple[int, ...], dependent: int) -> int:
    return 0 if columns.holds(determinant, dependent) else columns.error(determinant, dependent)


def _unique_sets(columns: Columns, attributes: list[int], pairs: Pairs, watch: Watcher) -> Iterator[tuple[int, ...]]:
    """Column sets of at most three columns without a repeated combination, none of which holds another."""
    found: list[set[int]] = []
    tries = 0
    telling = [a for a in attributes if columns.distinct((a,)) < NEARLY_UNIQUE * columns.rows]
    for size in (1, 2, 3):
        for candidate in combinations(telling if size > 1 else attributes, size):
            if any(key <= set(candidate) for key in found) or not _may_be_unique(columns, candidate, pairs):
                continue
            tries += size > 1
            if tries > MOST_UNIQUE_TRIES:
                return
            watch(f"counting {size} columns")
            if all(c.distinct(candidate) == c.rows for c in (columns.sample, columns)):
                found.append(set(candidate))
                yield candidate


def _may_be_unique(columns: Columns, candidate: tuple[int, ...], pairs: Pairs) -> bool:
    """Whether there are enough combinations, and no two compared rows share one."""
    combinations_ = 1
    for attribute in candidate:
        combinations_ *= columns.distinct((attribute,))
    return combinations_ >= columns.rows and not pairs[:, candidate].all(axis=1).any()
