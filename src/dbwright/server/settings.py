"""The settings of a throw-away cluster: fast because its data need not outlive it, quiet so that runs repeat."""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping

SCRATCH_SETTINGS: Mapping[str, str] = {
    # Nobody but us: a Unix socket in a directory of mode 0700, no TCP.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # The data are thrown away after a crash, so nothing is ever forced to disk.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    # Autovacuum would gather statistics at moments of its own choosing, and plans would differ from run to run.
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    # A dump with thousands of partitions locks them all in one transaction.
    "max_locks_per_transaction": "256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_checkpoints": "off",
    "logging_collector": "off",
}


def write_configuration(settings: Mapping[str, str]) -> list[str]:
    """Return postgresql.conf lines: the scratch settings with the given ones over them.

    They go into the file rather than on the command line so that ALTER SYSTEM still wins over them.
    Raises ValueError for a name that is no setting name.
    """
    lines = []
    for name, value in {**SCRATCH_SETTINGS, **settings}.items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.]*", name):
            raise ValueError(f"not the name of a setting: {name!r}")
        if "\n" in value or "\0" in value:
            raise ValueError(f"a setting's value is one line: {name} = {value!r}")
        quoted = value.replace("\\", "\\\\").replace("'", "''")
        lines.append(f"{name} = '{quoted}'")
    return lines


def choose_initdb_options(major: int) -> list[str]:
    """Return initdb's options: superuser `postgres`, UTF8, and C.UTF-8, which sorts alike everywhere.

    On Linux the C library's C.UTF-8 serves, as on most production servers; LIKE 'x%' then needs a pattern index,
    as it does there. Elsewhere that locale is missing: PostgreSQL 17 and later bring their own, 15 and 16 use C.
    Pages are not summed up: nothing here outlives a crash, and the planner's laboratory writes pages by hand.
    The keeper cleans up after a failure, not initdb, so that a full disk can still be seen to be full.
    """
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions", "--no-clean"]
    if major >= 18:  # the first version that sums up every page unless told not to
        options.append("--no-data-checksums")
    if platform.system() == "Linux":
        return [*options, "--locale=C.UTF-8"]
    if major >= 17:
        return [*options, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*options, "--locale=C"]
