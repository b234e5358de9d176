"""What a server can do, read once: version, extensions, TLS, ICU, and what this login may do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbwright.server.errors import ConnectionFailed, ServerUnsupported

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

OLDEST_SUPPORTED = 150000

# One statement, its columns in the order of the fields. Settings that a version does not know are NULL; pg_settings
# leaves out what the login may not see, where current_setting() is an error. A build without ICU has an ICU collation
# too (`unicode`), but only one with ICU imports `und-x-icu`.
CAPABILITIES_QUERY = """
SELECT current_setting('server_version_num')::int,
       split_part(current_setting('server_version'), ' ', 1),
       ARRAY(SELECT name::text FROM pg_catalog.pg_available_extensions ORDER BY name COLLATE "C"),
       coalesce(current_setting('ssl_library', true), '') <> '',
       current_setting('ssl', true) = 'on',
       EXISTS (SELECT FROM pg_catalog.pg_collation WHERE collprovider = 'i' AND collname = 'und-x-icu'),
       current_setting('is_superuser') = 'on',
       rolcreatedb OR rolsuper,
       rolcreaterole OR rolsuper,
       current_setting('wal_level'),
       current_setting('max_connections')::int,
       coalesce((SELECT setting FROM pg_catalog.pg_settings WHERE name = 'shared_preload_libraries'), '')
FROM pg_catalog.pg_roles
WHERE rolname = current_user
"""


@dataclass(frozen=True)
class Capabilities:
    """What the server and this login can do.

    `version` is 180006 for 18.6. `extensions` are the names that CREATE EXTENSION would find, sorted by bytes. `tls`
    says that the server was built with a TLS library, `tls_enabled` that it is switched on. `superuser`,
    `create_database` and `create_role` are rights of the login. `preloaded` are shared_preload_libraries, empty when
    the login may not see them.
    """

    version: int
    version_text: str
    extensions: tuple[str, ...]
    tls: bool
    tls_enabled: bool
    icu: bool
    superuser: bool
    create_database: bool
    create_role: bool
    wal_level: str
    max_connections: int
    preloaded: tuple[str, ...]

    @property
    def major(self) -> int:
        """The major version, 18 for 18.6."""
        return self.version // 10000

    def missing(self, extensions: Iterable[str]) -> tuple[str, ...]:
        """Return those of the extensions that this server does not offer, in the order given."""
        return tuple(name for name in extensions if name not in self.extensions)

    def as_dict(self) -> dict[str, object]:
        """Return all values, `major` included, as JSON types."""
        values = dataclasses.asdict(self)
        lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        return {"major": self.major, **values, **lists}


def read_capabilities(connection: Connection[TupleRow]) -> Capabilities:
    """Ask a connected server what it can do. Source: pg_settings, pg_roles, pg_available_extensions.

    Raises ServerUnsupported when it does not answer as PostgreSQL does (a pooler's console, another product),
    ConnectionFailed when it went away.
    """
    import psycopg

    reason, row = "no row for the login in pg_roles", None
    try:
        row = connection.execute(CAPABILITIES_QUERY).fetchone()
    except psycopg.Error as error:
        reason = str(error)
        if connection.broken:
            lost = f"the connection was lost: {reason.splitlines()[0]}"
            raise ConnectionFailed(lost, help="see whether the server still runs") from error
    if row is None:
        raise ServerUnsupported(
            f"the server does not answer as PostgreSQL does: {reason}",
            help="name a PostgreSQL server itself, not a pooler's console or another product",
        )
    values = dict(zip((field.name for field in dataclasses.fields(Capabilities)), row, strict=True))
    libraries = (part.strip().strip('"') for part in values["preloaded"].split(","))
    values["extensions"] = tuple(values["extensions"])
    values["preloaded"] = tuple(name for name in libraries if name)
    return Capabilities(**values)


def check_version(capabilities: Capabilities) -> None:
    """Raise ServerUnsupported when the server is older than PostgreSQL 15."""
    if capabilities.version >= OLDEST_SUPPORTED:
        return
    raise ServerUnsupported(
        f"the server is PostgreSQL {capabilities.version_text}; dbwright needs {OLDEST_SUPPORTED // 10000} or newer",
        help="name a newer server, or leave the address out to use the embedded one",
    )
