"""A server that answers: connect to it, ask what it can do, make scratch databases on it, and stop it if it is ours."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from dbwright.server import roles as role_queries
from dbwright.server.binaries import find_program
from dbwright.server.capabilities import Capabilities, read_capabilities
from dbwright.server.connections import describe_target, list_environment, open_connection
from dbwright.server.databases import Database, create_database
from dbwright.server.errors import ConnectionFailed

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.server.process import Cluster

# How long a refused connection waits for the keeper to tell that the server died.
REPORT_SECONDS = 0.5


class Server:
    """An open server, ours (`owned`) or one that the user named. A context manager that stops the server it owns."""

    def __init__(self, parameters: Mapping[str, str], cluster: Cluster | None = None) -> None:
        self._parameters = dict(parameters)
        self._cluster = cluster

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Server {describe_target(self._parameters)}>"

    @property
    def owned(self) -> bool:
        """Whether dbwright started this server and will remove it, roles and all."""
        return self._cluster is not None

    @property
    def gone(self) -> bool:
        """Whether a server we own was stopped or has died; always False for a named one."""
        return self._cluster is not None and (self._cluster.stopped or bool(self._cluster.read_failure()))

    @property
    def data_directory(self) -> Path | None:
        """The data directory of a server we own; None for a named one."""
        return self._cluster.data_directory if self._cluster is not None else None

    @property
    def process_id(self) -> int | None:
        """The process number of the postmaster of a server we own, 0 when it has ended; None for a named one."""
        return self._cluster.process_id() if self._cluster is not None else None

    @property
    def maintenance_database(self) -> str:
        """The database to connect to for work on the whole server: that of the address, else `postgres`."""
        return self._parameters.get("dbname") or os.environ.get("PGDATABASE") or "postgres"

    @functools.cached_property
    def capabilities(self) -> Capabilities:
        """What the server can do; asked once."""
        with self.connect() as connection:
            return read_capabilities(connection)

    def dsn(self, database: str | None = None) -> str:
        """Return a libpq connection string for the database, or for the maintenance database.

        It holds the password when the address held one.
        """
        from psycopg.conninfo import make_conninfo

        return make_conninfo("", **self._parameters_for(database))

    def _parameters_for(self, database: str | None) -> dict[str, str]:
        return {**self._parameters, "dbname": database or self.maintenance_database}

    def connect(
        self,
        database: str | None = None,
        autocommit: bool = True,
        role: str | None = None,
        application_name: str = "dbwright",
    ) -> Connection[TupleRow]:
        """Connect, by default to the maintenance database as the login of the address.

        With `role` the connection acts as that role. On a server we own, a role that may log in really logs in, so
        that its settings and limits count and RESET ROLE leads nowhere; any other role is taken on with SET ROLE.
        Raises ConnectionFailed.
        """
        parameters = self._parameters_for(database)
        logs_in = role is not None and self.owned and self._may_log_in(role)
        if role is not None and logs_in:
            parameters["user"] = role
        connection = self._open(parameters, autocommit, application_name)
        if role is None or logs_in:
            return connection
        try:
            role_queries.take_role(connection, role)
        except BaseException:
            connection.close()
            raise
        return connection

    def _may_log_in(self, role: str) -> bool:
        with self.connect() as connection:
            return role_queries.may_log_in(connection, role)

    def _open(self, parameters: Mapping[str, str], autocommit: bool, application_name: str) -> Connection[TupleRow]:
        if self._cluster is not None and self._cluster.stopped:
            raise ConnectionFailed("the server was stopped", help="open a new one: open_server()")
        try:
            return open_connection(parameters, autocommit=autocommit, application_name=application_name)
        except ConnectionFailed as error:
            if "FATAL:" in error.message:
                raise  # the server itself answered, so it lives
            raise self.explain_death() or error from error

    def explain_death(self) -> ConnectionFailed | None:
        """Return the error that tells how a server we own ended; None when it runs or is not ours."""
        failure = self._cluster.read_failure(REPORT_SECONDS) if self._cluster is not None else ""
        if self._cluster is None or not failure:
            return None
        log = self._cluster.read_log_tail()
        return ConnectionFailed(
            f"the PostgreSQL that dbwright started is gone: {failure}" + (f"\n{log}" if log else ""),
            help="run the command again; a server ended by signal 9 often met the end of memory: dmesg | tail",
        )

    def bin(self, program: str) -> Path:
        """Return the path of a client program (psql, pg_dump, ...) as old as the server or newer where possible.

        Raises ServerNotFound when the machine has none.
        """
        installation = self._cluster.installation if self._cluster is not None else None
        return find_program(program, self.capabilities.version, installation)

    def environment(self, database: str | None = None) -> dict[str, str]:
        """Return the whole environment for running psql, pg_dump and the like against this server.

        For a server we own, PG* variables of the caller are left out, so they cannot lead elsewhere.
        """
        inherited = {name: value for name, value in os.environ.items() if not (self.owned and name.startswith("PG"))}
        named = list_environment(self._parameters_for(database))
        return {**inherited, "PGCONNECT_TIMEOUT": "10", **named, "PGCLIENTENCODING": "UTF8", "PGAPPNAME": "dbwright"}

    def scratch(self, prefix: str = "dbw", template: Database | None = None) -> Database:
        """Create a database with a new name, empty or a copy of another scratch database.

        Use it as a context manager: it is dropped at the end. Connections to the template are ended first.
        Raises PermissionMissing or DatabaseFailed.
        """
        return create_database(self, prefix, template)

    def roles(self) -> frozenset[str]:
        """Return the names of all roles but PostgreSQL's own pg_* ones."""
        with self.connect() as connection:
            return role_queries.list_roles(connection)

    def drop_roles(self, names: Iterable[str]) -> None:
        """Drop roles with all they own and all granted to them, in every database. Unknown names are passed over.

        Raises PermissionMissing.
        """
        role_queries.drop_roles(self, names)

    def stop(self) -> None:
        """Stop a server we own and remove its data; returns when both are done. Nothing happens to a named one."""
        if self._cluster is not None:
            self._cluster.stop()
