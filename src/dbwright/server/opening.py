"""From an address to an open server: the embedded one, one of the machine's own programs, or a named one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dbwright.server.binaries import Installation, find_embedded, find_installed
from dbwright.server.capabilities import check_version
from dbwright.server.connections import parse_address
from dbwright.server.errors import ServerNotFound
from dbwright.server.servers import Server

if TYPE_CHECKING:
    from dbwright.server.process import Cluster

ADDRESS_HELP = "write embedded, installed, installed:15, postgresql://user@host/database, or host=... dbname=..."


def open_server(address: str = "embedded", *, settings: Mapping[str, str] | None = None) -> Server:
    """Open a server; use it as a context manager, so that one that was started here is stopped again.

    `embedded` starts the wheel's PostgreSQL on a new empty cluster, `installed` and `installed:15` the machine's
    newest or that version's; all else is a libpq connection string or URI of a running server. `settings` are
    postgresql.conf settings for a cluster that is started here, such as {"wal_level": "logical"}.
    Its data lie below TMPDIR (else /tmp); TMPDIR=/dev/shm keeps them in memory, where scratch databases cost least.

    Raises ServerNotFound, ServerStartFailed, ConnectionFailed or ServerUnsupported; ValueError for settings with a
    running server.
    """
    if "=" in address or "://" in address:
        if settings:
            raise ValueError("settings are for clusters that dbwright starts, not for a running server")
        server = Server(parse_address(address))
        check_version(server.capabilities)
        return server
    installation = find_installation(address)
    from dbwright.server.process import start_cluster

    cluster = start_cluster(installation, settings)
    try:
        server = Server(_parameters_of(cluster), cluster)
        check_version(server.capabilities)
    except BaseException:
        cluster.stop()
        raise
    return server


def find_installation(address: str) -> Installation:
    """Find the programs for `embedded`, `installed` or `installed:MAJOR`. Raises ServerNotFound."""
    if address == "embedded":
        return find_embedded()
    match = re.fullmatch(r"installed(?::(\d{1,3}))?", address)
    if match is not None:
        return find_installed(int(match[1]) if match[1] else None)
    near = difflib.get_close_matches(address, ("embedded", "installed"), n=1)
    guess = f"; did you mean {near[0]}?" if near else ""
    raise ServerNotFound(f"{address!r} is not the address of a server{guess}", help=ADDRESS_HELP)


def _parameters_of(cluster: Cluster) -> dict[str, str]:
    """Return the libpq parameters of a cluster we started; the empty one outvotes PGHOSTADDR, which outvotes host."""
    return {
        "host": str(cluster.sockets),
        "hostaddr": "",
        "port": "5432",
        "user": "postgres",
        "dbname": "postgres",
        "client_encoding": "UTF8",
    }
