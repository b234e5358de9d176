"""Partitions: rows land where they belong, queries leave partitions out, the oldest goes without touching the rest."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dbwright.model.claim import Claim
from dbwright.model.table import Partition, Partitioning, Table
from dbwright.prove.access import explain
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.prove.samples import parameters_for, pattern_of
from dbwright.sql.names import literal, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, claim: Claim) -> Outcome:
    """Test one promise about a partitioned table."""
    table = bench.table(claim.subject)
    partitioning = table.partitioning
    assert partitioning is not None
    match claim.details["kind"]:
        case "route":
            return _route(bench, table, partitioning)
        case "statistics":
            return _statistics(bench, table)
        case "prune":
            return _prune(bench, table, partitioning, str(claim.details["pattern"]))
    return _drop(bench, table, partitioning)


def _route(bench: Bench, table: Table, partitioning: Partitioning) -> Outcome:
    """Read each partition by itself and compare its keys with its bound, as the blueprint says it."""
    found: dict[str, int] = {}
    astray: dict[str, int] = {}
    with bench.transaction() as connection:
        others = set(_counts(connection, bench, table)) ^ {p.name for p in partitioning.partitions}
        if others:
            return broken(f"other partitions than decided: {', '.join(sorted(others))}")
        for number, partition in enumerate(partitioning.partitions):
            name = qualify(bench.blueprint.schema, partition.name)
            condition = _bound(bench, table, partitioning, partition, number)
            row = connection.execute(
                f"select count(*), count(*) filter (where ({condition}) is not true) from only {name}".encode()
            ).fetchone()
            assert row is not None
            found[partition.name] = row[0]
            if row[1]:
                astray[partition.name] = row[1]
        total = _one(connection, f"select count(*) from {qualify(bench.blueprint.schema, table.name)}")
    if astray:
        return broken(f"rows stand in the wrong partition: {astray}", rows=found)
    if total != sum(found.values()):
        return broken(
            f"{total} rows in the table, {sum(found.values())} in the partitions that were decided", rows=found
        )
    if not total:
        return untested("the table has no row")
    return held(rows=found)


def _bound(bench: Bench, table: Table, partitioning: Partitioning, partition: Partition, number: int) -> str:
    column = quote(partitioning.columns[0])
    if partitioning.strategy == "range":
        low, high = (f"timestamptz '{day} 00:00+00'" for day in (partition.start, partition.end))
        return f"{column} >= {low} and {column} < {high}"
    if partitioning.strategy == "list":
        return f"{column}::text in ({', '.join(literal(v) for v in partition.values)})"
    parent = literal(qualify(bench.blueprint.schema, table.name))
    columns = ", ".join(quote(c) for c in partitioning.columns)
    return f"satisfies_hash_partition({parent}::regclass, {len(partitioning.partitions)}, {number}, {columns})"


def _prune(bench: Bench, table: Table, partitioning: Partitioning, name: str) -> Outcome:
    """Run the pattern and see which partitions were really scanned."""
    pattern = pattern_of(bench, name)
    statement = bench.blueprint.statement(name)
    assert statement is not None
    role = str(pattern.by[0])
    tenant = bench.tenants[0] if bench.tenants and bench.role(role).purpose == "client" else None
    values = parameters_for(bench, pattern, bench.tenants[0] if bench.tenants else None)
    plan = explain(bench, statement, role, tenant, [values[n] for n in statement.parameters])
    every = {p.name for p in partitioning.partitions}
    touched = sorted(every & set(plan.touched))
    evidence = {"partitions": len(every), "touched": touched, "parameters": {k: str(v) for k, v in values.items()}}
    if len(touched) == len(every):
        return broken("every partition is scanned", **evidence)
    return held(f"{len(touched)} of {len(every)} partitions", **evidence)


def _drop(bench: Bench, table: Table, partitioning: Partitioning) -> Outcome:
    """Let the maintenance function drop what is too old and make what comes, on a day when the oldest is due."""
    oldest, last = partitioning.partitions[0], partitioning.partitions[-1]
    if not partitioning.keep_months:
        return untested("the design keeps every partition")
    due = _months_after(date.fromisoformat(oldest.end), partitioning.keep_months)
    with bench.transaction() as connection:
        before = _counts(connection, bench, table)
        function = qualify(bench.blueprint.schema, "maintain_partitions")
        connection.execute(f"select {function}('{due}')".encode())
        after = _counts(connection, bench, table)
        unsecured = _unsecured(connection, bench, table) if table.tenant_column else []
    made = sorted(set(after) - set(before))
    evidence: dict[str, Any] = {"as of": str(due), "dropped": sorted(set(before) - set(after)), "made": made}
    if oldest.name in after:
        return broken(f"`{oldest.name}` is still there on {due}", **evidence)
    changed = [n for n, rows in before.items() if n in after and after[n] != rows]
    if changed:
        return broken(f"the rows of {', '.join(changed)} changed", **evidence)
    if date.fromisoformat(last.end) <= due + timedelta(days=1) and not made:
        return broken("no partition was made for what comes", **evidence)
    if unsecured:
        return broken(f"row-level security is off on {', '.join(unsecured)}", **evidence)
    return held(**evidence)


TOLD = -0.123
"""A number of different values that no sample would guess: minus a share of the rows."""


def _statistics(bench: Bench, table: Table) -> Outcome:
    """Tell ANALYZE a number for one column of the parent, let the function run, and see what the planner believes."""
    told = {s.column: float(s.value) for s in table.settings if s.name == "n_distinct_inherited"}
    probe = next((c.name for c in table.columns if c.not_null and c.name not in told), "")
    parent = qualify(bench.blueprint.schema, table.name)
    with bench.transaction() as connection:
        if not _one(connection, f"select count(*) from (select from {parent} limit 1) as first"):
            return untested("the table has no row")
        if probe:
            change = f"alter table only {parent} alter column {quote(probe)} set (n_distinct_inherited = {TOLD})"
            connection.execute(change.encode())
            told[probe] = TOLD
        connection.execute(f"select {qualify(bench.blueprint.schema, 'analyze_partitioned')}()".encode())
        found = connection.execute(
            "select attname, n_distinct from pg_stats where inherited and schemaname = %s and tablename = %s",
            [bench.blueprint.schema, table.name],
        ).fetchall()
    known = {str(name): float(number) for name, number in found}
    wrong = [n for n, number in told.items() if n not in known or not math.isclose(known[n], number, rel_tol=1e-5)]
    evidence = {"told": told, "known": {n: known[n] for n in told if n in known}}
    if wrong:
        return broken(f"the planner does not know what ANALYZE was told of {', '.join(sorted(wrong))}", **evidence)
    return held(f"statistics of {len(known)} columns over all partitions", **evidence)


def _months_after(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def _counts(connection: Connection[TupleRow], bench: Bench, table: Table) -> dict[str, int]:
    rows = connection.execute(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        f" where i.inhparent = {literal(qualify(bench.blueprint.schema, table.name))}::regclass order by 1".encode()
    ).fetchall()
    names = [str(name) for (name,) in rows]
    return {n: _one(connection, f"select count(*) from {qualify(bench.blueprint.schema, n)}") for n in names}


def _unsecured(connection: Connection[TupleRow], bench: Bench, table: Table) -> list[str]:
    rows = connection.execute(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where not c.relrowsecurity"
        f" and i.inhparent = {literal(qualify(bench.blueprint.schema, table.name))}::regclass order by 1".encode()
    ).fetchall()
    return [str(name) for (name,) in rows]


def _one(connection: Connection[TupleRow], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return int(row[0]) if row else 0
