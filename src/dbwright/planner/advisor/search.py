"""Finds a good choice of indexes: looks at what each statement could use, solves, asks again around it, keeps the best.

Statements are looked at from above: with many candidates there at once the planner takes the best, and without that one
the next best. Groups of candidates that it takes nothing of are never looked at one by one. Then the integer programme
chooses; its choice is asked of the planner, with each option left out and each that fits put in; what is learnt goes
back into the programme, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import nsmallest
from time import process_time

from dbwright.planner.advisor.climbing import Climber
from dbwright.planner.advisor.extend import extend
from dbwright.planner.advisor.fines import Fines
from dbwright.planner.advisor.merging import Merges
from dbwright.planner.advisor.plan_table import PlanTable
from dbwright.planner.advisor.programme import Solution, solve
from dbwright.planner.advisor.relaxation import Relaxation
from dbwright.planner.advisor.shedding import shed
from dbwright.planner.advisor.trials import Answer, Trials, bits
from dbwright.planner.advisor.writes import Writes
from dbwright.planner.noticing import NOTICED, times_dearer
from dbwright.records import record

WORTHWHILE = 0.0001
"""The share of a statement's cost that a candidate must save to be looked at further."""
ROUNDS = 8
"""How often the programme may be solved for one budget."""
PLANS = 12
"""Questions about one statement after its groups of candidates are known."""
SOLVER_SECONDS = 20.0
"""The most that one programme may take; it then says how far it came."""
PROVEN = 0.008
"""A gap that is good enough; beyond it the programme gets all the time that is left."""
EXTENDING = 600
"""Questions on the way up from nothing."""
RELAXING = (1200, 500)
"""Questions on the ways down from all that statements would use, of what they name and of what was found useful."""
STARTS = 4
"""So many choices of a round are looked around, the best ones."""
TRIFLE = 0.0001
"""What is certain to within this share of the workload is not asked around a choice."""
BEYOND = 4
"""How often what a statement would take beside a choice is taken away again, to see what comes next."""
EXPLORING = 0.45
"""The share of all questions in which each statement is looked at."""
SEARCHING = 0.47
"""The share of all questions after which nothing more is looked around; what the last steps ask comes on top."""


@record(frozen=True)
class Choice:
    """What was chosen: options, the cost that the planner says they lead to, and the programme's proof for its own."""

    chosen: int
    cost: float
    solution: Solution

    @property
    def gap(self) -> float:
        """The proven relative distance of this choice to the best one in the programme's model."""
        return max(0.0, (self.cost - self.solution.bound) / self.cost) if self.cost > 0 else 0.0


class Search:
    """Looks at each statement once, and then chooses for as many budgets as are asked."""

    def __init__(
        self,
        trials: Trials,
        writes: Writes,
        pinned: int = 0,
        most_questions: int = 10_000,
        fines: Fines | None = None,
    ) -> None:
        """`pinned` options are there in any case; `fines` tell what a statement is worth avoiding beyond its weight."""
        weights = [s.weight for s in trials.statements]
        self.trials = trials
        self.pinned = pinned
        self.required = 0
        self.reserved = 0
        self.weights = weights
        self.writes = writes
        self.most_questions = most_questions
        self.useful = [0] * len(weights)
        self.sizes = [0 if pinned >> i & 1 else o.size for i, o in enumerate(trials.options)]
        self.merges = Merges(trials.options, self.sizes)
        self._best: list[int] = []
        self._explore_until = 0.0
        self.fines = fines or Fines(weights)

    def require(self, options: int) -> None:
        """Let these be in every choice from now on; `reserved` are the bytes that they take off its budget."""
        for number in bits(options & ~self.pinned):
            self.reserved += self.sizes[number]
            self.sizes[number] = 0
        self.pinned |= options
        self.required |= options
        self.merges = Merges(self.trials.options, self.sizes)
        self._best = [mask | options for mask in self._best]

    @property
    def all_useful(self) -> int:
        """Every option that some plan used."""
        union = 0
        for mask in self.useful:
            union |= mask
        return union

    def size(self, chosen: int) -> int:
        """Return the bytes of some options."""
        return sum(self.sizes[i] for i in bits(chosen))

    def cost(self, chosen: int) -> float:
        """Return what the workload costs with these options: plans, fines, writes; asks what is not known."""
        answers = self.trials.answers(chosen, range(len(self.weights)))
        return sum(self.fines.price(s, a) for s, a in enumerate(answers)) + self.writes.cost(chosen)

    def estimate(self, chosen: int) -> float:
        """Return a cost that these options certainly reach, without asking."""
        plans = (self.trials.at_most(s, chosen) for s in range(len(self.weights)))
        return sum(self.fines.price(s, p) for s, p in enumerate(plans)) + self.writes.cost(chosen)

    def explore(self, announce: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Find out for each statement which options its plans use, alone and together."""
        for statement in range(len(self.weights)):
            announce(statement, len(self.weights))
            left = self.most_questions * EXPLORING - self.trials.questions
            self._explore_until = self.trials.questions + left / (len(self.weights) - statement)
            self._explore_groups(statement)
            self._explore_whole(statement)
            self._explore_together(statement, self.useful[statement])
            self._explore_together(statement, self._smallest(self.useful[statement]))
            self._explore_alone(statement)
        self._share()

    def _explore_groups(self, statement: int) -> None:
        base = self._planned(statement, 0).cost
        for table in self._groups(self.trials.relevant[statement] & ~self.pinned, lambda o: o.definition.table):
            if not self._spent() and self._saves(statement, table, base):
                for group in self._groups(table, lambda o: o.definition.keys[0].text):
                    self._peel(statement, group, base)

    def _explore_whole(self, statement: int) -> None:
        """Meet what is good only together with others: an index on the inner side of a join that another one makes."""
        base = self._planned(statement, 0).cost
        there = self._named(statement)
        for _ in range(4):
            answer = self._planned(statement, there)
            used = answer.used & ~self.pinned
            if not used or answer.cost >= base * (1 - WORTHWHILE) or self._spent():
                return
            self.useful[statement] |= used
            there &= ~used

    def _named(self, statement: int) -> int:
        """The options of which all keys stand in the statement."""
        text = self.trials.statements[statement].sql
        own = bits(self.trials.relevant[statement] & ~self.pinned)
        options = ((i, self.trials.options[i].definition) for i in own)
        return sum(1 << i for i, d in options if all(k.is_expression or k.text in text for k in d.keys))

    def _planned(self, statement: int, there: int) -> Answer:
        return self.trials.answer(statement, there | self.pinned)

    def _saves(self, statement: int, there: int, base: float) -> bool:
        return self._planned(statement, there).cost < base * (1 - WORTHWHILE)

    def _peel(self, statement: int, group: int, base: float) -> None:
        """Take what the planner uses of a group away, as long as the rest still saves, at most three times."""
        for _ in range(4):
            if not group or self._spent():
                return
            answer = self._planned(statement, group)
            used = answer.used & ~self.pinned
            if answer.cost >= base * (1 - WORTHWHILE) or not used:
                return
            self.useful[statement] |= used
            for number in bits(used):
                self._try_narrower(statement, number)
            group &= ~used

    def _try_narrower(self, statement: int, number: int) -> None:
        """A narrower index that begins alike may do as well for fewer bytes."""
        definition = self.trials.options[number].definition
        for other in bits(self.trials.relevant[statement] & ~self.pinned):
            narrow = self.trials.options[other].definition
            if other == number or not definition.covers(narrow) or self.useful[statement] >> other & 1:
                continue
            if self._planned(statement, 1 << other).used >> other & 1:
                self.useful[statement] |= 1 << other

    def _share(self) -> None:
        """What one statement uses may do for another that uses something that begins alike."""
        everything = self.all_useful
        for statement, mine in enumerate(list(self.useful)):
            for number in bits(everything & self.trials.relevant[statement] & ~mine):
                if self._alike(number, mine):
                    self.useful[statement] |= 1 << number

    def _alike(self, number: int, others: int) -> int:
        """Those of some options that begin with the same column of the same table."""
        definition = self.trials.options[number].definition
        options = ((i, self.trials.options[i].definition) for i in bits(others))
        return sum(1 << i for i, o in options if o.table == definition.table and o.keys[0] == definition.keys[0])

    def _smallest(self, mask: int) -> int:
        """The smallest of the options that begin with the same column."""
        found = 0
        for group in self._groups(mask, lambda o: f"{o.definition.table} {o.definition.keys[0].text}"):
            found |= 1 << min(bits(group), key=lambda i: self.sizes[i])
        return found

    def _explore_together(self, statement: int, useful: int) -> None:
        """Meet the plans that use several options: all there, then each of those used taken away, best first."""
        ahead, seen, asked = [useful], set(), 0
        while ahead and asked < PLANS and not self._spent():
            there = ahead.pop(0)
            if there in seen or not there:
                continue
            seen.add(there)
            before = self.trials.questions
            answer = self._planned(statement, there)
            asked += self.trials.questions - before
            ahead += [there & ~(1 << number) for number in bits(answer.used & ~self.pinned)]

    def _explore_alone(self, statement: int) -> None:
        """Meet the plans that one option makes by itself: those are what a small budget buys."""
        for number in bits(self.useful[statement]):
            if not self._spent():
                self._planned(statement, 1 << number)

    def _groups(self, mask: int, key: Callable[..., str]) -> list[int]:
        found: dict[str, int] = {}
        for number in bits(mask):
            name = key(self.trials.options[number])
            found[name] = found.get(name, 0) | 1 << number
        return list(found.values())

    def _spent(self) -> bool:
        """Whether a statement has had its share of the questions."""
        return self.trials.questions >= self._explore_until

    def choose(self, budget: float, seeds: Iterable[int] = (), seconds: float = 40.0) -> Choice:
        """Return the best choice found under a budget of bytes; `seeds` are choices to start from."""
        limit = process_time() + seconds
        rounds_end = process_time() + seconds * 0.7
        budget = max(0, budget - self.reserved)
        universe = self.all_useful
        asked_at_most = self.trials.questions + self.most_questions * SEARCHING
        pool = {self.pinned: self.cost(self.pinned)}

        def meet(choices: Iterable[int]) -> int:
            """Ask what choices cost that fit, and return the best one of all so far."""
            for choice in choices:
                mask = self._writable(choice | self.pinned)
                if mask not in pool and self.size(mask) <= budget:
                    pool[mask] = self.cost(mask)
            return min(pool, key=lambda m: (pool[m], m))

        best = meet([*seeds, *self._best, *self._seeds(universe, budget)])
        for _ in range(ROUNDS):
            solution = self._solve(budget, SOLVER_SECONDS, best)
            best = meet([solution.chosen, self._climbed(best, budget)])
            before = self.trials.questions
            for mask in dict.fromkeys([solution.chosen, *nsmallest(STARTS, pool, key=lambda m: (pool[m], m))]):
                self._ask_beyond(mask, budget, asked_at_most)
                self._ask_around(mask, budget, asked_at_most, rounds_end)
                best = meet([self._climbed(mask, budget)])
            if self.trials.questions == before or process_time() > rounds_end:
                break
        solution = self._solve(budget, SOLVER_SECONDS, best)
        if (pool[best] - solution.bound) > PROVEN * pool[best]:
            solution = self._solve(budget, max(SOLVER_SECONDS, limit - process_time()), best)
        best = meet([solution.chosen, self._climbed(best, budget)])
        best = self._without_useless(best, pool[best])
        self._best.append(best)
        return Choice(best, self.cost(best), solution)

    def noticed(self, choice: Choice) -> Choice:
        """Return a choice without what no statement would notice to be gone: what proves indexes would call it so."""
        chosen = choice.chosen
        while True:
            worth = {number: self._most_missed(chosen, number) for number in bits(chosen & ~self.pinned)}
            least = min(worth, key=lambda i: (worth[i], -self.sizes[i]), default=0)
            if not worth or worth[least] >= NOTICED:
                return Choice(chosen, self.cost(chosen), choice.solution) if chosen != choice.chosen else choice
            chosen &= ~(1 << least)

    def _most_missed(self, chosen: int, number: int) -> float:
        """How many times as much the statement costs without an option that misses it most."""
        statements = range(len(self.weights))
        now = self.trials.answers(chosen, statements)
        using = [s for s in statements if now[s].used >> number & 1]
        then = {s: self.trials.answer(s, chosen & ~(1 << number)) for s in using}
        if any(self.fines.late(s, then[s]) > self.fines.late(s, now[s]) for s in using):
            return float("inf")
        return max((times_dearer(then[s].cost, now[s].cost) for s in using), default=1)

    def _solve(self, budget: float, seconds: float, start: int) -> Solution:
        return solve(self._preferred(), self.sizes, self.writes, budget, seconds, start, self.pinned)

    def _preferred(self) -> list[list[Answer]]:
        """The plans that were met, priced, in the order in which the planner prefers them."""
        statements = range(len(self.weights))
        return [[p._replace(cost=self.fines.price(s, p)) for p in self.trials.plans(s)] for s in statements]

    def _plans(self) -> list[list[Answer]]:
        """The same, the cheapest of each statement first."""
        return [sorted(own, key=lambda p: p.cost) for own in self._preferred()]

    def _climbed(self, chosen: int, budget: float) -> int:
        return Climber(self._plans(), self.sizes, self.writes, self.pinned, self.merges).climb(chosen, budget)

    def _seeds(self, universe: int, budget: float) -> Iterator[int]:
        """What Extend and Relaxation make of the useful options."""
        yield extend(self.trials.options, universe, self._priced(EXTENDING), budget)
        statements = range(len(self.weights))
        for there, most in zip(([self._named(s) for s in statements], self.useful), RELAXING, strict=True):
            wanted = self.pinned
            for statement in statements:
                wanted |= self._planned(statement, there[statement]).used
            relaxation = Relaxation(self.trials.options, self.sizes, self.merges, self._table, self._priced(most))
            yield relaxation.relax(wanted, budget)

    def _writable(self, chosen: int) -> int:
        """What is left of a choice when its writes cost no more than they may."""
        return chosen if self.writes.fits(chosen) else shed(chosen, self.pinned, self.writes, self._table())

    def _table(self) -> PlanTable:
        return PlanTable(self._plans(), len(self.sizes), self.writes)

    def _priced(self, questions: int) -> Callable[[int], float]:
        """The cost of a set: asked for as many questions as one may, and then what is certain without."""
        most = self.trials.questions + questions

        def cost(there: int) -> float:
            there |= self.pinned
            return self.cost(there) if self.trials.questions < most else self.estimate(there)

        return cost

    def _ask_beyond(self, chosen: int, budget: float, most: float) -> None:
        """Ask what each statement would take beside a choice if all that has room in the budget were there as well."""
        fitting = sum(1 << number for number, size in enumerate(self.sizes) if size <= budget) & ~chosen
        for statement in range(len(self.weights)):
            now = self.trials.answer(statement, chosen).cost
            others = fitting & self.trials.relevant[statement]
            for _ in range(BEYOND):
                if self.trials.questions >= most:
                    return
                answer = self.trials.answer(statement, chosen | others)
                used = answer.used & ~chosen
                if not used or answer.cost >= now * (1 - WORTHWHILE):
                    break
                self.useful[statement] |= used
                others &= ~used

    def _ask_around(self, chosen: int, budget: float, most: float, limit: float) -> None:
        """Ask what becomes of each statement without each option it uses, and with each one it might use."""
        merged = list(self.merges.of(chosen & ~self.pinned))
        trifle = TRIFLE * self.cost(chosen)
        for statement in range(len(self.weights)):
            if process_time() > limit:
                return
            for there in self._nearby(statement, chosen, budget, merged):
                if self.trials.questions >= most:
                    return
                if self._is_open(statement, there, trifle):
                    self.trials.answer(statement, there)

    def _nearby(self, statement: int, chosen: int, budget: float, merged: list[tuple[int, int]]) -> Iterator[int]:
        """The choices a step away that a statement may notice."""
        size = self.size(chosen)
        used = self.trials.answer(statement, chosen).used
        for number in bits(used & ~self.pinned):
            yield chosen & ~(1 << number)
        for number in bits(self.useful[statement] & ~chosen):
            if size + self.sizes[number] <= budget:
                yield chosen | 1 << number
            instead = self._alike(number, used & ~self.pinned)
            if instead:
                yield chosen & ~instead | 1 << number
        for pair, number in merged:
            if pair & used:
                yield chosen & ~pair | 1 << number

    def _is_open(self, statement: int, there: int, trifle: float) -> bool:
        """Whether what is known leaves so much room for a cost that it is worth a question."""
        most = self.fines.price(statement, self.trials.at_most(statement, there))
        return most - self.fines.price(statement, Answer(self.trials.at_least(statement, there), 0)) > trifle

    def _without_useless(self, chosen: int, cost: float) -> int:
        """Leave out what can go without harm, the largest first."""
        for number in sorted(bits(chosen & ~self.pinned), key=lambda i: -self.sizes[i]):
            fewer = chosen & ~(1 << number)
            if self.cost(fewer) <= cost * (1 + 1e-9):
                chosen = fewer
        return chosen
