"""A laboratory without rows plans as the loaded database does, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dbwright.planner.laboratory import Laboratory, Planned, open_laboratory
from dbwright.planner.statistics import Statistics
from dbwright.planner.transplant import read_statistics
from dbwright.records import replace
from dbwright.server import Database, Server

SCHEMA = """
create table orders (
  id bigint primary key, place int not null, note text, at timestamptz not null, total numeric(12,2), facts jsonb);
create table lines (
  id bigint generated always as identity primary key, order_id bigint not null references orders,
  product text not null, amount int);
create index orders_place on orders (place, at desc);
create index orders_facts on orders using gin (facts);
create index orders_at on orders using brin (at);
create index orders_note on orders using hash (note);
create index lines_order on lines (order_id);
create index lines_lower on lines (lower(product));
create index lines_rare on lines (amount) where product = 'nothing has this';
"""
ROWS = """
insert into orders
select i, i % 500, md5(i::text), '2024-01-01'::timestamptz + i * interval '1 min', i % 1000 / 7.0,
       jsonb_build_object('k', i % 50)
from generate_series(1, 60000) i;
insert into lines (order_id, product, amount)
select (i::bigint * 7919) % 60000 + 1, 'product ' || i % 1000, i % 300 from generate_series(1, 200000) i;
"""
STATEMENTS = (
    "select * from orders where id = 7",
    "select * from orders where place = 5 order by at desc limit 20",
    "select count(*) from lines join orders on orders.id = order_id where place < 20",
    "select * from lines where lower(product) = 'product 5'",
    "select * from orders where at > '2024-02-11'",
    "select max(id) from lines",
    "select * from orders where note like 'ab%'",
    """select * from orders where facts @> '{"k": 3}'""",
    "select * from lines where product = 'nothing has this' and amount = 3",
    "select * from orders where note = 'x'",
    "select order_id, count(*) from lines group by 1",
    "select id from orders where id between 100 and 5000",
)


@pytest.fixture(scope="module")
def loaded(server: Server) -> Iterator[Database]:
    """A database with rows, and the extension that shows the height of its trees."""
    with server.scratch() as database:
        database.run_sql(SCHEMA + ROWS)
        database.run_sql("vacuum analyze")
        database.run_sql("create extension pageinspect")
        yield database


@pytest.fixture(scope="module")
def statistics(loaded: Database) -> Statistics:
    """What the planner of the loaded database looks at."""
    with loaded.connect() as connection:
        return read_statistics(connection, "public")


@pytest.fixture(scope="module")
def laboratory() -> Iterator[Laboratory]:
    """The same schema without rows."""
    with open_laboratory(SCHEMA) as opened:
        yield opened


@pytest.fixture
def planned(laboratory: Laboratory, statistics: Statistics) -> Iterator[Planned]:
    """The laboratory with the statistics of the loaded database."""
    with laboratory.at(statistics) as opened:
        yield opened


@pytest.mark.parametrize("statement", STATEMENTS)
def test_plans_are_those_of_the_loaded_database(loaded: Database, planned: Planned, statement: str) -> None:
    assert planned.explain(statement) == explain(loaded, statement)


def test_leaving_out_the_height_of_trees_is_seen(
    loaded: Database, laboratory: Laboratory, statistics: Statistics
) -> None:
    flat = replace(
        statistics,
        tables=tuple(replace(t, indexes=tuple(replace(i, height=None) for i in t.indexes)) for t in statistics.tables),
    )
    with laboratory.at(flat) as planned:
        assert planned.explain(STATEMENTS[0]) != explain(loaded, STATEMENTS[0])


def test_an_index_can_be_left_out_and_comes_back(planned: Planned) -> None:
    with_it = planned.explain(STATEMENTS[1])
    with planned.without(["orders_place"]):
        assert planned.explain(STATEMENTS[1]) != with_it
    assert planned.explain(STATEMENTS[1]) == with_it


def test_nothing_can_be_written_where_only_plans_are_asked(planned: Planned) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        planned.execute("delete from orders")


def test_the_files_of_a_named_server_are_out_of_reach(server: Server, database: Database) -> None:
    with Server(dict(part.split("=", 1) for part in server.dsn().split())) as named:  # noqa: SIM117
        with pytest.raises(ValueError, match="only a throw-away one"):
            Laboratory(named, database)


def explain(database: Database, statement: str) -> Any:
    """Return the plan of a database that has the rows."""
    with database.connect() as connection:
        row = connection.execute(f"explain (format json) {statement}".encode()).fetchone()
    assert row is not None
    return row[0]
