"""A real PostgreSQL to work with: embedded by default, found on the machine, or named by the user.

    with open_server() as server, server.scratch() as database:
        database.run_file("schema.sql")

Nothing of a server that was started here is left when it ends, also when this process is killed. psycopg is imported
when the first connection is made.
"""

from __future__ import annotations

from dbwright.server.capabilities import Capabilities
from dbwright.server.databases import Database
from dbwright.server.errors import (
    ConnectionFailed,
    DatabaseFailed,
    DumpFailed,
    PermissionMissing,
    ScriptFailed,
    ServerError,
    ServerNotFound,
    ServerStartFailed,
    ServerUnsupported,
)
from dbwright.server.opening import open_server
from dbwright.server.servers import Server

__all__ = [
    "Capabilities",
    "ConnectionFailed",
    "Database",
    "DatabaseFailed",
    "DumpFailed",
    "PermissionMissing",
    "ScriptFailed",
    "Server",
    "ServerError",
    "ServerNotFound",
    "ServerStartFailed",
    "ServerUnsupported",
    "open_server",
]
