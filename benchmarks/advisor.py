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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from dbwright.planner.advisor.candidates import Space
from dbwright.planner.advisor.search import Choice, Search
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
    """What came out for one budget: costs relative to none, ours and of the best of the others, and what it took."""

    budget: float
    ours: float
    best: float
    who: str
    gap: float
    seconds: float
    questions: int
    choice: Choice


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
    yield Promise(f"{of}: slowest budget", max(x.seconds for x in [*narrow, *full]), MOST_SECONDS, "s")
    yield Promise(f"{of}: questions", max(x.questions for x in [*narrow, *full]), MOST_QUESTIONS, "plans")
    yield Promise(f"{of}: statements slower than without indexes", slower, 0, "statements")


@contextmanager
def opened(
    laboratory: Laboratory, statistics: Statistics, work: Workload, space: Space
) -> Iterator[tuple[Trials, Setup]]:
    """Yield the questions about the candidates of a space."""
    with laboratory.at(statistics) as base:
        setup = set_up(base.connection, statistics, work.statements)
        if setup.refused:
            raise SystemExit(f"{setup.refused[0][0].name}: {setup.refused[0][1]}")
        definitions = propose(setup, space)
        shares = predicate_shares(base.connection, setup, definitions)
    with open_trials(laboratory, [statistics], setup, definitions, shares, {}) as (trials, _):
        yield trials, setup


def compare(laboratory: Laboratory, statistics: Statistics, work: Workload) -> list[Line]:
    """Let everybody choose from the same candidates."""
    with opened(laboratory, statistics, work, NARROW) as (trials, setup):
        print(f"== {work.name}: {len(trials.options)} candidates for {len(work.statements)} statements")
        chosen = list(our_choices(trials, setup, work))
        others = Problem(Trials(trials._connection, setup.statements, trials.options, trials.relevant))
        base = others.cost(0)
        once = {name: list(PEERS[name](others, 0)) for name in PEERS if name in ONCE}
        lines = []
        for budget, choice, seconds, questions in chosen:
            costs = {}
            for name, algorithm in PEERS.items():
                found = once[name] if name in once else list(algorithm(others, budget))
                costs[name] = min((others.cost(m) for m in found if others.size(m) <= budget), default=base)
            who = min(costs, key=lambda name: costs[name])
            gap = choice.gap
            lines.append(Line(budget, choice.cost / base, costs[who] / base, who, gap, seconds, questions, choice))
            shown = "  ".join(f"{name} {100 * cost / base:.2f}" for name, cost in costs.items())
            print(f"{budget / 1e6:8.1f} MB  advisor {100 * choice.cost / base:.2f}  {shown}", flush=True)
    return lines


def our_choices(trials: Trials, setup: Setup, work: Workload) -> Iterator[tuple[float, Choice, float, int]]:
    """Yield (budget, choice, seconds, questions); each as if it were alone, the look at statements included."""
    started = monotonic()
    search = Search(trials, no_writes(trials.options))
    search.explore()
    explored, questions = monotonic() - started, trials.questions
    for budget in work.budgets:
        before, started = trials.questions, monotonic()
        choice = search.choose(budget)
        yield budget, choice, explored + monotonic() - started, questions + trials.questions - before


def advise_fully(
    laboratory: Laboratory, statistics: Statistics, work: Workload, narrow: Sequence[Line]
) -> tuple[list[Line], list[Any]]:
    """Let the advisor choose from all of its candidates; return also what it chose for the middle budget."""
    with opened(laboratory, statistics, work, FULL) as (trials, setup):
        print(f"== {work.name}: {len(trials.options)} candidates of every kind")
        base = sum(trials.cost(s, 0) for s in range(len(setup.statements)))
        lines = []
        for (budget, choice, seconds, questions), other in zip(our_choices(trials, setup, work), narrow, strict=True):
            gap = choice.gap
            ours = choice.cost / base
            lines.append(Line(budget, ours, other.best, other.who, gap, seconds, questions, choice))
            print(
                f"{budget / 1e6:8.1f} MB  advisor {100 * ours:.2f}, {other.who} {100 * other.best:.2f}: "
                f"{100 * (1 - ours / other.best):.1f} % less; gap {100 * gap:.2f} %, {seconds:.1f} s, "
                f"{questions} questions",
                flush=True,
            )
        middle = lines[len(lines) // 2].choice
        return lines, [trials.options[i].definition for i in bits(middle.chosen)]


def run_chosen(loaded: Database, work: Workload, definitions: Sequence[Any]) -> int:
    """Run every statement without and with the indexes; return how many read a tenth more and take as much longer."""
    with loaded.connect() as connection:
        for name in ("pg_trgm", "btree_gin", "btree_gist"):
            connection.execute(f"create extension if not exists {name}")
        before = run_all(connection, work)
        for number, definition in enumerate(definitions):
            connection.execute(definition.ddl("public", f"chosen_{number}"))
        connection.execute("vacuum (analyze)")
        after = run_all(connection, work)
    slower = [n for n, (ms, pages) in after.items() if ms > 1.1 * before[n][0] + 1 and pages > 1.1 * before[n][1]]
    for name in slower:
        print(f"slower: {name}: {before[name]} ms and pages, with the indexes {after[name]}")
    total = [sum(ms for ms, _ in runs.values()) for runs in (before, after)]
    read = [sum(pages for _, pages in runs.values()) for runs in (before, after)]
    print(
        f"executed with {len(definitions)} indexes: {total[0] / 1e3:.1f} s before, {total[1] / 1e3:.1f} s after; "
        f"{read[0]:,} pages before, {read[1]:,} after"
    )
    return len(slower)


def run_all(connection: Any, work: Workload) -> Mapping[str, tuple[float, int]]:
    """Return milliseconds and pages of each statement, the better of two runs; one of a minute is not waited for."""
    connection.execute("set statement_timeout = '60s'")
    found = {}
    for statement in work.statements:
        runs = []
        for _ in range(2):
            try:
                row = connection.execute(f"explain (analyze, buffers, format json) {statement.sql}".encode()).fetchone()
            except Exception as error:
                if "statement timeout" not in str(error):
                    raise
                runs.append((60_000.0, 1 << 40))
                break
            plan = row[0][0]["Plan"]
            pages = sum(plan.get(f"{kind} {what} Blocks", 0) for kind in ("Shared", "Temp") for what in ("Hit", "Read"))
            runs.append((row[0][0]["Execution Time"], pages))
        found[statement.name] = min(runs)
    connection.execute("reset statement_timeout")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
