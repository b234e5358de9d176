"""What three sizes say of the horizon: growth goes on as it was, up to what keys and limits allow."""

from __future__ import annotations

import pytest

from dbwright.prove.extrapolation import Sample, milliseconds_at, pages_at, slopes
from dbwright.prove.timing import quantile


def sizes(*pages: float, touched: float = 1.0, p50: float = 1.0, p95: float = 2.0) -> list[Sample]:
    """Return samples at 1,000, 4,000 and 16,000 rows that touched so many pages."""
    return [Sample(1000.0 * 4**n, touched, p, p50, p95, 2 * p95) for n, p in enumerate(pages)]


def test_what_does_not_grow_stays_but_for_a_level_of_the_tree_a_decade() -> None:
    found = pages_at(sizes(4, 4, 4), 16_000_000)
    assert (found.low, found.expected) == (4, 4)
    assert found.high == pytest.approx(7)


def test_what_grows_with_the_rows_goes_on_growing() -> None:
    found = pages_at(sizes(10, 40, 160), 16_000_000)
    assert found.low == pytest.approx(160_000)
    assert slopes(sizes(10, 40, 160)) == pytest.approx([1, 1])


def test_two_slopes_that_differ_are_the_error() -> None:
    found = pages_at(sizes(10, 10, 40), 160_000)
    assert found.low == 40
    assert found.low < found.expected < found.high


def test_a_curve_that_still_rises_ends_at_the_bound() -> None:
    rising = sizes(10, 20, 40, touched=40)
    assert pages_at(rising, 16_000_000, most=50).expected == pytest.approx(50)
    assert pages_at(rising, 16_000_000).expected > 1_000


def test_a_bound_that_is_broken_already_ends_nothing() -> None:
    assert pages_at(sizes(10, 40, 160, touched=5_000), 16_000_000, most=20).low == pytest.approx(160_000)


def test_fewer_rows_than_were_measured_are_no_cheaper() -> None:
    assert pages_at(sizes(10, 20, 40), 100).expected == 40


def test_the_best_case_is_memory_and_the_worst_the_disk() -> None:
    samples = sizes(4, 4, 4)
    found = milliseconds_at(samples, pages_at(samples, 16_000), "p95")
    assert (found.low, found.expected) == (1.0, 2.0)
    assert found.high == pytest.approx(2.0 + 4 * 0.1)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 10), (0.95, 19), (0.99, 20), (1.0, 20), (0.01, 1)])
def test_a_quantile_is_a_value_that_was_measured(share: float, expected: int) -> None:
    assert quantile([float(n) for n in range(1, 21)], share) == expected


def test_no_calls_have_no_quantile() -> None:
    assert quantile([], 0.5) == 0
