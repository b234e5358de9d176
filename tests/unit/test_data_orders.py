"""Columns that are compared: whatever is chosen first, the rest still fits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dbwright.data.comparing import pick
from dbwright.data.kinds import DAY_TICKS, Family, Kind
from dbwright.data.orders import Network, Order, components

WHOLE = Kind(Family.WHOLE, "int4")
COMPARE = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}

names = st.sampled_from("abcd")
orders = st.lists(
    st.builds(Order, names, st.sampled_from(list(COMPARE)), names, st.integers(-20, 20).map(Fraction)), max_size=6
)


@given(orders, st.permutations("abcd"), st.lists(st.floats(0, 0.999), min_size=4, max_size=4))
def test_values_given_one_after_the_other_fulfil_every_comparison(
    compared: list[Order], sequence: list[str], chances: list[float]
) -> None:
    network = Network("abcd", dict.fromkeys("abcd", WHOLE))
    for name in "abcd":
        network.bound(name, -50, 50)
    for order in compared:
        network.order(order)
    if not network.close():
        return
    given_values: dict[str, int] = {}
    for name, chance in zip(sequence, chances, strict=True):
        known = {n: (np.asarray([v]), np.asarray([False])) for n, v in given_values.items()}
        low, high = network.limits(name, known, 1)
        assert low[0] <= high[0]
        given_values[name] = int(pick(low, high, np.asarray([chance]), [])[0])
    for order in compared:
        assert COMPARE[order.operator](given_values[order.left], given_values[order.right] + int(order.offset))


def test_a_circle_of_strict_comparisons_cannot_be_fulfilled() -> None:
    network = Network("ab", {"a": WHOLE, "b": WHOLE})
    network.order(Order("a", "<", "b"))
    network.order(Order("b", "<", "a"))
    assert not network.close()


def test_a_null_has_no_say() -> None:
    network = Network("ab", {"a": WHOLE, "b": WHOLE})
    network.bound("a", 0, 100)
    network.bound("b", 0, 100)
    network.order(Order("b", ">=", "a"))
    network.close()
    low, _ = network.limits("b", {"a": (np.asarray([60, 60]), np.asarray([False, True]))}, 2)
    assert low.tolist() == [60, 0]


def test_numbers_of_different_scale_are_compared_in_one_unit() -> None:
    kinds = {"price": Kind(Family.DECIMAL, "numeric", decimals=2), "limit": WHOLE}
    network = Network(["price", "limit"], kinds)
    network.bound("price", 0, 10_000)
    network.bound("limit", 0, 10_000)
    network.order(Order("price", "<", "limit"))
    network.close()
    _, high = network.limits("price", {"limit": (np.asarray([5]), np.asarray([False]))}, 1)
    assert high.tolist() == [499]


def test_days_and_instants_are_compared_in_one_unit() -> None:
    kinds = {"day": Kind(Family.DAY, "date"), "at": Kind(Family.INSTANT, "timestamptz")}
    network = Network(["day", "at"], kinds)
    network.bound("day", 0, 30_000)
    network.bound("at", 0, 30_000 * DAY_TICKS)
    network.order(Order("at", ">=", "day"))
    network.close()
    low, _ = network.limits("at", {"day": (np.asarray([3]), np.asarray([False]))}, 1)
    assert low.tolist() == [3 * DAY_TICKS]


def test_columns_are_grouped_by_what_they_are_compared_with() -> None:
    assert components("abcd", [Order("a", "<", "c")]) == [["a", "c"], ["b"], ["d"]]


def test_forbidden_ticks_are_stepped_over() -> None:
    low, high = np.zeros(1_000, np.int64), np.full(1_000, 4)
    ticks = pick(low, high, np.linspace(0, 0.999, 1_000), [np.full(1_000, 1), np.full(1_000, 3)])
    assert sorted(set(ticks.tolist())) == [0, 2, 4]
