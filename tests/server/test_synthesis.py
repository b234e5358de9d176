"""Statistics that are made from a design plan as those that ANALYZE finds once there are rows as declared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dbwright.emit.postgresql import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.planner.laboratory import Planned, open_laboratory
from dbwright.planner.synthesis import synthesize
from dbwright.server import Database, Server

DESIGN = """
design: library
start: 2026-01-01
horizon: 1y
entities:
  readers:
    about: Who borrows.
    columns:
      reader_id: bigint primary key generated always as identity
      city: {sql: text not null, values: {hot: {Berlin: 30%, Rome: 20%, Oslo: 10%}, distinct: 40, width: 8B}}
      born: {sql: int not null, values: {range: 1930 to 2019}}
    rows: 20k
  loans:
    about: One book, borrowed.
    columns:
      loan_id: bigint primary key generated always as identity
      reader_id: bigint not null references readers
      state: {sql: text not null, one of: [out, back, lost], values: {hot: {lost: 1%, out: 9%, back: 90%}}}
      shelf: {sql: int, values: {distinct: 500, range: 0 to 499, nulls: 25%}}
      borrowed_at: timestamptz not null default now()
    rows: {now: 0, growth: 240k/year}
  marks:
    about: A remark, by month.
    columns:
      mark_id: bigint not null generated always as identity
      loan_id: {sql: bigint not null, values: {distinct: 30k}}
      created_at: timestamptz not null default now()
    key: [mark_id, created_at]
    partition: {by: range(created_at), every: month}
    indexes: {}
    rows: {now: 0, growth: 120k/year}
    retention: {keep: 12 months, then: delete}
access:
  loans-of-reader:
    by: web
    sql: select * from loans where reader_id = :reader order by borrowed_at desc limit 20
  lost:
    by: web
    sql: select loan_id from loans where state = 'lost' and borrowed_at > :since
  marks-of-loan:
    by: web
    sql: select * from marks where loan_id = :loan
roles: {web: {about: readers}}
"""
ROWS = """
insert into {s}.readers (city, born)
select case when i % 100 < 30 then 'Berlin' when i % 100 < 50 then 'Rome' when i % 100 < 60 then 'Oslo'
       else 'City' || i % 37 end, 1930 + (i * 7) % 90 from generate_series(1, 20000) i;
insert into {s}.loans (reader_id, state, shelf, borrowed_at)
select 1 + (i::bigint * 7919) % 20000, case when i % 100 < 1 then 'lost' when i % 100 < 10 then 'out' else 'back' end,
       case when i % 4 > 0 then (i * 31) % 500 end, '2026-01-01'::timestamptz + i * interval '131 s'
from generate_series(1, 240000) i;
insert into {s}.marks (loan_id, created_at)
select 1 + (i::bigint * 104729) % 30000, '2026-01-01'::timestamptz + i * interval '262 s'
from generate_series(1, 120000) i;
"""
STATEMENTS = (
    "select * from loans where loan_id = 5",
    "select * from loans where reader_id = 7 order by borrowed_at desc limit 20",
    "select count(*) from loans where state = 'lost'",
    "select count(*) from loans where state = 'back'",
    "select * from loans where state = 'lost' and borrowed_at > '2026-12-01'",
    "select * from loans where borrowed_at > '2026-12-30'",
    "select * from loans join readers using (reader_id) where city = 'Oslo' and state = 'lost'",
    "select city, count(*) from loans join readers using (reader_id) where loan_id < 500 group by 1",
    "select * from loans where shelf is null limit 10",
    "select * from marks where loan_id = 8",
    "select * from marks where loan_id = 8 and created_at >= '2026-06-01' and created_at < '2026-07-01'",
    "select max(loan_id) from loans",
    "select reader_id, count(*) from loans group by 1",
    "select born, count(*) from readers group by 1",
)


@pytest.fixture(scope="module")
def blueprint(tmp_path_factory: pytest.TempPathFactory) -> Blueprint:
    """The design above, compiled."""
    path = tmp_path_factory.mktemp("library") / "library.design.yaml"
    Path(path).write_text(DESIGN)
    return compile_design(load_design(path))


@pytest.fixture(scope="module")
def loaded(server: Server, blueprint: Blueprint) -> Iterator[Database]:
    """A database with the rows that the design declares."""
    with server.scratch() as database:
        database.run_sql(emit(blueprint)["ddl/schema.sql"])
        database.run_sql(ROWS.format(s=blueprint.schema))
        database.run_sql("vacuum analyze")
        yield database


@pytest.fixture(scope="module")
def planned(blueprint: Blueprint) -> Iterator[Planned]:
    """A laboratory that has heard of no row."""
    with (
        open_laboratory(emit(blueprint)["ddl/schema.sql"]) as laboratory,
        laboratory.at(synthesize(blueprint).statistics) as opened,
    ):
        yield opened


@pytest.mark.parametrize("statement", STATEMENTS)
def test_plans_have_the_shape_of_those_with_rows(
    loaded: Database, planned: Planned, blueprint: Blueprint, statement: str
) -> None:
    with loaded.connect() as connection:
        connection.execute(f"set search_path = {blueprint.schema}, public".encode())
        row = connection.execute(f"explain (format json) {statement}".encode()).fetchone()
    assert row is not None
    assert shape(planned.explain(statement)[0]["Plan"]) == shape(row[0][0]["Plan"])


def test_every_index_of_the_server_has_statistics(loaded: Database, blueprint: Blueprint) -> None:
    told = {i.name for t in synthesize(blueprint).statistics.tables for i in t.indexes}
    with loaded.connect() as connection:
        rows = connection.execute(
            "select c.relname from pg_class c where c.relkind = 'i' and c.relnamespace = %s::regnamespace",
            [blueprint.schema],
        ).fetchall()
    assert {name for (name,) in rows} == told


def test_what_nobody_declared_is_listed(blueprint: Blueprint) -> None:
    said = {(a.subject, a.what) for a in synthesize(blueprint).assumptions}
    assert ("readers.born", "distinct values") not in said
    assert all(a.declare for a in synthesize(blueprint).assumptions)


def shape(plan: dict[str, Any]) -> tuple[Any, ...]:
    """Return what makes a plan this plan: its nodes, joins, relations and indexes."""
    kept = ("Node Type", "Strategy", "Partial Mode", "Join Type", "Relation Name", "Index Name", "Parallel Aware")
    return (*(plan.get(k) for k in kept), *(shape(p) for p in plan.get("Plans", ())))
