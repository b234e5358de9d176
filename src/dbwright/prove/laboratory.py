"""The database under test as it will plan when it is full: a laboratory with the structure that pg_dump prints."""

from __future__ import annotations

from dbwright.planner.decades import data_age
from dbwright.planner.laboratory import Laboratory, open_laboratory
from dbwright.planner.planned import Planned
from dbwright.planner.synthesis import statistics_of
from dbwright.prove.bench import Bench
from dbwright.sizing.tables import Facts, facts_at
from dbwright.sql.names import literal, quote


def laboratory_of(bench: Bench) -> Laboratory:
    """Return a laboratory on a server of its own, opened once and stopped with the bench. Raise ServerError."""
    return bench.remember("laboratory", lambda: bench.closing.enter_context(open_laboratory(structure(bench))))


def facts_of(bench: Bench, tenants: int = 0) -> Facts:
    """Return what the design says of its tables at the horizon, with all rows in the partitions that there are.

    With `tenants` they belong to so few that each is as large as the largest of them.
    """
    return bench.remember(f"facts at the horizon, {tenants}", lambda: _facts(bench, tenants))


def _facts(bench: Bench, tenants: int) -> Facts:
    rows = {name: table.rows for name, table in facts_at(bench.blueprint).tables.items()}
    tenancy = bench.blueprint.design.tenancy
    if tenants and tenancy is not None:
        rows[tenancy.entity] = float(tenants)
    return facts_at(bench.blueprint, data_age(bench.blueprint), rows)


def horizon_of(bench: Bench, tenants: int = 0) -> Planned:
    """Return the database under test as it plans at the horizon of the design; for `tenants` see `facts_of`."""
    return bench.remember(f"horizon, {tenants}", lambda: _planned(bench, tenants))


def _planned(bench: Bench, tenants: int) -> Planned:
    statistics = statistics_of(facts_of(bench, tenants), bench.blueprint)
    return bench.closing.enter_context(laboratory_of(bench).at(statistics))


def structure(bench: Bench) -> str:
    """Return what pg_dump prints of the database under test, with its roles before it."""
    roles = "".join(
        f"do $$ begin if not exists (select from pg_roles where rolname = {literal(r.name)}) "
        f"then execute {literal(f'create role {quote(r.name)}')}; end if; end $$;\n"
        for r in bench.blueprint.roles
    )
    return roles + "".join(line for line in bench.dump.splitlines(keepends=True) if not line.startswith("\\"))
