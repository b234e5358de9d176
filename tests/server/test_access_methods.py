"""Sizes and counters of indexes that are not B-trees, worked out, beside those that a server really built."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest

from dbwright.planner.statistics import GinCounters
from dbwright.server import Database, Server
from dbwright.sizing.layout import Value, index_entry
from dbwright.sizing.methods import (
    brin_pages,
    gin,
    gist_pages,
    hash_pages,
    hnsw_pages,
    ivfflat_pages,
    range_map_pages,
)

ROWS = 60_000
SCHEMA = f"""
create extension pageinspect; create extension vector;
create table things as
select i, array(select (random() * 40)::int from generate_series(1, 5) where i > 0) few,
       array(select (random() * 20000)::int from generate_series(1, 5) where i > 0) many,
       md5(i::text) word, jsonb_build_object('k', i % 50, 'name', md5((i % 5000)::text)) facts,
       int4range(i, i + 10) span, point(random(), random()) place, repeat('x', 100) filler
from generate_series(1, {ROWS}) i;
create table vectors as
select i, (array(select random() from generate_series(1, 64) where i > 0))::vector(64) v
from generate_series(1, 3000) i;
vacuum analyze;
create index few on things using gin (few);
create index many on things using gin (many);
create index facts on things using gin (facts jsonb_path_ops);
create index wide on things using brin (i);
create index narrow on things using brin (i) with (pages_per_range = 1);
create index hashed on things using hash (word);
create index hashed_few on things using hash ((i % 50));
create index spans on things using gist (span);
create index places on things using gist (place);
create index words on things using spgist (word);
create index lists on vectors using ivfflat (v vector_l2_ops) with (lists = 20);
create index graph on vectors using hnsw (v vector_l2_ops);
vacuum analyze;
"""


@pytest.fixture(scope="module")
def built(server: Server) -> Iterator[Database]:
    """A database with one index of each kind over rows."""
    with server.scratch() as database:
        database.run_sql(SCHEMA)
        yield database


def pages_of(database: Database, relation: str) -> int:
    """Return the true pages of a relation."""
    with database.connect() as connection:
        row = connection.execute("select pg_relation_size(%s) / 8192", [relation]).fetchone()
    assert row is not None
    return int(row[0])


def metapage_of(database: Database, relation: str) -> bytes:
    """Return block 0 of an index."""
    with database.connect() as connection:
        row = connection.execute("select get_raw_page(%s, 0)", [relation]).fetchone()
    assert row is not None
    return bytes(row[0])


def held_by(database: Database, groups: str) -> list[tuple[float, float]]:
    """Return for each frequency how many keys so many rows hold."""
    query = (
        f"select count(*)::float8, n::float8 from (select count(*) n from ({groups}) t (id, k) group by k) f group by n"
    )
    with database.connect() as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.mark.parametrize(
    ("index", "keys"),
    [
        ("few", "select distinct i, unnest(few) from things"),
        ("many", "select distinct i, unnest(many) from things"),
        ("facts", "select i, e::text from things, jsonb_each(facts) e"),
    ],
)
def test_a_gin_index_is_counted_as_a_build_counts_it(built: Database, index: str, keys: str) -> None:
    counters = gin(ROWS, held_by(built, keys), 4, pages_of(built, "things"))
    total, entry_pages, data_pages, entries = struct.unpack_from("<IIIxxxxq", metapage_of(built, index), 48)
    real = GinCounters(entries, entry_pages, data_pages)
    assert counters.pages == pytest.approx(total, rel=0.1, abs=2)
    assert counters.entries == real.entries
    assert counters.entry_pages == pytest.approx(real.entry_pages, rel=0.1, abs=2)
    assert counters.data_pages == pytest.approx(real.data_pages, rel=0.1, abs=2)


@pytest.mark.parametrize(("index", "pages_per_range"), [("wide", 128), ("narrow", 1)])
def test_a_brin_index_has_the_pages_and_the_map_that_it_was_said_to_have(
    built: Database, index: str, pages_per_range: int
) -> None:
    heap = pages_of(built, "things")
    assert brin_pages(heap, 8, pages_per_range) == pytest.approx(pages_of(built, index), abs=1)
    assert range_map_pages(heap, pages_per_range) == struct.unpack_from("<I", metapage_of(built, index), 36)[0]


@pytest.mark.parametrize(
    ("index", "worked_out"),
    [
        ("hashed", hash_pages(ROWS)),
        ("hashed_few", hash_pages(ROWS, distinct=50)),
        ("lists", ivfflat_pages(3000, 64, 20)),
        ("graph", hnsw_pages(3000, 64)),
        ("places", gist_pages(ROWS, index_entry([Value(32, 8)]))),
    ],
)
def test_pages_are_worked_out_within_a_tenth(built: Database, index: str, worked_out: int) -> None:
    assert worked_out == pytest.approx(pages_of(built, index), rel=0.1)
