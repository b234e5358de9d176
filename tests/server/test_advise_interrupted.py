"""Advising when things go wrong on the way: the server goes while it is read, or somebody presses Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from dbwright.server import Database

SECONDS = 60
PLANS = "planning each statement"


@pytest.fixture
def words(database: Database, tmp_path: Path) -> list[str]:
    """A command that advises for a table with rows."""
    database.run_sql("create table things (id int primary key, kind int not null)")
    database.run_sql("insert into things select i, i % 100 from generate_series(1, 1000) i; analyze")
    (tmp_path / "kind.sql").write_text("select id from things where kind = :kind")
    return ["advise", "--server", database.dsn, "--workload", str(tmp_path), "--budget", "1GB"]


def start(words: list[str]) -> subprocess.Popen[str]:
    """Start the command as a shell would, in a group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dbwright", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "NO_COLOR": "1"},
    )


@pytest.mark.parametrize(
    ("locked", "told"),
    [
        ("things", "see whether the server still runs, then run the command again"),
        ("pg_catalog.pg_statistic", "the connection was lost"),
    ],
)
def test_a_server_that_goes_while_it_is_read_is_told_as_one_message(
    database: Database, words: list[str], locked: str, told: str
) -> None:
    """The command waits for a lock, so that its connection ends in the middle of what it reads."""
    with database.connect(autocommit=False) as holder, database.connect() as other:
        holder.execute(f"lock table {locked} in access exclusive mode".encode())
        process = start(words)
        # Nothing that the planner would look up the statistics of.
        waiting = "select pid from pg_locks where not granted"
        until = monotonic() + SECONDS
        while not (found := other.execute(waiting).fetchall()) and monotonic() < until and process.poll() is None:
            sleep(0.05)
        assert found
        other.execute("select pg_terminate_backend(%s)", found[0])
        out, err = process.communicate(timeout=SECONDS)
        holder.rollback()
    assert process.returncode == 3 and out == ""
    assert told in err and err.count("error:") >= 1 and "Traceback" not in err and "\\u0009" not in err


def test_a_table_that_stays_locked_is_told_as_that(database: Database, words: list[str]) -> None:
    with database.connect(autocommit=False) as holder:
        holder.execute(b"lock table things in access exclusive mode")
        _, err = start(words).communicate(timeout=SECONDS)
        holder.rollback()
    assert "another session keeps a table locked" in err


def test_an_interrupt_ends_in_one_line_and_leaves_nothing_running(words: list[str]) -> None:
    process = start(words)
    assert process.stderr is not None
    told = ""
    while PLANS not in told and process.poll() is None:
        told += process.stderr.readline()
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130 and out == ""
    assert err.splitlines()[-1] == "interrupted: what was started is stopped again" and "Traceback" not in err
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
