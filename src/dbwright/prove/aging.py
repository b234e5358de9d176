"""Rows past their retention: generated rows are young, so that jobs which delete or empty old ones find nothing.

Some rows of the bench's copy are made as old as the job asks for, those first that the other patterns of the claim
name. Triggers and references do not act meanwhile; the copy is dropped with the bench.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from dbwright.model.access import AccessPattern
from dbwright.model.table import Table
from dbwright.prove.bench import Bench
from dbwright.prove.samples import parameters_for
from dbwright.sql.names import qualify, quote
from dbwright.sql.patterns import columns_by_name, read_query
from dbwright.sql.queries import Condition, Query, TableUse

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

MOST = 40
"""Rows of a table that are made old."""


def age(bench: Bench, patterns: Sequence[AccessPattern], salts: range) -> dict[str, int]:
    """Make rows of the copy as old as the patterns ask for; return how many of each table, empty where none asks.

    `salts` are the numbers by which the other patterns choose their rows.
    """
    asked = [(p, read_query(str(p.sql), columns_by_name(bench.blueprint))) for p in patterns]
    found: dict[str, int] = {}
    if not any(True for _, query in asked for _ in _bounds(query)):
        return found
    with closing(bench.copy.connect()) as connection:
        connection.execute("set session_replication_role = replica")
        for _, query in asked:
            for use, condition, bound in _bounds(query):
                table = bench.blueprint.table(use.table)
                if table is not None:
                    named = [row for p, q in asked for row in _named(bench, p, q, table, salts)]
                    count = _make_old(
                        connection, bench, table, condition.column, bound, _fitting(bench, query, use, table), named
                    )
                    found[table.name] = max(count, found.get(table.name, 0))
    return found


def _bounds(query: Query) -> Iterator[tuple[TableUse, Condition, str]]:
    """Conditions of a statement that writes, such as `created_at < now() - interval '10 years'`, and their bound."""
    for use in query.uses if query.writes else ():
        for condition in use.conditions:
            if condition.operator in ("<", "<=") and not condition.is_expression:
                found = re.search(rf"\b{re.escape(condition.column)}\s*<=?\s*{_PAST}", query.sql, re.IGNORECASE)
                if found:
                    yield use, condition, found[1]


_PAST = r"(now\(\)\s*-\s*(?:interval\s*'[^']+'|'[^']+'\s*::\s*interval))"


def _named(bench: Bench, pattern: AccessPattern, query: Query, table: Table, salts: range) -> Iterator[dict[str, Any]]:
    """The rows of a table that a pattern names by its parameters, as column values."""
    for use in query.uses:
        equal = [c for c in use.conditions if c.operator == "=" and len(c.parameters) == 1 and table.column(c.column)]
        if use.table == table.name and equal:
            for salt in salts:
                values = parameters_for(bench, pattern, bench.tenants[0] if bench.tenants else None, salt)
                yield {c.column: values[c.parameters[0]] for c in equal}


def _make_old(
    connection: Connection[TupleRow],
    bench: Bench,
    table: Table,
    column: str,
    bound: str,
    conditions: Sequence[str],
    named: Sequence[dict[str, Any]],
) -> int:
    """Set the column of some rows to a day before the bound; return how many, none where the server refuses."""
    import psycopg

    target = qualify(bench.blueprint.schema, table.name)
    first = " or ".join("(" + " and ".join(f"o.{quote(n)} = %s" for n in row) + ")" for row in named) or "false"
    statement = (
        f"update {target} set {quote(column)} = {bound} - interval '1 day'"
        f" where (tableoid, ctid) in (select o.tableoid, o.ctid from {target} o"
        f" where {' and '.join(conditions) or 'true'} order by coalesce({first}, false) desc limit {MOST})"
    )
    arguments = [value for row in named for value in row.values()]
    try:
        return connection.execute(statement.encode(), arguments).rowcount
    except psycopg.OperationalError:
        raise
    except psycopg.Error:
        return 0


def _fitting(bench: Bench, query: Query, use: TableUse, table: Table) -> list[str]:
    """What the rows must fulfil besides their age, so that the statement acts on them."""
    constant = [c for c in use.conditions if c.is_constant and not c.is_expression]
    return [*(f"o.{quote(c.column)} {c.operator} {c.value}" for c in constant), *_neighbours(bench, query, use, table)]


def _neighbours(bench: Bench, query: Query, use: TableUse, table: Table) -> Iterator[str]:
    """An old row that is joined must have rows to act on; one that goes must not be held by what references it."""
    changed = {name for _, name in query.writes}
    for other in bench.blueprint.tables:
        for key in other.foreign_keys:
            if key.target != table.name:
                continue
            pairs = zip(key.columns, key.target_columns, strict=True)
            joined = " and ".join(f"c.{quote(here)} = o.{quote(there)}" for here, there in pairs)
            there = f"exists (select from {qualify(bench.blueprint.schema, other.name)} c where {joined})"
            if not use.target and other.name in changed:
                yield there
            elif use.target and query.verb == "delete" and key.on_delete in ("", "no action", "restrict"):
                yield f"not {there}"
