"""How fast the laboratory is: a size of 60 tables applied, a statement planned, a set of candidates tried.

All is processor time, ours and the server's together, so that a busy machine does not blur it. The peer of a size is
the rows themselves: ten thousand in each of the 60 tables, the smallest size asked here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time, sleep

sys.path.append(str(Path(__file__).parents[1] / "tests" / "server"))

from dbwright.planner.laboratory import Laboratory
from dbwright.planner.planned import Planned
from dbwright.planner.statistics import (
    ColumnStatistics,
    IndexStatistics,
    Statistics,
    TableStatistics,
)
from dbwright.planner.transplant import read_statistics
from dbwright.server import Server, open_server
from fidelity import tpch
from measuring import Promise, report

TABLES = 60
SCRIPT = "".join(
    f"create table t{n} (id bigint primary key, a int unique, b text, c timestamptz, d numeric, e text, f text, g int);"
    f"create index t{n}_b on t{n} (b); create index t{n}_cd on t{n} (c, d);"
    for n in range(TABLES)
)
ROWS = "".join(
    f"insert into t{n} select i, i, i, now(), i, i, i, i from generate_series(1, 10000) i;" for n in range(TABLES)
)
ROUNDS = 5


def main() -> int:
    """Measure, report, and return the exit code."""
    applied, loaded = apply_sizes()
    question, what_if = ask()
    return report(
        [
            Promise(f"a size of {TABLES} tables and {TABLES * 4} indexes applied", applied, 0.3, "CPU s"),
            Promise("the same over loading its rows", applied / loaded, 0.2, "times"),
            Promise("a query of TPC-H planned", question * 1000, 1.5, "CPU ms"),
            Promise("a what-if with eight of 22 candidates", what_if * 1000, 1.5, "CPU ms"),
        ]
    )


def apply_sizes() -> tuple[float, float]:
    """Return the seconds for a size, and those for loading the rows of the smallest."""
    with open_server() as server, server.scratch() as empty:
        empty.run_sql(SCRIPT)
        with Laboratory(server, empty) as laboratory:
            with laboratory.at(of(1)):
                pass
            began = used_with(server)
            for round_number in range(ROUNDS):
                with laboratory.at(of(10 ** (round_number % 3))):
                    pass
            applied = (used_with(server) - began) / ROUNDS
        began = used_with(server)
        empty.run_sql(ROWS)
        empty.run_sql("vacuum analyze")
        return applied, used_with(server) - began


def used_with(server: Server) -> float:
    """Return the processor seconds of this process and of all processes of a server that have ended."""
    sleep(0.5)  # until the postmaster has buried those that ended
    fields = Path(f"/proc/{server.process_id}/stat").read_text().rpartition(")")[2].split()
    return process_time() + sum(map(int, fields[11:15])) / 100


def of(factor: int) -> Statistics:
    """Return the statistics of ten thousand rows a table, times a factor."""
    bounds = "{" + ",".join(str(n * 100 * factor) for n in range(101)) + "}"
    values = {"null_frac": "0", "avg_width": "8", "n_distinct": "-1", "histogram_bounds": bounds, "correlation": "1"}
    columns = tuple(ColumnStatistics(name, values) for name in "abdefg")
    tables = []
    for n in range(TABLES):
        indexes = tuple(
            IndexStatistics(name, 30 * factor, 10_000 * factor, 2)
            for name in (f"t{n}_pkey", f"t{n}_a_key", f"t{n}_b", f"t{n}_cd")
        )
        low = dict.fromkeys("abdefg", "1") | {"id": "1", "c": "2024-01-01"}
        high = dict.fromkeys("abdefg", "9999") | {"id": "9999", "c": "2026-01-01"}
        tables.append(TableStatistics(f"t{n}", 100 * factor, 10_000 * factor, 100, columns, indexes, low, high))
    return Statistics("public", tuple(tables))


def ask() -> tuple[float, float]:
    """Return the seconds of processor time for planning a query, and for a what-if with the switch shared by 22."""
    workload = tpch.workloads(0.01)[0]
    with open_server() as server, server.scratch() as empty:
        empty.run_sql(workload.script)
        with server.scratch(template=empty) as loaded:
            asked = [one.statement for one in workload.fill(loaded) if not one.generic][:22]
            with loaded.connect() as connection:
                statistics = read_statistics(connection, "public")
        candidates = [i.name for t in statistics.tables for i in t.indexes if not i.name.endswith("pkey")]
        with Laboratory(server, empty) as laboratory, laboratory.at(statistics) as planned:
            question = best(planned, lambda: [explain_all(planned, asked) for _ in range(ROUNDS)]) / ROUNDS
            planned.dismiss(candidates)
            what_if = best(planned, lambda: try_all(planned, candidates, asked)) / len(candidates)
            return question / len(asked), what_if / len(asked)


def best(planned: Planned, work: Callable[[], object]) -> float:
    """Return the processor seconds of the cheapest of several runs."""
    costs = []
    for _ in range(ROUNDS):
        began = used(planned)
        work()
        costs.append(used(planned) - began)
    return min(costs)


def try_all(planned: Planned, candidates: list[str], statements: list[str]) -> None:
    """Plan all statements with one set of candidates after the other."""
    for first in range(len(candidates)):
        with planned.using(candidates[first : first + 8]):
            explain_all(planned, statements)


def explain_all(planned: Planned, statements: list[str]) -> None:
    """Plan them all once."""
    for statement in statements:
        planned.explain(statement)


def used(planned: Planned) -> float:
    """Return the processor seconds that this process and the server's for its connection have used."""
    fields = Path(f"/proc/{planned.process_id}/stat").read_text().rpartition(")")[2].split()
    return process_time() + (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    sys.exit(main())
