"""Emitted models against real servers: the tables they make, the rows they read and write, the rows they describe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field, TypeAdapter, create_model
from sqlalchemy import Computed, DefaultClause, MetaData, select, text
from sqlalchemy.orm import Session

from dbwright.emit import json_schema, postgresql
from dbwright.emit.patterns import portable_pattern
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, Server
from dbwright.sql.names import qualify
from model_comparison import compare_models, import_text, metadata_of, open_engine

ROOT = Path(__file__).resolve().parents[2]
DESIGNS = {
    **{folder.name: folder for folder in sorted((ROOT / "examples").iterdir()) if any(folder.glob("*.design.yaml"))},
    "hostile": ROOT / "tests" / "unit" / "designs" / "hostile_models.design.yaml",
    "every_type": ROOT / "tests" / "unit" / "designs" / "every_type.design.yaml",
}


@cache
def blueprint_of(name: str, version: int = 18) -> Blueprint:
    """Return a design compiled for a version of the server."""
    return compile_design(load_design(DESIGNS[name]), version)


def models_of(name: str, folder: Path, target: str = "sqlalchemy", version: int = 18) -> ModuleType:
    """Return the models of a design, written and imported."""
    files: dict[str, str] = import_module(f"dbwright.emit.{target}").emit(blueprint_of(name, version))
    return import_text(next(iter(files.values())), folder / f"{target}_{name}_{version}.py")


@pytest.fixture
def second(server: Server) -> Iterator[Database]:
    """Another empty database on the embedded server."""
    with server.scratch() as created:
        yield created


@pytest.mark.parametrize("name", DESIGNS)
def test_models_make_what_the_ddl_makes(name: str, database: Database, second: Database, tmp_path: Path) -> None:
    metadata = metadata_of(models_of(name, tmp_path))
    assert compare_models(database, second, blueprint_of(name), metadata) == []


@pytest.mark.parametrize("name", DESIGNS)
def test_models_make_what_the_ddl_makes_on_15(name: str, server15: Server, tmp_path: Path) -> None:
    metadata = metadata_of(models_of(name, tmp_path, version=15))
    with server15.scratch() as by_ddl, server15.scratch() as by_models:
        assert compare_models(by_ddl, by_models, blueprint_of(name, 15), metadata) == []


def changed_metadata(models: ModuleType) -> MetaData:
    """Return the metadata after one change of each kind that a comparison must find."""
    metadata = metadata_of(models)
    samples = metadata.tables["workshop.samples"]
    samples.comment = "Another comment"
    samples.c["flag"].nullable = True
    samples.c["large"].server_default = DefaultClause(text("1"))
    samples.constraints -= {c for c in samples.constraints if c.name == "samples_note_key"}
    samples.indexes -= {i for i in samples.indexes if i.name == "samples_by_hash"}
    computed = samples.c["doubled"].computed
    assert isinstance(computed, Computed)
    computed.persisted = True
    return metadata


def test_every_kind_of_difference_is_found(database: Database, second: Database, tmp_path: Path) -> None:
    metadata = changed_metadata(models_of("every_type", tmp_path))
    found = compare_models(database, second, blueprint_of("every_type"), metadata)
    assert sorted({line.partition(":")[0] for line in found}) == [
        "column samples doubled",
        "column samples flag",
        "column samples large",
        "constraint samples samples_flag_not_null",
        "constraint samples samples_note_key",
        "index samples samples_by_hash",
        "index samples samples_note_key",
        "table samples",
    ]


@pytest.fixture
def tenants_session(database: Database, tmp_path: Path) -> Iterator[tuple[Session, ModuleType]]:
    """A session on the tables of FediFlow, acting for a tenant that is there."""
    models = models_of("fediflow", tmp_path)
    metadata_of(models)
    database.run_sql(postgresql.script(blueprint_of("fediflow")))
    with open_engine(database) as engine, Session(engine) as session:
        tenant = models.Tenant(slug="uni", title="University", region="eu")
        session.add(tenant)
        session.flush()
        session.execute(text("select set_config('app.tenant_id', :tenant, false)"), {"tenant": str(tenant.tenant_id)})
        yield session, models


def test_objects_are_linked_through_the_tenant_of_the_session(
    tenants_session: tuple[Session, ModuleType],
) -> None:
    session, models = tenants_session
    advisor = models.User(username="ada", email="ada@uni.example", display_name="Ada")
    student = models.User(username="bob", email="bob@uni.example", display_name="Bob", advisor=advisor)
    activity = models.Activity(type="create", actor=advisor, object_data={"type": "Note"})
    content = models.Content(activity=activity, author=advisor, content_type="note", body="Limits")
    session.add_all([student, content, models.Follow(follower=student, followee=advisor)])
    session.commit()
    tenant = session.scalars(select(models.Tenant)).one()
    assert {u.tenant_id for u in session.scalars(select(models.User))} == {tenant.tenant_id}
    assert (student.advisor, advisor.users_by_advisor) == (advisor, [student])
    assert (content.author, advisor.content) == (advisor, [content])
    assert [f.follower for f in advisor.follows_by_followee] == [student]
    assert {u.username for u in tenant.users} == {"ada", "bob"}
    assert content.content_data == {}


def test_a_deleted_object_leaves_its_links_to_the_server(tenants_session: tuple[Session, ModuleType]) -> None:
    session, models = tenants_session
    advisor = models.User(username="ada", email="ada@uni.example", display_name="Ada")
    student = models.User(username="bob", email="bob@uni.example", display_name="Bob", advisor=advisor)
    session.add_all([student, models.Follow(follower=student, followee=advisor)])
    session.commit()
    assert len(advisor.users_by_advisor) == 1
    session.delete(advisor)
    session.commit()
    assert (student.advisor_id, student.advisor) == (None, None)
    assert student.tenant_id is not None
    assert session.scalars(select(models.Follow)).all() == []


FULL_ROW = """
insert into workshop.samples (small, whole, large, single, double, price, hundreds, exact, flag, note, code, padded,
  folded, sorted, sorted_ucs, moment, local, local_s, day, clock, clock_zone, duration, span, bytes, document, items,
  old_json, pairs, address, network, card, card8, bits, some_bits, one_bit, query, relation, object, cash, spot,
  days, moments, numbers, amounts, tags, grid, keys, codes, mood, moods, old_mood, spots, grade, score, shape)
values (4, 3, 9223372036854775807, 1.5, 0.1, 9999999999.99, 9999900, -1e100, true, 'näive text', 'zz42', 'ab', 'B', 's',
  'u', '2026-02-03 04:05:06.789+05:30', '2026-02-03 04:05:06.789', '1999-12-31 23:59:59.5', '2026-02-28', '23:59:59.9',
  '04:05:06+05:30', '1 day 02:03:04', '3 days 04:05:06.5', '\\xdeadbeef', '{"a": [1, null]}', '[1, {"b": null}]',
  '"text"', 'a=>1, b=>null', '10.1.2.3/8', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', b'101', b'1',
  b'0', 'a & b', 'pg_class', 42, 12.34, '(1,2)', '[2026-01-01,2026-02-01)',
  '[2026-01-01 00:00+00,)', '(1,5]', '{[1.5,2.5),[3,4)}', '{a,"b c"}', '{{1,2},{3,4}}',
  array[gen_random_uuid()], '{abc,d}', 'so "so"', array['fine', 'it''s bad']::workshop.mood[], '%s',
  '{"(1,2)"}', 'B', 6, (1, 2))
"""
EMPTY_ROW = "insert into workshop.samples (small, note) values (-4, '')"
SPECIAL_ROW = """
insert into workshop.samples (small, note, single, double, price, exact, moment, local, day)
values (0, 'x', 'Infinity', '-Infinity', 'NaN', '-Infinity', 'infinity', '-infinity', 'infinity')
"""


def rows_of(database: Database, blueprint: Blueprint) -> dict[str, list[Any]]:
    """Return every row of every table as `to_jsonb` shows it."""
    found = {}
    with database.connect() as connection:
        for table in blueprint.tables:
            query = f"select to_jsonb(t)::text from {qualify(blueprint.schema, table.name)} t"
            found[table.name] = [json.loads(row[0]) for row in connection.execute(query.encode())]
    return found


def complaints(blueprint: Blueprint, rows: dict[str, list[Any]]) -> list[str]:
    """Return what the schemas of the tables say against rows of theirs."""
    files = json_schema.emit(blueprint)
    schemas = {s["title"]: s for p, t in files.items() if PurePosixPath(p).stem != "index" for s in [json.loads(t)]}
    return [
        f"{name}: {error.json_path}: {error.message}"
        for name, found in rows.items()
        for row in found
        for error in Draft202012Validator(schemas[name]).iter_errors(row)
    ]


def test_schemas_accept_rows_as_the_server_shows_them(database: Database) -> None:
    blueprint = blueprint_of("every_type")
    database.run_sql(postgresql.script(blueprint))
    database.run_sql(f"{FULL_ROW};{EMPTY_ROW};{SPECIAL_ROW};")
    rows = rows_of(database, blueprint)
    assert len(rows["samples"]) == 3
    assert complaints(blueprint, rows) == []


def test_schemas_refuse_rows_that_the_server_would_not_take(database: Database) -> None:
    blueprint = blueprint_of("every_type")
    database.run_sql(postgresql.script(blueprint))
    database.run_sql(f"{FULL_ROW};")
    row = rows_of(database, blueprint)["samples"][0]
    for column, value in [("small", 5), ("code", "4"), ("mood", "bad"), ("score", 5), ("document", []), ("note", None)]:
        assert complaints(blueprint, {"samples": [row | {column: value}]}) != []
    assert complaints(blueprint, {"samples": [row | {"more": 1}]}) != []


FEDIFLOW_ROWS = """
set search_path = fediflow, extensions;
insert into tenants (tenant_id, slug, title, region) values ('018f2a5e-0000-7000-8000-000000000001', 'u', 'U', 'eu');
set app.tenant_id = '018f2a5e-0000-7000-8000-000000000001';
insert into users (user_id, username, email, display_name)
  values ('018f2a5e-0000-7000-8000-000000000002', 'ada', 'ada@uni.example', 'Ada');
insert into activities (activity_id, type, actor_id, object_data)
  values ('018f2a5e-0000-7000-8000-000000000003', 'create', '018f2a5e-0000-7000-8000-000000000002', '[]');
insert into content (activity_id, author_id, content_type, title, body, language)
  select activity_id, actor_id, 'note', 'Limits', 'What a limit is', 'english' from activities;
insert into media (content_id, object_key, mime_type, bytes) select content_id, 'k', 'image/png', 0 from content;
insert into deliveries (activity_id, inbox_url, attempts) select activity_id, 'https://uni.example', 20 from activities;
insert into courses (course_id, course_code, title, starts_on, ends_on)
  values ('018f2a5e-0000-7000-8000-000000000004', 'M-1', 'Maths', '2026-01-01', '2026-02-01');
insert into enrollments (course_id, user_id) select course_id, user_id from courses, users;
insert into room_bookings (course_id, room, during) select course_id, 'A', tstzrange(now(), now() + '1 h') from courses;
insert into events (region, title, place, starts_at) values ('eu', 'Open day', location(13.4, 52.5), now());
insert into metric_points (metric, value) values ('views', 'NaN');
"""


def test_schemas_accept_the_rows_of_fediflow(database: Database) -> None:
    blueprint = blueprint_of("fediflow")
    database.run_sql(postgresql.script(blueprint))
    database.run_sql(FEDIFLOW_ROWS)
    rows = rows_of(database, blueprint)
    assert sorted(name for name, found in rows.items() if not found) == [
        "content_versions",
        "federation_identities",
        "follows",
    ]
    assert complaints(blueprint, rows) == []


def test_api_models_read_objects_and_rows_of_every_type(database: Database, tmp_path: Path) -> None:
    blueprint = blueprint_of("every_type")
    tables = models_of("every_type", tmp_path)
    api = models_of("every_type", tmp_path, "pydantic")
    database.run_sql(postgresql.script(blueprint))
    database.run_sql(f"{FULL_ROW};{EMPTY_ROW};")
    with open_engine(database) as engine, Session(engine) as session:
        full, empty = session.scalars(select(tables.Sample).order_by(tables.Sample.sample_id))
        read: BaseModel = api.Sample.model_validate(full)
        shown = json.loads(read.model_dump_json())
        api.Sample.model_validate(empty)
    kept = ("whole", "price", "mood", "days", "grid", "pairs", "bits", "document", "score", "moods", "bytes", "tags")
    assert {k: shown[k] for k in kept} == {
        "whole": 3,
        "price": "9999999999.99",
        "mood": 'so "so"',
        "days": "[2026-01-01,2026-02-01)",
        "grid": [[1, 2], [3, 4]],
        "pairs": {"a": "1", "b": None},
        "bits": "101",
        "document": {"a": [1, None]},
        "score": 6,
        "moods": ["fine", "it's bad"],
        "bytes": "3q2-7w==",
        "tags": ["a", "b c"],
    }


PATTERNS = [
    "^[a-z0-9_]{2,40}$",
    "a.b",
    "^a{,2}$",
    "^[]a]+$",
    "^[^]a]+$",
    "^[a-]+$",
    "[a[b]",
    r"^\d{2}$",
    r"^\w+$",
    r"\s",
    "^(a|b)*c?$",
    "^(?:x|y)?$",
    "a]}",
    r"\.\-\/",
    "^https://",
    "",
]
SUBJECTS = [
    "",
    "a",
    "b",
    "ab",
    "a\nb",
    "aa",
    "a{,2}",
    "]",
    "a]",
    "-a",
    "[",
    "12",
    "a1_",
    "a b",
    "abc",
    "x",
    "xy",
    "a]}",
]
SUBJECTS += [".-/", "https://uni.example", "größe", "c", "a\n"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_portable_pattern_finds_what_the_server_finds(pattern: str, database: Database) -> None:
    portable = portable_pattern(pattern)
    assert portable is not None
    with database.connect() as connection:
        query = "select t from unnest(%s::text[]) with ordinality u(t, n) where t ~ %s order by n"
        expected = [row[0] for row in connection.execute(query, [SUBJECTS, pattern])]
    model = create_model("Probe", value=(str, Field(pattern=portable)))
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    by_rust = [s for s in SUBJECTS if not _is_refused(adapter, s)]
    # Python's `$` also stands before a newline at the end.
    by_python = [s for s in SUBJECTS if re.search(portable.replace("$", r"\Z"), s)]
    assert (by_rust, by_python) == (expected, expected)


def _is_refused(adapter: TypeAdapter[Any], subject: str) -> bool:
    try:
        adapter.validate_python({"value": subject})
    except ValueError:
        return True
    return False
