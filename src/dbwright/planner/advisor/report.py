"""Works out what is said of a choice: what each index is to each statement, and why others were turned down."""

from __future__ import annotations

from collections.abc import Sequence

from dbwright.planner.advisor.advice import Advice, Advised, Effect, Rejected, StatementCost
from dbwright.planner.advisor.decided import decided, room_of, standing_of, stood_of
from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.options import Answer, bits
from dbwright.planner.advisor.search import Choice, Search
from dbwright.planner.advisor.targets import told_targets
from dbwright.planner.advisor.wish import Wish
from dbwright.planner.advisor.workshop import Setup
from dbwright.planner.advisor.write_budget import Writing
from dbwright.planner.advisor.writes import cost_of_today, within
from dbwright.planner.statistics import Statistics
from dbwright.sql.names import fit

MOST_REJECTED = 20
"""So many candidates that were turned down are told of, those that save most by themselves."""
NOTHING = 0.0005
"""A saving below this share of the workload is none."""
_EXTENSIONS = {"gin_trgm_ops": "pg_trgm"}


class Report:
    """Works out what is said of a choice."""

    def __init__(self, search: Search, setup: Setup, statistics: Statistics, choice: Choice, wish: Wish) -> None:
        self.search = search
        self.trials = search.trials
        self.setup = setup
        self.statistics = statistics
        self.standing = standing_of(search.trials.options)
        self.choice = choice
        self.wish = wish
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

    def advice(self, questions: int, candidates: int, seconds: float, notes: Sequence[str]) -> Advice:
        """Return all of it."""
        before = self.trials.answers(self.standing, range(len(self.setup.statements)))
        after = self.trials.answers(self.choice.chosen, range(len(self.setup.statements)))
        statements = tuple(
            StatementCost(s.name, s.weight, b.cost, a.cost)
            for s, b, a in zip(self.setup.statements, before, after, strict=True)
        )
        new = decided(self.search, self.wish, self.choice.chosen)
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
            rejected=tuple(self._rejected()),
            statements=statements,
            before=self._total(self.standing, before),
            after=self._total(kept, after),
            model=self.choice.solution.cost,
            gap=self.choice.gap,
            floor=floor,
            budget=self.wish.budget,
            size=self.search.size(kept) + self.search.reserved,
            stood=stood_of(self.search),
            writing=self._writing(),
            targets=told_targets(self.search, self.choice, self.standing, room_of(self.search, self.wish)),
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

    def _writing(self) -> Writing:
        """What writes cost today, and what the choice adds to it."""
        writes = self.search.writes
        today = cost_of_today(self.setup.written, self.setup.tables, self.setup.standing)
        before, after = writes.upkeep(self.standing), writes.upkeep(self.choice.chosen)
        added = 0.0 if within(abs(after - before), 0.0) else after - before
        allowed = None if self.wish.writes is None else self.wish.writes.allowed(today)
        return Writing(today, added, allowed)

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

    def _rejected(self) -> list[Rejected]:
        """Say of each useful candidate that was not taken why, those first that save most alone."""
        ranked = []
        for number in bits(self.search.all_useful & ~self.choice.chosen & ~self.standing):
            alone = self.search.estimate(self.search.pinned) - self.search.estimate(self.search.pinned | 1 << number)
            ranked.append((-alone, number))
        return [self._why_not(number) for _, number in sorted(ranked)[:MOST_REJECTED]]

    def _why_not(self, number: int) -> Rejected:
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
        elif not self.search.writes.fits(more):
            why = f"it would save another {share:.1%}, and its upkeep of {upkeep:,.4g} is over what writes may cost"
        else:
            over = self.search.size(more) + self.search.reserved - room_of(self.search, self.wish)
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
