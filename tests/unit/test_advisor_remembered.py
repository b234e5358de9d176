"""What was asked about a statement answers what needs no question, never wrongly; which indexes could be of use."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.options import Answer
from dbwright.planner.advisor.remembered import Remembered
from dbwright.planner.advisor.statement import analyse_statement, could_use, lasting

masks = st.integers(0, 31)
plans = st.lists(st.builds(Answer, st.integers(1, 99).map(float), masks), max_size=6)


def planner(known: list[Answer], there: int) -> Answer:
    """A planner that takes the cheapest of its plans that is possible."""
    possible = [p for p in [*known, Answer(1000.0, 0)] if not p.used & ~there]
    return min(possible, key=lambda p: (p.cost, p.used.bit_count(), p.used))


@settings(deadline=None, max_examples=200)
@given(plans, st.lists(masks, max_size=12))
def test_what_is_remembered_is_what_the_planner_would_say(known: list[Answer], asked: list[int]) -> None:
    remembered = Remembered()
    for there in asked:
        remembered.learn(there, planner(known, there))
    for there in range(32):
        truth = planner(known, there).cost
        assert remembered.at_least(there) <= truth <= remembered.at_most(there).cost
        found = remembered.answer(there)
        assert found is None or (found.cost == truth and not found.used & ~there)
    assert all(remembered.answer(there) for there in asked)
    assert [p.cost for p in remembered.plans] == sorted(p.cost for p in remembered.plans)


def test_a_plan_that_needs_more_and_saves_nothing_is_forgotten() -> None:
    remembered = Remembered()
    remembered.learn(0b111, Answer(10.0, 0b011))
    remembered.learn(0b001, Answer(10.0, 0b001))
    assert remembered.plans == [Answer(10.0, 0b001)]


def test_an_index_could_be_of_use_to_who_names_its_keys_reads_nothing_else_or_asks_for_its_rows() -> None:
    by_day = Definition("orders", (KeyPart("day"),), include=("total",))
    assert could_use("select total from orders where day = $1", ("total", "day"), by_day)
    assert could_use("select sum(total) from orders", ("total",), by_day)
    assert not could_use("select name from orders where town = $1", ("name", "town"), by_day)
    books = Definition("items", (KeyPart("price"),), where="kind = 'Books'")
    assert could_use("select 1 from items where kind = 'Books' and price > 3", ("kind", "price"), books)
    assert not could_use("select 1 from items where kind = 'Music' and price > 3", ("kind", "price"), books)
    recent = Definition("items", (KeyPart("price"),), where="year > 2020")
    assert could_use("select 1 from items where year > 2022 and price = 3", ("year", "price"), recent)


def test_a_clock_that_was_put_into_a_statement_makes_no_partial_index() -> None:
    source = "select name from events where starts_at >= now() and kind = 'talk'"
    sql = source.replace("now()", "'2028-12-31 18:00:00+00'::timestamptz")
    read = analyse_statement(sql, {"events": ("name", "starts_at", "kind")})
    assert read is not None
    assert [c.columns for c in read.constants if lasting(c, sql, source)] == [("kind",)]
    assert len(read.constants) == 2
