"""Predicted pages of tables and indexes against what the server's files have, for values whose facts are known.

The facts are counted by the server, so that only the formulas are judged.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dbwright.model.table import Index, IndexKey
from dbwright.server import Database, Server
from dbwright.sizing.facts import ColumnFacts, TableFacts
from dbwright.sizing.indexes import index_size
from dbwright.sizing.layout import Value, heap_pages

ROWS = 30_000
TABLE = """
create extension if not exists vector;
create table facts (
  id bigint, number int, flag boolean, owner uuid, status text, name text, note text, amount numeric(12,2),
  at timestamptz, gone timestamptz, tags text[], document jsonb, place point, words tsvector, near vector(16));
"""
INDEXES = {
    "id": "using btree (id)",
    "number": "using btree (number)",
    "owner": "using btree (owner)",
    "status": "using btree (status)",
    "name": "using btree (name)",
    "at": "using btree (at)",
    "amount": "using btree (amount)",
    "gone": "using btree (gone)",
    "two": "using btree (status, owner)",
    "covering": "using btree (number) include (at)",
    "partial": "using btree (at) where status = 'new'",
    "empty": "using btree (id) where gone is null",
    "ranges": "using brin (at)",
    "place": "using gist (place)",
    "near": "using hnsw (near vector_l2_ops)",
    "lists": "using ivfflat (near vector_l2_ops) with (lists = 100)",
}
FILL = f"""
insert into facts
select i, (i * 7919) % 5000, i % 3 = 0, md5((i * 31)::text)::uuid, (array['new', 'paid', 'shipped'])[1 + i % 3],
  repeat(md5(i::text), 1 + i % 2), repeat('x', i % 90), (i % 100000) / 7.0,
  '2026-01-01'::timestamptz + i * interval '1 min', case when i % 10 < 7 then null else now() end,
  array['t' || i % 40, 't' || i % 77], jsonb_build_object('k', i % 10, 'text', md5(i::text)), point(i % 300, i / 300),
  to_tsvector('simple', 'w' || i % 900 || ' v' || i % 1300 || ' u' || (i * 17) % 9000),
  (select array_agg(((i::bigint * j * 7919) % 100003) / 1000.0) from generate_series(1, 16) j)::vector
from generate_series(1, {ROWS}) i;
"""
LOOSE = {"ranges": 0.5, "number": 0.25, "place": 0.1, "lists": 0.15}
"""Where chance moves more than a twentieth: three pages, and pages that all split at about the same time."""


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[Database]:
    """Indexes made over the rows."""
    with server.scratch() as database:
        database.run_sql(TABLE + FILL)
        for name, definition in INDEXES.items():
            database.run_sql(f"create index facts_{name} on facts {definition}")
        database.run_sql("vacuum analyze facts")
        yield database


@pytest.fixture(scope="module")
def grown(server: Server) -> Iterator[Database]:
    """Rows written one by one into indexes that were there."""
    with server.scratch() as database:
        database.run_sql(TABLE)
        for name, definition in INDEXES.items():
            database.run_sql(f"create index facts_{name} on facts {definition}")
        database.run_sql(FILL + "vacuum analyze facts")
        yield database


@pytest.fixture(scope="module")
def facts(built: Database) -> TableFacts:
    """What the server counts of the values."""
    return counted(built)


def test_the_heap(built: Database, facts: TableFacts) -> None:
    row, moved = facts.row()
    assert moved == 0
    assert heap_pages(facts.rows, row) == pytest.approx(pages(built, "facts"), rel=0.01)


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_that_was_built(built: Database, facts: TableFacts, name: str) -> None:
    size = index_size(facts, index_of(name), filling="built")
    assert size.pages == pytest.approx(pages(built, f"facts_{name}"), rel=LOOSE.get(name, 0.02), abs=1)


@pytest.mark.parametrize("name", INDEXES)
def test_an_index_that_grew(grown: Database, facts: TableFacts, name: str) -> None:
    size = index_size(facts, index_of(name))
    assert size.pages == pytest.approx(pages(grown, f"facts_{name}"), rel=LOOSE.get(name, 0.06), abs=1)


def index_of(name: str) -> Index:
    """Return one of INDEXES as a blueprint has it."""
    definition = INDEXES[name]
    method = definition.split()[1]
    keys = definition.split("(")[1].split(")")[0].split(", ")
    where = definition.partition(" where ")[2]
    include = tuple(definition.partition(" include (")[2].rstrip(")").split(", ")) if "include" in definition else ()
    return Index(name, "facts", tuple(IndexKey(k.split()[0]) for k in keys), method, include, where)


def counted(database: Database) -> TableFacts:
    """Return the facts of the table's values as the server counts them."""
    columns = []
    with database.connect() as connection:
        named = connection.execute(
            "select attname, format_type(atttypid, atttypmod), attlen, attalign::text from pg_attribute "
            "where attrelid = 'facts'::regclass and attnum > 0 order by attnum"
        ).fetchall()
        for name, kind, length, alignment in named:
            row = connection.execute(
                f"select avg(pg_column_size({name})), stddev(pg_column_size({name})), "
                f"avg(({name} is null)::int), {'count(distinct ' + name + ')' if kind != 'point' else 'count(*)'} "
                "from facts".encode()
            ).fetchone()
            assert row is not None
            size, spread, nulls, distinct = (float(v or 0) for v in row)
            align = {"c": 1, "s": 2, "i": 4, "d": 8}[alignment]
            lengths = connection.execute(
                f"select pg_column_size({name}), count(*)::float8 from facts where {name} is not null "
                "group by 1".encode()
            ).fetchall()
            align = align if length > 0 or size > 127 else 1
            value = Value(size, align, spread, nulls, length < 0, tuple((int(n), w / ROWS) for n, w in lengths))
            common = tuple((s, 1 / 3) for s in ("new", "paid", "shipped")) if name == "status" else ()
            rising = name in ("id", "at", "amount")
            columns.append(ColumnFacts(name, kind, value, distinct, common, rising=rising))
    return TableFacts("facts", ROWS, tuple(columns))


def pages(database: Database, relation: str) -> int:
    """Return the pages of a relation's main file."""
    with database.connect() as connection:
        row = connection.execute("select pg_relation_size(%s::regclass) / 8192", [relation]).fetchone()
    assert row is not None
    return int(row[0])
