"""What a server says it can do is what it does."""

from __future__ import annotations

import dataclasses
import json

import psycopg
import pytest

from dbwright.server import Database, Server, ServerUnsupported
from dbwright.server.capabilities import check_version


def test_the_embedded_server_is_eighteen_with_contrib_and_vectors(server: Server) -> None:
    capabilities = server.capabilities
    assert capabilities.major == 18
    assert capabilities.version // 10000 == 18
    assert capabilities.version_text.startswith("18.")
    assert capabilities.missing(["btree_gist", "pg_trgm", "nonsense", "vector", "absent"]) == ("nonsense", "absent")
    assert list(capabilities.extensions) == sorted(capabilities.extensions)
    assert (capabilities.superuser, capabilities.create_database, capabilities.create_role) == (True, True, True)
    assert capabilities.wal_level == "replica"
    assert capabilities.max_connections == 60
    assert capabilities.preloaded == ()


def test_every_extension_that_is_offered_can_be_created(server: Server) -> None:
    with server.scratch() as database, database.connect() as connection:
        for name in ("btree_gist", "pg_trgm", "postgres_fdw", "dblink", "vector", "citext"):
            assert server.capabilities.missing([name]) == ()
            connection.execute(f"CREATE EXTENSION {name}")


def test_the_embedded_server_has_neither_tls_nor_icu(server: Server, database: Database) -> None:
    assert (server.capabilities.tls, server.capabilities.tls_enabled, server.capabilities.icu) == (False, False, False)
    with database.connect() as connection, pytest.raises(psycopg.Error, match="ICU is not supported"):
        connection.execute("CREATE COLLATION german (provider = icu, locale = 'de')")


def test_debian_fifteen_has_tls_and_icu(server15: Server) -> None:
    capabilities = server15.capabilities
    assert capabilities.major == 15
    assert (capabilities.tls, capabilities.tls_enabled, capabilities.icu) == (True, False, True)
    assert capabilities.missing(["pg_trgm", "vector_of_nobody"]) == ("vector_of_nobody",)
    with server15.scratch() as database, database.connect() as connection:
        connection.execute("CREATE COLLATION german (provider = icu, locale = 'de')")


@pytest.mark.parametrize("fixture", ["server", "server15"])
def test_text_sorts_by_code_point_and_a_pattern_needs_its_own_index(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    server: Server = request.getfixturevalue(fixture)
    with server.scratch() as database, database.connect() as connection:
        rows = connection.execute("SELECT x FROM unnest(ARRAY['ä', 'b', 'Z', 'a']) AS x ORDER BY x").fetchall()
        assert rows == [("Z",), ("a",), ("b",), ("ä",)]
        assert connection.execute("SELECT upper('ä'), 'Ä' ~ '\\w'").fetchone() == ("Ä", True)
        connection.execute("CREATE TABLE words AS SELECT md5(n::text) AS word FROM generate_series(1, 9999) AS n")
        connection.execute("CREATE INDEX plain ON words (word); ANALYZE words")
        plan = connection.execute("EXPLAIN SELECT * FROM words WHERE word LIKE 'abcd%'").fetchall()
        assert "Seq Scan" in plan[0][0]


def test_capabilities_are_json(server: Server) -> None:
    values = server.capabilities.as_dict()
    assert json.loads(json.dumps(values)) == values
    assert values["major"] == 18


def test_an_old_server_is_refused_in_words(server: Server) -> None:
    check_version(server.capabilities)
    old = dataclasses.replace(server.capabilities, version=140019, version_text="14.19")
    with pytest.raises(ServerUnsupported, match=r"the server is PostgreSQL 14\.19; dbwright needs 15 or newer"):
        check_version(old)
