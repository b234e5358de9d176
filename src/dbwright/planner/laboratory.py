"""A throw-away server that plans as if its tables were full: no rows, the statistics and file sizes of the future.

The recipe, each step of which costs a known share of the plans when left out: the schema is made while the tables are
empty; two rows a table stand for the ends of every column; statistics are planted; files are extended with holes;
B-trees are raised to their height, and other indexes count what they would hold. It plans only: a statement that ran
here would see two rows, so every connection that is handed out is read-only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dbwright.planner.planned import Planned
from dbwright.planner.planting import CASTS
from dbwright.planner.premises import Premises
from dbwright.planner.stage import Stage
from dbwright.server import Database, Server, open_server

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.planner.statistics import Statistics

__all__ = ["Laboratory", "Planned", "open_laboratory"]

EXTENSION = "create schema if not exists dbwright; create extension if not exists pg_buffercache schema dbwright;"
"""What a laboratory has besides the schema it is about: how pages are forgotten, so that its files are the truth."""

PLACES = frozenset({"data_directory", "config_file", "hba_file", "ident_file", "external_pid_file"})
"""Settings that say where a server lives; the one of a laboratory lives where dbwright put it."""


class Laboratory:
    """One schema on a throw-away server, in as many sizes as are asked for; use `open_laboratory`."""

    def __init__(self, server: Server, empty: Database) -> None:
        """Take the database, loaded and without rows, as the pattern. Raise ValueError where the server is not ours.

        Raise ScriptFailed where the schema is so that a laboratory cannot be made of it.
        """
        self._premises = Premises(server)
        self._server = server
        self._empty = empty
        self._free: list[Stage] = []
        self._busy = 0
        try:
            empty.run_sql(EXTENSION + CASTS)
        except BaseException:
            self._premises.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._forget_stages()
        self._premises.close()

    def add(self, script: str) -> None:
        """Run more DDL on the empty schema, such as candidates for indexes: they cost nothing while it is empty.

        Sizes that are planned with afterwards have it. Raise ScriptFailed; RuntimeError inside of `at`.
        """
        if self._busy:
            raise RuntimeError("the schema of a laboratory changes between sizes, not while one is planned with")
        self._forget_stages()
        self._empty.run_sql(script)

    def attempt(self, statements: Mapping[str, str]) -> dict[str, str]:
        """Run on the empty schema what the server takes; return by name why it refused the rest. See `add`."""
        from psycopg import Error

        if self._busy:
            raise RuntimeError("the schema of a laboratory changes between sizes, not while one is planned with")
        self._forget_stages()
        refused = {}
        with self._empty.connect() as connection:
            for name, statement in statements.items():
                try:
                    connection.execute(statement.encode())
                except Error as error:
                    refused[name] = str(error).splitlines()[0]
        return refused

    def connect(self) -> Connection[TupleRow]:
        """Return a connection to the empty schema. Raise ConnectionFailed."""
        return self._empty.connect()

    def _forget_stages(self) -> None:
        while self._free:
            self._free.pop().database.drop()

    @contextmanager
    def at(self, *statistics: Statistics) -> Iterator[Planned]:
        """Yield the schema as it plans with these statistics, one for each schema of the database that has tables.

        The first one's schema leads the search path. Raise RelationOutgrown where a relation would pass 16 TiB,
        psycopg.Error, ServerError (a full disk).
        """
        self._busy += 1
        stage = None
        try:
            stage = self._free.pop() if self._free else self._open_stage()
            left_out = stage.plant(statistics)
            with stage.database.connect(autocommit=False) as connection:
                connection.execute("set default_transaction_read_only = on")
                connection.commit()
                yield Planned(connection, statistics[0].schema if statistics else "public", stage, left_out)
                connection.rollback()
            self._free.append(stage)
            stage = None
        finally:
            self._busy -= 1
            if stage is not None:
                stage.database.drop()  # what broke off in the middle is not used again

    def _open_stage(self) -> Stage:
        database = self._server.scratch("lab", self._empty)
        try:
            return Stage(self._premises, database)
        except BaseException:
            database.drop()
            raise


@contextmanager
def open_laboratory(script: str, settings: Mapping[str, str] | None = None) -> Iterator[Laboratory]:
    """Start a server, load the DDL and yield the laboratory; all of it is gone at the end.

    `settings` are those of production: cost constants, work_mem, effective_cache_size. Raise ServerError;
    ValueError for a setting that leads the server elsewhere.
    """
    refused = sorted(set(settings or ()) & PLACES)
    if refused:
        raise ValueError(f"a laboratory chooses its own places, so it takes no {' and no '.join(refused)}")
    with open_server(settings=settings) as server, server.scratch("lab") as empty:
        empty.run_sql(script)
        with Laboratory(server, empty) as laboratory:
            yield laboratory
