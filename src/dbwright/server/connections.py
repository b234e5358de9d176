"""Connect to a server with psycopg, and say in words why a connection fails. Never shows a password."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dbwright.server.errors import ConnectionFailed, ServerNotFound

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

CONNECT_SECONDS = "10"

# What libpq's message holds (it is not translated in the wheel) and what to type then.
ADVICE = (
    ("password authentication failed", "export PGPASSWORD=..., or put the password into ~/.pgpass"),
    ("no password supplied", "export PGPASSWORD=..., or put the password into ~/.pgpass"),
    ("no pg_hba.conf entry", "add a line for this host, user and database to the server's pg_hba.conf"),
    ("too many clients", "close connections, or raise max_connections on the server"),
    ("remaining connection slots", "close connections, or raise max_connections on the server"),
    ("does not exist", "look what the server has: psql --list, psql -c '\\du'"),
    ("Connection refused", "start the server, or correct host and port in the address"),
    ("No such file or directory", "start the server, or correct host and port in the address"),
    ("failed to resolve host", "correct the host name in the address"),
    ("timeout", "see whether the host answers and no firewall is between"),
    ("SSL", "set sslmode in the address: sslmode=require or sslmode=prefer"),
)


def parse_address(address: str) -> dict[str, str]:
    """Split a libpq connection string or URI into its parameters. Raises ServerNotFound when it is neither."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parameters = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        # libpq quotes the piece it stumbled over, which may be half a password.
        raise ServerNotFound(
            "the address is not a connection string of PostgreSQL",
            help="write postgresql://user@host:5432/database or host=... port=5432 user=... dbname=...",
        ) from error
    return {name: str(value) for name, value in parameters.items() if value is not None}


def open_connection(parameters: Mapping[str, str], *, autocommit: bool, application_name: str) -> Connection[TupleRow]:
    """Connect with libpq parameters. Raises ConnectionFailed."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    defaults = {} if "PGCONNECT_TIMEOUT" in os.environ else {"connect_timeout": CONNECT_SECONDS}
    conninfo = make_conninfo("", **{**defaults, **parameters, "application_name": application_name})
    try:
        return psycopg.connect(conninfo, autocommit=autocommit)
    except psycopg.Error as error:
        raise explain_connection_error(str(error), parameters) from error


def explain_connection_error(message: str, parameters: Mapping[str, str]) -> ConnectionFailed:
    """Return the error for a connection that libpq refused with the message."""
    advice = next((words for sign, words in ADVICE if sign in message), "correct the address")
    first_line = message.strip().split("\n")[0]
    return ConnectionFailed(f"cannot connect to {describe_target(parameters)}: {first_line}", help=advice)


def describe_target(parameters: Mapping[str, str]) -> str:
    """Name a server and database in one phrase without secrets."""
    shown = ("service", "host", "port", "user", "dbname")
    parts = [f"{name}={parameters[name]}" for name in shown if parameters.get(name)]
    return " ".join(parts) or "the server of the PG* variables"


def list_environment(parameters: Mapping[str, str]) -> dict[str, str]:
    """Translate libpq parameters to the environment variables that libpq programs read. Source: libpq's own table."""
    from psycopg import pq

    names = {option.keyword.decode(): option.envvar for option in pq.Conninfo.get_defaults()}
    return {
        variable.decode(): parameters[keyword]
        for keyword, variable in names.items()
        if variable is not None and keyword in parameters
    }
