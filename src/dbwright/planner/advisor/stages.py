"""Opens a search in two stages: all candidates of the statements, then those of use and what they merge to.

Merged indexes are made from what turned out useful, and stand in a laboratory of their own. What was learnt in the
first one holds in the second: no question is asked twice.
Source: Bruno, Chaudhuri, "Automatic Physical Database Tuning: A Relaxation-based Approach" (SIGMOD 2005).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from dbwright.planner.advisor.candidates import Space, merges
from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.options import bits
from dbwright.planner.advisor.search import MERGED, Search
from dbwright.planner.advisor.trials import Trials
from dbwright.planner.advisor.workshop import Setup, open_trials
from dbwright.planner.laboratory import Laboratory
from dbwright.planner.statistics import Statistics
from dbwright.records import record


@record(frozen=True)
class Opened:
    """A search that has looked at each statement; how many questions came before its own, and how many candidates."""

    search: Search
    asked: int
    candidates: int


@contextmanager
def open_search(
    laboratory: Laboratory,
    statistics: Sequence[Statistics],
    setup: Setup,
    definitions: Sequence[Definition],
    shares: Mapping[tuple[str, str], float],
    settings: Mapping[str, str],
    space: Space,
    budget: Callable[[Search], float],
    make: Callable[[Trials, int], Search],
    sift: Callable[[Sequence[Definition]], list[Definition]] = list,
    skips: bool = True,
    announce: Callable[[str], None] = lambda doing: None,
) -> Iterator[Opened]:
    """Yield a search for one budget, which is told once options have sizes.

    `make` makes one for trials; it counts that many questions as asked.
    `sift` leaves out candidates that nobody would want to have; `skips`: see Trials. Raise psycopg.Error.
    """
    with open_trials(laboratory, statistics, setup, definitions, shares, settings, skips) as (trials, _):
        search = make(trials, 0)
        search.start(budget(search))
        search.explore()
        useful = [trials.options[i].definition for i in bits(search.worth_keeping) if not trials.options[i].exists]
        known = set(definitions)
        merged = sift([d for d in dict.fromkeys(merges(useful, setup.tables, space)) if d not in known])
        if space.plain or not merged:
            yield Opened(search, 0, len(definitions))
            return
    announce(f"looking at {len(useful)} useful candidates and {len(merged)} merged ones")
    second = [*useful, *merged[: 2 * len(useful) + 20]]
    with open_trials(laboratory, statistics, setup, second, shares, settings, skips) as (following, _):
        following.carry(trials)
        then = make(following, trials.questions)
        then.start_from(search)
        then.explore(until=MERGED)
        yield Opened(then, trials.questions, len(definitions) + len(merged))
