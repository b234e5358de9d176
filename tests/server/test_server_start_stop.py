"""Starting and stopping a throw-away cluster, and what the user reads when it does not start."""

from __future__ import annotations

import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dbwright.server import ConnectionFailed, Server, ServerStartFailed, open_server
from dbwright.server.start_failures import choose_advice

Traces = Callable[[Path], list[str]]


def work_directory(server: Server) -> Path:
    assert server.data_directory is not None
    return server.data_directory.parent


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that every account can enter and write, unlike pytest's own, which only its owner can."""
    path = Path(tempfile.mkdtemp(prefix="dbwright_test_", dir="/tmp"))
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path)


def test_a_stopped_server_leaves_no_process_and_no_directory(traces: Traces) -> None:
    with open_server() as server:
        work = work_directory(server)
        assert len(traces(work)) > 3
    assert traces(work) == []


def test_an_error_in_the_block_stops_the_server_too(traces: Traces) -> None:
    with pytest.raises(ZeroDivisionError), open_server() as server:
        work = work_directory(server)
        raise ZeroDivisionError
    assert traces(work) == []


def test_stopping_twice_is_stopping_once(traces: Traces) -> None:
    server = open_server()
    work = work_directory(server)
    server.stop()
    server.stop()
    assert traces(work) == []
    assert server.process_id == 0


def test_a_stopped_server_says_so_when_asked_to_connect() -> None:
    with open_server() as server:
        pass
    with pytest.raises(ConnectionFailed, match="the server was stopped"):
        server.connect()


def test_a_started_server_is_owned_and_listens_to_nobody_else(server: Server) -> None:
    work = work_directory(server)
    with server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.owned
    assert stat.S_IMODE(work.stat().st_mode) == 0o700
    assert stat.S_IMODE((work / ".s.PGSQL.5432").stat().st_mode) == 0o700


def test_the_server_does_not_run_as_root(server: Server) -> None:
    assert server.data_directory is not None
    assert server.data_directory.stat().st_uid != 0
    assert Path(f"/proc/{server.process_id}").stat().st_uid != 0


def test_scratch_settings_hold(server: Server) -> None:
    with server.connect() as connection:
        rows = connection.execute(
            "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'autovacuum', 'TimeZone', 'lc_messages')"
            ' ORDER BY name COLLATE "C"'
        ).fetchall()
    assert rows == [("TimeZone", "UTC"), ("autovacuum", "off"), ("fsync", "off"), ("lc_messages", "C")]


def test_given_settings_win_over_ours_and_alter_system_over_both() -> None:
    with open_server(settings={"wal_level": "logical", "cluster_name": "o'b\\x", "work_mem": "5MB"}) as server:
        assert server.capabilities.wal_level == "logical"
        with server.connect() as connection:
            assert connection.execute("SHOW cluster_name").fetchone() == ("o'b\\x",)
            connection.execute("ALTER SYSTEM SET work_mem = '7MB'")
            connection.execute("SELECT pg_reload_conf()")
        with server.connect() as connection:
            assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)


def test_a_bad_setting_is_reported_with_the_log_and_leaves_nothing(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(open_directory))
    with pytest.raises(ServerStartFailed, match="unrecognized configuration parameter") as caught:
        open_server(settings={"nonsense": "1"})
    assert "PostgreSQL 18" in caught.value.message
    assert caught.value.help
    assert list(open_directory.iterdir()) == []


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("initdb: could not look up effective user ID 12345: user does not exist", "useradd"),
        ('FATAL:  invalid value for parameter "work_mem"', "correct the value"),
        ("something that nobody foresaw", "PostgreSQL's own"),
    ],
)
def test_advice_follows_the_log(log: str, advice: str) -> None:
    assert advice in choose_advice(log)


@pytest.mark.parametrize("settings", [{"a b": "1"}, {"a\nfsync": "1"}, {"work_mem": "1MB'\nfsync = 'on"}, {"": ""}])
def test_a_setting_cannot_smuggle_in_another(settings: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="setting"):
        open_server(settings=settings)


def test_a_full_disk_is_named(open_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = list_orphaned_memory()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=20M,mode=1777", "tmpfs", open_directory], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root: sudo pytest tests/server")
    try:
        monkeypatch.setattr(tempfile, "tempdir", str(open_directory))
        with pytest.raises(ServerStartFailed, match=r"KiB free; a server needs about 64 MiB") as caught:
            open_server()
        assert "export TMPDIR=" in caught.value.help
        assert list(open_directory.iterdir()) == []
        assert wait_for_orphans_to_go(memory) == set()
    finally:
        subprocess.run(["umount", open_directory], check=True)


def test_a_long_temporary_directory_gets_its_socket_elsewhere(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch, traces: Traces
) -> None:
    long = open_directory / ("a" * 60) / ("b" * 60)
    long.mkdir(parents=True)
    long.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with open_server() as server, server.connect() as connection:
        sockets = Path(connection.info.host)
        assert work_directory(server).parent == long
        assert sockets.parent == Path("/tmp")
    assert list(long.iterdir()) == []
    assert not sockets.exists()


@pytest.mark.parametrize("name", ["it's $(touch x) `y`", 'a, "b"', "-rf *"])
def test_a_temporary_directory_may_have_any_name(
    name: str, open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = open_directory / name
    odd.mkdir()
    odd.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(odd))
    with open_server() as server, server.scratch() as database:
        assert work_directory(server).parent == odd
        database.run_sql("SELECT 1")
    assert list(odd.iterdir()) == []
    assert list(open_directory.iterdir()) == [odd]


def test_variables_of_the_user_do_not_lead_to_another_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGHOSTADDR": "127.0.0.1", "PGPORT": "1", "PGDATABASE": "x", "PGUSER": "y"}.items():
        monkeypatch.setenv(name, value)
    with server.connect() as connection:
        assert connection.info.dbname == "postgres"
    command = [str(server.bin("psql")), "-XAtc", "SHOW data_directory"]
    answer = subprocess.run(command, env=server.environment(), capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == str(server.data_directory)


def test_secrets_in_our_environment_do_not_reach_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBWRIGHT_TEST_SECRET", "hidden")
    with open_server() as server:
        assert b"hidden" not in Path(f"/proc/{server.process_id}/environ").read_bytes()


def test_the_installed_server_stops_without_a_trace(server15: Server, traces: Traces) -> None:
    assert server15.capabilities.major == 15
    with open_server("installed:15") as server:
        work = work_directory(server)
        assert work != work_directory(server15)
    assert traces(work) == []


def test_no_shared_memory_is_left_after_a_normal_stop() -> None:
    with open_server() as server:
        assert server.data_directory is not None
        segment = (server.data_directory / "postmaster.pid").read_text().splitlines()[6].split()[1]
        assert segment in list_shared_memory()
    assert segment not in list_shared_memory()


def list_shared_memory() -> set[str]:
    """Name the System V segments of the machine."""
    return {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]}


def list_orphaned_memory() -> set[str]:
    """Name the shared memory that no process uses: System V segments without attachment, unmapped POSIX files."""
    rows = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    files = {path.name for path in Path("/dev/shm").glob("PostgreSQL.*")}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            maps = (process / "maps").read_text()
        except OSError:
            continue
        files -= {name for name in files if name in maps}
    return files | {row[1] for row in rows if row[6] == "0"}


def wait_for_orphans_to_go(before: set[str]) -> set[str]:
    """Return new orphans; those of servers that other tests kill at the same time get time to be swept."""
    deadline = time.monotonic() + 40
    while (orphans := list_orphaned_memory() - before) and time.monotonic() < deadline:
        time.sleep(0.1)
    return orphans


def test_a_child_that_closes_nothing_cannot_hold_the_server_up(traces: Traces) -> None:
    with open_server() as server:
        work = work_directory(server)
        sleeper = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        assert traces(work) == []
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_the_current_directory_may_be_one_that_the_account_cannot_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.chdir(tmp_path)
    with open_server() as server, server.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert list(tmp_path.iterdir()) == []
