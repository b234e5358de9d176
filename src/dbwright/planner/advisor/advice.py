"""What the advisor says: indexes with their reasons, what each statement costs, what was turned down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from dbwright.planner.advisor.candidates import Space, merges
from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.obligations import Obligations
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.search import Choice, Search
from dbwright.planner.advisor.trials import Answer, Option, Trials, bits
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import (
    Setup,
    apply_settings,
    open_trials,
    predicate_shares,
    propose,
    set_up,
)
from dbwright.planner.advisor.writes import price_writes
from dbwright.planner.choices.selection import Choices
from dbwright.planner.choices.telling import plain_choices
from dbwright.planner.laboratory import Laboratory
from dbwright.planner.statistics import Statistics
from dbwright.records import field, record
from dbwright.sql.names import fit

MOST_REJECTED = 20
"""So many candidates that were turned down are told of, those that save most by themselves."""
NOTHING = 0.0005
"""A saving below this share of the workload is none."""
SLOWER = 0.05
"""By so much a statement may become dearer when indexes may go; beyond that it is fined, whatever its weight."""
_EXTENSIONS = {"gin_trgm_ops": "pg_trgm"}


@record(frozen=True)
class Effect:
    """What an index is to one statement: its cost with all that was chosen, and without this index."""

    statement: str
    with_it: float
    without_it: float


@record(frozen=True)
class Advised:
    """An index that was chosen: its DDL, its bytes, what it is to each statement, what its upkeep costs."""

    name: str
    table: str
    ddl: str
    size: int
    effects: tuple[Effect, ...]
    upkeep: float
    exists: bool
    definition: Definition


@record(frozen=True)
class Rejected:
    """A candidate that some statement would use and that was not chosen, and why."""

    ddl: str
    size: int
    why: str


@record(frozen=True)
class StatementCost:
    """A statement with its weight and its cost, in the planner's units, before and after."""

    name: str
    weight: float
    before: float
    after: float


@record(frozen=True)
class Advice:
    """What was advised for a workload under a budget of bytes.

    `before` and `after` are sums of weight times cost, with the upkeep of optional indexes. `gap` is the proven
    relative distance of the model's choice to its best, `model` what the model says of it, `floor` the cost with every
    candidate at once and no budget, upkeep left out. `kept` are indexes that stood, might
    have gone, and stay. `questions` counts the plans that were asked for.
    `choices` is what was advised beyond indexes; the indexes are those for a design that has it.
    """

    indexes: tuple[Advised, ...]
    dropped: tuple[str, ...]
    unused: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    statements: tuple[StatementCost, ...]
    before: float
    after: float
    model: float
    gap: float
    floor: float
    budget: int
    size: int
    candidates: int
    questions: int
    seconds: float
    notes: tuple[str, ...]
    extensions: tuple[str, ...] = ()
    schema: str = "public"
    kept: tuple[Advised, ...] = ()
    choices: Choices | None = None


@record(frozen=True)
class Wish:
    """What is asked of the advisor: bytes, the space of candidates, and whether what stands may go.

    `kept` are indexes that stay even then; `lenient` leaves out statements that cannot be planned, with a note;
    `tenants` are the columns by which policies narrow tables; `skips` that the server knows skip scans, as from 18 on;
    `obligations` finds what a choice may not do without. `shared` are indexes that a reference needs and a plan may
    use: they count as kept where one does. `closed` tables get no index. `sift` leaves
    out candidates that nobody would want to have.
    """

    budget: int
    space: Space = Space()
    replace: bool = False
    most_questions: int = 10_000
    kept: frozenset[str] = frozenset()
    lenient: bool = False
    skips: bool = True
    tenants: Mapping[str, str] = field(default_factory=dict)
    obligations: Obligations | None = None
    shared: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    sift: Callable[[Sequence[Definition]], list[Definition]] = list


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
        setup = set_up(base.connection, statistics[0], workload)
        notes = [*base.left_out, *(f"`{s.name}` was left out: {reason}" for s, reason in setup.refused)]
        if setup.refused and not wish.lenient:
            raise Unplannable(setup.refused)
        definitions = propose(setup, wish.space, wish.tenants)
        shares = predicate_shares(base.connection, setup, definitions)
        asked = setup.questions + len(shares)
    definitions = [d for d in definitions if not d.where or (d.table, d.where) in shares]
    definitions = wish.sift([d for d in definitions if d.table not in wish.closed])
    announce(f"looking at {len(definitions)} candidates")
    with open_trials(laboratory, statistics, setup, definitions, shares, settings, wish.skips) as (trials, _):
        useful, questions = _useful(trials, setup, wish)
        merged = [d for d in dict.fromkeys(merges(useful, setup.tables, wish.space)) if d not in set(definitions)]
        asked += questions
        if not merged or wish.space.plain:
            return _choose(trials, setup, wish, asked, len(definitions), started, announce, statistics[0], notes)
    announce(f"looking at {len(useful)} useful candidates and {len(merged)} merged ones")
    merged = wish.sift(merged)
    second = [*useful, *merged[: 2 * len(useful) + 20]]
    with open_trials(laboratory, statistics, setup, second, shares, settings, wish.skips) as (trials, _):
        return _choose(
            trials, setup, wish, asked, len(definitions) + len(merged), started, announce, statistics[0], notes
        )


def _useful(trials: Trials, setup: Setup, wish: Wish) -> tuple[list[Definition], int]:
    """Which candidates some plan uses, found out with half of the questions."""
    search = _search(trials, setup, wish, wish.most_questions // 2)
    search.explore()
    found = [trials.options[i].definition for i in bits(search.all_useful) if not trials.options[i].exists]
    return found, trials.questions


def _search(trials: Trials, setup: Setup, wish: Wish, most: int) -> Search:
    writes = price_writes(trials.options, setup.written, setup.tables, setup.standing)
    standing = sum(1 << i for i, o in enumerate(trials.options) if o.exists)
    before = trials.answers(standing, range(len(setup.statements))) if wish.replace else []
    limits = [answer.cost * (1 + SLOWER) for answer in before]
    return Search(trials, writes, _pinned(trials.options, setup, wish), most, limits)


def _pinned(options: Sequence[Option], setup: Setup, wish: Wish) -> int:
    """The options that stay in any case: all that stand, or those alone that a foreign key needs."""
    needed = {s.name for s in setup.standing if s.supports_reference or not wish.replace or s.name in wish.kept}
    return sum(1 << i for i, o in enumerate(options) if o.exists and o.name in needed)


def _choose(
    trials: Trials,
    setup: Setup,
    wish: Wish,
    asked: int,
    candidates: int,
    started: float,
    announce: Callable[[str], None],
    statistics: Statistics,
    notes: Sequence[str],
) -> Advice:
    search = _search(trials, setup, wish, max(1000, wish.most_questions - asked))
    search.explore()
    announce("choosing")
    standing = sum(1 << i for i, o in enumerate(trials.options) if o.exists)
    choice = search.choose(wish.budget, [standing])
    if wish.obligations is not None:
        choice, reasons = _obliged(search, wish, standing, search.noticed(choice))
        notes = [*notes, *(f"`{name}` stays whatever it costs: {why}" for name, why in reasons.items())]
    return _Report(search, setup, statistics, standing, choice).advice(
        wish, asked + trials.questions, candidates, monotonic() - started, notes
    )


def _obliged(search: Search, wish: Wish, standing: int, choice: Choice) -> tuple[Choice, dict[str, str]]:
    """Choose again with what the choice may not do without, until it has all of it; its bytes come off the budget."""
    assert wish.obligations is not None
    options = search.trials.options
    by_name = {o.name: 1 << i for i, o in enumerate(options) if o.exists}
    reasons: dict[str, str] = {}
    for _ in range(len(by_name)):
        chosen = [options[i] for i in bits(_decided(search, wish, choice.chosen))]
        kept = [o.name for o in chosen if o.exists]
        needed = wish.obligations([*kept, *wish.kept], [o.definition for o in chosen if not o.exists])
        reasons |= {name: why for name, why in needed.items() if name in by_name}
        mask = sum(by_name.get(name, 0) for name in needed)
        if not mask & ~search.required:
            break
        search.require(mask)
        if mask & ~choice.chosen:
            choice = search.noticed(search.choose(wish.budget, [standing, choice.chosen | mask]))
    return choice, reasons


def _decided(search: Search, wish: Wish, chosen: int) -> int:
    """What of a choice was decided, and did not stand in any case."""
    used = 0
    for answer in search.trials.answers(chosen, range(len(search.weights))):
        used |= answer.used
    shared = sum(1 << i for i, o in enumerate(search.trials.options) if o.exists and o.name in wish.shared)
    return chosen & (~search.pinned | search.required | shared & used)


class _Report:
    """Works out what is said of a choice."""

    def __init__(self, search: Search, setup: Setup, statistics: Statistics, standing: int, choice: Choice) -> None:
        self.search = search
        self.trials = search.trials
        self.setup = setup
        self.statistics = statistics
        self.standing = standing
        self.choice = choice
        self._names = self._new_names()

    def _new_names(self) -> dict[int, str]:
        """A name for each new index that nothing else has."""
        taken = {s.name for s in self.setup.standing} | set(self.setup.tables)
        names: dict[int, str] = {}
        for number in bits(self.choice.chosen):
            if not self.trials.options[number].exists:
                name = self.trials.options[number].definition.name()
                count = 1
                while name in taken:
                    count += 1
                    name = fit(self.trials.options[number].definition.name(), str(count))
                names[number] = name
                taken.add(name)
        return names

    def advice(self, wish: Wish, questions: int, candidates: int, seconds: float, notes: Sequence[str]) -> Advice:
        """Return all of it."""
        before = self.trials.answers(self.standing, range(len(self.setup.statements)))
        after = self.trials.answers(self.choice.chosen, range(len(self.setup.statements)))
        statements = tuple(
            StatementCost(s.name, s.weight, b.cost, a.cost)
            for s, b, a in zip(self.setup.statements, before, after, strict=True)
        )
        new = _decided(self.search, wish, self.choice.chosen)
        used = 0
        for answer in after:
            used |= answer.used
        options = self.trials.options
        kept = self.choice.chosen
        floor = sum(s.weight * self._floor(n) for n, s in enumerate(self.setup.statements))
        advised = tuple(self._advised(i) for i in bits(new) if not options[i].exists)
        stays = tuple(self._advised(i) for i in bits(new) if options[i].exists)
        return Advice(
            indexes=advised,
            kept=stays,
            dropped=tuple(options[i].name for i in bits(self.standing & ~kept)),
            unused=tuple(sorted({options[i].name for i in bits(self.standing & kept & ~used)} - self._needed())),
            rejected=tuple(self._rejected(wish)),
            statements=statements,
            before=self._total(self.standing, before),
            after=self._total(kept, after),
            model=self.choice.solution.cost,
            gap=self.choice.gap,
            floor=floor,
            budget=wish.budget,
            size=self.search.size(kept) + self.search.reserved,
            candidates=candidates,
            questions=questions,
            seconds=seconds,
            notes=(*notes, *self.statistics.approximations),
            extensions=tuple(sorted({e for a in advised for e in _extensions(a.definition)})),
            schema=self.statistics.schema,
        )

    def _total(self, chosen: int, answers: Sequence[Answer]) -> float:
        """The cost of the workload without fines."""
        weights = self.search.weights
        return sum(w * a.cost for w, a in zip(weights, answers, strict=True)) + self.search.writes.cost(chosen)

    def _needed(self) -> set[str]:
        """What stands for a foreign key: a delete of the row that is referenced looks there."""
        return {s.name for s in self.setup.standing if s.supports_reference}

    def _floor(self, statement: int) -> float:
        return self.trials.answer(statement, self.search.useful[statement] | self.standing).cost

    def _advised(self, number: int) -> Advised:
        option = self.trials.options[number]
        without = self.choice.chosen & ~(1 << number)
        effects = []
        for n, statement in enumerate(self.setup.statements):
            if self.trials.answer(n, self.choice.chosen).used >> number & 1:
                pair = self.trials.cost(n, self.choice.chosen), self.trials.cost(n, without)
                effects.append(Effect(statement.name, *pair))
        upkeep = self.search.writes.cost(self.choice.chosen) - self.search.writes.cost(without)
        name = option.name or self._names[number]
        stands = next((s.ddl for s in self.setup.standing if s.name == option.name), "")
        ddl = stands or option.definition.ddl(self.statistics.schema, name)
        return Advised(
            name, option.definition.table, ddl, option.size, tuple(effects), upkeep, option.exists, option.definition
        )

    def _rejected(self, wish: Wish) -> list[Rejected]:
        """Say of each useful candidate that was not taken why, those first that save most alone."""
        ranked = []
        for number in bits(self.search.all_useful & ~self.choice.chosen & ~self.standing):
            alone = self.search.estimate(self.search.pinned) - self.search.estimate(self.search.pinned | 1 << number)
            ranked.append((-alone, number))
        return [self._why_not(number, wish) for _, number in sorted(ranked)[:MOST_REJECTED]]

    def _why_not(self, number: int, wish: Wish) -> Rejected:
        option = self.trials.options[number]
        ddl = option.definition.ddl(self.statistics.schema)
        more = self.choice.chosen | 1 << number
        upkeep = self.search.writes.cost(more) - self.search.writes.cost(self.choice.chosen)
        reads = self.choice.cost - self.search.cost(more) + upkeep
        share = reads / self.choice.cost if self.choice.cost else 0.0
        writing = {w.statement for w in self.setup.written}
        reading = sum(
            s.weight * self.trials.cost(n, more) for n, s in enumerate(self.setup.statements) if n not in writing
        )
        if reads <= NOTHING * reading:
            why = "beside what was chosen it saves nothing"
        elif upkeep >= reads:
            why = f"it saves {reads:,.0f} of reading, and its upkeep by writes costs {upkeep:,.0f}"
        else:
            over = self.search.size(more) + self.search.reserved - wish.budget
            why = f"it would save another {share:.1%}, and is {over:,} bytes over the budget beside what was chosen"
            if over <= 0:
                why = f"it saves {share:.1%}, less than the distance to the best choice that the proof leaves"
        return Rejected(ddl, option.size, why)


def _extensions(definition: Definition) -> set[str]:
    """The extensions that an index needs."""
    needed = {_EXTENSIONS[k.operator_class] for k in definition.keys if k.operator_class in _EXTENSIONS}
    scalar = [k for k in definition.keys if not k.operator_class and not k.is_expression]
    if definition.method in ("gin", "gist") and len(definition.keys) > 1 and scalar:
        needed.add(f"btree_{definition.method}")
    return needed


def as_plain(advice: Advice) -> dict[str, Any]:
    """Return an advice as values that JSON knows."""
    return {
        "indexes": [_plain_index(a) for a in advice.indexes],
        "kept": [_plain_index(a) for a in advice.kept],
        "extensions": list(advice.extensions),
        "drop": list(advice.dropped),
        "unused": list(advice.unused),
        "cost": {"before": advice.before, "after": advice.after, "floor": advice.floor, "model": advice.model},
        "gap": advice.gap,
        "bytes": {"budget": advice.budget, "used": advice.size},
        "statements": [
            {"name": s.name, "weight": s.weight, "before": s.before, "after": s.after} for s in advice.statements
        ],
        "rejected": [{"ddl": r.ddl, "bytes": r.size, "why": r.why} for r in advice.rejected],
        "candidates": advice.candidates,
        "questions": advice.questions,
        "seconds": round(advice.seconds, 3),
        "notes": list(advice.notes),
        **({"choices": plain_choices(advice.choices)} if advice.choices is not None else {}),
    }  # fmt: skip


def _plain_index(advised: Advised) -> dict[str, Any]:
    effects = [{"name": e.statement, "cost": e.with_it, "cost_without": e.without_it} for e in advised.effects]
    return {
        "ddl": advised.ddl,
        "name": advised.name,
        "table": advised.table,
        "bytes": advised.size,
        "upkeep": round(advised.upkeep, 3),
        "statements": effects,
    }
