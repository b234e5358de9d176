"""One statement of somebody who tries to break a promise, alone or beside another, and how the server answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Any

from dbwright.prove.samples import adapt
from dbwright.prove.sessions import LONGEST, PATIENCE
from dbwright.sql.names import listed

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

Statement = tuple[str, list[Any]]
"""SQL with `$1` parameters, and their values."""


def attempt(connection: Connection[TupleRow], sql: str, values: list[Any]) -> str:
    """Run a statement with `$1` parameters; return `1 row(s)`, or `refused` with the SQLSTATE."""
    import psycopg

    try:
        return f"{psycopg.RawCursor(connection).execute(sql.encode(), values).rowcount} row(s)"
    except psycopg.errors.QueryCanceled:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise
        return f"refused ({error.sqlstate})"


def attempt_undone(
    connection: Connection[TupleRow], sql: str, values: list[Any], lies: Callable[[Connection[TupleRow]], int]
) -> tuple[str, int]:
    """Run a statement in a savepoint that is rolled back; return how it ended and how many rows lie then."""
    connection.execute("savepoint attempt")
    answer = attempt(connection, sql, values)
    lying = 0 if answer.startswith("refused") else lies(connection)
    connection.execute("rollback to attempt")
    return answer, lying


def attempt_at_once(one: Connection[TupleRow], first: Statement, two: Connection[TupleRow], second: Statement) -> str:
    """Run the second statement while the first is not committed, then commit both; return how they ended."""
    for session in (one, two):
        session.execute("begin")
        session.execute(f"set local statement_timeout = '{LONGEST}'".encode())
    answer = attempt(one, *first)
    answers: list[str] = []
    thread = Thread(target=lambda: answers.append(attempt(two, *second)), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    waited = "waits, then " if thread.is_alive() else ""
    one.execute("commit")
    thread.join()
    two.execute("rollback" if answers[0].startswith("refused") else "commit")
    return f"{answer}; {waited}{answers[0]}"


def insert_of(target: str, row: Mapping[str, Any]) -> Statement:
    """Return the statement that adds a row, with values for generated identities too, and its parameters."""
    places = ", ".join(f"${n + 1}" for n in range(len(row)))
    statement = f"insert into {target} ({listed(row)}) overriding system value values ({places})"
    return statement, [adapt(value) for value in row.values()]
