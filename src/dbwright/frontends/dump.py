"""DDL or a dump: loaded into a scratch database, never parsed; what the server then holds is what was meant.

A dump names roles that own things, and extensions that this machine may not have. Roles are created; an extension that
is missing is left out, with functions of its names where it has stand-ins here, and a note says so.
"""

from __future__ import annotations

import re
from pathlib import Path

from dbwright.catalog import read_catalog
from dbwright.diagnostics import DesignError, Diagnostic, Severity, Span
from dbwright.model.blueprint import Blueprint
from dbwright.model.house import House
from dbwright.server import Database, ScriptFailed, Server
from dbwright.sql.names import quote

_NAME = r'("(?:[^"]|"")+"|\w+)'
_OWNER = re.compile(rf"^(?:ALTER .* OWNER TO|GRANT .* TO|REVOKE .* FROM) {_NAME}(?: WITH .*)?;", re.MULTILINE)
_EXTENSION = re.compile(rf"^(CREATE EXTENSION (?:IF NOT EXISTS )?{_NAME}[^;]*;)", re.MULTILINE | re.IGNORECASE)
_COMMENT = re.compile(rf"^COMMENT ON EXTENSION {_NAME}[^;]*;", re.MULTILINE)
_PUBLIC = re.compile(r"^CREATE SCHEMA public;", re.MULTILINE)
_NOBODY = {"public", "postgres", "current_user", "session_user", "current_role"}
_UUID = "create function public.uuid_generate_{}() returns uuid language sql as 'select gen_random_uuid()';"
STAND_INS = {"uuid-ossp": " ".join(_UUID.format(version) for version in ("v1", "v1mc", "v4"))}
"""What stands in for an extension that is missing: enough for its names in defaults."""


def read_dump(
    path: Path, server: Server, house: House | None = None, running: bool = False
) -> tuple[Blueprint, list[Diagnostic]]:
    """Load an SQL file into a scratch database and return its tables, and a note for each extension left out.

    The rules of a house are asked there; `running` judges the server under it, too, as one that serves somebody.

    Raise DesignError where the file cannot be read or the server refuses it, ServerError.
    """
    shown = path.as_posix()
    text = _read(path, shown)
    roles = sorted(_roles(text) - server.roles())
    with server.scratch() as database:
        try:
            text, notes = _without_missing(text, _available(database), shown)
            created = "".join(f"create role {quote(role)}; " for role in roles)
            dropped = "drop schema public; " if _PUBLIC.search(text) else ""
            database.run_sql(created + dropped + text)
            with database.connect() as connection:
                return read_catalog(connection, path.stem, house, running), notes
        except ScriptFailed as error:
            raise DesignError([_refusal(error, shown)]) from error
        finally:
            database.drop()
            server.drop_roles(roles)


def _read(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{shown} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise DesignError([Diagnostic("file-unreadable", message, Span(shown, 1, 1), "give an SQL file")]) from None


def _roles(text: str) -> set[str]:
    found = {m[1].strip('"').replace('""', '"') for m in _OWNER.finditer(text)}
    return {name for name in found if name.lower() not in _NOBODY}


def _available(database: Database) -> set[str]:
    with database.connect() as connection:
        return {row[0] for row in connection.execute("select name from pg_available_extensions")}


def _without_missing(text: str, available: set[str], shown: str) -> tuple[str, list[Diagnostic]]:
    """Put stand-ins, on the same lines, in place of extensions that the server does not have."""
    notes = []
    for found in reversed(list(_EXTENSION.finditer(text))):
        name = found[2].strip('"')
        if name in available:
            continue
        line = text.count("\n", 0, found.start()) + 1
        message = f"the extension `{name}` is missing on this server; what it defines was left out"
        help_text = "name a server that has it: `dbwright check 'host=… dbname=…'`"
        notes.append(Diagnostic("extension-missing", message, Span(shown, line, 1), help_text, Severity.NOTE))
        text = text[: found.start()] + STAND_INS.get(name, "") + "\n" * found[0].count("\n") + text[found.end() :]
        text = _COMMENT.sub(lambda m, name=name: "" if m[1].strip('"') == name else m[0], text)  # type: ignore[misc]
    return text, notes[::-1]


def _refusal(error: ScriptFailed, shown: str) -> Diagnostic:
    detail = f" ({error.detail})" if error.detail else ""
    message = f"the server refuses `{error.excerpt[:80]}`: {error.reason}{detail}"
    return Diagnostic("refused-by-server", message, Span(shown, max(1, error.line), 1), error.hint)
