"""The least time of a plan from the catalog of a laboratory: rows before the filter, keys, parts, memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dbwright.planner.advisor.reach import Reach
from dbwright.planner.advisor.trials import explain
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.storage import Storage
from dbwright.server import Database, Server

TABLES = """
create table events (id bigint primary key, who bigint not null, size bigint not null);
insert into events select i, i % 1000, i % 2000 from generate_series(1, 200000) i;
create index by_who on events (who);
create index by_size on events (size) where who < 100;
create table parts (id bigint, size bigint not null, primary key (id)) partition by hash (id);
create table parts_0 partition of parts for values with (modulus 4, remainder 0);
create table parts_1 partition of parts for values with (modulus 4, remainder 1);
create table parts_2 partition of parts for values with (modulus 4, remainder 2);
create table parts_3 partition of parts for values with (modulus 4, remainder 3);
insert into parts select i, i % 2000 from generate_series(1, 200000) i;
create role reader;
grant select on events to reader;
alter table events enable row level security;
create policy own on events to reader using (size = 7);
"""
MEMORY = Storage(random=0.0, sequential=0.0, cached=0.0, row=1.0)
"""Tells rows."""


@pytest.fixture(scope="module")
def events(server: Server) -> Iterator[Database]:
    """Tables with rows and statistics."""
    with server.scratch("reach") as database:
        database.run_sql(TABLES)
        database.run_sql("vacuum analyze")
        yield database
    server.drop_roles(["reader"])


def told(database: Database, sql: str, storage: Storage, *parameters: str, role: str = "") -> float:
    """The seconds of a statement's plan."""
    with database.connect(autocommit=False) as connection:
        reach = Reach(connection, "public", storage)
        connection.execute("set enable_bitmapscan = off")
        connection.commit()
        asked = Asked("", sql, parameters=parameters, role=role)
        plan: Any = explain(connection, asked)
        return reach.seconds(plan)


def test_rows_that_a_filter_throws_away_are_read_all_the_same(events: Database) -> None:
    assert told(events, "select from events where who = 505", MEMORY) == pytest.approx(200, rel=0.2)
    assert told(events, "select from events where who = 505 and size = 1505", MEMORY) == pytest.approx(200, rel=0.2)
    assert told(events, "select from events where who = $1 and size = $2", MEMORY, "$1", "$2") == pytest.approx(
        200, rel=0.2
    )


def test_a_policy_filters_what_was_read_before_it(events: Database) -> None:
    assert told(events, "select from events where who = 505", MEMORY, role="reader") == pytest.approx(200, rel=0.2)


def test_a_partial_index_finds_the_rows_of_its_predicate(events: Database) -> None:
    assert told(events, "select from events where size = 5 and who < 100 and id % 7 = 3", MEMORY) < 30


def test_a_key_finds_one_row_and_of_parts_by_hash_one_is_read(events: Database) -> None:
    assert told(events, "select from events where id = $1", MEMORY, "$1") == 1
    assert told(events, "select from parts where id = $1", MEMORY, "$1") == pytest.approx(1)


def test_pages_come_from_memory_as_far_as_it_holds_the_database(events: Database) -> None:
    one_page = Storage(random=0.0, sequential=1.0, cached=0.0, row=0.0)
    whole = "select from events where size % 3 = 1"
    assert told(events, whole, one_page) == 0
    with events.connect() as connection:
        pages = connection.execute("select relpages from pg_class where relname = 'events'").fetchone()
    assert pages is not None
    small = Storage(random=0.0, sequential=1.0, cached=0.0, row=0.0, memory=1.0)
    assert told(events, whole, small) == pytest.approx(pages[0], rel=0.01)
