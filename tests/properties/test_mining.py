"""Dependencies mined from small random tables, against counting every candidate by its definition."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import combinations
from random import Random

import numpy as np
import pytest

from dbwright.mining.columns import Columns
from dbwright.mining.discovery import LARGEST_ERROR, LEAST_SUPPORT, discover

CASES = int(os.environ.get("DBWRIGHT_CASES", "5000")) // 50
SEED = int(os.environ.get("DBWRIGHT_SEED", "1"))
Rows = Sequence[tuple[int, ...]]


def make_rows(random: Random) -> Rows:
    """Return rows in which some columns follow from others, some nearly, and some from nothing."""
    width, count = random.randint(2, 6), random.randint(30, 400)
    ranges = [random.choice([1, 2, 5, 20, 100, 10_000]) for _ in range(width)]
    rows: list[tuple[int, ...]] = []
    for number in range(count):
        row = [random.randrange(r) for r in ranges]
        for column in range(1, width):
            if ranges[column] == 5:
                row[column] = (row[column - 1] * 7 + (row[column - 2] if column > 1 else 0)) % 5
            if ranges[column] == 20 and number % 97 != 5:
                row[column] = row[0] % 20
        rows.append(tuple(row))
    return rows


def count_groups(rows: Rows, left: tuple[int, ...]) -> int:
    """Return how many different left sides there are."""
    return len({tuple(row[a] for a in left) for row in rows})


def count_broken(rows: Rows, left: tuple[int, ...], right: int) -> int:
    """Return the fewest rows to remove, by counting the commonest right side of each left side."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for row in rows:
        groups.setdefault(tuple(row[a] for a in left), []).append(row[right])
    return len(rows) - sum(max(values.count(v) for v in set(values)) for values in groups.values())


def columns_of(rows: Rows) -> Columns:
    """Return rows as columns of numbers."""
    return Columns([np.array(values, dtype=np.int64) for values in zip(*rows, strict=True)])


@pytest.mark.parametrize("case", range(CASES))
def test_what_is_found_is_so_and_what_is_so_is_found(case: int) -> None:
    rows = make_rows(Random(SEED * 1_000_003 + case))
    columns = columns_of(rows)
    found = discover(columns)
    for one in (*found.holding, *found.nearly):
        assert one.broken == count_broken(rows, one.determinant, one.dependent)
        assert one.repeated == len(rows) - count_groups(rows, one.determinant)
        assert one.broken <= LARGEST_ERROR * one.repeated
    for left in ((a,) for a in range(len(columns))):
        repeated = len(rows) - count_groups(rows, left)
        if count_groups(rows, left) == 1 or repeated < LEAST_SUPPORT:
            continue
        for right in range(len(columns)):
            if right != left[0] and count_groups(rows, (right,)) > 1 and not count_broken(rows, left, right):
                assert (left, right) in {(f.determinant, f.dependent) for f in found.holding}


@pytest.mark.parametrize("case", range(CASES))
def test_column_sets_that_never_repeat_are_found_and_minimal(case: int) -> None:
    rows = make_rows(Random(SEED * 1_000_003 + case))
    found = discover(columns_of(rows)).unique
    for one in found:
        assert count_groups(rows, one) == len(rows)
        assert all(count_groups(rows, part) < len(rows) for part in combinations(one, len(one) - 1) if part)


def test_a_dependency_that_few_rows_break_is_told_with_their_number() -> None:
    rows = [(n % 50, n % 50 // 7, n) for n in range(5_000)]
    rows[77] = (rows[77][0], 99, 77)
    found = discover(columns_of(rows))
    assert [(f.determinant, f.dependent, f.broken) for f in found.nearly] == [((0,), 1, 1)]


def test_a_table_without_rows_or_columns_says_nothing() -> None:
    for columns in (Columns([]), Columns([np.empty(0, dtype=np.int64)]), columns_of([(1, 2), (1, 2)])):
        found = discover(columns)
        assert (found.holding, found.nearly, found.unique) == ((), (), ())
