"""Roles belong to the whole server, not to a database: list them, act as one, and drop them with all they own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, LiteralString

from dbwright.server.errors import ConnectionFailed, PermissionMissing

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.server.servers import Server

# Databases in which a role owns something or was granted something. Source: pg_shdepend, dbid 0 is shared objects.
OWNING_DATABASES_QUERY = """
SELECT DISTINCT database.datname
FROM pg_catalog.pg_shdepend AS dependency
JOIN pg_catalog.pg_roles AS role ON role.oid = dependency.refobjid
JOIN pg_catalog.pg_database AS database ON database.oid = dependency.dbid
WHERE dependency.refclassid = 'pg_catalog.pg_authid'::regclass
  AND role.rolname = ANY (%s) AND database.datallowconn
ORDER BY 1
"""


def list_roles(connection: Connection[TupleRow]) -> frozenset[str]:
    """Return all role names but those of PostgreSQL itself (pg_*)."""
    rows = connection.execute(r"SELECT rolname FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'pg\_%'")
    return frozenset(name for (name,) in rows)


def may_log_in(connection: Connection[TupleRow], role: str) -> bool:
    """Tell whether the role exists and has LOGIN."""
    found = connection.execute("SELECT rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = %s", [role]).fetchone()
    return found is not None and bool(found[0])


def take_role(connection: Connection[TupleRow], role: str) -> None:
    """SET ROLE, also inside a connection that is not in autocommit mode. Raises ConnectionFailed."""
    import psycopg
    from psycopg import sql

    try:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    except psycopg.Error as error:
        raise ConnectionFailed(
            f"cannot act as the role {role!r}: {error}",
            help="create the role first, and on a named server grant it to the login of the address",
        ) from error
    if not connection.autocommit:
        connection.commit()


def drop_roles(server: Server, names: Iterable[str]) -> None:
    """Drop roles: DROP OWNED in each database that knows them, then DROP ROLE for all in one statement."""
    import psycopg

    doomed = set(names)
    with server.connect() as connection:
        if connection.info.user in doomed:
            raise ValueError(f"the login itself, {connection.info.user!r}, is not to be dropped")
        present = sorted(list_roles(connection).intersection(doomed))
        if not present:
            return
        try:
            _join_roles(server, connection, present)
            databases = [name for (name,) in connection.execute(OWNING_DATABASES_QUERY, [present])]
            for database in databases:
                with server.connect(database) as inside:
                    _execute_for_roles(inside, "DROP OWNED BY {}", present)
            # Once more here: what was granted on databases themselves belongs to none of them.
            _execute_for_roles(connection, "DROP OWNED BY {}", present)
            _execute_for_roles(connection, "DROP ROLE {}", present)
        except psycopg.Error as error:
            raise PermissionMissing(
                f"cannot drop the roles {', '.join(present)}: {error}",
                help="drop them as a superuser: DROP OWNED BY in each database, then DROP ROLE",
            ) from error


def _join_roles(server: Server, connection: Connection[TupleRow], names: Sequence[str]) -> None:
    """Become a member of the roles, as DROP OWNED asks for; since 16 their creator is not one by itself."""
    if not server.capabilities.superuser:
        _execute_for_roles(connection, "GRANT {} TO CURRENT_USER", names)


def _execute_for_roles(connection: Connection[TupleRow], statement: LiteralString, names: Sequence[str]) -> None:
    from psycopg import sql

    connection.execute(sql.SQL(statement).format(sql.SQL(", ").join(map(sql.Identifier, names))))
