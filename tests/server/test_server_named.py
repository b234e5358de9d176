"""A server that the user names by connection string: used, cleaned up after, and never stopped."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from dbwright.server import (
    ConnectionFailed,
    PermissionMissing,
    Server,
    ServerNotFound,
    open_server,
)


@pytest.fixture(params=["server", "server15"])
def running(request: pytest.FixtureRequest) -> Server:
    """A server that runs already; the tests name it by its connection string."""
    server: Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture
def limited(running: Server) -> Iterator[Server]:
    """The running server as a login that is no superuser but may create databases and roles."""
    name = f"limited_{os.getpid()}"
    with running.connect() as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEDB CREATEROLE")
    yield open_server(make_conninfo(running.dsn(), user=name))
    running.drop_roles([name])


def test_a_named_server_is_not_owned_and_not_stopped(running: Server) -> None:
    with open_server(running.dsn()) as named:
        assert not named.owned
        assert named.data_directory is None
        assert named.process_id is None
        assert named.capabilities == running.capabilities
    with running.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_uri_names_a_server_too(running: Server) -> None:
    with running.connect() as connection:
        host = connection.info.host
    with open_server(f"postgresql://postgres@/template1?host={host.replace('/', '%2F')}") as named:
        assert named.maintenance_database == "template1"
        with named.connect() as connection:
            assert connection.info.dbname == "template1"


def test_scratch_databases_on_a_named_server_are_dropped(running: Server) -> None:
    with open_server(running.dsn()) as named, named.scratch("na'med") as database:
        database.run_sql("CREATE TABLE a (id int PRIMARY KEY)")
        with database.clone() as copy:
            assert copy.dump() == database.dump()
    with running.connect() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'na''med%'").fetchall()
    assert rows == []


def test_a_login_without_superuser_cleans_up_its_own_roles(limited: Server) -> None:
    assert not limited.capabilities.superuser
    assert limited.capabilities.create_role
    name = f"made_{os.getpid()}"
    with limited.scratch() as database:
        before = limited.roles()
        database.run_sql(f"CREATE ROLE {name}; CREATE TABLE t (); GRANT SELECT ON t TO {name};")
        assert limited.roles() - before == {name}
        limited.drop_roles(limited.roles() - before)
        assert limited.roles() == before


def test_a_login_may_act_as_a_role_it_is_a_member_of(running: Server, limited: Server) -> None:
    name = f"acted_{os.getpid()}"
    with limited.connect() as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        connection.execute(f"GRANT {name} TO CURRENT_USER")
    try:
        with limited.connect(role=name) as connection:
            row = connection.execute("SELECT current_user, session_user").fetchone()
        assert row == (name, f"limited_{os.getpid()}")
        with pytest.raises(ConnectionFailed, match="permission denied"):
            limited.connect(role="postgres")
    finally:
        running.drop_roles([name])


def test_a_login_without_createdb_is_told_what_to_grant(running: Server) -> None:
    name = f"powerless_{os.getpid()}"
    with running.connect() as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
    try:
        named = open_server(make_conninfo(running.dsn(), user=name))
        with pytest.raises(PermissionMissing, match="permission denied to create database") as caught:
            named.scratch()
        assert "CREATEDB" in caught.value.help
    finally:
        running.drop_roles([name])


def test_the_environment_leads_psql_to_the_named_server(running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "1")
    dsn = make_conninfo(running.dsn(), password="pass'word\\", options="-c work_mem=3MB")
    with open_server(dsn) as named:
        command = [str(named.bin("psql")), "-XAtc", "SELECT current_database(), current_setting('work_mem')"]
        environment = named.environment("template1")
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert answer.stdout == "template1|3MB\n"
        assert environment["PGPASSWORD"] == "pass'word\\"


def test_a_database_that_cannot_be_dropped_does_not_hide_the_first_error(server: Server) -> None:
    name = f"fading_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEDB")
    named = open_server(make_conninfo(server.dsn(), user=name))
    with pytest.raises(ZeroDivisionError) as caught, named.scratch() as database:
        with server.connect() as connection:
            connection.execute(f'ALTER DATABASE "{database.name}" OWNER TO postgres')
        raise ZeroDivisionError
    assert f"the scratch database {database.name} could not be dropped" in caught.value.__notes__[0]
    with pytest.raises(PermissionMissing, match="must be owner"):
        database.drop()
    with server.connect() as connection:
        connection.execute(f'DROP DATABASE "{database.name}"')
    server.drop_roles([name])


@pytest.mark.parametrize(
    ("address", "reason", "advice"),
    [
        ("host=/nonexistent", "No such file or directory", "start the server"),
        ("postgresql://somebody:hunter2@127.0.0.1:1/x", "Connection refused", "start the server"),
        ("host=name.invalid", "failed to resolve host", "correct the host name"),
    ],
)
def test_an_address_without_a_server_is_explained_without_the_password(address: str, reason: str, advice: str) -> None:
    with pytest.raises(ConnectionFailed, match=reason) as caught:
        open_server(address)
    assert advice in caught.value.help
    assert "hunter2" not in str(caught.value)


def wait_until_password_is_asked(dsn: str) -> None:
    """Return when the server has read its new pg_hba.conf, which it does at its leisure."""
    while True:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            return


def test_a_wrong_password_is_explained() -> None:
    hba = "local all guarded scram-sha-256\nlocal all all trust\n"
    with open_server() as guarded:
        assert guarded.data_directory is not None
        with guarded.connect() as connection:
            connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
            (guarded.data_directory / "pg_hba.conf").write_text(hba)
            connection.execute("SELECT pg_reload_conf()")
        wait_until_password_is_asked(make_conninfo(guarded.dsn(), user="guarded"))
        right = make_conninfo(guarded.dsn(), user="guarded", password="right")
        with open_server(right) as named:
            assert not named.capabilities.superuser
        with pytest.raises(ConnectionFailed, match="password authentication failed") as caught:
            open_server(make_conninfo(right, password="hunter2"))
        assert "PGPASSWORD" in caught.value.help
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("address", ["x=y", "postgresql://user:hunter2@[x", "host=a hunter2 = = ="])
def test_a_malformed_connection_string_is_explained_without_quoting_it(address: str) -> None:
    with pytest.raises(ServerNotFound, match="not a connection string") as caught:
        open_server(address)
    assert "postgresql://user@host" in caught.value.help
    assert "hunter2" not in str(caught.value)


def test_settings_are_refused_for_a_running_server(server: Server) -> None:
    with pytest.raises(ValueError, match="not for a running server"):
        open_server(server.dsn(), settings={"work_mem": "1MB"})


def test_a_named_server_that_goes_away_is_reported(server: Server) -> None:
    with open_server() as short_lived:
        named = open_server(short_lived.dsn())
        database = named.scratch()
    with pytest.raises(ConnectionFailed, match="cannot connect to"):
        named.connect()
    with pytest.raises(ConnectionFailed, match="connection"):
        database.run_sql("SELECT 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(named.dsn())
