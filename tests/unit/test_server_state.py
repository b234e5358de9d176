"""Rules about running servers, asked of states that no throw-away server can be in."""

from __future__ import annotations

import pytest

from dbwright.model.blueprint import Blueprint
from dbwright.model.design import Design
from dbwright.model.house import DAY, House
from dbwright.model.live import LiveIndex, LiveScans, LiveState, LiveStatement
from dbwright.model.shape import Text
from dbwright.model.table import Index, IndexKey, Table, TableColumn
from dbwright.rules.registry import judge

GUARDED = {
    "listen_addresses": "*",
    "ssl": "on",
    "password_encryption": "scram-sha-256",
    "log_connections": "on",
    "log_statement": "ddl",
    "fsync": "on",
    "full_page_writes": "on",
    "hba": "",
}


def codes(state: LiveState, house: House | None = None) -> list[str]:
    """Return the codes of what is found in a database of one table in some state."""
    column, index = TableColumn("page", "integer"), Index("by_page", "visits", (IndexKey("page"),))
    table = Table("visits", columns=(TableColumn("visit_id", "integer"), column), indexes=(index,))
    design = Design(design=Text("x"))
    blueprint = Blueprint(design, "x", "public", 18, (table,), live=state, house=house)
    return [d.code for d in judge(blueprint) if d.code != "missing-primary-key"]


@pytest.mark.parametrize(
    ("changed", "count"),
    [
        ({}, 0),
        ({"ssl": "off"}, 1),
        ({"ssl": "off", "listen_addresses": "localhost"}, 0),
        ({"hba": "trust, md5"}, 1),
        ({"hba": "trust", "listen_addresses": ""}, 0),
        ({"password_encryption": "md5", "log_connections": "", "log_statement": "none", "fsync": "off"}, 4),
        ({"log_statement": "none", "pgaudit.log": "ddl"}, 0),
    ],
)
def test_what_guards_a_server_is_asked_for(changed: dict[str, str], count: int) -> None:
    assert codes(LiveState(controls={**GUARDED, **changed})) == ["weak-server-setting"] * count


@pytest.mark.parametrize(("days", "after", "found"), [(29, 30, False), (31, 30, True), (31, 60, False)])
def test_an_index_is_unused_after_a_time_that_the_house_says(days: int, after: int, found: bool) -> None:
    state = LiveState(unread=(LiveIndex("visits", "by_page", 8192, 5000),), watched=days * DAY)
    assert codes(state, House(unused_after=after * DAY)) == ["unused-index"] * found


@pytest.mark.parametrize(
    ("scans", "days", "found"), [(60, 1, True), (60, 30, False), (1000, 30, True), (40, 0.01, False)]
)
def test_a_table_is_read_whole_often_or_now_and_then(scans: int, days: float, found: bool) -> None:
    state = LiveState(scans=(LiveScans("visits", 200_000, scans, scans * 200_000, 0),), watched=days * DAY)
    assert codes(state) == ["table-read-whole"] * found


def test_many_scans_that_stop_early_are_no_reading_of_the_whole() -> None:
    assert codes(LiveState(scans=(LiveScans("visits", 200_000, 10**6, 60 * 200_000, 0),), watched=DAY)) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (LiveStatement("select 1", 10, 600.0, 700.0, 1.0, 0.2), True),
        (LiveStatement("select 1", 10, 600.0, 700.0, 1.0, 0.01), False),
        (LiveStatement("select 1", 1000, 2.0, 3.0, 1.0, 0.6), True),
        (LiveStatement("select 1", 10, 2.0, 3.0, 1.0, 0.6), False),
        (LiveStatement("select 1", 1000, 20.0, 4000.0, 90.0, 0.2), True),
        (LiveStatement("select 1", 1000, 20.0, 40.0, 90.0, 0.2), False),
    ],
)
def test_statements_are_slow_or_many_or_unsteady(statement: LiveStatement, found: bool) -> None:
    assert codes(LiveState(statements=(statement,))) == ["slow-statement"] * found
