"""Start and stop a throw-away cluster through its keeper, a small shell process that outlives nobody.

The keeper (keeper.sh) makes the directories, runs initdb and postgres, and removes everything when the pipe that
we hold to its standard input closes: on stop(), at exit, and when this process is killed in any way. It runs in
a session of its own, so Ctrl-C in a terminal reaches us and not the server.
"""

from __future__ import annotations

import importlib.resources
import os
import select
import subprocess
import tempfile
import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from dbwright.server.accounts import Account, choose_account, identity_of
from dbwright.server.binaries import Installation
from dbwright.server.errors import ServerStartFailed
from dbwright.server.relocation import make_runnable
from dbwright.server.settings import choose_initdb_options, write_configuration
from dbwright.server.start_failures import describe_report, describe_start_failure

PORT = 5432
# sockaddr_un holds 108 bytes on Linux and 104 elsewhere, one of them the closing zero.
SOCKET_PATH_LIMIT = 103
START_SECONDS = 120.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.005
LOG_LINES_SHOWN = 12


class Cluster:
    """A running cluster that this process owns: where it is, which programs run it, and its keeper."""

    def __init__(
        self,
        installation: Installation,
        account: Account | None,
        directories: tuple[Path, Path],
        keeper: subprocess.Popen[bytes],
    ) -> None:
        self.installation = installation
        self.work, self.sockets = directories
        self._account = account
        self._keeper = keeper
        self._report = b""
        self._output_ended = False
        self._creator = os.getpid()
        self._lock = threading.RLock()
        self._stopped = False
        _live_clusters.add(self)

    @property
    def data_directory(self) -> Path:
        """The cluster's data directory (PGDATA)."""
        return self.work / "data"

    @property
    def stopped(self) -> bool:
        """Whether stop() was called."""
        return self._stopped

    def process_id(self) -> int:
        """Return the postmaster's process number, 0 when it is not running."""
        lines = self._read_lock_file()
        return int(lines[0]) if lines else 0

    def is_ready(self) -> bool:
        """Tell whether the server accepts connections, by the eighth line of postmaster.pid, as pg_ctl does."""
        lines = self._read_lock_file()
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def _read_lock_file(self) -> list[str]:
        try:
            return (self.data_directory / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def read_failure(self, wait_seconds: float = 0.0) -> str:
        """Return how the server ended, such as `postgres was ended by signal 9`; empty while it runs.

        Waits up to `wait_seconds` for a report.
        """
        with self._lock:
            self._read_report(wait_seconds)
        if self._output_ended and not self._report:
            return "its keeper process was killed"
        return describe_report(self._report.decode(errors="replace").strip())

    def _read_report(self, wait_seconds: float) -> None:
        stream = self._keeper.stdout
        if stream is None or stream.closed or self._output_ended:
            return
        if select.select([stream], [], [], wait_seconds)[0]:
            piece = os.read(stream.fileno(), 65536)
            self._output_ended = not piece
            self._report += piece

    def read_log_tail(self) -> str:
        """Return the last lines of the log of initdb and the server, empty when there is none."""
        try:
            lines = (self.work / "log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-LOG_LINES_SHOWN:])

    def stop(self) -> None:
        """End the server at once, wait until its processes are gone and its directories removed. Idempotent."""
        if os.getpid() != self._creator:
            return  # a forked child only inherited the server
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            _close(self._keeper.stdin)
            self._wait_for_keepers()
            _close(self._keeper.stdout)
            if self.work.exists() or self.sockets.exists():
                self._sweep()

    def _wait_for_keepers(self) -> None:
        """Wait for the end of the keeper's output, which its watcher also holds open; kill a suspended keeper."""
        deadline = time.monotonic() + STOP_SECONDS
        while not self._output_ended and time.monotonic() < deadline:
            self.read_failure(deadline - time.monotonic())
        if not self._output_ended:
            self._keeper.kill()
        self._keeper.wait()

    def _sweep(self) -> None:
        """Do the work of keepers that were killed themselves."""
        command = _keeper_command("sweep", self.installation, self.work, self.sockets)
        subprocess.run(command, env=_server_environment(), cwd="/", check=False, **identity_of(self._account))

    def release_in_child(self) -> None:
        """Close the pipes that a forked child inherits; else the server would live as long as the child."""
        _close(self._keeper.stdin)
        _close(self._keeper.stdout)


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        stream.close()


_live_clusters: weakref.WeakSet[Cluster] = weakref.WeakSet()


def _release_in_child() -> None:
    for cluster in _live_clusters:
        cluster.release_in_child()


os.register_at_fork(after_in_child=_release_in_child)


def start_cluster(installation: Installation, settings: Mapping[str, str] | None = None) -> Cluster:
    """Run initdb and postgres in new temporary directories and return once connections are accepted.

    `settings` are postgresql.conf settings over those of settings.py. Raises ServerStartFailed, with the last log
    lines, after removing everything again.
    """
    configuration = write_configuration(settings or {})
    account = choose_account()
    runnable = make_runnable(installation, account)
    cluster = _launch_keeper(runnable, account, configuration)
    try:
        _wait_until_ready(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


def _launch_keeper(installation: Installation, account: Account | None, configuration: list[str]) -> Cluster:
    work, sockets = _choose_directories(account)
    options = " ".join(choose_initdb_options(installation.major))
    keeper = subprocess.Popen(
        [*_keeper_command("keep", installation, work, sockets), options, *configuration],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
        cwd="/",
        env=_server_environment(),
        start_new_session=True,
        **identity_of(account),
    )
    return Cluster(installation, account, (work, sockets), keeper)


def _keeper_command(task: str, installation: Installation, work: Path, sockets: Path) -> list[str]:
    """Return the command of a keeper; its script travels as an argument, as the account may not see our sources."""
    script = importlib.resources.files("dbwright.server").joinpath("keeper.sh").read_text()
    return ["sh", "-c", script, "dbwright-keeper", task, str(installation.directory), str(work), str(sockets)]


def _server_environment() -> dict[str, str]:
    """Return the server's environment: none of ours (it may hold secrets and PG* variables) but what programs need."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}


def _choose_directories(account: Account | None) -> tuple[Path, Path]:
    """Name a work directory and a socket directory that do not exist yet; the same unless the path is too long."""
    name = f"dbwright-{os.urandom(6).hex()}"
    parents = list(dict.fromkeys((Path(tempfile.gettempdir()).absolute(), Path("/tmp"), Path("/var/tmp"))))
    usable = [parent for parent in parents if _may_create(account, parent)]
    if not usable:
        who = account.name if account is not None else "this account"
        raise ServerStartFailed(
            f"no temporary directory that {who} can write: tried {', '.join(map(str, parents))}",
            help="export TMPDIR=/a/directory/that/everyone/can/write",
        )
    work = usable[0] / name
    for parent in usable:
        if _may_hold_socket(parent / name):
            return work, parent / name
    raise ServerStartFailed(
        f"a Unix socket's path is at most {SOCKET_PATH_LIMIT} bytes long and without commas or quotes, unlike {work}",
        help="export TMPDIR=/tmp",
    )


def _may_hold_socket(directory: Path) -> bool:
    """Tell whether libpq can name a socket here: short enough, and no comma, which separates hosts in its lists."""
    fits = len(os.fsencode(directory / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT
    return fits and not set(str(directory)) & {",", '"'}


def _may_create(account: Account | None, parent: Path) -> bool:
    if account is not None:
        return account.may_create_in(parent)
    return parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)


def _wait_until_ready(cluster: Cluster) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not cluster.is_ready():
        failure = cluster.read_failure(POLL_SECONDS)
        if failure:
            raise _explain(cluster, failure)
        if time.monotonic() > deadline:
            raise _explain(cluster, f"no answer after {START_SECONDS:.0f} seconds")


def _explain(cluster: Cluster, failure: str) -> ServerStartFailed:
    version = cluster.installation.version_text
    return describe_start_failure(version, failure, cluster.read_log_tail(), cluster.work.parent)
