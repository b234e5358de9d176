"""What can go wrong with a server, each error with what to type next.

ServerError
├── ServerNotFound      the address names no programs or no server: wheel missing, no such version, not an address
├── ServerStartFailed   initdb or postgres ended early: disk full, no account to run as, bad setting
├── ServerUnsupported   the server answers, but is older than dbwright can work with
├── ConnectionFailed    nobody answers, or the server refuses: down, killed, wrong password, no such database
├── PermissionMissing   the server refuses what this login asks: CREATE DATABASE, DROP ROLE
├── DatabaseFailed      a scratch database cannot be made or dropped for another reason
├── ScriptFailed        psql stopped in an SQL script; carries line, SQLSTATE and the line's text
└── DumpFailed          pg_dump stopped
"""

# The tree is named after what happened ("the server was not found"), not after a suffix.
# ruff: noqa: N818

from __future__ import annotations

__all__ = [
    "ConnectionFailed",
    "DatabaseFailed",
    "DumpFailed",
    "PermissionMissing",
    "ScriptFailed",
    "ServerError",
    "ServerNotFound",
    "ServerStartFailed",
    "ServerUnsupported",
]


class ServerError(Exception):
    """Anything about a server that a user has to know; `help` says what to type."""

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002 - the word users of diagnostics know
        super().__init__(message)
        self.message = message
        self.help = help


class ServerNotFound(ServerError):
    """The address names no PostgreSQL: no such programs on this machine, or not an address at all."""


class ServerStartFailed(ServerError):
    """A throw-away cluster could not be started; the message ends with the last log lines."""


class ServerUnsupported(ServerError):
    """The server is older than PostgreSQL 15."""


class ConnectionFailed(ServerError):
    """No connection: the server is down, was killed, or refuses this login."""


class PermissionMissing(ServerError):
    """The login may not do what was asked."""


class DatabaseFailed(ServerError):
    """A scratch database could not be created, cloned or dropped."""


class DumpFailed(ServerError):
    """pg_dump ended with an error."""


class ScriptFailed(ServerError):
    """psql stopped at an error.

    `script` is the file (or `<stdin>`), `line` the 1-based line where the error stands (0 when psql names none),
    `excerpt` that line's text, `reason` the server's sentence, `sqlstate` its five characters (empty for errors
    of psql itself), `detail` and `hint` what the server added (empty when it added nothing).
    """

    def __init__(
        self,
        reason: str,
        *,
        script: str,
        line: int = 0,
        excerpt: str = "",
        sqlstate: str = "",
        detail: str = "",
        hint: str = "",
    ) -> None:
        place = f"{script}:{line}" if line else script
        additions = "".join(f"\n{part}" for part in (excerpt, detail) if part)
        super().__init__(f"{place}: {reason}{additions}", help=hint)
        self.reason = reason
        self.script = script
        self.line = line
        self.excerpt = excerpt
        self.sqlstate = sqlstate
        self.detail = detail
        self.hint = hint
