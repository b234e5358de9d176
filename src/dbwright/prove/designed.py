"""The database under test as it will stand on the day of its horizon: what the advisor asks about, with its facts.

It has the partitions of its first days. Windows of time meet as many partitions as they will only where these reach as
far as the rows do, so what an index is worth is asked with those of the horizon in their place.
"""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Partitioning, Table
from dbwright.pipeline import DECIDING, compile_design
from dbwright.planner.choices.horizon import at_horizon
from dbwright.planner.laboratory import open_laboratory
from dbwright.planner.planned import Planned
from dbwright.planner.questions import Moment, end_of
from dbwright.planner.synthesis import statistics_of
from dbwright.prove.bench import Bench
from dbwright.prove.laboratory import structure
from dbwright.records import replace
from dbwright.sizing.tables import Facts, facts_at
from dbwright.sql.names import qualify


def design_then(bench: Bench) -> Blueprint:
    """Return the blueprint under test as it stands on the day of its horizon, with the indexes that it has now."""
    return bench.remember("design at the horizon", lambda: _then(bench.blueprint))


def _then(blueprint: Blueprint) -> Blueprint:
    then = compile_design(at_horizon(blueprint.design, blueprint), blueprint.version, passes=DECIDING)
    for table in blueprint.tables:
        later = then.table(table.name)
        if later is None:
            continue
        kept = replace(later, indexes=table.indexes)
        then = then.put(kept if _range(table) and _range(later) else replace(kept, partitioning=table.partitioning))
    return then


def _range(table: Table) -> Partitioning | None:
    """How a table is cut by ranges, of which others come with time."""
    scheme = table.partitioning
    return scheme if scheme is not None and scheme.strategy == "range" else None


def facts_then(bench: Bench, tenants: int = 0) -> Facts:
    """Return the facts of its tables on that day.

    With `tenants` rows belong to so few that each is as large as the largest of them.
    """
    tenancy = bench.blueprint.design.tenancy
    few = {tenancy.entity: float(tenants)} if tenants and tenancy is not None else None
    return bench.remember(f"facts of the design then, {tenants}", lambda: facts_at(design_then(bench), rows=few))


def moment_then(bench: Bench, tenants: int = 0) -> Moment:
    """Return that day as a time at which questions are asked."""
    facts = facts_then(bench, tenants).tables
    return Moment(design_then(bench), facts, end_of(facts))


def planned_then(bench: Bench, tenants: int = 0) -> Planned:
    """Return the design as it plans on that day; for `tenants` see `facts_then`. Raise ServerError."""
    return bench.remember(f"design then, {tenants}", lambda: _planned(bench, tenants))


def _planned(bench: Bench, tenants: int) -> Planned:
    then = design_then(bench)
    laboratory = bench.remember(
        "laboratory then", lambda: bench.closing.enter_context(open_laboratory(_script(bench, then)))
    )
    return bench.closing.enter_context(laboratory.at(statistics_of(facts_then(bench, tenants), then)))


def _script(bench: Bench, then: Blueprint) -> str:
    """The structure of the database under test with the partitions of that day."""
    lines = [structure(bench)]
    for table in then.tables:
        now, later = _range(bench.table(table.name)), _range(table)
        if now is None or later is None:
            continue
        there = {p.name for p in now.partitions}
        coming = {p.name: p.bound for p in later.partitions}
        lines += [f"drop table {qualify(then.schema, name)};\n" for name in sorted(there - coming.keys())]
        whole = qualify(then.schema, table.name)
        lines += [
            f"create table {qualify(then.schema, name)} partition of {whole} {bound};\n"
            for name, bound in coming.items()
            if name not in there
        ]
    return "".join(lines)
