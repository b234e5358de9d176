"""Streams repeat, permutations visit everything once, shares add up and respect their caps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.data.choosing import PRIME, Array, Stream, fingerprint, number_within, shares, spread, zipf


def test_a_stream_gives_the_same_numbers_for_the_same_names() -> None:
    first, second = Stream(1, "users", "email").floats(5), Stream(1, "users", "email").floats(5)
    assert first.tolist() == second.tolist()


def test_streams_of_different_names_differ() -> None:
    assert Stream(1, "users", "email").floats(5).tolist() != Stream(1, "users", "name").floats(5).tolist()
    assert Stream(1, "a", "bc").floats(5).tolist() != Stream(1, "ab", "c").floats(5).tolist()


def test_numbers_stay_below_their_limits() -> None:
    limits = np.asarray([1, 2, 3, 0] * 50)
    numbers = Stream("limits").below(limits, 200)
    assert ((numbers >= 0) & (numbers < np.maximum(limits, 1))).all()


def test_skew_makes_small_numbers_more_frequent() -> None:
    numbers = Stream("skew").skewed(100, 4_000)
    assert (numbers < 25).mean() > 0.45


@given(st.integers(1, 3_000), st.integers(0, 2**31))
def test_spreading_visits_every_place_once(count: int, start: int) -> None:
    places = spread(np.arange(count), np.full(count, count), np.full(count, start))
    assert sorted(places.tolist()) == list(range(count))


def test_spreading_over_more_than_the_prime_stays_distinct() -> None:
    places = spread(np.arange(1_000), np.full(1_000, PRIME * 5), np.full(1_000, 3))
    assert len(set(places.tolist())) == 1_000


@given(st.integers(0, 500), st.lists(st.tuples(st.floats(0, 10), st.integers(0, 60)), min_size=1, max_size=12))
def test_shares_give_out_everything_that_the_caps_allow(total: int, places: list[tuple[float, int]]) -> None:
    weights, caps = np.asarray([w for w, _ in places]), np.asarray([c for _, c in places])
    given_out = shares(total, weights, caps)
    assert (given_out <= caps).all()
    assert int(given_out.sum()) == min(total, int(caps.sum()))


def test_every_share_gets_something_while_there_is_enough() -> None:
    assert shares(20, zipf(5), np.full(5, 100)).min() >= 1


@given(st.lists(st.integers(0, 5), max_size=40))
def test_rows_are_numbered_within_their_group(groups: list[int]) -> None:
    expected = [groups[:i].count(group) for i, group in enumerate(groups)]
    assert number_within(np.asarray(groups, np.int64)).tolist() == expected


@pytest.mark.parametrize(
    "values",
    [
        np.arange(100),
        np.asarray([f"text {i}" for i in range(100)], object),
        np.asarray([i.to_bytes(16, "big") for i in range(1, 101)], "S16"),
    ],
)
def test_fingerprints_of_different_values_differ(values: Array) -> None:
    assert len(set(fingerprint(values).tolist())) == 100
