"""From which difference on two costs are two."""

from __future__ import annotations

import pytest

from dbwright.planner.noticing import LEAST, NOTICED, times_dearer


def test_a_plan_is_so_many_times_dearer() -> None:
    assert times_dearer(300.0, 100.0) == 3.0
    assert times_dearer(50.0, 100.0) == 0.5


def test_what_the_planner_takes_for_the_same_is_not_noticed_and_more_is() -> None:
    """`add_path` keeps the dearer of two plans within one percent of each other."""
    assert times_dearer(100.9, 100.0) < NOTICED <= times_dearer(101.1, 100.0)


@pytest.mark.parametrize("nothing", [0.0, LEAST / 2, LEAST])
def test_costs_of_nothing_are_the_same(nothing: float) -> None:
    assert times_dearer(nothing, 0.0) == times_dearer(0.0, nothing) == 1.0
    assert times_dearer(1.0, nothing) == pytest.approx(1.0 / LEAST)
