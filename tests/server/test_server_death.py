"""However the parent, the keeper or the server dies, nothing of the server stays."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dbwright.server import ConnectionFailed, Server, open_server

Traces = Callable[[Path], list[str]]
StartChild = Callable[..., Any]

OPEN_AND_WAIT = """
from dbwright.server import open_server
try:
    with open_server() as server:
        print(server.data_directory.parent, flush=True)
        input()
except KeyboardInterrupt:
    print("interrupted", flush=True)
    raise SystemExit(3)
"""


def work_directory(server: Server) -> Path:
    assert server.data_directory is not None
    return server.data_directory.parent


def start_busy_backend(server: Server) -> threading.Thread:
    """Keep one backend computing, which does not look whether its postmaster still lives."""

    def compute() -> None:
        with pytest.raises(psycopg.OperationalError), server.connect() as connection:
            connection.execute("SELECT count(*) FROM generate_series(1, 4000000000)")

    thread = threading.Thread(target=compute)
    thread.start()
    with server.connect() as connection:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series%' AND state = 'active'"
        while connection.execute(busy).fetchone() != (2,):
            time.sleep(0.01)
    return thread


def list_shared_memory() -> set[str]:
    """Name the System V segments and POSIX shared memory files of PostgreSQL."""
    segments = {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]}
    return segments | {path.name for path in Path("/dev/shm").glob("PostgreSQL.*")}


def list_own_shared_memory(server: Server) -> set[str]:
    """Name the segments that the server's postmaster has mapped: by number, and by name in /dev/shm."""
    number = (work_directory(server) / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]
    maps = Path(f"/proc/{server.process_id}/maps").read_text()
    return {number} | {line.rsplit("/", 1)[1] for line in maps.splitlines() if "/dev/shm/PostgreSQL." in line}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_parent_leaves_nothing(
    number: signal.Signals, start_child: StartChild, traces: Traces, remaining_traces: Traces
) -> None:
    child = start_child(OPEN_AND_WAIT)
    work = Path(child.read_line())
    assert len(traces(work)) > 3
    child.kill(number)
    assert child.end() == -number
    assert remaining_traces(work) == []


def test_ctrl_c_reaches_the_parent_only_and_leaves_nothing(start_child: StartChild, traces: Traces) -> None:
    child = start_child(OPEN_AND_WAIT)
    work = Path(child.read_line())
    os.killpg(child.process.pid, signal.SIGINT)
    assert child.read_line() == "interrupted"
    assert child.end() == 3
    assert traces(work) == []


def test_a_parent_that_forgets_to_stop_leaves_nothing(start_child: StartChild, remaining_traces: Traces) -> None:
    child = start_child(
        "from dbwright.server import open_server\nprint(open_server().data_directory.parent, flush=True)"
    )
    work = Path(child.read_line())
    assert child.end() == 0
    assert remaining_traces(work) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_parent_killed_while_the_cluster_is_made_leaves_nothing(
    number: signal.Signals, start_child: StartChild, remaining_traces: Traces
) -> None:
    child = start_child(
        "import dbwright.server.process as process\n"
        "from dbwright.server import open_server\n"
        "choose = process._choose_directories\n"
        "def tell(account):\n"
        "    directories = choose(account)\n"
        "    print(directories[0], flush=True)\n"
        "    return directories\n"
        "process._choose_directories = tell\n"
        "open_server()\n"
        "input()\n"
    )
    work = Path(child.read_line())
    while not (work / "data").exists():
        time.sleep(0.001)
    child.kill(number)
    child.end()
    assert remaining_traces(work) == []


def test_a_forked_child_does_not_keep_the_server_of_a_killed_parent(
    start_child: StartChild, remaining_traces: Traces
) -> None:
    child = start_child(
        "import os, time\n"
        "from dbwright.server import open_server\n"
        "server = open_server()\n"
        "forked = os.fork()\n"
        "if not forked:\n"
        "    server.stop()\n"
        "    os.close(1)\n"
        "    time.sleep(60)\n"
        "    os._exit(0)\n"
        "server.connect().close()\n"
        "print(forked, server.data_directory.parent, flush=True)\n"
        "input()\n"
    )
    forked, work = child.read_line().split(" ")
    child.kill(signal.SIGKILL)
    child.end()
    try:
        assert remaining_traces(Path(work)) == []
        os.kill(int(forked), 0)
    finally:
        os.kill(int(forked), signal.SIGKILL)


def test_a_killed_postmaster_is_reported_and_swept(traces: Traces) -> None:
    with open_server() as server:
        work, memory = work_directory(server), list_own_shared_memory(server)
        assert len(memory) > 1
        busy = start_busy_backend(server)
        database = server.scratch()
        os.kill(server.process_id or 0, signal.SIGKILL)
        with pytest.raises(ConnectionFailed, match="is gone: postgres was ended by signal 9") as caught:
            server.connect()
        assert "dmesg" in caught.value.help
        with pytest.raises(ConnectionFailed, match="is gone: "):
            database.run_sql("SELECT 1")
        database.drop()
        assert any("SELECT" in trace for trace in traces(work)), "the busy backend runs on without its postmaster"
    busy.join()
    assert traces(work) == []
    assert list_shared_memory() & memory == set()


def test_a_script_that_loses_its_server_is_told_so() -> None:
    with open_server() as server, server.scratch() as database:
        process_id = server.process_id
        killer = threading.Timer(0.5, lambda: os.kill(process_id or 0, signal.SIGQUIT))
        killer.start()
        with pytest.raises(ConnectionFailed, match="is gone: "):
            database.run_sql("SELECT pg_sleep(100);")


@pytest.mark.parametrize("victim", ["keeper", "keeper and postmaster", "whole group"])
def test_a_killed_keeper_leaves_nothing_after_stop(victim: str, traces: Traces) -> None:
    server = open_server()
    work, memory, postmaster = work_directory(server), list_own_shared_memory(server), server.process_id or 0
    busy = start_busy_backend(server)
    keeper = os.getpgid(postmaster)
    if victim == "whole group":
        os.killpg(keeper, signal.SIGKILL)
    else:
        os.kill(keeper, signal.SIGKILL)
    if victim == "keeper and postmaster":
        os.kill(postmaster, signal.SIGKILL)
    server.stop()
    busy.join()
    assert traces(work) == []
    assert list_shared_memory() & memory == set()


def test_a_killed_keeper_and_a_killed_parent_leave_nothing(start_child: StartChild, remaining_traces: Traces) -> None:
    child = start_child(
        "import os, signal\n"
        "from dbwright.server import open_server\n"
        "server = open_server()\n"
        "print(server.data_directory.parent, flush=True)\n"
        "os.kill(os.getpgid(server.process_id), signal.SIGKILL)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    work = Path(child.read_line())
    child.end()
    assert remaining_traces(work) == []


def test_signals_for_the_service_do_not_end_the_keeper(server: Server) -> None:
    keeper = os.getpgid(server.process_id or 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        os.kill(keeper, number)
    with server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    os.kill(keeper, 0)
