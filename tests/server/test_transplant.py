"""Reading a loaded server: any version, any login, any order in which its dump makes objects; and without donors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dbwright.planner.insides import estimate_height
from dbwright.planner.laboratory import Laboratory, open_laboratory
from dbwright.planner.planned import Planned
from dbwright.planner.statistics import GinCounters, IndexStatistics, Statistics
from dbwright.planner.transplant import read_settings, read_statistics
from dbwright.records import replace
from dbwright.server import Database, Server
from dbwright.sizing.methods import gin as size_gin
from fidelity import shared
from fidelity.comparing import compare, shape
from test_access_methods import SCHEMA as INDEXED
from test_access_methods import held_by, pages_of

ROWS = """
create table orders (id bigint primary key, place int not null, at timestamptz not null, span int4range, facts jsonb);
create index orders_place on orders (place, at);
create index orders_facts on orders using gin (facts);
create index orders_span on orders using gist (span);
create statistics orders_pairs on place, at from orders;
insert into orders select i, i % 300, '2024-01-01'::timestamptz + i * interval '1 min', int4range(i, i + i % 9),
  jsonb_build_object('k', i % 20) from generate_series(1, 30000) i;
"""
ASKED = (
    "select * from orders where id = 29000",
    "select * from orders where place = 7 order by at desc limit 5",
    "select count(*) from orders where at > '2024-01-20'",
    "select * from orders where id > 29998",
    "select * from orders where place = 3 and at > '2024-01-21 19:00'",
    "select place, count(*) from orders group by place",
)


def plans(database: Database) -> list[Any]:
    """Return the plans of a database that has the rows."""
    with database.connect(autocommit=False) as connection:
        planned = Planned(connection, "public")
        return [planned.explain(statement) for statement in ASKED]


def read(database: Database, role: str | None = None) -> Statistics:
    """Return the statistics as a role may read them."""
    with database.connect(role) as connection:
        return read_statistics(connection, "public")


@pytest.fixture(scope="module")
def old(server15: Server) -> Iterator[Database]:
    """Rows on PostgreSQL 15."""
    with server15.scratch() as database:
        database.run_sql(ROWS)
        database.run_sql("vacuum analyze; checkpoint")
        yield database


def test_a_server_of_version_15_is_planned_by_18_and_said_to_be(old: Database) -> None:
    statistics = read(old)
    assert any("the server has version 15" in told for told in statistics.approximations)
    with old.connect() as connection:
        settings = read_settings(connection)
    assert settings["random_page_cost"] == "4"
    with open_laboratory(old.dump("--no-owner"), settings) as laboratory, laboratory.at(statistics) as planned:
        ours = [planned.explain(statement) for statement in ASKED]
    assert [shape(plan) for plan in ours] == [shape(plan) for plan in plans(old)]
    costs = [(a[0]["Plan"]["Total Cost"], b[0]["Plan"]["Total Cost"]) for a, b in zip(ours, plans(old), strict=True)]
    assert all(a == pytest.approx(b, rel=0.02) for a, b in costs), costs


def test_a_login_with_few_rights_gets_heights_by_formula_and_is_told(server: Server) -> None:
    with server.scratch() as database:
        database.run_sql(ROWS + "create role transplant_reader login; create table hidden (id int primary key);")
        database.run_sql("create materialized view later as select * from orders with no data;")
        database.run_sql("grant select on orders to transplant_reader; vacuum analyze; create extension pageinspect")
        poor, rich = read(database, "transplant_reader"), read(database)
        told = " ".join(poor.approximations)
        assert "heights of B-trees follow from pages" in told
        assert "extended statistics are shown to superusers only" in told
        assert "this login may not read hidden, so" in told
        assert rich.approximations == ()
        for own, true in zip(poor.tables[0].indexes, rich.tables[0].indexes, strict=True):
            assert own.height == true.height
        assert poor.tables[0].columns == rich.tables[0].columns
        with open_laboratory(database.dump("--no-privileges")) as laboratory, laboratory.at(poor) as planned:
            ours = [planned.explain(statement) for statement in ASKED[:5]]
        assert ours == plans(database)[:5]
    server.drop_roles(["transplant_reader"])


def test_a_file_that_is_behind_the_memory_of_its_server_is_not_believed(server: Server) -> None:
    with server.scratch() as database:
        database.run_sql(ROWS)
        database.run_sql("vacuum analyze")
        from_files = read(database)
        database.run_sql("create extension pageinspect")
        true = read(database)
    assert max(index.height or 0 for index in true.tables[0].indexes) == 1
    heights = [[index.height for index in told.tables[0].indexes] for told in (from_files, true)]
    assert heights[0] == heights[1]


def test_a_laboratory_from_a_dump_plans_like_the_server_that_was_dumped(server: Server) -> None:
    for workload in shared.workloads():
        if workload.name in ("correlated", "ledger"):
            comparison = compare(server, workload, from_dump=True)
            assert not comparison.left_out
            assert [d.asked.statement for d in comparison.differences] == []


@pytest.mark.parametrize(
    ("pages", "height"), [(2, 0), (3, 1), (280, 1), (300, 1), (60_000, 2), (500_000, 3), (30_000_000, 3)]
)
def test_the_height_of_a_tree_follows_from_its_pages(pages: int, height: int) -> None:
    assert estimate_height(pages) == height


@pytest.fixture(scope="module")
def indexed(server: Server) -> Iterator[Database]:
    """One index of each kind over rows."""
    with server.scratch() as database:
        database.run_sql(INDEXED)
        yield database


SEARCHES = (
    "select * from things where few @> array[7]",
    "select * from things where many @> array[7, 30]",
    "select * from things where many && array[1, 2, 3]",
    """select * from things where facts @> '{"k": 3}'""",
    "select * from things where i between 50 and 900",
    "select * from things where word = 'c4ca4238a0b923820dcc509a6f75849b'",
    "select * from things where i % 50 = 3",
    "select * from things where span && int4range(5, 9)",
    "select * from things order by place <-> point(0, 0) limit 5",
    "select i from vectors order by v <-> (select v from vectors where i = 1) limit 5",
)


def without_donors(database: Database, formula: bool) -> Statistics:
    """Return the statistics without a page of a real index: GIN counters as read, or by formula."""
    keys = {
        "few": "select distinct i, unnest(few) from things",
        "many": "select distinct i, unnest(many) from things",
        "facts": "select i, e::text from things, jsonb_each(facts) e",
    }
    heap = pages_of(database, "things")
    found = {name: size_gin(60_000, held_by(database, query), 4, heap) for name, query in keys.items()}

    def bare(index: IndexStatistics) -> IndexStatistics:
        gin = None
        if index.name in found and index.metapage:
            read_of = [int.from_bytes(index.metapage[at : at + 4], "little") for at in (64, 52, 56)]
            counted = found[index.name]
            worked_out = (counted.entries, counted.entry_pages, counted.data_pages)
            gin = GinCounters(*(worked_out if formula else read_of))
        return replace(index, metapage=b"", gin=gin)

    statistics = read(database)
    tables = tuple(replace(t, indexes=tuple(map(bare, t.indexes))) for t in statistics.tables)
    return replace(statistics, tables=tables)


@pytest.mark.parametrize("formula", [False, True], ids=["counters as read", "counters by formula"])
def test_no_page_of_a_real_index_is_needed(server: Server, indexed: Database, formula: bool) -> None:
    statistics = without_donors(indexed, formula)
    with server.scratch() as empty:
        empty.run_sql(indexed.dump())
        with indexed.connect(autocommit=False) as connection:
            real = [Planned(connection, "public").explain(statement) for statement in SEARCHES]
        with Laboratory(server, empty) as laboratory, laboratory.at(statistics) as planned:
            ours = [planned.explain(statement) for statement in SEARCHES]
    if not formula:
        assert ours == real
    assert [shape(plan) for plan in ours] == [shape(plan) for plan in real]
    for one, other in zip(ours, real, strict=True):
        assert one[0]["Plan"]["Total Cost"] == pytest.approx(other[0]["Plan"]["Total Cost"], rel=0.02)
