"""How the advisor searches, on the planner itself: steps asked lazily, narrow before wide, nothing asked twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbwright.planner.advisor.candidates import Space
from dbwright.planner.advisor.extend import extend
from dbwright.planner.advisor.options import bits
from dbwright.planner.advisor.presuming import Presumptions
from dbwright.planner.advisor.search import Search
from dbwright.planner.advisor.stages import open_search
from dbwright.planner.advisor.stepping import Step, Stepper
from dbwright.planner.advisor.trials import Trials
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import Setup, open_trials, predicate_shares, propose, set_up
from dbwright.planner.advisor.writes import no_writes
from dbwright.planner.laboratory import Laboratory, open_laboratory
from dbwright.planner.statistics import Statistics
from dbwright.planner.transplant import read_statistics
from dbwright.server import Server

SCHEMA = """
create table buyers (buyer_id int not null, land text not null, joined date not null);
create table orders (order_id int not null, buyer_id int not null, state text not null, total int not null,
  made_at date not null, note text not null);
create table lines (order_id int not null, item_id int not null, amount int not null, price int not null);
"""
ROWS = """
insert into buyers select i, (array['de', 'fr', 'it', 'es'])[1 + i % 4], '2020-01-01'::date + (i * 7919) % 1000
from generate_series(1, 4000) i;
insert into orders select i, 1 + (i::bigint * 7919) % 4000, case when i % 50 = 0 then 'lost' else 'sent' end,
  (i::bigint * 31) % 9000, '2024-01-01'::date + i / 100, 'note ' || i from generate_series(1, 30000) i;
insert into lines select 1 + (i::bigint * 3571) % 30000, 1 + i % 900, i % 7, (i::bigint * 17) % 500
from generate_series(1, 90000) i;
"""
QUESTIONS = (
    "select note from orders where buyer_id = 70 and made_at > '2024-03-01'",
    "select sum(total) from orders where made_at between '2024-02-01' and '2024-02-09'",
    "select land, count(*) from buyers b join orders o on o.buyer_id = b.buyer_id where o.state = 'lost' group by land",
    "select sum(l.price) from lines l join orders o on o.order_id = l.order_id where o.buyer_id between 10 and 20",
    "select o.note from orders o join lines l on l.order_id = o.order_id where l.item_id = 40 and l.price < 90",
    "select buyer_id from buyers where joined = '2021-04-05' and land = 'de'",
    "select max(price) from lines where item_id in (4, 5, 6)",
)
STATEMENTS = tuple(Asked(f"q{n}", text) for n, text in enumerate(QUESTIONS))
NARROW, FULL = Space(width=2, plain=True), Space(literals="constant")
BUDGETS = (200_000, 800_000, 2_000_000, 20_000_000)


@pytest.fixture(scope="module")
def statistics(server: Server) -> Statistics:
    with server.scratch("search") as loaded, loaded.connect() as connection:
        connection.execute(SCHEMA)
        connection.execute(ROWS.encode())
        connection.execute("vacuum (freeze, analyze)")
        connection.execute("create extension pageinspect")
        return read_statistics(connection, "public")


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    with open_laboratory(SCHEMA) as opened:
        yield opened


@pytest.fixture(scope="module")
def setup(laboratory: Laboratory, statistics: Statistics) -> Setup:
    with laboratory.at(statistics) as base:
        return set_up(base.connection, statistics, STATEMENTS)


@pytest.fixture
def trials(laboratory: Laboratory, statistics: Statistics, setup: Setup) -> Iterator[Trials]:
    with open_trials(laboratory, [statistics], setup, propose(setup, NARROW), {}, {}) as (opened, _):
        yield opened


def anew(trials: Trials) -> Trials:
    """The same questions, of which none was asked; it takes the options over."""
    return Trials(trials._connection, trials.statements, trials.options, trials.relevant)


def searching(trials: Trials, asked: int = 0) -> Search:
    return Search(trials, no_writes(trials.options), asked=asked)


def chosen_in(
    laboratory: Laboratory, statistics: Statistics, setup: Setup, space: Space, budget: float
) -> tuple[float, float, int]:
    """What the choice costs, the same asked anew, and its bytes."""
    definitions = propose(setup, space)
    with laboratory.at(statistics) as base:
        shares = predicate_shares(base.connection, setup, definitions)
    with open_search(
        laboratory, [statistics], setup, definitions, shares, {}, space, lambda _: budget, searching
    ) as opened:
        choice = opened.search.choose(budget)
        trials = anew(opened.search.trials)
        told = choice.cost - opened.search.writes.cost(choice.chosen)
        return told, sum(a.cost for a in trials.confirmed(choice.chosen)), opened.search.size(choice.chosen)


def test_the_best_step_is_found_without_asking_every_step_to_the_end(trials: Trials) -> None:
    search = searching(trials)
    stepper = Stepper(search, 1e9)
    sizes = search.sizes
    chosen = 0
    for _ in range(4):
        now = stepper.stand(chosen)
        steps: list[Step] = [(chosen | 1 << i, float(sizes[i])) for i in range(len(sizes)) if not chosen >> i & 1]
        before = trials.questions
        found = stepper.best(steps)
        lazily = trials.questions - before
        assert found is not None
        before = trials.questions
        ratios = {mask: (search.cost(mask) - now) / divisor for mask, divisor in steps}
        assert found[0] == pytest.approx(min(ratios.values()), abs=1e-9) == pytest.approx(ratios[found[1]], abs=1e-9)
        assert found[2] == pytest.approx(search.cost(found[1]))
        assert lazily < trials.questions - before  # the rest had to be asked for the proof alone
        trials, search = anew(trials), searching(trials)
        search = searching(trials)
        stepper = Stepper(search, 1e9)
        chosen = found[1]


def test_what_is_presumed_is_no_less_than_what_is_known_and_goes_once_it_was_asked(trials: Trials) -> None:
    sizes = [o.size for o in trials.options]
    every = (1 << len(sizes)) - 1
    presumptions = Presumptions(trials, sizes)
    met = [trials.answer(3, every), trials.answer(3, 0)]
    made = presumptions.of(3, every, every, 1e12)
    assert made and all(met[0].cost <= plan.cost < met[1].cost for plan in made)
    assert {plan.cost for plan in made} == {met[0].cost}
    truth = {plan.used: trials.cost(3, plan.used) for plan in made}
    assert len(set(truth.values())) > 1  # some of them cost more than was presumed
    again = {plan.used: plan.cost for plan in presumptions.of(3, every, every, 1e12)}
    assert not truth.keys() & again.keys()
    assert not presumptions.of(3, every, every, min(sizes) - 1)


def test_what_was_learnt_in_one_laboratory_need_not_be_asked_in_another(
    laboratory: Laboratory, statistics: Statistics, setup: Setup
) -> None:
    definitions = propose(setup, NARROW)
    with open_trials(laboratory, [statistics], setup, definitions, {}, {}) as (first, _):
        for statement in range(len(STATEMENTS)):
            first.answer(statement, (1 << len(definitions)) - 1)
        used = [first.answer(s, (1 << len(definitions)) - 1) for s in range(len(STATEMENTS))]
        kept = {i for a in used for i in bits(a.used)}
    fewer = [d for i, d in enumerate(definitions) if i in kept]
    with open_trials(laboratory, [statistics], setup, fewer[::-1], {}, {}) as (second, _):
        second.carry(first)
        every = (1 << len(fewer)) - 1
        carried = second.answers(every, range(len(STATEMENTS)))
        assert second.questions == 0
        asked = anew(second).confirmed(every)
        assert [a.cost for a in carried] == pytest.approx([a.cost for a in asked], rel=0.01)
        assert [second.options[i].definition for a in carried for i in bits(a.used)]


@pytest.mark.parametrize("budget", BUDGETS)
def test_a_narrow_choice_is_no_worse_than_one_grown_by_bytes_and_costs_what_the_planner_says(
    trials: Trials, budget: float
) -> None:
    search = searching(trials)
    search.start(budget)
    search.explore()
    choice = search.choose(budget)
    other = anew(trials)
    everything = (1 << len(trials.options)) - 1
    grown = extend(trials.options, everything, lambda m: searching(other).cost(m), budget)
    assert search.size(choice.chosen) <= budget
    told = choice.cost - search.writes.cost(choice.chosen)
    assert told == pytest.approx(sum(a.cost for a in anew(trials).confirmed(choice.chosen)))
    assert told <= sum(a.cost for a in anew(trials).confirmed(grown)) * (1 + 1e-6)


@pytest.mark.parametrize("budget", BUDGETS)
def test_with_candidates_of_every_kind_the_choice_is_never_worse(
    laboratory: Laboratory, statistics: Statistics, setup: Setup, budget: float
) -> None:
    narrow, _, _ = chosen_in(laboratory, statistics, setup, NARROW, budget)
    full, anew_asked, size = chosen_in(laboratory, statistics, setup, FULL, budget)
    assert size <= budget
    assert full <= narrow * (1 + 1e-6)
    assert full == pytest.approx(anew_asked)
