"""Access: every pattern runs with real parameters, as its own role, and its plan uses what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbwright.model.blueprint import Statement
from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held
from dbwright.prove.plans import Plan, read_plan
from dbwright.prove.samples import parameters_for, pattern_of
from dbwright.sql.names import quote
from dbwright.sql.patterns import columns_by_name, read_query

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, claim: Claim) -> Outcome:
    """Run the pattern of the claim as its role, then look at the plan of what ran."""
    import psycopg

    pattern = pattern_of(bench, claim.details["pattern"])
    statement = bench.blueprint.statement(str(pattern.name))
    assert statement is not None
    role, tenant = str(claim.details["role"]), _tenant_for(bench, str(claim.details["role"]))
    values = parameters_for(bench, pattern, bench.tenants[0] if bench.tenants else None)
    arguments = [values[name] for name in statement.parameters]
    shown = {name: str(value) for name, value in values.items()}
    try:
        returned = _run(bench, statement.sql, role, tenant, arguments)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        message = str(error).splitlines()[0]
        return broken(f"`{role}` cannot run it: {message}", parameters=shown, sqlstate=error.sqlstate or "")
    plan, note = promised_plan(bench, statement, role, tenant, arguments)
    evidence: dict[str, Any] = {"rows": returned, "parameters": shown, "plan": plan.outline()}
    evidence["milliseconds"] = round(plan.milliseconds, 3)
    missing = unused(bench, statement, plan)
    if missing:
        names = " and ".join(" or ".join(m) for m in missing)
        return broken(f"the plan does not use {names}", indexes=parents(bench, plan.indexes), **evidence)
    return held(note, indexes=parents(bench, plan.indexes), **evidence)


def _tenant_for(bench: Bench, role: str) -> Any:
    """Roles of a tenant act for the one with most rows; those of all tenants set none."""
    return bench.tenants[0] if bench.tenants and bench.role(role).purpose == "client" else None


def _run(bench: Bench, sql: str, role: str, tenant: Any, arguments: list[Any]) -> int:
    with bench.transaction(role, tenant) as connection:
        cursor = raw(connection).execute(sql.encode(), arguments)
        return int(cursor.rowcount)


def raw(connection: Connection[TupleRow]) -> Any:
    """Return a cursor that takes `$1` parameters as the server does."""
    from psycopg import RawCursor

    return RawCursor(connection)


def promised_plan(bench: Bench, statement: Statement, role: str, tenant: Any, arguments: list[Any]) -> tuple[Plan, str]:
    """Return the plan as the server chooses it, and how it was brought to keep the promise where it did not by itself.

    A few thousand rows are not the size the index is for: there the server may rightly prefer a scan or another index.
    So it is asked again without sequential scans, then with the other indexes hidden: an index that still goes unused
    cannot serve the pattern at any size.
    """
    plan = explain(bench, statement, role, tenant, arguments)
    if not unused(bench, statement, plan):
        return plan, ""
    for note, hide in (
        ("at this size the server prefers a sequential scan", False),
        ("at this size the server prefers another index or a scan", True),
    ):
        forced = explain(bench, statement, role, tenant, arguments, forced=True, hide=hide)
        if not unused(bench, statement, forced):
            return forced, note
    return plan, ""


def explain(
    bench: Bench,
    statement: Statement,
    role: str,
    tenant: Any,
    arguments: list[Any],
    *,
    forced: bool = False,
    hide: bool = False,
) -> Plan:
    """Explain and run the statement; behind a function it is the statement inside, as the function's owner.

    `forced` switches sequential scans off, `hide` all indexes but the promised ones.
    """
    sql, actor = (statement.inner, statement.inner_role) if statement.inner else (statement.sql, role)
    as_other = bool(statement.inner) or hide
    with bench.transaction("" if as_other else actor, tenant) as connection:
        if hide:
            _hide_others(connection, bench, statement)
        if as_other:
            connection.execute(f"set local role {quote(actor)}".encode())
        if forced:
            connection.execute("set local enable_seqscan = off")
        cursor = raw(connection).execute(f"explain (analyze, buffers, format json) {sql}".encode(), arguments)
        row = cursor.fetchone()
        return read_plan(row[0])


def _hide_others(connection: Connection[TupleRow], bench: Bench, statement: Statement) -> None:
    """Let the planner overlook every index but the promised ones, until the transaction is rolled back.

    Unique indexes of a table that is written stay: `on conflict` needs them to find what a row conflicts with.
    """
    promised = [name for names in statement.uses for name in names]
    pattern = pattern_of(bench, statement.pattern)
    query = read_query(str(pattern.sql), columns_by_name(bench.blueprint))
    written = [table for _, table in query.writes]
    connection.execute(
        "with recursive kept as ("
        " select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = %(schema)s and c.relname = any(%(promised)s)"
        " union all select i.inhrelid from pg_inherits i join kept on kept.oid = i.inhparent),"
        " written as ("
        " select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = %(schema)s and c.relname = any(%(written)s)"
        " union all select i.inhrelid from pg_inherits i join written on written.oid = i.inhparent)"
        " update pg_index set indisvalid = false from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.oid = indexrelid and n.nspname = %(schema)s and indexrelid not in (select oid from kept)"
        " and not (indisunique and indrelid in (select oid from written))",
        {"schema": bench.blueprint.schema, "promised": promised, "written": written},
    )


def unused(bench: Bench, statement: Statement, plan: Plan) -> list[tuple[str, ...]]:
    """Return the promised sets of indexes of which the plan uses none."""
    used = set(parents(bench, plan.indexes))
    return [names for names in statement.uses if not used & set(names)]


def parents(bench: Bench, indexes: list[str]) -> list[str]:
    """Return index names with those of partitions replaced by the index of the partitioned table."""
    with bench.transaction() as connection:
        rows = connection.execute(
            "select c.relname, coalesce(p.relname, c.relname) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace and n.nspname = %s"
            " left join pg_inherits i on i.inhrelid = c.oid left join pg_class p on p.oid = i.inhparent"
            " where c.relname = any(%s)",
            (bench.blueprint.schema, indexes),
        ).fetchall()
    return sorted({parent for _, parent in rows})
