"""Chooses indexes for a workload step by step: candidates, what some plan uses, a choice, and what it must have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from dbwright.planner.advisor.advice import Advice
from dbwright.planner.advisor.decided import decided, room_of, standing_of
from dbwright.planner.advisor.fines import Fines
from dbwright.planner.advisor.options import Option, bits
from dbwright.planner.advisor.reach import Reach
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.report import Report
from dbwright.planner.advisor.search import Choice, Search
from dbwright.planner.advisor.stages import open_search
from dbwright.planner.advisor.staying import without_trifles
from dbwright.planner.advisor.targets import choose_within
from dbwright.planner.advisor.trials import Trials
from dbwright.planner.advisor.wish import Wish
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import (
    Setup,
    apply_settings,
    predicate_shares,
    propose,
    set_up,
)
from dbwright.planner.advisor.writes import cost_of_today, price_writes
from dbwright.planner.laboratory import Laboratory
from dbwright.planner.statistics import Statistics
from dbwright.records import replace
from dbwright.sql.names import quote

LEAST_QUESTIONS = 1000
"""A search may ask so many, however many there were before it."""
SLOWER = 0.05
"""By so much a statement may become dearer when indexes may go; beyond that it is fined, whatever its weight."""


class Unplannable(Exception):  # noqa: N818 - named after what happened
    """Statements that the server cannot plan, each with its reason."""

    def __init__(self, refused: Sequence[tuple[Asked, PlanningRefused]]) -> None:
        super().__init__("; ".join(f"{asked.name}: {reason}" for asked, reason in refused))
        self.refused = tuple(refused)


def advise(
    laboratory: Laboratory,
    statistics: Sequence[Statistics],
    workload: Sequence[Asked],
    wish: Wish,
    settings: Mapping[str, str],
    announce: Callable[[str], None] = lambda doing: None,
) -> Advice:
    """Choose indexes for a workload; raise Unplannable where a statement cannot be planned, psycopg.Error."""
    started = monotonic()
    announce("planning each statement as things stand")
    with laboratory.at(*statistics) as base:
        apply_settings(base.connection, settings)
        setup = replace(set_up(base.connection, statistics[0], workload), sized=wish.sized)
        notes = [*base.left_out, *(f"`{s.name}` was left out: {reason}" for s, reason in setup.refused)]
        if setup.refused and not wish.lenient:
            raise Unplannable(setup.refused)
        definitions = propose(setup, wish.space, wish.tenants)
        shares = predicate_shares(base.connection, setup, definitions)
        asked = setup.questions + len(shares)
    definitions = [d for d in definitions if not d.where or (d.table, d.where) in shares]
    definitions = wish.sift([d for d in definitions if d.table not in wish.closed])
    announce(f"looking at {len(definitions)} candidates")

    reaches: list[Reach] = []

    def make(trials: Trials, before: int) -> Search:
        if _has_targets(setup):
            reaches.append(Reach(trials.connection, quote(statistics[0].schema)))
            trials.seconds = reaches[-1].seconds
        return _search(trials, setup, wish, asked + before)

    with open_search(
        laboratory, statistics, setup, definitions, shares, settings, wish.space,
        lambda search: room_of(search, wish), make, wish.sift, wish.skips, announce,
    ) as opened:  # fmt: skip
        announce("choosing")
        choice, reasons = _choose(opened.search, wish)
        told = [*notes, *(f"`{name}` stays whatever it costs: {why}" for name, why in reasons.items())]
        report = Report(opened.search, setup, statistics[0], choice, wish)
        if reaches:
            told.append(f"targets are judged by the least time of a plan: {reaches[-1].storage.text}")
        questions = asked + opened.asked + opened.search.trials.questions + sum(r.questions for r in reaches)
        return report.advice(questions, opened.candidates, monotonic() - started, told)


def _has_targets(setup: Setup) -> bool:
    return any(s.target is not None for s in setup.statements)


def _search(trials: Trials, setup: Setup, wish: Wish, asked: int) -> Search:
    writes = price_writes(trials.options, setup.written, setup.tables, setup.standing)
    standing = standing_of(trials.options)
    if wish.writes is not None:
        today = cost_of_today(setup.written, setup.tables, setup.standing)
        writes = replace(writes, most=writes.upkeep(standing) + wish.writes.allowed(today))
    before = trials.answers(standing, range(len(setup.statements))) if wish.replace else []
    limits = [answer.cost * (1 + SLOWER) for answer in before]
    fines = Fines([s.weight for s in setup.statements], limits, [s.target for s in setup.statements])
    most = max(wish.most_questions, asked + LEAST_QUESTIONS)
    return Search(trials, writes, _pinned(trials.options, setup, wish), most, fines, asked)


def _pinned(options: Sequence[Option], setup: Setup, wish: Wish) -> int:
    """The options that stay in any case: all that stand, or those alone that a foreign key needs.

    A design says which those are; of a database they are guessed from what leads their keys.
    """
    said = wish.kept | wish.shared
    guessed = wish.obligations is None
    needed = {
        s.name for s in setup.standing if not wish.replace or s.name in said or (guessed and s.supports_reference)
    }
    return sum(1 << i for i, o in enumerate(options) if o.exists and o.name in needed)


def _choose(search: Search, wish: Wish) -> tuple[Choice, dict[str, str]]:
    """Choose, and choose again with what the choice may not do without, until it has all of it; and why it must."""
    options = search.trials.options
    standing = standing_of(options)
    room = room_of(search, wish)
    choice = choose_within(search, room, standing)
    if wish.obligations is None:
        return choice, {}
    choice = without_trifles(search, search.noticed(choice), standing, room)
    by_name = {o.name: 1 << i for i, o in enumerate(options) if o.exists}
    reasons: dict[str, str] = {}
    for _ in range(len(by_name)):
        chosen = [options[i] for i in bits(decided(search, wish, choice.chosen))]
        kept = [o.name for o in chosen if o.exists]
        needed = wish.obligations([*kept, *wish.kept], [o.definition for o in chosen if not o.exists])
        reasons |= {name: why for name, why in needed.items() if name in by_name}
        mask = sum(by_name.get(name, 0) for name in needed)
        if not mask & ~search.required:
            break
        search.require(mask)
        if mask & ~choice.chosen:
            choice = search.noticed(choose_within(search, room, standing, [choice.chosen | mask]))
            choice = without_trifles(search, choice, standing, room)
    return choice, reasons
