"""Switching candidates: what is on is what the planner sees, nothing else is touched, and a refusal is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest

from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.options import Option
from dbwright.planner.advisor.refusal import PlanningRefused
from dbwright.planner.advisor.switchboard import Switchboard
from dbwright.planner.advisor.trials import Trials, explain
from dbwright.planner.advisor.workload import Asked
from dbwright.server import Database

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

TABLES = """
create table things (a int not null, b int not null, c int not null);
insert into things select i, i % 100, i % 50 from generate_series(1, 20000) i;
create index on_a on things (a);
create index on_b on things (b);
create index on_c on things (c);
"""
VALID = "select relname from pg_index join pg_class c on c.oid = indexrelid where relname like 'on_%' and indisvalid"
BY_B = Asked("b", "select a from things where b = 5")


@pytest.fixture
def things(database: Database) -> Iterator[Connection[TupleRow]]:
    """A connection to a table with three indexes; the third is no option."""
    database.run_sql(TABLES)
    database.run_sql("vacuum analyze")
    with database.connect(autocommit=False) as connection:
        connection.execute("set default_transaction_read_only = on")
        connection.commit()
        yield connection


def options(connection: Connection[TupleRow]) -> list[Option]:
    """The first two."""
    found: dict[str, int] = dict(
        connection.execute("select relname, oid::bigint from pg_class where relname like 'on__'").fetchall()
    )
    connection.rollback()
    return [Option(Definition("things", (KeyPart(k),)), 1, (found[f"on_{k}"],)) for k in "ab"]


def valid(database: Database) -> list[str]:
    """What another session sees."""
    with database.connect() as other:
        return sorted(name for (name,) in other.execute(VALID))


def test_options_are_off_at_first_and_on_where_they_are_turned(
    database: Database, things: Connection[TupleRow]
) -> None:
    board = Switchboard(things, options(things))
    assert valid(database) == ["on_c"]
    board.turn(0b11, 0b11)
    assert valid(database) == ["on_a", "on_b", "on_c"]
    board.turn(0b10, 0b11)
    assert valid(database) == ["on_b", "on_c"]
    board.turn(0, 0b11)
    assert valid(database) == ["on_c"]


def test_only_what_concerns_a_question_is_turned(database: Database, things: Connection[TupleRow]) -> None:
    board = Switchboard(things, options(things))
    board.turn(0b01, 0b01)
    board.turn(0b10, 0b10)
    assert valid(database) == ["on_a", "on_b", "on_c"]
    board.turn(0b10, 0b01)
    assert valid(database) == ["on_b", "on_c"]


def test_the_planner_sees_what_is_on(things: Connection[TupleRow]) -> None:
    trials = Trials(things, [BY_B], options(things), [0b11])
    without, with_it = trials.answer(0, 0b01), trials.answer(0, 0b11)
    assert without.used == 0 and with_it.used == 0b10 and with_it.cost < without.cost / 2
    assert trials.questions == 2
    assert trials.answer(0, 0b10) == with_it and trials.questions == 2


def test_a_refused_statement_leaves_the_board_as_it_can_be_used(
    database: Database, things: Connection[TupleRow]
) -> None:
    board = Switchboard(things, options(things))
    with pytest.raises(PlanningRefused):
        explain(things, Asked("", "select nothing from things", settings=(("work_mem", "1MB"),)))
    board.turn(0b01, 0b11)
    assert valid(database) == ["on_a", "on_c"]


def test_a_server_that_refuses_to_switch_is_told_and_can_be_asked_again(
    database: Database, things: Connection[TupleRow]
) -> None:
    board = Switchboard(things, options(things))
    with database.connect() as other:
        other.execute("create role onlooker")
    things.execute("set role onlooker")
    things.commit()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        board.turn(0b01, 0b11)
    things.execute("reset role")
    things.commit()
    database.server.drop_roles(["onlooker"])
    board.turn(0b01, 0b11)
    assert valid(database) == ["on_a", "on_c"]


def test_a_server_that_is_gone_is_told(database: Database, things: Connection[TupleRow]) -> None:
    board = Switchboard(things, options(things))
    with database.connect() as other:
        other.execute("select pg_terminate_backend(%s)", [things.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        board.turn(0b01, 0b11)
