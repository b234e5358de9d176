"""The integer programme against every choice there is, on small problems; steps and relaxation keep to their budget."""

from __future__ import annotations

from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from dbwright.planner.advisor.climbing import Climber
from dbwright.planner.advisor.programme import solve
from dbwright.planner.advisor.trials import Answer, bits
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
    return ordered, free, Writes(inserts, updates), draw(st.integers(0, 150)), pinned


def cost(statements: list[list[Answer]], writes: Writes, chosen: int) -> float:
    """What a choice costs, by the definition."""
    reading = sum(min(p.cost for p in own if not p.used & ~chosen) for own in statements)
    return reading + writes.cost(chosen)


def fitting(sizes: list[int], budget: int, pinned: int) -> list[int]:
    """Every choice that fits."""
    every = (sum(1 << i for i, there in enumerate(c) if there) for c in product((0, 1), repeat=OPTIONS))
    return [m | pinned for m in every if sum(sizes[i] for i in bits(m | pinned)) <= budget]


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


@settings(deadline=None, max_examples=60)
@given(problems())
@example(LOST_BY_PRESOLVE)
def test_the_programme_finds_the_best_of_all_choices(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int],
) -> None:
    statements, sizes, writes, budget, pinned = problem
    solution = solve(statements, sizes, writes, budget, pinned=pinned)
    best = min(cost(statements, writes, m) for m in fitting(sizes, budget, pinned))
    assert sum(sizes[i] for i in bits(solution.chosen)) <= budget
    assert abs(solution.cost - best) <= 0.001 * best + 0.01
    assert solution.bound <= best + 0.01
    assert abs(cost(statements, writes, solution.chosen | pinned) - solution.cost) <= 0.001 * best + 0.01


@settings(deadline=None, max_examples=60)
@given(problems())
def test_steps_never_make_a_choice_dearer_and_keep_to_the_budget(
    problem: tuple[list[list[Answer]], list[int], Writes, int, int],
) -> None:
    statements, sizes, writes, budget, pinned = problem
    for start in fitting(sizes, budget, pinned)[:8]:
        reached = Climber(statements, sizes, writes, pinned).climb(start, budget)
        assert reached in fitting(sizes, budget, pinned)
        assert cost(statements, writes, reached) <= cost(statements, writes, start) + 1e-6
