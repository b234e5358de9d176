"""Integrity: a row that violates exactly one rule is refused with that rule's name, and its valid twin is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dbwright.data import valid_row, violate
from dbwright.model.claim import Claim
from dbwright.model.table import Table
from dbwright.prove.attempts import insert_of
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held, untested
from dbwright.sql.names import qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


def test(bench: Bench, claim: Claim) -> Outcome:
    """Send the violating row and its valid twin, each in a savepoint, and read what the server says."""
    table = bench.table(claim.details["table"])
    if claim.details["kind"] == "touch":
        return _touch(bench, table)
    name = claim.details["constraint"]
    twin = valid_row(bench.blueprint, bench.dataset, table.name, _salt(claim))
    violation = violate(bench.blueprint, bench.dataset, table.name, name, twin)
    if violation.row is None:
        return untested(f"no row can be made that violates it alone: {violation.reason}")
    with bench.transaction() as connection:
        refused = _insert(connection, bench, table, violation.row, violation.into, violation.without)
        accepted = _insert(connection, bench, table, twin)
    evidence: dict[str, Any] = {"violating row": _changed(twin, violation.row), "refused with": refused}
    if accepted:
        return broken(f"the valid row is refused too: {accepted['message']}", **evidence)
    if not refused:
        return broken("the violating row is accepted", **evidence)
    if not _names(bench, claim, refused):
        return broken(f"the row is refused, but by {refused['constraint'] or refused['column']}", **evidence)
    return held(**evidence)


def _salt(claim: Claim) -> int:
    return sum(claim.id.encode()) % 997


def _changed(twin: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value is not twin.get(name)}


def _insert(
    connection: Connection[TupleRow],
    bench: Bench,
    table: Table,
    row: Mapping[str, Any],
    into: str = "",
    without: tuple[str, ...] = (),
) -> dict[str, str]:
    """Insert a row inside a savepoint that is rolled back; return how it was refused, or nothing.

    `into` may name a partition; `without` are constraints that would refuse the row as well and step aside.
    """
    import psycopg

    statement, values = insert_of(qualify(bench.blueprint.schema, into or table.name), row)
    connection.execute("savepoint row")
    try:
        for name in without:
            owner = qualify(bench.blueprint.schema, table.name)
            connection.execute(f"alter table {owner} drop constraint {quote(name)} cascade".encode())
        psycopg.RawCursor(connection).execute(statement.encode(), values)
        connection.execute("set constraints all immediate")
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        return {
            "sqlstate": error.sqlstate or "",
            "constraint": error.diag.constraint_name or "",
            "column": error.diag.column_name or "",
            "message": str(error).splitlines()[0],
        }
    finally:
        connection.execute("rollback to savepoint row")
    return {}


_STATES = {
    "primary key": "23505",
    "unique": "23505",
    "foreign key": "23503",
    "check": "23514",
    "not null": "23502",
    "exclusion": "23P01",
}


def _names(bench: Bench, claim: Claim, refused: Mapping[str, str]) -> bool:
    """Whether the refusal names the very rule: its SQLSTATE, and the column or constraint."""
    kind = claim.details["kind"]
    if refused["sqlstate"] != _STATES[kind]:
        return False
    if kind == "not null":
        return bool(refused["column"] == claim.details["columns"][0])
    return claim.details["constraint"] in (refused["constraint"], _parent(bench, refused["constraint"]))


def _parent(bench: Bench, constraint: str) -> str:
    """The constraint of the partitioned table behind one of a partition."""
    with bench.transaction() as connection:
        row = connection.execute(
            "select p.conname from pg_constraint c join pg_constraint p on p.oid = c.conparentid"
            " join pg_namespace n on n.oid = c.connamespace where c.conname = %s and n.nspname = %s",
            (constraint, bench.blueprint.schema),
        ).fetchone()
    return str(row[0]) if row else ""


def _touch(bench: Bench, table: Table) -> Outcome:
    """A client that writes an old time must find the server's time in the row."""
    name = qualify(bench.blueprint.schema, table.name)
    assert table.primary_key is not None
    key = quote(table.primary_key.columns[-1])
    with bench.transaction() as connection:
        row = connection.execute(
            f"update {name} set updated_at = '2000-01-01' where ctid = (select ctid from {name} order by {key} limit 1)"
            " returning updated_at = now(), updated_at".encode()
        ).fetchone()
    if row is None:
        return untested("the table has no row")
    if not row[0]:
        return broken("the time that the client wrote stays", updated_at=str(row[1]))
    return held(updated_at="set to the time of the transaction")
