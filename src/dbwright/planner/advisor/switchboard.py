"""Switches the candidates of a laboratory: an index that is not valid is none to the planner.

Each change is committed, so that from one question to the next only what differs is switched: a server forgets what it
knew of an index that was touched, and to learn it again takes longer than to plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dbwright.planner.advisor.options import Option, bits

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


class Switchboard:
    """The options of one connection, all of them off at first. It is theirs alone: nobody else switches them."""

    def __init__(self, connection: Connection[TupleRow], options: Sequence[Option]) -> None:
        """Raise psycopg.Error where the server refuses, as everything here does."""
        self._connection = connection
        self._options = options
        self._on = 0
        self._write("false", (oid for option in options for oid in option.oids), " and indisvalid")

    def turn(self, there: int, among: int) -> None:
        """Let those of `among` be there that are in a set, and no others of it."""
        changed = (self._on ^ there) & among
        if changed:
            self._write("not indisvalid", (oid for number in bits(changed) for oid in self._options[number].oids))
            self._on ^= changed

    def _write(self, value: str, oids: Iterable[int], only: str = "") -> None:
        from psycopg.errors import error_from_result
        from psycopg.pq import ExecStatus

        numbers = ",".join(map(str, oids))
        self._connection.rollback()
        # One message instead of four: most of the time between two questions was the way to the server and back.
        update = f"update pg_catalog.pg_index set indisvalid = {value} where indexrelid in ({numbers or 0}){only}"
        result = self._connection.pgconn.exec_(f"begin read write; {update}; commit".encode())
        if result.status != ExecStatus.COMMAND_OK:
            self._connection.rollback()
            raise error_from_result(result)
