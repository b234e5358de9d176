"""Indexes: each is left out, and what it serves must get dearer at the horizon, or it costs every write for nothing.

The cost is what the planner says of the database under test when it is full, for a typical tenant and for one as large
as the largest, for any values and for known ones: an index earns its keep where one of these gets dearer without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Claim
from dbwright.model.table import ForeignKey, Index, Table
from dbwright.planner.noticing import NOTICED, times_dearer
from dbwright.planner.partition_names import names_everywhere
from dbwright.planner.planned import Planned
from dbwright.planner.questions import Question, questions_of, tenant_setting
from dbwright.planner.ways import every_way
from dbwright.prove.bench import Bench
from dbwright.prove.designed import design_then, facts_then, moment_then, planned_then
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.records import record
from dbwright.sql.names import qualify, quote


@record(frozen=True)
class Asked:
    """A statement as the planner is asked about it: `generic` for any values of its `$1`, by a role.

    `tenants` is how many there are, 0 for those of the design.
    """

    name: str
    sql: str
    generic: bool
    role: str = ""
    tenants: int = 0


def test(bench: Bench, claim: Claim) -> Outcome:
    """Ask what each thing that the index serves costs at the horizon, with the index and without it."""
    table = bench.table(str(claim.details["table"]))
    index = next(i for i in table.indexes if i.name == claim.subject)
    costs: dict[str, Any] = {}
    for asked in _questions(bench, table, claim.details["serves"]):
        with_it, without = _costs(bench, table, index, asked)
        kept = costs.get(asked.name)
        if kept is None or times_dearer(without, with_it) > times_dearer(kept["without"], kept["with"]):
            costs[asked.name] = {
                "with": with_it,
                "without": without,
                "tenants": asked.tenants,
                "generic": asked.generic,
            }
    if not costs:
        return untested("nothing that it serves can be planned")
    name = max(costs, key=lambda n: times_dearer(costs[n]["without"], costs[n]["with"]))
    times = times_dearer(costs[name]["without"], costs[name]["with"])
    if times < NOTICED:
        return broken("unjustified: nothing that it serves costs more without it", costs=costs)
    return held(f"without it `{name}` costs {times:,.3g} times as much at the horizon", costs=costs)


def _questions(bench: Bench, table: Table, serves: tuple[str, ...]) -> Iterator[Asked]:
    """Behind `access.x` stands the statement of a pattern, behind `references.x` what a delete there asks here."""
    patterns = bench.remember("questions", lambda: {q.name: q for q in questions_of(design_then(bench))})
    for kind, _, name in (s.partition(".") for s in serves):
        if kind == "references":
            key = next(k for k in table.foreign_keys if k.name == name)
            yield Asked(name, _looks_for_children(bench.blueprint, table, key), generic=True)
        elif name in patterns:
            for tenants in _tenants(bench, table):
                yield from _of_pattern(bench, patterns[name], tenants)


def _looks_for_children(blueprint: Blueprint, table: Table, key: ForeignKey) -> str:
    """What the server runs for each row that goes there, past all policies (ri_triggers.c)."""
    conditions = " and ".join(f"{quote(c)} = ${n}" for n, c in enumerate(key.columns, 1))
    return f"select 1 from {qualify(blueprint.schema, table.name)} x where {conditions} for key share of x"


def _of_pattern(bench: Bench, question: Question, tenants: int) -> Iterator[Asked]:
    moment = moment_then(bench, tenants)
    for way in every_way(question, moment):
        yield Asked(question.name, way.sql, way.generic, question.role, tenants)


def _tenants(bench: Bench, table: Table) -> list[int]:
    """As many as the design says, and so few that each is as large as the largest, where rows are said to be uneven."""
    own = facts_then(bench).tables[table.name].column(table.tenant_column)
    if own is None or not own.common:
        return [0]
    return [0, max(1, round(1 / own.common[0][1]))]


def _costs(bench: Bench, table: Table, index: Index, asked: Asked) -> tuple[float, float]:
    """Return what the planner says with the index and without it."""
    planned = planned_then(bench, asked.tenants)
    settings = {"search_path": bench.remember("search path", lambda: _search_path(bench))}
    settings |= tenant_setting(bench.blueprint, facts_then(bench, asked.tenants).tables)
    then = design_then(bench).table(table.name)
    names = names_everywhere(then)[index.name] if then is not None else ()
    with planned.acting(asked.role, settings):
        with_it = _cost(planned, asked)
        with planned.without(names):
            return with_it, _cost(planned, asked)


def _search_path(bench: Bench) -> str:
    """Where the design's database looks for names, those of its extensions included."""
    with bench.transaction() as connection:
        row = connection.execute("show search_path").fetchone()
    return str(row[0]) if row else bench.blueprint.schema


def _cost(planned: Planned, asked: Asked) -> float:
    return float(planned.explain(asked.sql, generic=asked.generic)[0]["Plan"]["Total Cost"])
