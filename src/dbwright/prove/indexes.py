"""Indexes: each is left out, and what it serves must get dearer, or it costs every write for nothing.

The cost is what the planner says at the horizon, where the index is for; what really ran at the largest size that fits
stands beside it as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbwright.model.claim import Claim
from dbwright.model.table import ForeignKey, Index, Table
from dbwright.planner.partition_names import index_names
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held
from dbwright.prove.samples import pattern_of
from dbwright.records import record
from dbwright.sql.names import qualify, quote

WORSE = 1.01
"""The planner takes plans within one percent of each other for the same (`add_path`)."""


@record(frozen=True)
class Question:
    """Something the index serves: its name, the statement with `$1` for parameters, and who asks."""

    name: str
    sql: str
    role: str
    tenant: bool


def test(bench: Bench, claim: Claim) -> Outcome:
    """Ask what each thing that the index serves costs at the horizon, with the index and without it."""
    table = bench.table(str(claim.details["table"]))
    index = next(i for i in table.indexes if i.name == claim.subject)
    costs: dict[str, Any] = {}
    for name in claim.details["serves"]:
        question = _question(bench, table, str(name))
        with_it, without = _costs(bench, table, index, question)
        costs[question.name] = {"with": with_it, "without": without}
    dearer = [name for name, c in costs.items() if c["without"] > c["with"] * WORSE]
    if not dearer:
        return broken("unjustified: nothing that it serves costs more without it", costs=costs)
    name = max(dearer, key=lambda n: costs[n]["without"] / max(costs[n]["with"], 1e-9))
    times = costs[name]["without"] / max(costs[name]["with"], 1e-9)
    return held(f"without it `{name}` costs {times:,.1f} times as much at the horizon", costs=costs)


def _question(bench: Bench, table: Table, serves: str) -> Question:
    """Behind `access.x` stands the statement of a pattern, behind `references.x` what a delete there asks here."""
    kind, _, name = serves.partition(".")
    if kind == "references":
        key = next(k for k in table.foreign_keys if k.name == name)
        return Question(name, _looks_for_children(bench, table, key), "", False)  # as the server: past all policies
    statement = bench.blueprint.statement(name)
    assert statement is not None
    if statement.inner:
        return Question(name, statement.inner, statement.inner_role, True)
    role = str(pattern_of(bench, name).by[0])
    return Question(name, statement.sql, role, bench.role(role).purpose == "client")


def _looks_for_children(bench: Bench, table: Table, key: ForeignKey) -> str:
    """What the server runs for each row that goes there (ri_triggers.c, RI_FKey_noaction_upd)."""
    conditions = " and ".join(f"{quote(c)} = ${n}" for n, c in enumerate(key.columns, 1))
    return f"select 1 from {qualify(bench.blueprint.schema, table.name)} x where {conditions} for key share of x"


def _costs(bench: Bench, table: Table, index: Index, question: Question) -> tuple[float, float]:
    with _acting(bench, question):
        with_it = _cost(bench, question)
        with bench.horizon.without(_names(table, index)):
            return with_it, _cost(bench, question)


@contextmanager
def _acting(bench: Bench, question: Question) -> Iterator[None]:
    tenancy = bench.blueprint.design.tenancy
    settings = {"search_path": _search_path(bench)}
    if tenancy is not None and question.tenant and bench.tenants:
        settings[f"app.{tenancy.column}"] = str(bench.tenants[0])
    with bench.horizon.acting(question.role, settings):
        yield


def _search_path(bench: Bench) -> str:
    """Where the design's database looks for names, those of its extensions included."""
    with bench.transaction() as connection:
        row = connection.execute("show search_path").fetchone()
    return str(row[0]) if row else bench.blueprint.schema


def _cost(bench: Bench, question: Question) -> float:
    return float(bench.horizon.explain(question.sql, generic=True)[0]["Plan"]["Total Cost"])


def _names(table: Table, index: Index) -> list[str]:
    """The index, and what stands for it on each partition."""
    parts = table.partitioning.partitions if table.partitioning else ()
    every = (*table.key_indexes, *table.indexes)
    return [index.name, *(index_names(table, p.name, every)[index.name] for p in parts)]
