"""Scratch databases: created with a name nobody has, loaded with psql, dumped with pg_dump, cloned, dropped."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, LiteralString, Self

from dbwright.server.binaries import describe_installation
from dbwright.server.errors import ConnectionFailed, DatabaseFailed, PermissionMissing, ServerError
from dbwright.server.scripts import run_dump, run_script

if TYPE_CHECKING:
    import psycopg
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.server.servers import Server

# PostgreSQL cuts names at 63 bytes; the prefix leaves room for an underscore and twelve hexadecimal digits.
PREFIX_BYTES = 50
# Since these minor versions pg_dump writes a random \restrict key unless given one; earlier ones know no such option.
RESTRICT_KEY_SINCE = {15: 150014, 16: 160010, 17: 170006}
CLONE_ATTEMPTS = 5
END_CONNECTIONS = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = %s"


class Database:
    """A scratch database. As a context manager it is dropped at the end, whoever is still connected."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self._dropped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.drop()
        except ServerError as failure:
            if error is None:
                raise
            # The first error is the one to read; this one only adds that something was left behind.
            error.add_note(f"the scratch database {self.name} could not be dropped: {failure}")

    def __repr__(self) -> str:
        return f"<Database {self.name!r}>"

    @property
    def dsn(self) -> str:
        """The libpq connection string of this database."""
        return self.server.dsn(self.name)

    def connect(
        self, role: str | None = None, autocommit: bool = True, application_name: str = "dbwright"
    ) -> Connection[TupleRow]:
        """Connect to this database; see Server.connect for `role`. Raises ConnectionFailed."""
        return self.server.connect(self.name, autocommit, role, application_name)

    def run_file(self, path: Path | str) -> None:
        """Load an SQL file with psql, which stops at the first error. Raises ScriptFailed, ConnectionFailed."""
        self._run_script(path=Path(path))

    def run_sql(self, text: str) -> None:
        """Load SQL text with psql, which stops at the first error. Raises ScriptFailed, ConnectionFailed."""
        self._run_script(text=text)

    def _run_script(self, *, path: Path | None = None, text: str = "") -> None:
        try:
            run_script(self.server.bin("psql"), self.server.environment(self.name), path=path, text=text)
        except ConnectionFailed as error:
            raise self.server.explain_death() or error from error

    def dump(self, *arguments: str, schema_only: bool = True) -> str:
        """Return what pg_dump prints for this database; `arguments` are further pg_dump options.

        The text is the same each time: the key that pg_dump otherwise invents is fixed. Raises DumpFailed.
        """
        pg_dump = self.server.bin("pg_dump")
        options = ["--encoding=UTF8", *_restrict_key_option(pg_dump)]
        if schema_only:
            options.append("--schema-only")
        return run_dump(pg_dump, self.server.environment(self.name), [*options, *arguments])

    def clone(self) -> Database:
        """Return a new scratch database that is a copy of this one; connections to this one are ended."""
        return self.server.scratch(template=self)

    def drop(self) -> None:
        """Drop the database and end all connections to it. Nothing to do twice, or when a server we own is gone."""
        if self._dropped or self.server.gone:
            return
        _run_statement(self.server, "DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)
        self._dropped = True


def create_database(server: Server, prefix: str, template: Database | None) -> Database:
    """Create a database named after the prefix, from template0 or from another scratch database."""
    if "\0" in prefix:
        raise ValueError("a database name cannot hold the character NUL")
    start = prefix.encode()[:PREFIX_BYTES].decode(errors="ignore")
    name = f"{start}_{os.urandom(6).hex()}"
    if template is None:
        _run_statement(server, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", name)
    elif server.owned:
        # Copying files beats logging pages, up to five times, and the checkpoint it takes costs nothing without fsync.
        _clone_database(server, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template.name)
    else:
        _clone_database(server, "CREATE DATABASE {} TEMPLATE {}", name, template.name)
    return Database(server, name)


def _clone_database(server: Server, statement: LiteralString, name: str, template: str) -> None:
    import psycopg

    with server.connect() as connection:
        for attempts_left in reversed(range(CLONE_ATTEMPTS)):
            connection.execute(END_CONNECTIONS, [template])
            try:
                _execute(connection, statement, name, template)
                _copy_settings(connection, name, template)
                return
            except psycopg.errors.ObjectInUse as error:
                # A pool may have come back between the two statements.
                if not attempts_left:
                    raise _explain(error, name) from error
            except psycopg.Error as error:
                raise _explain(error, name) from error


def _copy_settings(connection: Connection[TupleRow], name: str, template: str) -> None:
    """Set what is set for the template: the server copies all that is in a database, and not what is set for it."""
    found = connection.execute(
        "select format('alter database %%I set %%s to %%s', %s::text, parameter, "
        "case parameter when 'search_path' then value else quote_literal(value) end) "
        "from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase, "
        "unnest(setconfig) setting, split_part(setting, '=', 1) parameter, "
        "substr(setting, length(parameter) + 2) value "
        "where d.datname = %s and setrole = 0",
        [name, template],
    ).fetchall()
    for (statement,) in found:
        connection.execute(statement.encode())


def _run_statement(server: Server, statement: LiteralString, *names: str) -> None:
    import psycopg

    with server.connect() as connection:
        try:
            _execute(connection, statement, *names)
        except psycopg.Error as error:
            raise _explain(error, names[0]) from error


def _execute(connection: Connection[TupleRow], statement: LiteralString, *names: str) -> None:
    from psycopg import sql

    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _explain(error: psycopg.Error, name: str) -> ServerError:
    message = f"the scratch database {name!r}: {error}"
    if error.sqlstate == "42501":
        return PermissionMissing(message, help="let the login create databases: ALTER ROLE ... CREATEDB")
    if error.sqlstate == "53100":
        return DatabaseFailed(message, help="free space on the server's disk")
    if error.sqlstate is None:
        return ConnectionFailed(message, help="see whether the server still runs, then run the command again")
    return DatabaseFailed(message)


def _restrict_key_option(pg_dump: Path) -> list[str]:
    installation = describe_installation(pg_dump.parent)
    if installation is None or installation.version < RESTRICT_KEY_SINCE.get(installation.major, 0):
        return []
    return ["--restrict-key=dbwright"]
