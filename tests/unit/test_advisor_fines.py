"""What a missed latency target is worth avoiding, and in which words it is told."""

from __future__ import annotations

import pytest

from dbwright.planner.advisor.fines import Fines
from dbwright.planner.advisor.options import NEVER, Answer
from dbwright.planner.advisor.programme import solve
from dbwright.planner.advisor.targets import Target, target_lines
from dbwright.planner.advisor.writes import Writes

SLOW, FAST = Answer(10.0, 0, seconds=0.2), Answer(9.0, 1, seconds=0.001)


def test_a_missed_target_is_fined_while_it_is_aimed_at_and_a_met_one_never() -> None:
    fines = Fines([3.0, 3.0], targets=[0.1, None])
    assert fines.price(0, SLOW) == 30.0
    fines.aim({0: 0.1}, 1000.0)
    assert (fines.price(0, SLOW), fines.price(0, FAST), fines.price(1, SLOW)) == (2030.0, 27.0, 30.0)
    assert fines.meets(0, FAST) and not fines.meets(0, SLOW) and fines.meets(1, SLOW) and not fines.meets(0, NEVER)
    fines.aim({}, 1000.0)
    assert fines.price(0, SLOW) == 30.0


def test_each_doubling_beyond_what_is_aimed_at_costs_as_much_again() -> None:
    fines = Fines([0.0], targets=[0.1])
    fines.aim({0: 0.4}, 1000.0)
    late = [fines.late(0, Answer(1.0, 0, seconds)) for seconds in (0.2, 0.4, 0.4000001, 0.8, 3.2, 1e9)]
    assert late == [0.0, 0.0, pytest.approx(1000, rel=0.001), pytest.approx(2000), pytest.approx(4000), 21000.0]
    fines.aim({0: 0.0}, 1000.0)
    assert (fines.late(0, Answer(1.0, 0, 0.0)), fines.late(0, Answer(1.0, 0, 0.1))) == (0.0, 21000.0)


def test_what_gets_dearer_than_it_may_is_fined_besides() -> None:
    fines = Fines([3.0], limits=[8.0], targets=[0.1])
    once = fines.price(0, Answer(10.0, 0))
    assert once > 30.0
    assert fines.price(0, Answer(12.0, 0)) - 36.0 == pytest.approx(2 * (once - 30.0))
    assert fines.price(0, Answer(8.0, 0)) == 24.0


def test_the_programme_buys_a_target_for_more_than_it_saves() -> None:
    fines = Fines([1.0], targets=[0.1])
    plans = [FAST, SLOW]
    writes = Writes((500.0,), ())
    assert solve([plans], [1], writes, 10).chosen == 0
    fines.aim({0: 0.1}, 2000.0)
    assert solve([[p._replace(cost=fines.price(0, p)) for p in plans]], [1], writes, 10).chosen == 1


def test_the_programme_does_not_count_on_a_plan_that_the_planner_would_not_take() -> None:
    """The planner takes what costs least; where that is fined, its index must not be there."""
    cheap, right, none = Answer(2000.0, 0b01), Answer(50.0, 0b10), Answer(900.0, 0)
    other = [Answer(1.0, 0b01), Answer(40.0, 0)]
    writes = Writes((0.0, 0.0), ())
    found = solve([[cheap, right, none], other], [1, 1], writes, 10)
    assert (found.chosen, round(found.cost)) == (0b10, 90)
    assert solve([[cheap, right, none], other], [1, 1], writes, 10, pinned=0b01).cost > 2000
    inside = Answer(60.0, 0b11)
    assert solve([[cheap, inside, none], other], [1, 1], writes, 10).chosen == 0


def test_each_target_that_is_missed_has_a_line_with_its_reason() -> None:
    told = [
        Target("page", 0.01, 0.2, 0.001, 0.001),
        Target("list", 0.05, 0.01, 0.01, 0.01),
        Target("report", 0.1, 0.5, 0.5, 0.4, "no index brings it below 400 ms"),
    ]
    assert target_lines(told) == [
        "latency targets: 2 of 3 can be met, 1 of them thanks to what was chosen",
        "  report: at least 500 ms, 5 times its 100 ms: no index brings it below 400 ms",
    ]
    assert target_lines([]) == []
