"""Scratch databases: created, loaded, dumped, cloned and dropped, whatever their names and whoever is connected."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from dbwright.server import ConnectionFailed, Database, DatabaseFailed, DumpFailed, ScriptFailed, Server

HOSTILE = [
    '"; drop table orders; --',
    "it's",
    "host=/nowhere dbname=postgres",
    "postgresql://nobody@nowhere/x",
    "-f /etc/passwd",
    "line\nbreak\\",
    "|`</script>",
    "ünïcödé " * 12,
    "",
]


def list_databases(server: Server) -> set[str]:
    with server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_a_scratch_database_is_utf8_and_gone_after_the_block(server: Server) -> None:
    with server.scratch() as database:
        assert re.fullmatch("dbw_[0-9a-f]{12}", database.name)
        with database.connect() as connection:
            assert connection.execute("SELECT current_database()").fetchone() == (database.name,)
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert database.name in list_databases(server)
    assert database.name not in list_databases(server)
    database.drop()


def test_a_scratch_database_is_dropped_under_open_connections_and_after_errors(server: Server) -> None:
    with pytest.raises(ZeroDivisionError), server.scratch() as database:
        connection = database.connect()
        raise ZeroDivisionError
    assert database.name not in list_databases(server)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


@pytest.mark.parametrize("prefix", HOSTILE)
def test_hostile_names_are_names(server: Server, prefix: str) -> None:
    with server.scratch(prefix) as database:
        assert database.name in list_databases(server)
        assert len(database.name.encode()) <= 63
        database.run_sql("CREATE TABLE here (name text DEFAULT current_database()); INSERT INTO here DEFAULT VALUES")
        with database.connect() as connection:
            assert connection.execute("SELECT name FROM here").fetchone() == (database.name,)
        with psycopg.connect(database.dsn) as connection:
            assert connection.info.dbname == database.name
        assert "CREATE TABLE public.here" in database.dump()
        with database.clone() as copy, copy.connect() as connection:
            assert connection.execute("SELECT name FROM here").fetchone() == (database.name,)
    assert database.name not in list_databases(server)


def test_a_name_with_nul_is_refused(server: Server) -> None:
    with pytest.raises(ValueError, match="NUL"):
        server.scratch("a\0b")


def test_a_clone_is_a_copy_of_its_own(database: Database) -> None:
    database.run_sql("CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS number")
    with database.clone() as copy:
        assert copy.name != database.name
        copy.run_sql("DELETE FROM numbers WHERE number > 10")
        with copy.connect() as connection:
            assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (10,)
    with database.connect() as connection:
        assert connection.execute("SELECT count(*) FROM numbers").fetchone() == (1000,)


def test_cloning_ends_connections_to_the_template(database: Database) -> None:
    held = database.connect()
    with database.clone(), pytest.raises(psycopg.OperationalError):
        held.execute("SELECT 1")
    held.close()


def test_cloning_a_dropped_database_fails_in_words(server: Server) -> None:
    with server.scratch() as database:
        pass
    with pytest.raises(DatabaseFailed, match="does not exist"):
        database.clone()


def test_a_script_error_names_line_reason_and_state(database: Database) -> None:
    script = "CREATE TABLE a (id int);\n\nSELECT id,\n\t'ü' AS letter, nonsense\nFROM a\nWHERE id = 1;\nSELECT 2;\n"
    with pytest.raises(ScriptFailed) as caught:
        database.run_sql(script)
    error = caught.value
    assert (error.script, error.line, error.sqlstate) == ("<stdin>", 4, "42703")
    assert error.reason == 'column "nonsense" does not exist'
    assert error.excerpt == "'ü' AS letter, nonsense"
    assert str(error) == "<stdin>:4: column \"nonsense\" does not exist\n'ü' AS letter, nonsense"


def test_a_script_stops_at_the_first_error_and_keeps_what_came_before(database: Database) -> None:
    with pytest.raises(ScriptFailed, match="<stdin>:2: division by zero"):
        database.run_sql("CREATE TABLE first ();\nSELECT 1/0;\nCREATE TABLE second ();")
    with database.connect() as connection:
        assert connection.execute("SELECT relname FROM pg_class WHERE relname IN ('first', 'second')").fetchall() == [
            ("first",)
        ]


def test_detail_and_hint_of_the_server_are_kept(database: Database) -> None:
    with pytest.raises(ScriptFailed) as caught:
        database.run_sql(
            "DO $$ BEGIN\n  RAISE EXCEPTION E'first\\nsecond'"
            " USING DETAIL = 'why', HINT = 'type this', ERRCODE = 'DB001';\nEND $$;"
        )
    error = caught.value
    assert (error.reason, error.detail, error.hint, error.sqlstate) == ("first\nsecond", "why", "type this", "DB001")
    assert error.help == "type this"


def test_an_error_of_psql_itself_has_a_line_but_no_state(database: Database) -> None:
    with pytest.raises(ScriptFailed) as caught:
        database.run_sql("SELECT 1;\n\\nonsense\n")
    assert (caught.value.line, caught.value.sqlstate) == (2, "")
    assert "invalid command \\nonsense" in caught.value.reason


@pytest.mark.parametrize("name", ["schema.sql", "-", "a b'\".sql", "ERROR:  42P01: x\n.sql", "--help"])
def test_files_with_any_name_are_loaded_and_named(
    name: str, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("CREATE TABLE loaded ();\n")
    database.run_file(name)
    assert "CREATE TABLE public.loaded" in database.dump()
    with pytest.raises(ScriptFailed) as caught:
        database.run_file(Path(name))
    assert (caught.value.script, caught.value.line) == (name, 1)
    assert caught.value.reason == 'relation "loaded" already exists'


def test_a_missing_file_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(ScriptFailed, match=r"nowhere\.sql: No such file or directory"):
        database.run_file(tmp_path / "nowhere.sql")


def test_half_a_surrogate_pair_is_an_error_in_words(database: Database) -> None:
    with pytest.raises(ScriptFailed, match="half of a surrogate pair"):
        database.run_sql("SELECT '\ud800'")


def test_a_persons_psqlrc_does_not_run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "psqlrc").write_text("CREATE TABLE from_psqlrc ();")
    monkeypatch.setenv("PSQLRC", str(tmp_path / "psqlrc"))
    database.run_sql("SELECT 1")
    assert "from_psqlrc" not in database.dump()


@pytest.mark.parametrize("fixture", ["server", "server15"])
def test_a_dump_loads_again_and_is_the_same_each_time(fixture: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(fixture)
    with server.scratch() as first, server.scratch() as second:
        first.run_sql("CREATE TABLE a (id bigint PRIMARY KEY, name text NOT NULL); INSERT INTO a VALUES (1, 'one')")
        schema = first.dump()
        assert schema == first.dump()
        assert "COPY" not in schema
        everything = first.dump("--no-owner", schema_only=False)
        second.run_sql(everything)
        assert second.dump("--no-owner", schema_only=False) == everything


def test_a_refused_dump_option_is_reported(database: Database) -> None:
    with pytest.raises(DumpFailed, match="no matching tables"):
        database.dump("--table=nowhere", "--strict-names")


def test_a_role_that_may_log_in_cannot_step_back(database: Database, server: Server) -> None:
    database.run_sql(
        'CREATE ROLE "web \'""; x" LOGIN; ALTER ROLE "web \'""; x" SET statement_timeout = \'5s\'; CREATE ROLE reader;'
        " CREATE TABLE secret (); GRANT SELECT ON secret TO reader;"
    )
    try:
        with database.connect(role="web '\"; x") as connection:
            assert connection.execute("SELECT session_user").fetchone() == ("web '\"; x",)
            assert connection.execute("SHOW statement_timeout").fetchone() == ("5s",)
            connection.execute("RESET ROLE")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("SELECT * FROM secret")
        with database.connect(role="reader", autocommit=False) as connection:
            assert connection.execute("SELECT current_user, session_user").fetchone() == ("reader", "postgres")
            connection.rollback()
            assert connection.execute("SELECT current_user").fetchone() == ("reader",)
        with pytest.raises(ConnectionFailed, match="cannot act as the role 'nobody_here'"):
            database.connect(role="nobody_here")
    finally:
        server.drop_roles(["web '\"; x", "reader", "never_was"])
    assert server.roles() & {"web '\"; x", "reader"} == set()


def test_dropping_roles_takes_what_they_own_in_every_database(server: Server) -> None:
    with server.scratch() as first, server.scratch() as second:
        first.run_sql(
            "CREATE ROLE owner; CREATE ROLE member; GRANT owner TO member; CREATE SCHEMA s AUTHORIZATION owner"
        )
        second.run_sql("CREATE TABLE t (); ALTER TABLE t OWNER TO member; GRANT SELECT ON t TO owner")
        with second.connect() as connection:
            connection.execute(f'GRANT CONNECT ON DATABASE "{first.name}" TO owner')
        assert {"owner", "member"} <= server.roles()
        server.drop_roles({"owner", "member"})
        assert server.roles() & {"owner", "member"} == set()
        assert "CREATE TABLE" not in second.dump()


def test_the_login_itself_is_never_dropped(server: Server) -> None:
    with pytest.raises(ValueError, match="the login itself"):
        server.drop_roles(["postgres"])


def test_connections_carry_their_name_and_transaction_mode(database: Database) -> None:
    with database.connect(autocommit=False, application_name="it's me") as connection:
        assert connection.execute("SHOW application_name").fetchone() == ("it's me",)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


def test_a_missing_database_is_reported(server: Server) -> None:
    with pytest.raises(ConnectionFailed, match='database "nowhere" does not exist') as caught:
        server.connect("nowhere")
    assert "psql --list" in caught.value.help


@pytest.mark.parametrize("fixture", ["server", "server15"])
@pytest.mark.parametrize("program", ["psql", "pg_dump", "pg_restore", "pgbench"])
def test_programs_are_of_the_servers_own_version(fixture: str, program: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(fixture)
    path = server.bin(program)
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    assert f"(PostgreSQL) {server.capabilities.version_text}" in answer.stdout
