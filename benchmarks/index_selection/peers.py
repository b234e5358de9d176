"""Seven published algorithms for choosing indexes, each as its paper tells it, over the same options and questions.

They see a `Problem`: options of ascending B-trees, their sizes, and what each statement costs under a set of them.
Those that stop at a number of indexes give a sequence of choices, each of which counts for every budget it fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

from dbwright.planner.advisor.extend import extend as extend_steps
from dbwright.planner.advisor.trials import Trials, bits

Choices = Callable[["Problem", float], Iterator[int]]


class Problem:
    """What an algorithm may look at; sets of options are integers, one bit an option."""

    def __init__(self, trials: Trials) -> None:
        self.trials = trials
        self.options = trials.options
        self.statements = range(len(trials.statements))
        self.singles = sum(1 << i for i, o in enumerate(self.options) if len(o.definition.keys) == 1)
        self.all = (1 << len(self.options)) - 1

    def cost(self, chosen: int) -> float:
        """Return the cost of the workload."""
        answers = self.trials.answers(chosen, self.statements)
        return sum(s.weight * a.cost for s, a in zip(self.trials.statements, answers, strict=True))

    def size(self, chosen: int) -> int:
        """Return the bytes of some options."""
        return sum(self.options[i].size for i in bits(chosen))

    def used(self, statement: int, there: int) -> int:
        """Return what the plan of a statement uses."""
        return self.trials.answer(statement, there).used

    def relevant(self, statement: int) -> int:
        """Return the options on columns whose names stand in the statement."""
        text = self.trials.statements[statement].sql
        mine = bits(self.trials.relevant[statement])
        return sum(1 << i for i in mine if all(k.text in text for k in self.options[i].definition.keys))

    def number_of(self, table: str, columns: tuple[str, ...]) -> int | None:
        """Return the option on these columns, if there is one."""
        if not hasattr(self, "_by_columns"):
            self._by_columns = {(o.definition.table, o.definition.columns): i for i, o in enumerate(self.options)}
        return self._by_columns.get((table, columns))


def extend(problem: Problem, budget: float) -> Iterator[int]:
    """Schlosser, Kossmann, Boissier: Efficient Scalable Multi-Attribute Index Selection (ICDE 2019)."""
    yield extend_steps(problem.options, problem.all, problem.cost, budget)


def db2advis(problem: Problem, budget: float) -> Iterator[int]:
    """Valentin, Zuliani, Zilio, Lohman, Skelley: DB2 Advisor, an optimizer smart enough (ICDE 2000), no variations."""
    benefit: dict[int, float] = {}
    for statement in problem.statements:
        there = problem.relevant(statement)
        answer = problem.trials.answer(statement, there)
        saved = problem.trials.cost(statement, 0) - answer.cost
        for number in bits(answer.used):
            benefit[number] = benefit.get(number, 0.0) + saved
    # One that begins with another takes over what that one was good for.
    for number in sorted(benefit, key=lambda i: len(problem.options[i].definition.keys)):
        longer = [o for o in benefit if o != number and _begins(problem, o, number)]
        if longer:
            benefit[longer[0]] += benefit.pop(number)
    chosen = 0
    for number in sorted(benefit, key=lambda i: -benefit[i] / max(1, problem.options[i].size)):
        if problem.size(chosen | 1 << number) <= budget:
            chosen |= 1 << number
    yield chosen


def autoadmin(problem: Problem, most: float = 13) -> Iterator[int]:
    """Chaudhuri, Narasayya: An Efficient Cost-Driven Index Selection Tool for Microsoft SQL Server (VLDB 1997)."""
    candidates = problem.singles
    width = max(len(o.definition.keys) for o in problem.options)
    for step in range(1, width + 1):
        best = 0
        for statement in problem.statements:
            own = candidates & problem.relevant(statement)
            best |= _greedy(problem, own, int(most), lambda m, s=statement: problem.trials.cost(s, m))
        chosen, sequence = 0, []
        for _ in range(int(most)):
            more = _best_addition(problem, best, chosen, problem.cost)
            if more == chosen:
                break
            chosen = more
            sequence.append(chosen)
        yield from sequence
        if step < width:
            candidates = chosen
            for number in bits(chosen):
                candidates |= _longer(problem, number)


def _greedy(problem: Problem, candidates: int, most: int, cost: Callable[[int], float]) -> int:
    chosen = 0
    for _ in range(most):
        more = _best_addition(problem, candidates, chosen, cost)
        if more == chosen:
            return chosen
        chosen = more
    return chosen


def _best_addition(problem: Problem, candidates: int, chosen: int, cost: Callable[[int], float]) -> int:
    best, least = chosen, cost(chosen) * (1 - 1e-6)
    for number in bits(candidates & ~chosen):
        then = cost(chosen | 1 << number)
        if then < least:
            best, least = chosen | 1 << number, then
    return best


def _longer(problem: Problem, number: int) -> int:
    """The options with one key more."""
    keys = len(problem.options[number].definition.keys) + 1
    longer = (o for o, option in enumerate(problem.options) if len(option.definition.keys) == keys)
    return sum(1 << o for o in longer if _begins(problem, o, number))


def _begins(problem: Problem, long: int, short: int) -> bool:
    a, b = problem.options[long].definition, problem.options[short].definition
    return a.table == b.table and a.keys[: len(b.keys)] == b.keys and len(a.keys) > len(b.keys)


def relaxation(problem: Problem, budget: float) -> Iterator[int]:
    """Bruno, Chaudhuri: Automatic Physical Database Tuning, a Relaxation-based Approach (SIGMOD 2005)."""
    chosen = 0
    for statement in problem.statements:
        chosen |= problem.used(statement, problem.relevant(statement))
    while problem.size(chosen) > budget:
        now, size = problem.cost(chosen), problem.size(chosen)
        best, least = chosen, float("inf")
        for fewer in set(_relaxed(problem, chosen)):
            saved = size - problem.size(fewer)
            if saved <= 0:
                continue
            penalty = (problem.cost(fewer) - now) / min(saved, size - budget)
            if penalty < least:
                best, least = fewer, penalty
        chosen = best
    yield chosen


def _relaxed(problem: Problem, chosen: int) -> Iterator[int]:
    """Each way to make a set smaller: one removed, one cut to a prefix, two merged into one."""
    for number in bits(chosen):
        rest = chosen & ~(1 << number)
        yield rest
        definition = problem.options[number].definition
        for cut in range(1, len(definition.keys)):
            prefix = problem.number_of(definition.table, definition.columns[:cut])
            if prefix is not None:
                yield rest | 1 << prefix
        for other in bits(rest):
            second = problem.options[other].definition
            if second.table == definition.table:
                both = tuple(dict.fromkeys((*definition.columns, *second.columns)))
                merged = problem.number_of(definition.table, both)
                if merged is not None:
                    yield rest & ~(1 << other) | 1 << merged


def dta(problem: Problem, budget: float, seconds: float = 20.0) -> Iterator[int]:
    """Chaudhuri, Narasayya: Anytime Algorithm of Database Tuning Advisor for Microsoft SQL Server (2020)."""
    limit = monotonic() + seconds
    seeds = [problem.used(s, problem.relevant(s)) for s in problem.statements]
    candidates = 0
    for seed in seeds:
        candidates |= seed
        candidates |= sum(1 << n for i in bits(seed) if (n := _first(problem, i)) is not None)
    best, least = 0, problem.cost(0)
    for seed in [0, *sorted(set(seeds), key=problem.cost)]:
        chosen = seed if problem.size(seed) <= budget else 0
        while monotonic() < limit:
            fitting = sum(1 << i for i in bits(candidates & ~chosen) if problem.size(chosen | 1 << i) <= budget)
            more = _best_addition(problem, fitting, chosen, problem.cost)
            if more == chosen:
                break
            chosen = more
        if problem.cost(chosen) < least:
            best, least = chosen, problem.cost(chosen)
        if monotonic() > limit:
            break
    yield best


def _first(problem: Problem, number: int) -> int | None:
    definition = problem.options[number].definition
    return problem.number_of(definition.table, definition.columns[:1])


def dexter(problem: Problem, budget: float) -> Iterator[int]:
    """Dexter (Kane, 2017), emulated: what plans use of all one- and two-column indexes, where it saves enough."""
    for threshold in (0.1, 0.5, 0.9, 0.95, 0.99):
        chosen = 0
        for statement in problem.statements:
            answer = problem.trials.answer(statement, problem.relevant(statement))
            if answer.cost < problem.trials.cost(statement, 0) * (1 - threshold):
                chosen |= answer.used
        yield chosen


def drop(problem: Problem, budget: float) -> Iterator[int]:
    """Whang: Index Selection in Relational Databases (1987): all single columns, and the least missed goes first."""
    chosen = problem.singles
    unused = chosen
    for statement in problem.statements:
        unused &= ~problem.used(statement, chosen)
    chosen &= ~unused  # what no plan uses is missed least
    yield chosen
    while chosen:
        chosen = min((chosen & ~(1 << i) for i in bits(chosen)), key=problem.cost)
        yield chosen


PEERS: dict[str, Choices] = {
    "Extend": extend,
    "DB2Advis": db2advis,
    "AutoAdmin": lambda problem, _: autoadmin(problem),
    "Relaxation": relaxation,
    "DTA": dta,
    "Dexter": dexter,
    "drop": drop,
}
ONCE = ("AutoAdmin", "Dexter", "drop")
"""Those whose choices hang on no budget."""
