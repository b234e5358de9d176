"""The catalog of a live server as a blueprint: what was compiled is read back, and public schemas are judged right."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benches import ROOT
from dbwright.api import check_dump, check_server
from dbwright.catalog import read_catalog
from dbwright.cli import main
from dbwright.diagnostics import DesignError
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.frontends.dump import read_dump
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.pipeline import compile_design
from dbwright.server import Server

EXAMPLES = sorted(p for p in (ROOT / "examples").iterdir() if p.is_dir())
CORPORA = ROOT.parent / "shared/acceptance/corpora"
# From the README beside the corpora: references without a usable index, redundant B-trees, no primary key, no zone, and
# columns like references; of Azimutt's five four are keys of other systems, and one says in its comment why it is none.
EXPECTED = {
    "pagila": (13, 0, 0, 0, 7),
    "chinook": (0, 0, 0, 3, 0),
    "adventureworks": (61, 0, 0, 102, 0),
    "azimutt": (20, 0, 0, 42, 0),
}
RULES = ("unindexed-reference", "redundant-index", "missing-primary-key", "timestamp-without-zone", "likely-reference")


def compiled(path: Path, version: int) -> Blueprint:
    """Return an example as a blueprint."""
    return compile_design(load_design(path), version)


def facts_of(table: Table, schema: str) -> dict[str, Any]:
    """Return what a catalog must give back of a table, whatever the schema is called."""
    references = {(k.name, k.columns, k.target.removeprefix(schema), k.target_columns) for k in table.foreign_keys}
    return {
        "columns": [(c.name, c.not_null) for c in table.columns],
        "key": table.primary_key.columns if table.primary_key else (),
        "uniques": {(k.name, k.columns) for k in table.uniques},
        "references": references,
        "checks": {c.name for c in table.checks},
        "indexes": {(i.name, i.method, len(i.keys), i.include) for i in table.indexes},
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_what_was_compiled_is_read_back(server: Server, path: Path) -> None:
    blueprint = compiled(path, 18)
    try:
        with server.scratch() as database:
            database.run_sql(script(blueprint))
            with database.connect() as connection:
                found = read_catalog(connection)
    finally:
        server.drop_roles([r.name for r in blueprint.roles])
    prefix = f"{blueprint.schema}."
    read = {t.name.removeprefix(prefix): t for t in found.tables}
    for table in blueprint.tables:
        as_written = {i.name for i in table.indexes if i.definition}
        found_facts, decided = facts_of(read[table.name], prefix), facts_of(table, prefix)
        assert as_written <= {i.name for i in read[table.name].indexes}
        for facts in (found_facts, decided):  # what the design gives as text has no parts in the blueprint
            facts["indexes"] = {i for i in facts["indexes"] if i[0] not in as_written}
        assert found_facts == decided, table.name


def test_a_hostile_name_is_read_as_it_is(server: Server) -> None:
    with server.scratch() as database:
        database.run_sql('create table "a""; drop table b" ("x"" y" integer primary key); create table none ()')
        with database.connect() as connection:
            tables = {t.name: t for t in read_catalog(connection).tables}
    assert tables['a"; drop table b'].primary_key is not None
    assert [c.name for c in tables['a"; drop table b'].columns] == ['x" y']
    assert tables["none"].columns == ()


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_findings_on_public_schemas_agree_with_what_was_counted(name: str) -> None:
    path = CORPORA / f"{name}.sql"
    if not path.exists():
        pytest.skip(f"{path} is not here; the public schemas are kept beside the repository")
    counts = Counter(d.code for d in check_dump(path).diagnostics)
    assert tuple(counts[rule] for rule in RULES) == EXPECTED[name]


def test_a_live_server_is_judged_and_left_as_it_was(server: Server) -> None:
    with server.scratch() as database:
        database.run_sql("create table visits (path text, seen_at timestamp)")
        before = database.dump()
        codes = [d.code for d in check_server(database.dsn).diagnostics]
        assert database.dump() == before
    assert [c for c in codes if c != "weak-server-setting"] == ["missing-primary-key", "timestamp-without-zone"]


def test_a_dump_with_owners_and_a_missing_extension_loads_with_a_note(server: Server, tmp_path: Path) -> None:
    dump = tmp_path / "old.sql"
    dump.write_text(
        "CREATE SCHEMA public;\n"
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public;\n'
        "COMMENT ON EXTENSION \"uuid-ossp\" IS 'x';\n"
        "CREATE TABLE public.things (thing_id uuid DEFAULT public.uuid_generate_v4() NOT NULL);\n"
        'ALTER TABLE public.things OWNER TO "old owner";\n'
        "GRANT SELECT ON public.things TO reader;\n",
        encoding="utf-8",
    )
    before = server.roles()
    blueprint, notes = read_dump(dump, server)
    assert [t.name for t in blueprint.tables] == ["things"]
    assert [(d.code, d.span.line) for d in notes] == [("extension-missing", 2)]
    assert server.roles() == before


def test_half_a_dump_is_refused_at_its_line(server: Server, tmp_path: Path) -> None:
    dump = tmp_path / "half.sql"
    dump.write_text("create table a (b integer);\n\ncreate table c (d integ);\n", encoding="utf-8")
    with pytest.raises(DesignError, match="integ") as caught:
        read_dump(dump, server)
    assert [(d.code, d.span.line) for d in caught.value.diagnostics] == [("refused-by-server", 3)]


def test_a_catalog_that_cannot_be_read_is_a_failure_and_no_defect(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with server.scratch() as database:
        database.run_sql("set allow_system_table_mods = on; alter table pg_catalog.pg_policy rename to lost")
        assert main(["check", database.dsn]) == 3
    assert "the catalogs of the server cannot be read" in capsys.readouterr().err
