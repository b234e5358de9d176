"""The integer programme against every choice there is, on small problems; steps and relaxation keep to their budget."""

from __future__ import annotations

from itertools import product
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dbwright.planner.advisor.climbing import Climber
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.plan_table import PlanTable
from dbwright.planner.advisor.programme import solve
from dbwright.planner.advisor.shedding import shed
from dbwright.planner.advisor.trials import Answer, Option, bits
from dbwright.planner.advisor.writes import Update, Writes

OPTIONS = 5
masks = st.integers(0, 2**OPTIONS - 1)
costs = st.integers(1, 1000).map(float)
plans = st.lists(st.builds(Answer, costs, masks), max_size=6)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[list[Answer]], list[int], Writes, int, int]:
    """Plans of some statements, sizes, writes, a budget, pinned options."""
    statements = [[Answer(2000.0, 0), *draw(plans)] for _ in range(draw(st.integers(1, 4)))]
    sizes = draw(st.lists(st.integers(1, 50), min_size=OPTIONS, max_size=OPTIONS))
    inserts = tuple(draw(st.lists(st.integers(0, 300).map(float), min_size=OPTIONS, max_size=OPTIONS)))
    touched = draw(st.dictionaries(st.integers(0, OPTIONS - 1), st.integers(0, 300).map(float)))
    touching = sum(1 << i for i in touched if draw(st.booleans()))
    updates = (Update(touching, touched, draw(st.booleans())),)
    pinned = draw(masks)
    free = [0 if pinned >> i & 1 else size for i, size in enumerate(sizes)]
    ordered = [sorted(own, key=lambda p: p.cost) for own in statements]
    writes = Writes(inserts, updates)
    if draw(st.booleans()):
        writes = Writes(inserts, updates, writes.upkeep(pinned) + draw(st.integers(0, 600)))
    return ordered, free, writes, draw(st.integers(0, 150)), pinned


def cost(statements: list[list[Answer]], writes: Writes, chosen: int) -> float:
    """What a choice costs, by the definition."""
    reading = sum(min(p.cost for p in own if not p.used & ~chosen) for own in statements)
    return reading + writes.cost(chosen)


def fitting(sizes: list[int], budget: int, pinned: int, writes: Writes) -> list[int]:
    """Every choice that fits both limits."""
    every = (sum(1 << i for i, there in enumerate(c) if there) for c in product((0, 1), repeat=OPTIONS))
    small = [m | pinned for m in every if sum(sizes[i] for i in bits(m | pinned)) <= budget]
    return [m for m in small if written(writes, m) <= writes.most + 1e-6]


def written(writes: Writes, chosen: int) -> float:
    """What writes cost, by the definition: an update writes all its indexes once it touches one."""
    moved = [u for u in writes.updates if u.always or u.touching & chosen]
    return sum(writes.inserts[i] + sum(u.costs.get(i, 0.0) for u in moved) for i in bits(chosen))


def option(keys: str, size: int = 0, include: str = "") -> Option:
    """An index on the columns of which each has one letter."""
    return Option(Definition("t", tuple(map(KeyPart, keys)), include=tuple(include)), size, ())


KEYED = [option("a"), option("b"), option("ab"), option("ba"), option("abc")]
"""Options of which some do the work of two others."""
LOST_BY_PRESOLVE = (
    [
        [Answer(1.0, 1), Answer(2000.0, 0)],
        [Answer(1.0, 6), Answer(1.0, 18), Answer(1.0, 20), Answer(2000.0, 0)],
    ],
    [1, 0, 0, 1, 1],
    Writes((0.0,) * OPTIONS, ()),
    1,
    6,
)
"""What HiGHS 1.16 answers with another choice than the one whose cost it tells."""


@settings(deadline=None, max_examples=100)
@given(problems(), st.randoms(use_true_random=False))
def test_the_programme_knows_which_plan_the_planner_takes_where_another_one_would_be_worth_more(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int], order: Random
) -> None:
    statements, sizes, writes, budget, pinned = problem
    preferred = [[*order.sample(own[:-1], len(own) - 1), own[-1]] for own in statements]
    solution = solve(preferred, sizes, writes, budget, pinned=pinned)

    def taken(chosen: int) -> float:
        first = (next(p.cost for p in own if not p.used & ~chosen) for own in preferred)
        return sum(first) + writes.cost(chosen)

    best = min(taken(m) for m in fitting(sizes, budget, pinned, writes))
    assert abs(solution.cost - best) <= 0.001 * best + 0.01
    assert abs(taken(solution.chosen | pinned) - solution.cost) <= 0.001 * best + 0.01
    assert solution.bound <= best + 0.01


@settings(deadline=None, max_examples=60)
@given(problems())
@example(LOST_BY_PRESOLVE)
def test_the_programme_finds_the_best_of_all_choices(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int],
) -> None:
    statements, sizes, writes, budget, pinned = problem
    solution = solve(statements, sizes, writes, budget, pinned=pinned)
    best = min(cost(statements, writes, m) for m in fitting(sizes, budget, pinned, writes))
    assert solution.chosen | pinned in fitting(sizes, budget, pinned, writes)
    assert abs(solution.cost - best) <= 0.001 * best + 0.01
    assert solution.bound <= best + 0.01
    assert abs(cost(statements, writes, solution.chosen | pinned) - solution.cost) <= 0.001 * best + 0.01


@settings(deadline=None, max_examples=60)
@given(problems(), masks, masks, masks)
def test_a_table_of_plans_reckons_what_each_single_step_costs(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int], start: int, removed: int, added: int
) -> None:
    statements, _, writes, _, _ = problem
    changed = start & ~removed | added
    view = PlanTable(statements, OPTIONS, writes).at(start).changed(removed, added)
    now, more = view.totals()
    assert abs(now - cost(statements, writes, changed)) < 1e-6
    for number in range(OPTIONS):
        if not changed >> number & 1:
            assert abs(more[number] - cost(statements, writes, changed | 1 << number)) < 1e-6


@settings(deadline=None, max_examples=60)
@given(problems())
def test_steps_never_make_a_choice_dearer_and_keep_to_the_budget(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int],
) -> None:
    statements, sizes, writes, budget, pinned = problem
    for start in fitting(sizes, budget, pinned, writes)[:8]:
        reached = Climber(PlanTable(statements, OPTIONS, writes), sizes, pinned, Merges(KEYED, sizes)).climb(
            start, budget
        )
        assert reached in fitting(sizes, budget, pinned, writes)
        assert cost(statements, writes, reached) <= cost(statements, writes, start) + 1e-6


@settings(deadline=None, max_examples=100)
@given(problems(), masks)
def test_what_is_too_dear_to_write_is_left_out_until_it_is_not(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int], start: int
) -> None:
    statements, _, writes, _, pinned = problem
    left = shed(start | pinned, pinned, writes, PlanTable(statements, OPTIONS, writes))
    assert left & ~(start | pinned) == 0 and left & pinned == pinned
    assert written(writes, left) <= writes.most + 1e-6
    assert left == start | pinned or written(writes, start | pinned) > writes.most


def test_of_two_that_are_too_dear_together_the_one_stays_that_saves_more_for_its_entries() -> None:
    plans = [[Answer(10.0, 1), Answer(100.0, 0)], [Answer(10.0, 2), Answer(30.0, 0)]]
    writes = Writes((8.0, 8.0), (), most=10.0)
    assert shed(0b11, 0, writes, PlanTable(plans, 2, writes)) == 0b01


def test_an_update_that_moves_rows_counts_for_every_index_of_the_table_in_the_limit() -> None:
    plans = [[Answer(1.0, 0b11), Answer(50.0, 0b10), Answer(900.0, 0)]]
    moving = Update(0b01, {0: 30.0, 1: 30.0}, always=False)
    assert solve(plans, [1, 1], Writes((0.0, 5.0), (moving,)), 10).chosen == 0b10
    assert solve(plans, [1, 1], Writes((0.0, 5.0), ()), 10).chosen == 0b11
    dear = [[Answer(1.0, 0b01), Answer(900.0, 0)], [Answer(1.0, 0b10), Answer(500.0, 0)]]
    assert solve(dear, [1, 1], Writes((0.0, 5.0), (moving,)), 10).chosen == 0b11
    assert solve(dear, [1, 1], Writes((0.0, 5.0), (moving,), most=64.0), 10).chosen == 0b01


def test_two_indexes_become_the_one_that_begins_as_the_first_and_holds_the_second() -> None:
    options = [option("a", 3), option("b", 3), option("ab", 4), option("ba", 7), option("a", 5, "b"), option("cab", 1)]
    found = set(Merges(options, [o.size for o in options]).of(0b11))
    assert found == {(0b11, 2), (0b11, 4)}


def test_a_step_merges_two_where_no_exchange_of_one_helps() -> None:
    options = [option("a", 6), option("b", 6), option("ab", 7), option("c", 5)]
    sizes = [o.size for o in options]
    both = [
        [Answer(1.0, 0b001), Answer(1.5, 0b100), Answer(99.0, 0)],
        [Answer(1.0, 2), Answer(1.5, 4), Answer(99.0, 0)],
    ]
    plans = [*both, [Answer(1.0, 0b1000), Answer(50.0, 0)]]
    climber = Climber(PlanTable(plans, 4, Writes((0.0,) * 4, ())), sizes, 0, Merges(options, sizes))
    assert climber.climb(0b11, 12) == 0b1100


def test_where_there_is_no_room_what_is_missed_least_goes() -> None:
    options = [option("a", 5), option("b", 5), option("c", 9)]
    sizes = [o.size for o in options]
    plans = [[Answer(9.0, 1), Answer(10.0, 0)], [Answer(9.0, 2), Answer(10.0, 0)], [Answer(1.0, 4), Answer(50.0, 0)]]
    climber = Climber(PlanTable(plans, 3, Writes((0.0,) * 3, ())), sizes, 0, Merges(options, sizes))
    assert climber.climb(0b11, 10) == 0b100
