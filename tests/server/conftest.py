"""Real servers for the tests: the embedded one, Debian's PostgreSQL 15, and what tells whether one left a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benches import FEDIFLOW
from dbwright.emit import emit
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.prove.bench import Bench, open_bench
from dbwright.server import Database, Server, ServerNotFound, open_server

# A shell makes what it starts in the background ignore Ctrl-C, and so would the children that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A server that is told to end does so in a fraction of a second; a loaded machine gets all this time.
PATIENCE_SECONDS = 40.0


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The embedded server, started once for all tests."""
    with open_server() as opened:
        yield opened


@pytest.fixture(scope="session")
def server15() -> Iterator[Server]:
    """A cluster of the machine's own PostgreSQL 15, the oldest version that dbwright supports."""
    try:
        opened = open_server("installed:15")
    except ServerNotFound as error:
        pytest.skip(f"{error}: apt-get install postgresql-15")
    with opened:
        yield opened


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """An empty scratch database on the embedded server."""
    with server.scratch() as created:
        yield created


def list_traces(directory: Path) -> list[str]:
    """Name the directory if it exists and every living process that runs in it or for it."""
    traces = [str(directory)] if directory.exists() else []
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()) or process.name == str(os.getppid()):
            continue
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = str((process / "cwd").readlink())
        except OSError:
            continue  # ended meanwhile, or a zombie, which has no working directory
        if f"{directory.name} " in command or f"{directory.name}/" in command or place.startswith(str(directory)):
            traces.append(f"{process.name}: {command[-200:]}")
    return traces


@pytest.fixture
def traces() -> Callable[[Path], list[str]]:
    """A function that lists what is left of the server whose work directory is given."""
    return list_traces


def wait_for_traces_to_go(directory: Path) -> list[str]:
    """Return what is left of a server after it had time to end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := list_traces(directory)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


@pytest.fixture
def remaining_traces() -> Callable[[Path], list[str]]:
    """Like `traces`, after giving the server time to end by itself."""
    return wait_for_traces_to_go


class Child:
    """Another Python process, leader of its own process group, that runs a script line by line with us."""

    def __init__(self, script: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
            start_new_session=True,
        )

    def read_line(self) -> str:
        """Wait for the next line that the script prints."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, f"the script ended with status {self.process.wait()}"
        return line.rstrip("\n")

    def kill(self, number: signal.Signals) -> None:
        """Send a signal to the process alone."""
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait for the end and return the exit status."""
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode


@pytest.fixture
def start_child() -> Iterator[Callable[..., Child]]:
    """A function that starts a Python script in another process; what still runs at the end is killed."""
    children: list[Child] = []

    def start(script: str, environment: dict[str, str] | None = None) -> Child:
        children.append(Child(script, environment or {}))
        return children[-1]

    yield start
    for child in children:
        child.process.kill()
        child.end()


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """FediFlow, loaded and filled with a few thousand rows; tests leave it as it was.

    It has a server of its own, because other tests drop the roles of the designs they load.
    """
    blueprint = compile_design(load_design(FEDIFLOW))
    with (
        open_server() as own,
        open_bench(blueprint, emit(blueprint, "postgresql"), own, rows=40_000) as opened,
    ):
        yield opened
