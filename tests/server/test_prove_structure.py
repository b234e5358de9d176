"""Structure: pg_dump says what was decided for every design, and each change behind our back is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from benches import ROOT, assert_breaks, judge, mutated
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.model.claim import Verdict
from dbwright.pipeline import compile_design
from dbwright.prove.bench import Bench
from dbwright.prove.blueprint_facts import blueprint_facts
from dbwright.prove.dump_facts import dump_facts
from dbwright.prove.facts import differences
from dbwright.server import Server

DESIGNS = sorted([*(p for p in (ROOT / "examples").iterdir() if p.is_dir()), *(ROOT / "tests/designs").glob("*.yaml")])


def differences_of(server: Server, path: Path, version: int) -> list[str]:
    """Return how a freshly loaded design differs from what was decided."""
    blueprint = compile_design(load_design(path), version)
    try:
        with server.scratch() as database:
            database.run_sql(script(blueprint))
            return differences(blueprint_facts(blueprint), dump_facts(database.dump(), blueprint.schema))
    finally:
        server.drop_roles([r.name for r in blueprint.roles])


@pytest.mark.parametrize("path", DESIGNS, ids=lambda p: p.name)
def test_postgresql_18_holds_what_was_decided(server: Server, path: Path) -> None:
    assert differences_of(server, path, 18) == []


@pytest.mark.parametrize("path", DESIGNS, ids=lambda p: p.name)
def test_postgresql_15_holds_what_was_decided(server15: Server, path: Path) -> None:
    assert differences_of(server15, path, 15) == []


@pytest.mark.parametrize(
    ("subject", "mutation"),
    [
        ("users", "drop index fediflow.users_advisor_id_idx"),
        ("users", "alter table fediflow.users drop constraint users_status_check"),
        (
            "users",
            "alter table fediflow.users drop constraint users_status_check;"
            " alter table fediflow.users add constraint users_status_check"
            " check (status in ('active', 'suspended', 'closed')) not valid",
        ),
        (
            "users",
            "alter table fediflow.users drop constraint users_status_check;"
            " alter table fediflow.users add constraint users_status_check"
            " check (status in ('active', 'suspended', 'closed', 'lost'))",
        ),
        ("users", "alter table fediflow.users add column surprise text"),
        ("users", "alter table fediflow.users alter display_name type varchar(200)"),
        ("users", "alter table fediflow.users alter status set default 'closed'"),
        ("users", "alter table fediflow.users alter display_name drop not null"),
        ("users", "alter table fediflow.users disable row level security"),
        ("users", "alter table fediflow.users no force row level security"),
        ("users", "drop policy tenant_floor on fediflow.users"),
        ("users", "alter policy tenant_floor on fediflow.users with check (true)"),
        ("users", "create policy wide on fediflow.users for select to web using (true)"),
        ("users", "alter policy select_rows on fediflow.users to web, federation"),
        ("users", "grant select (restricted) on fediflow.users to federation"),
        ("users", "drop trigger users_touch on fediflow.users"),
        ("users", "alter table fediflow.users disable trigger users_touch"),
        ("users", "alter table fediflow.users owner to postgres"),
        (
            "federation_identities",
            "alter table fediflow.federation_identities drop constraint federation_identities_user_id_fkey;"
            " alter table fediflow.federation_identities add constraint federation_identities_user_id_fkey"
            " foreign key (tenant_id, user_id) references fediflow.users (tenant_id, user_id)",
        ),
        ("content", "alter table fediflow.content alter author_id reset (n_distinct)"),
        ("content", "alter table fediflow.content alter author_id set (n_distinct = -0.5)"),
        ("content", "alter table fediflow.content set (autovacuum_enabled = false)"),
        ("activities", "alter table fediflow.activities alter actor_id reset (n_distinct_inherited)"),
        ("deliveries", "alter table fediflow.deliveries_2026_03 set (autovacuum_enabled = false)"),
        ("deliveries", "drop table fediflow.deliveries_2026_03"),
        ("deliveries", "alter table fediflow.deliveries_2026_03 disable row level security"),
        (
            "content",
            "drop index fediflow.content_author_id_created_at_idx;"
            " create index content_author_id_created_at_idx on fediflow.content (tenant_id, author_id, created_at)",
        ),
        ("schema", "create table fediflow.surprise (a int)"),
        ("schema", "create view fediflow.surprise as select 1 as one"),
        ("schema", "drop view fediflow.open_courses"),
        ("schema", "alter view fediflow.open_courses set (security_invoker = false)"),
        ("schema", "alter function fediflow.search_content(regconfig, text) security invoker"),
        (
            "schema",
            "create or replace function fediflow.tenant_id() returns uuid stable parallel safe language sql"
            " as $$ select null::uuid $$",
        ),
        ("schema", "create schema surprise"),
        ("schema", "create extension hstore"),
        ("schema", "grant execute on function fediflow.search_content(regconfig, text) to support"),
    ],
)
def test_a_change_behind_our_back_is_seen(bench: Bench, subject: str, mutation: str) -> None:
    assert_breaks(bench, f"structure/{subject}", mutation)


def test_a_change_of_one_table_blames_no_other(bench: Bench) -> None:
    with mutated(bench, "alter table fediflow.users add column surprise text") as copy:
        verdicts = {c.id: judge(copy, c.id).verdict for c in copy.blueprint.claims if c.family == "structure"}
    assert [name for name, verdict in verdicts.items() if verdict is Verdict.BROKEN] == ["structure/users"]
