"""The advisor against seven published algorithms, by the rules of the public index-selection benchmark.

The metric is the cost of all statements with the chosen indexes over that without any, under budgets, on tables
without keys. First everybody chooses from the same candidates: ascending B-trees of one or two columns in any order.
Then the advisor may choose from all of its own. Costs are the planner's, asked in a laboratory that has the statistics
of loaded and vacuumed tables; at the end the choices are built there, and every statement runs with them and without.
Source of the rules: Kossmann, Halfpap, Jankrift, Schlosser, "Magic mirror in my hand, which is the best in the land?"
(PVLDB 13(11), 2020). `--all` takes every workload and every budget, `--scale` other sizes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import sysconf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from dbwright.planner.advisor.candidates import Space
from dbwright.planner.advisor.definition import Definition
from dbwright.planner.advisor.search import Choice, Search
from dbwright.planner.advisor.stages import open_search
from dbwright.planner.advisor.trials import Trials, bits
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import Setup, open_trials, predicate_shares, propose, set_up
from dbwright.planner.advisor.writes import no_writes
from dbwright.planner.laboratory import Laboratory, open_laboratory
from dbwright.planner.statistics import Statistics
from dbwright.planner.transplant import read_statistics
from dbwright.server import Database, open_server
from index_selection import films, snowflake, tpch
from index_selection.peers import ONCE, PEERS, Problem
from measuring import Promise, report

EXTENSIONS = "create extension pg_trgm; create extension btree_gin; create extension btree_gist;"
NARROW, FULL = Space(width=2, plain=True), Space(literals="constant")
MOST_SECONDS, MOST_QUESTIONS, MOST_GAP = 60.0, 10_000, 0.01
LESS = 0.95
"""Five per cent less than the best of the others."""


@dataclass(frozen=True)
class Workload:
    """Tables and statements; budgets are in bytes at the scale."""

    name: str
    schema: str
    statements: tuple[Asked, ...]
    budgets: tuple[float, ...]
    scale: float

    def load(self, connection: Any) -> None:
        """Fill the tables."""
        if self.name == "TPC-H":
            with TemporaryDirectory() as folder:
                tpch.load(connection, self.scale, Path(folder))
        elif self.name == "warehouse":
            snowflake.load(connection, self.scale)
        else:
            films.load(connection, self.scale)


@dataclass(frozen=True)
class Line:
    """What came out for one budget: costs relative to none, ours and of the best of the others, and what it took.

    `seconds` are those of the processor, ours and of the server together: others on the machine do not change them.
    """

    budget: float
    ours: float
    best: float
    who: str
    gap: float
    seconds: float
    questions: int
    base: float


def main(words: Sequence[str]) -> int:
    """Measure, report, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every workload and budget")
    parser.add_argument("--scale", type=float, default=0.1, help="TPC-H's scale factor, and that of the others (0.1)")
    parser.add_argument("--workload", choices=("TPC-H", "warehouse", "films"), action="append")
    chosen = parser.parse_args(words)
    names = chosen.workload or (["TPC-H", "warehouse", "films"] if chosen.all else ["TPC-H"])
    promises: list[Promise] = []
    for name in names:
        promises += measure(workload(name, chosen.scale, every=chosen.all))
    return report(promises)


def workload(name: str, scale: float, every: bool) -> Workload:
    """Return a workload at a scale, with all of its budgets or with every fourth."""
    if name == "TPC-H":
        schema, queries, budgets, unit = tpch.SCHEMA, tpch.QUERIES, tpch.BUDGETS, 1e6 / 10
    elif name == "warehouse":
        schema, queries, budgets, unit = snowflake.SCHEMA, snowflake.queries(), snowflake.BUDGETS, 1e6
    else:
        schema, queries, budgets, unit = films.SCHEMA, films.queries(), films.BUDGETS, 1e6
    some = budgets if every else budgets[::4]
    statements = tuple(Asked(n, text.strip()) for n, text in queries.items())
    return Workload(name, schema, statements, tuple(b * unit * scale for b in some), scale)


def measure(work: Workload) -> Iterator[Promise]:
    """Load, let everybody choose, run what the advisor chose, and yield the promises."""
    with open_server() as server, server.scratch("bench") as loaded:
        with loaded.connect() as connection:
            work.load(connection)
            connection.execute("create extension pageinspect")
            statistics = read_statistics(connection, "public")
        with open_laboratory(work.schema + EXTENSIONS) as laboratory:
            narrow = compare(laboratory, statistics, work)
            full, definitions = advise_fully(laboratory, statistics, work, narrow)
        slower = run_chosen(loaded, work, definitions)
    of = f"{work.name} at scale {work.scale:g}, {len(work.statements)} statements"
    yield Promise(
        f"{of}: cost over the best of seven, worst budget", max(x.ours / x.best for x in narrow), 1.0, "times"
    )
    few = sum(x.ours > LESS * x.best for x in full) / len(full)
    yield Promise(f"{of}: budgets where all candidates save less than 5 % more", few, 0.25, "of all")
    yield Promise(f"{of}: gap", 100 * max(x.gap for x in [*narrow, *full]), 100 * MOST_GAP, "%")
    yield Promise(f"{of}: slowest budget", max(x.seconds for x in [*narrow, *full]), MOST_SECONDS, "s of CPU")
    yield Promise(f"{of}: questions", max(x.questions for x in [*narrow, *full]), MOST_QUESTIONS, "plans")
    yield Promise(f"{of}: statements slower than without indexes", slower, 0, "statements")


@dataclass(frozen=True)
class Candidates:
    """A workload that was looked at, and what may be chosen for it."""

    setup: Setup
    definitions: list[Definition]
    shares: Mapping[tuple[str, str], float]


def propose_in(laboratory: Laboratory, statistics: Statistics, work: Workload, space: Space) -> Candidates:
    """Return the candidates of a space."""
    with laboratory.at(statistics) as base:
        setup = set_up(base.connection, statistics, work.statements)
        if setup.refused:
            raise SystemExit(f"{setup.refused[0][0].name}: {setup.refused[0][1]}")
        definitions = propose(setup, space)
        return Candidates(setup, definitions, predicate_shares(base.connection, setup, definitions))


def choose_in(
    laboratory: Laboratory, statistics: Statistics, given: Candidates, space: Space, budget: float
) -> tuple[list[Definition], Choice, float, int]:
    """Return what the advisor chooses, with the seconds and the questions; nothing is known from another budget."""
    with laboratory.connect() as connection:
        server = parent_of(connection.info.backend_pid)
    started = process_time() + seconds_of(server)

    def make(trials: Trials, asked: int) -> Search:
        return Search(trials, no_writes(trials.options), most_questions=MOST_QUESTIONS, asked=asked)

    with open_search(
        laboratory, [statistics], given.setup, given.definitions, given.shares, {}, space, lambda _: budget, make
    ) as opened:
        choice = opened.search.choose(budget)
        trials = opened.search.trials
        chosen = [trials.options[i].definition for i in bits(choice.chosen)]
        seconds = process_time() + seconds_of(server) - started
        return chosen, choice, seconds, opened.asked + trials.questions


def parent_of(process: int) -> int:
    """Return the process that started one; Linux tells."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def seconds_of(server: int) -> float:
    """Return what a process and its children have had of the processor, those that ended too; Linux tells."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended in this moment
            continue
        if int(stat.parent.name) == server:
            ticks += sum(map(int, words[11:15]))
        elif int(words[1]) == server:
            ticks += sum(map(int, words[11:13]))
    return ticks / sysconf("SC_CLK_TCK")


def compare(laboratory: Laboratory, statistics: Statistics, work: Workload) -> list[Line]:
    """Let everybody choose from the same candidates; in the end the planner is asked about exactly what each chose."""
    given = propose_in(laboratory, statistics, work, NARROW)
    ours = [choose_in(laboratory, statistics, given, NARROW, budget) for budget in work.budgets]
    print(f"== {work.name}: {len(given.definitions)} candidates for {len(work.statements)} statements")
    with open_trials(laboratory, [statistics], given.setup, given.definitions, given.shares, {}) as (trials, _):
        problem = Problem(trials)
        once = {name: list(PEERS[name](problem, 0)) for name in PEERS if name in ONCE}
        base = exact_cost(trials, 0)
        lines = []
        for budget, (_, choice, seconds, questions) in zip(work.budgets, ours, strict=True):
            costs = {}
            for name, algorithm in PEERS.items():
                found = once[name] if name in once else list(algorithm(problem, budget))
                fitting = [m for m in found if problem.size(m) <= budget]
                costs[name] = exact_cost(trials, min(fitting, key=problem.cost, default=0))
            who = min(costs, key=lambda name: costs[name])
            lines.append(Line(budget, choice.cost / base, costs[who] / base, who, choice.gap, seconds, questions, base))
            shown = "  ".join(f"{name} {100 * cost / base:.3f}" for name, cost in costs.items())
            print(
                f"{budget / 1e6:8.1f} MB  advisor {100 * choice.cost / base:.3f}  {shown}; "
                f"{seconds:.1f} s of CPU, {questions} questions",
                flush=True,
            )
    return lines


def exact_cost(trials: Trials, chosen: int) -> float:
    """Return what the planner says of exactly these indexes; others learn nothing from it."""
    alone = Trials(trials._connection, trials.statements, trials.options, trials.relevant)
    cost = sum(s.weight * a.cost for s, a in zip(trials.statements, alone.confirmed(chosen), strict=True))
    trials.reset()
    return cost


def advise_fully(
    laboratory: Laboratory, statistics: Statistics, work: Workload, narrow: Sequence[Line]
) -> tuple[list[Line], list[Definition]]:
    """Let the advisor choose from all of its candidates; return also what it chose for the middle budget."""
    given = propose_in(laboratory, statistics, work, FULL)
    print(f"== {work.name}: {len(given.definitions)} candidates of every kind, and what they merge to")
    lines, chosen = [], []
    for other in narrow:
        found, choice, seconds, questions = choose_in(laboratory, statistics, given, FULL, other.budget)
        ours = choice.cost / other.base
        lines.append(Line(other.budget, ours, other.best, other.who, choice.gap, seconds, questions, other.base))
        chosen.append(found)
        print(
            f"{other.budget / 1e6:8.1f} MB  advisor {100 * ours:.2f}, {other.who} {100 * other.best:.2f}: "
            f"{100 * (1 - ours / other.best):.1f} % less; gap {100 * choice.gap:.2f} %, {seconds:.1f} s of CPU, "
            f"{questions} questions",
            flush=True,
        )
    return lines, chosen[len(chosen) // 2]


def run_chosen(loaded: Database, work: Workload, definitions: Sequence[Any]) -> int:
    """Run every statement without and with the indexes; return how many are slower by more than the run's own noise.

    The noise is how far two runs without indexes are apart, for 19 of 20 statements. What seems slower runs again.
    """
    with loaded.connect() as connection:
        for name in ("pg_trgm", "btree_gin", "btree_gist"):
            connection.execute(f"create extension if not exists {name}")
        first, second = run_all(connection, work.statements), run_all(connection, work.statements)
        before = {name: max(first[name], second[name]) for name in first}
        apart = sorted((before[name] + 1) / (min(first[name], second[name]) + 1) for name in before)
        noise = apart[len(apart) * 19 // 20]
        for number, definition in enumerate(definitions):
            connection.execute(definition.ddl("public", f"chosen_{number}"))
        connection.execute("vacuum (analyze)")
        after = run_all(connection, work.statements)
        for _ in range(2):
            slower = [s for s in work.statements if after[s.name] > noise * before[s.name] + 1]
            again = run_all(connection, slower)
            after |= {name: min(after[name], ms) for name, ms in again.items()}
    slower = [s for s in work.statements if after[s.name] > noise * before[s.name] + 1]
    for statement in slower:
        name = statement.name
        print(f"slower: {name}: {before[name]:.1f} ms, with the indexes {after[name]:.1f} ms")
    print(
        f"executed with {len(definitions)} indexes: {sum(first.values()) / 1e3:.1f} s before, "
        f"{sum(after.values()) / 1e3:.1f} s after; two runs before are up to {noise:.2f} times apart"
    )
    return len(slower)


def run_all(connection: Any, statements: Sequence[Asked]) -> dict[str, float]:
    """Return milliseconds of each statement, the better of two runs; one of a minute is not waited for."""
    connection.execute("set statement_timeout = '60s'")
    found = {}
    for statement in statements:
        runs = []
        for _ in range(2):
            try:
                row = connection.execute(f"explain (analyze, format json) {statement.sql}".encode()).fetchone()
            except Exception as error:
                if "statement timeout" not in str(error):
                    raise
                runs.append(60_000.0)
                break
            runs.append(float(row[0][0]["Execution Time"]))
        found[statement.name] = min(runs)
    connection.execute("reset statement_timeout")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
