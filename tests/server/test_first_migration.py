"""The first migration on a real server: it makes what the DDL makes, leaves a record, and refuses to run twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.emit import migration, postgresql
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, ScriptFailed, Server

ROOT = Path(__file__).resolve().parents[2]
DESIGNS = {
    "fediflow": ROOT / "examples" / "fediflow" / "fediflow.design.yaml",
    "hostile": ROOT / "tests" / "unit" / "designs" / "hostile_models.design.yaml",
}


@pytest.fixture(params=DESIGNS)
def blueprint(request: pytest.FixtureRequest) -> Blueprint:
    """A compiled design."""
    return compile_design(load_design(DESIGNS[request.param]))


def test_it_makes_what_the_ddl_makes(blueprint: Blueprint, server: Server, database: Database) -> None:
    database.run_sql(migration.script(blueprint))
    with server.scratch() as by_ddl:
        by_ddl.run_sql(postgresql.script(blueprint))
        assert database.dump("--exclude-schema=dbwright") == by_ddl.dump()


def test_it_leaves_a_record_that_clients_cannot_touch(blueprint: Blueprint, database: Database) -> None:
    database.run_sql(migration.script(blueprint))
    with database.connect() as connection:
        record = "select version, name, checksum, applied_by, applied_at <= now() from dbwright.schema_migrations"
        rows = connection.execute(record).fetchall()
        login = connection.execute("select session_user").fetchall()[0][0]
        owners = connection.execute(
            "select tableowner from pg_tables where schemaname = 'dbwright' and tablename = 'schema_migrations'"
        ).fetchall()
        readers = connection.execute(
            "select r from unnest(%s::text[]) r where has_schema_privilege(r, 'dbwright', 'usage')"
            " or has_table_privilege(r, 'dbwright.schema_migrations', 'select, insert, update, delete')",
            [[r.name for r in blueprint.roles if r.purpose != "owner"]],
        ).fetchall()
    assert rows == [(1, "0001_initial", migration.checksum(migration.body(blueprint)), login, True)]
    assert (owners, readers) == ([(blueprint.owner,)], [])


def test_it_refuses_to_run_twice_and_changes_nothing(blueprint: Blueprint, database: Database) -> None:
    database.run_sql(migration.script(blueprint))
    before = database.dump()
    with pytest.raises(ScriptFailed) as refused:
        database.run_sql(migration.script(blueprint))
    assert refused.value.reason.startswith("migration 0001_initial was applied on ")
    assert refused.value.reason.endswith("nothing was changed")
    assert refused.value.hint == "apply only migrations with a higher number"
    assert database.dump() == before


def test_it_refuses_a_database_that_was_made_another_way(blueprint: Blueprint, database: Database) -> None:
    database.run_sql(postgresql.script(blueprint))
    with pytest.raises(ScriptFailed) as refused:
        database.run_sql(migration.script(blueprint))
    assert refused.value.reason == (
        f"the schema {blueprint.schema} is there, but no migration made it; nothing was changed"
    )
