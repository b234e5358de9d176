"""What is presumed where a design says nothing is what generated rows get, and what chance really does."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from dbwright.data import styles
from dbwright.sizing.fanout import Tenants, largest_shares, most_by_chance, parents_met_by
from dbwright.sizing.presumed import fit, presumed_nulls, presumed_numbers, presumed_truth
from dbwright.sizing.skew import harmonic
from dbwright.sizing.text_kinds import KINDS, kind_by_name

MADE = 2_000
"""Texts of a kind that are measured."""


@pytest.mark.parametrize("name", KINDS)
def test_texts_are_as_wide_as_is_presumed_of_their_kind(name: str) -> None:
    style = styles.style_of(name)
    texts = [style.text(k) for k in range(MADE if style.varied else len(style.bases))]
    average = sum(len(t.encode()) for t in texts) / len(texts)
    assert KINDS[name].bytes == pytest.approx(average, rel=0.1, abs=0.8)


@pytest.mark.parametrize("name", KINDS)
def test_there_are_as_many_texts_as_is_presumed_of_their_kind(name: str) -> None:
    style = styles.style_of(name)
    assert KINDS[name].different == (0 if style.varied else len(style.bases))


@pytest.mark.parametrize(
    "column, personal, people, kind",
    [("email", "", False, "email"), ("name", "", True, "person"), ("name", "", False, "title"), ("x", "", False, "")],
)
def test_a_name_tells_the_kind(column: str, personal: str, people: bool, kind: str) -> None:
    assert kind_by_name(column, personal, people) == kind


def test_few_rows_reach_the_end_of_their_life() -> None:
    assert presumed_nulls("deleted_at") > presumed_nulls("comment")


def test_a_boolean_is_mostly_what_it_is_by_default() -> None:
    assert presumed_truth("true") == pytest.approx(1 - presumed_truth(" FALSE"))
    assert presumed_truth("") == 0.5


@pytest.mark.parametrize(
    "least, greatest, expected",
    [
        (None, None, (1, 5)),
        (2, None, (2, 5)),
        (None, 3, (1, 3)),
        (9, None, (9, 13)),
        (None, 0, (-4, 0)),
        (9, 10, (9, 10)),
    ],
)
def test_a_plausible_range_moves_into_what_is_allowed(
    least: int | None, greatest: int | None, expected: tuple[int, int]
) -> None:
    assert presumed_numbers("stars") == (1, 5)
    assert fit(1, 5, least, greatest) == expected


def drawn(parents: int, rows: int, exponent: float, tenants: Tenants) -> list[int]:
    """Return how often each parent is drawn where every row really chooses its tenant, then a parent of it."""
    chance = random.Random(5)
    ranks = range(1, int(tenants.count) + 1)
    weights = [tenants.share(k, tenants.rows) for k in ranks]
    counts: Counter[tuple[int, int]] = Counter()
    own = {k: max(1, round(parents * tenants.share(k, tenants.parents))) for k in ranks}
    for tenant, number in Counter(chance.choices(ranks, weights, k=rows)).items():
        places = range(own[tenant])
        counts.update((tenant, p) for p in chance.choices(places, [(p + 1) ** -exponent for p in places], k=number))
    return sorted(counts.values(), reverse=True)


@pytest.mark.parametrize("exponent", [0.0, 0.8, 1.2])
@pytest.mark.parametrize("tenants", [Tenants(1, 0.0, 0.0), Tenants(40, 1.0, 1.0), Tenants(300, 1.1, 0.4)])
def test_as_many_parents_are_met_as_rows_meet_that_choose(exponent: float, tenants: Tenants) -> None:
    counts = drawn(4_000, 9_000, exponent, tenants)
    assert parents_met_by(4_000, 9_000, exponent, tenants) == pytest.approx(len(counts), rel=0.06)


@pytest.mark.parametrize("tenants", [Tenants(1, 0.0, 0.0), Tenants(40, 1.0, 1.0)])
def test_the_largest_parents_are_as_large_as_those_that_rows_choose(tenants: Tenants) -> None:
    counts = drawn(4_000, 90_000, 1.1, tenants)
    shares = largest_shares(1.1, 4_000, 20, tenants)
    assert [s * 90_000 for s in shares] == pytest.approx(counts[:20], rel=0.12)
    assert list(shares) == sorted(shares, reverse=True)


def test_without_tenants_shares_follow_the_law_alone() -> None:
    shares = largest_shares(1.0, 1_000, 3, None)
    assert shares == pytest.approx([1 / harmonic(1_000, 1.0) / k for k in (1, 2, 3)])


def test_the_most_frequent_of_many_alike_come_as_often_as_chance_has_it() -> None:
    chance = random.Random(3)
    counts = sorted(Counter(chance.choices(range(3_000), k=6_000)).values(), reverse=True)
    expected = most_by_chance(6_000 / len(counts), 6_000, 100)
    assert len(expected) == 100
    assert sum(expected) == pytest.approx(sum(counts[:100]), rel=0.05)
    assert abs(expected[0] - counts[0]) <= 2
    assert most_by_chance(1.0001, 1_000, 100) == ()
