"""One statement of somebody who tries to break a promise, and how the server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


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
