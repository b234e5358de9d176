"""What three sizes say of the horizon: growth goes on as it was, up to what keys, limits and the planner allow."""

from __future__ import annotations

import pytest

from dbwright.prove.extrapolation import (
    Limits,
    Reach,
    Sample,
    milliseconds_at,
    pages_at,
    pages_missed,
    slopes,
    touched_at,
)
from dbwright.prove.horizon import Foreseen
from dbwright.prove.timing import quantile

NOTHING = Limits()


def sizes(*pages: float, touched: float = 1.0, p50: float = 1.0, p95: float = 2.0) -> list[Sample]:
    """Return samples at 1,000, 4,000 and 16,000 rows that touched so many pages."""
    return [Sample(1000.0 * 4**n, touched, p, p50, p95, 2 * p95) for n, p in enumerate(pages)]


def foreseen(rows: float, pages: float, pages_a_row: float = 1.0) -> Foreseen:
    """Return a plan of the horizon."""
    return Foreseen(rows, pages, pages_a_row, 1.0, "Index Scan")


def one(number: float) -> Reach:
    """Return a number that is certain."""
    return Reach(number, number, number)


def test_what_does_not_grow_stays_but_for_a_level_of_the_tree_a_decade() -> None:
    found = pages_at(sizes(4, 4, 4), 16_000_000, NOTHING)
    assert (found.low, found.expected) == (4, 4)
    assert found.high == pytest.approx(7)


def test_what_grows_with_the_rows_goes_on_growing() -> None:
    found = pages_at(sizes(10, 40, 160), 16_000_000, NOTHING)
    assert found.low == pytest.approx(160_000)
    assert slopes(sizes(10, 40, 160)) == pytest.approx([1, 1])


def test_two_slopes_that_differ_are_the_error() -> None:
    found = pages_at(sizes(10, 10, 40), 160_000, NOTHING)
    assert found.low == 40
    assert found.low < found.expected < found.high


def test_a_curve_that_still_rises_ends_at_the_bound() -> None:
    rising = sizes(10, 20, 40, touched=40)
    assert pages_at(rising, 16_000_000, Limits(most=50)).expected == pytest.approx(50)
    assert pages_at(rising, 16_000_000, NOTHING).expected > 1_000


def test_a_bound_that_is_broken_already_ends_nothing() -> None:
    broken = sizes(10, 40, 160, touched=5_000)
    assert pages_at(broken, 16_000_000, Limits(most=20)).low == pytest.approx(160_000)


def test_the_plan_of_the_horizon_says_that_the_bound_stands_though_small_tables_are_read_as_a_whole() -> None:
    whole = sizes(10, 40, 160, touched=5_000)
    limits = Limits(most=900, plan=foreseen(800, 1_000, pages_a_row=3))
    assert pages_at(whole, 16_000_000, limits).high == pytest.approx(1_000 + 100 * 3 + 3)
    assert touched_at(whole, 16_000_000, limits).high == 900


def test_a_plan_that_breaks_the_bound_ends_nothing_and_is_believed() -> None:
    limits = Limits(most=20, plan=foreseen(1e7, 1e6))
    found = pages_at(sizes(10, 40, 160, touched=5_000), 16_000_000, limits)
    assert found.low == pytest.approx(160_000)
    assert found.high >= 1e6


def test_what_is_expected_lies_between_what_was_measured_and_what_is_planned() -> None:
    found = pages_at(sizes(10, 40, 160), 16_000_000, Limits(plan=foreseen(10, 16)))
    assert found.low == 16
    assert found.expected == pytest.approx(1_600)
    assert found.high == pytest.approx(160_003)


def test_nothing_grows_faster_than_its_class() -> None:
    jumping = sizes(1, 1, 16)
    assert pages_at(jumping, 16_000_000, NOTHING).high > 1e6
    assert pages_at(jumping, 16_000_000, Limits(steepest=1)).high == pytest.approx(16_003)


def test_fewer_rows_than_were_measured_are_no_cheaper() -> None:
    assert pages_at(sizes(10, 20, 40), 100, NOTHING).expected == 40


def test_the_best_case_is_memory_and_the_worst_what_memory_misses() -> None:
    samples = sizes(4, 4, 4)
    found = milliseconds_at(samples, one(1), one(4), "p95")
    assert (found.low, found.expected) == (1.0, 2.0)
    assert found.high == pytest.approx(2.0 + 4 * 0.1)
    assert milliseconds_at(samples, one(1), one(4), "p95", missed=0).high == 2.0


def test_more_work_takes_what_the_sizes_show_of_a_row_and_a_page() -> None:
    steep = [Sample(1000, 50, 50, 1, 2, 2), Sample(4000, 150, 150, 3, 4, 4), Sample(16000, 450, 450, 9, 10, 10)]
    found = milliseconds_at(steep, one(5_000), one(5_000), "p95", missed=0)
    assert found.expected == pytest.approx(9 + (10_000 - 900) * 0.01 + 1)
    assert found.high == found.expected
    assert found.low == pytest.approx(1 + 4_950 * 0.0001 + 4_950 * 0.001)


def test_the_waiting_of_one_bad_moment_is_not_that_of_all() -> None:
    noisy = [Sample(1000, 1, 4, 1, 1.5, 2), Sample(4000, 1, 4, 1, 9, 9), Sample(16000, 1, 4, 1, 1.2, 2)]
    assert milliseconds_at(noisy, one(1), one(4), "p95").expected == pytest.approx(1.5)


@pytest.mark.parametrize(("share", "least", "most"), [(0, 0, 0), (1, 1000, 1000), (0.25, 250, 275)])
def test_a_few_pages_more_are_missed_than_on_average(share: float, least: float, most: float) -> None:
    assert least <= pages_missed(1000, share) <= most


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (0.99, 20), (1.0, 20), (0.01, 1)])
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert quantile([float(n) for n in range(1, 21)], share) == expected


def test_no_calls_have_no_quantile() -> None:
    assert quantile([], 0.5) == 0
