"""How often statistics from declared facts alone give the plans that rows and ANALYZE give: at least 95 of 100.

TPC-H is written down as a design (tpch.design.yaml), compiled with its pins, loaded with the rows of tpchgen-cli, and
planned; the laboratory has the same design and no row. Both plan the 22 queries with eleven sets of parameters, and
short statements. `python benchmarks/declared.py SCALE` takes another scale factor than 0.1.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "server"))

from dbwright.data.plans import DAYS_AFTER
from dbwright.emit.postgresql import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.planner.laboratory import open_laboratory
from dbwright.planner.statistics import Statistics
from dbwright.planner.synthesis import synthesize
from dbwright.server import Database, open_server
from fidelity.comparing import compare
from fidelity.examples import blueprint_of, workloads
from fidelity.tpch import TABLES, copy_rows, statements
from fidelity.workload import Asked

DESIGN = Path(__file__).with_name("tpch.design.yaml")
TARGET = 95.0
SHAPE = ("Node Type", "Strategy", "Partial Mode", "Join Type", "Relation Name", "Index Name", "Parallel Aware")
REACH = DAYS_AFTER * 86_400.0
"""Seconds after the first day up to which generated rows reach."""
FIXED = {"region": 5.0, "nation": 25.0}


def main(scale: float) -> int:
    """Compare, report, and return the exit code."""
    blueprint = compile_design(load_design(DESIGN))
    rows = {t.name: FIXED.get(t.name, t.size.rows_now * scale) for t in blueprint.tables if t.size is not None}
    asked = list(statements(scale))
    with open_server() as server, server.scratch() as database:
        load(database, blueprint, scale)
        real = list(plans(database, blueprint, asked))
        again = list(plans(database, blueprint, asked, anew=True))
    with (
        open_laboratory(script(blueprint)) as laboratory,
        laboratory.at(synthesize(blueprint, rows, filling="built").statistics) as planned,
    ):
        planned.execute(f"set search_path = {blueprint.schema}, extensions")
        declared = [planned.explain(one.statement, generic=one.generic)[0]["Plan"] for one in asked]
    examples()
    return report(asked, real, again, declared)


def examples() -> None:
    """Compare the plans of the examples' access patterns over generated rows, and report.

    That is told and no promise: how uneven tenants and references are, these designs do not say.
    """
    asked, same = 0, 0
    with open_server() as server:
        for workload in workloads():
            blueprint = blueprint_of(workload.name)
            found = compare(server, workload, believed=partial(_declared, blueprint))
            shaped = found.asked - sum(not d.same_shape for d in found.differences)
            print(f"{workload.name:<9} {shaped} of {found.asked} statements have the same shape", flush=True)
            asked, same = asked + found.asked, same + shaped
            for one in found.differences if "-v" in sys.argv else ():
                if not one.same_shape:
                    plans_of = (outline(json.loads(text)[0]["Plan"]) for text in (one.loaded, one.laboratory))
                    print(one.asked.role, one.asked.statement, *plans_of, sep="\n      ")
    share = 100 * same / asked
    print(f"examples: {same} of {asked} statements have the same shape, {share:.1f} %")
    print(
        f"{'kept' if share >= TARGET else 'MISSED':<6}  at least {TARGET} % over the examples, which declare few values"
    )


def _declared(blueprint: Blueprint, rows: Mapping[str, float]) -> Statistics:
    return synthesize(blueprint, rows, REACH).statistics


def script(blueprint: Blueprint) -> str:
    """Return the DDL, with the operators of extensions within reach of index definitions."""
    return emit(blueprint)["ddl/schema.sql"]


def load(database: Database, blueprint: Blueprint, scale: float) -> None:
    """Load the rows and gather statistics as the server does."""
    database.run_sql(script(blueprint))
    with tempfile.TemporaryDirectory(prefix="dbwright-tpch-") as folder:
        generator = str(Path(sys.executable).with_name("tpchgen-cli"))
        command = [generator, "csv", "-s", str(scale), "--output-dir", folder, "--quiet"]
        subprocess.run(command, check=True, capture_output=True)
        with database.connect() as connection:
            connection.execute(f"set search_path = {blueprint.schema}, extensions".encode())
            for table in TABLES:
                copy_rows(connection, table, Path(folder) / f"{table}.csv")
            connection.execute(f"reindex schema {blueprint.schema}".encode())
            connection.execute("vacuum analyze")


def plans(database: Database, blueprint: Blueprint, asked: list[Asked], anew: bool = False) -> Iterator[Any]:
    """Yield the plan of each statement, after another ANALYZE where asked: how much it disagrees with itself."""
    with database.connect() as connection:
        connection.execute(f"set search_path = {blueprint.schema}, extensions".encode())
        if anew:
            connection.execute("analyze")
        for one in asked:
            options = "format json, generic_plan" if one.generic else "format json"
            row = connection.execute(f"explain ({options}) {one.statement}".encode()).fetchone()
            assert row is not None
            yield row[0][0]["Plan"]


def shape(plan: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a plan this plan: its nodes, joins, relations and indexes."""
    return (*(plan.get(k) for k in SHAPE), *(shape(p) for p in plan.get("Plans", ())))


def report(asked: list[Asked], real: list[Any], again: list[Any], declared: list[Any]) -> int:
    """Print the shares and what differs; return the exit code."""
    same = [shape(a) == shape(b) for a, b in zip(real, declared, strict=True)]
    floor = [shape(a) == shape(b) for a, b in zip(real, again, strict=True)]
    either = [shape(d) in (shape(a), shape(b)) for a, b, d in zip(real, again, declared, strict=True)]
    differing: Counter[str] = Counter()
    for one, is_same, a, b in zip(asked, same, real, declared, strict=True):
        if not is_same:
            differing[" ".join(one.statement.split())[:110]] += 1
            if "-v" in sys.argv:
                print(one.statement, "\n  real    ", outline(a), "\n  declared", outline(b))
    for statement, number in differing.most_common(40):
        print(f"  differs {number:>2}: {statement}")
    share = 100 * sum(same) / len(same)
    print(f"ANALYZE again agrees with itself on {sum(floor)} of {len(floor)} statements; either of them {sum(either)}")
    print(f"declared facts: {sum(same)} of {len(same)} statements have the same shape, {share:.1f} %")
    print(f"{'kept' if share >= TARGET else 'MISSED':<6}  at least {TARGET} %")
    return 0 if share >= TARGET else 1


def outline(plan: dict[str, Any]) -> str:
    """Return a plan in one line, with the rows that are expected."""
    name = plan.get("Index Name") or plan.get("Relation Name") or plan.get("Strategy") or ""
    below = ", ".join(outline(p) for p in plan.get("Plans", ()))
    return f"{plan['Node Type']} {name} {plan['Plan Rows']}" + (f" ({below})" if below else "")


if __name__ == "__main__":
    sys.exit(main(float(next((a for a in sys.argv[1:] if a != "-v"), "0.1"))))
