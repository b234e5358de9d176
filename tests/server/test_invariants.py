"""The queries for QA run on a real server: nothing is broken in a fresh database, and every broken rule is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dbwright.emit.invariants import invariants, script
from dbwright.emit.postgresql import script as ddl
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, Server, ServerError

ROOT = Path(__file__).parents[2]
DESIGNS = {
    "fediflow": ROOT / "examples/fediflow/fediflow.design.yaml",
    "hostile": ROOT / "tests/unit/designs/hostile_documents.design.yaml",
    "invariants": ROOT / "tests/unit/designs/invariants.design.yaml",
}
DROP_ALL_RULES = """
do $$
declare rule record;
begin
  for rule in
    select conrelid::regclass as place, conname from pg_constraint
    where connamespace = 'invariants'::regnamespace and contype <> 'n' order by contype = 'p', oid
  loop
    execute format('alter table %s drop constraint if exists %I cascade', rule.place, rule.conname);
  end loop;
  for rule in
    select attrelid::regclass as place, attname from pg_attribute join pg_class c on c.oid = attrelid
    where relnamespace = 'invariants'::regnamespace and relkind = 'r' and attnum > 0 and attnotnull
  loop
    execute format('alter table %s alter %I drop not null', rule.place, rule.attname);
  end loop;
end $$;
"""
BREAK_ALL_RULES = """
insert into invariants.parents (parent_id, code) values (1, null), (1, null), (null, 'x');
insert into invariants.children (child_id, parent_id, amount, kind, room, floor, note, "a""b", during) values
  (1, 7, 0, 'huge', 'A', 100, '', 'x', '[2030-01-01, 2030-01-03)'),
  (1, 7, 1, 'small', 'A', 101, '', 'x', '[2030-01-02, 2030-01-04)'),
  (2, null, 1, 'small', 'A', 3, null, 'y', null),
  (null, null, 1, 'large', 'B', 3, 'n', 'y', null);
"""


@contextmanager
def loaded(server: Server, blueprint: Blueprint) -> Iterator[Database]:
    """A scratch database that holds the design; its roles go with it."""
    try:
        with server.scratch() as database:
            database.run_sql(ddl(blueprint))
            yield database
    finally:
        server.drop_roles([role.name for role in blueprint.roles])


def find_broken(database: Database, blueprint: Blueprint) -> set[tuple[str, str]]:
    """Return (claim, promise) of every invariant that shows a row."""
    with database.connect() as connection:
        connection.execute(f"set search_path = {blueprint.schema}, extensions, pg_temp".encode())
        return {
            (rule.claim, rule.promise)
            for rule in invariants(blueprint)
            if connection.execute(rule.sql.encode()).fetchall()
        }


@pytest.mark.parametrize("name", DESIGNS)
def test_nothing_is_broken_in_a_fresh_database(server: Server, name: str) -> None:
    blueprint = compile_design(load_design(DESIGNS[name]))
    with loaded(server, blueprint) as database:
        database.run_sql(script(blueprint))
        assert find_broken(database, blueprint) == set()


def test_the_oldest_server_runs_the_script(server15: Server) -> None:
    blueprint = compile_design(load_design(DESIGNS["fediflow"]), 15)
    with loaded(server15, blueprint) as database:
        database.run_sql(script(blueprint))


def test_every_broken_rule_is_found(server: Server) -> None:
    blueprint = compile_design(load_design(DESIGNS["invariants"]))
    with loaded(server, blueprint) as database:
        database.run_sql(DROP_ALL_RULES + BREAK_ALL_RULES)
        assert find_broken(database, blueprint) == {(i.claim, i.promise) for i in invariants(blueprint)}


def test_the_rules_of_that_design_are_of_every_kind() -> None:
    blueprint = compile_design(load_design(DESIGNS["invariants"]))
    claims = [i.claim for i in invariants(blueprint)]
    assert {
        "integrity/parents.parents_pkey",
        "integrity/parents.parents_code_key",
        "integrity/children.children_parent_id_fkey",
        "integrity/children.children_amount_check",
        "integrity/children.children_kind_check",
        "integrity/children.children_floors",
        "integrity/children.children_one_at_a_time",
        "integrity/children.note.not_null",
        "dependency/children.room -> floor",
    } <= set(claims)
    assert len(claims) == len(set(claims))


@pytest.mark.parametrize("name", DESIGNS)
def test_every_claim_of_a_constraint_has_its_query(name: str) -> None:
    blueprint = compile_design(load_design(DESIGNS[name]))
    wanted = {c.id for c in blueprint.claims if c.family == "integrity" and c.details["kind"] != "touch"}
    assert {i.claim for i in invariants(blueprint) if i.claim.startswith("integrity/")} == wanted


def test_who_sees_no_row_may_not_call_the_database_healthy(server: Server) -> None:
    blueprint = compile_design(load_design(DESIGNS["fediflow"]))
    with loaded(server, blueprint) as database, pytest.raises(ServerError, match="row-level security hides rows from"):
        database.run_sql("set role web;\n" + script(blueprint))
