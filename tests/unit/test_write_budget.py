"""What may be added to the cost of writes: how it is written, what writes cost today, and how it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dbwright.cli import main
from dbwright.planner.advisor.tables import ColumnFacts, Standing, TableFacts
from dbwright.planner.advisor.write_budget import WriteBudget, Writing
from dbwright.planner.advisor.writes import ROW, Written, cost_of_today, definition_of_standing, entry_cost


@pytest.mark.parametrize(
    ("text", "allowed"), [("20%", 50.0), ("0%", 0.0), ("2.5 %", 6.25), ("1500", 1500.0), ("0", 0.0)]
)
def test_it_is_a_share_of_what_writes_cost_today_or_units(text: str, allowed: float) -> None:
    assert WriteBudget.parse(text).allowed(250.0) == pytest.approx(allowed)


@pytest.mark.parametrize("text", ["", "lots", "-5%", "20GB", "1e3", "nan", "20 percent", "%", "5%%"])
def test_anything_else_is_refused_in_one_line_that_says_what_to_write(text: str, tmp_path: Path, capfd: Any) -> None:
    assert main(["advise", str(tmp_path / "shop.design.yaml"), f"--write-budget={text}"]) == 2
    said = capfd.readouterr().err
    assert f"--write-budget cannot be `{text}`" in said and "such as 20%" in said


def column(name: str, **statistics: str) -> ColumnFacts:
    """A column of eight bytes."""
    return ColumnFacts(name, "bigint", 8, 8, "N", True, statistics)


TABLE = TableFacts("orders", (column("id"), column("state")), ("orders",), 1e6, 10_000, 1.0)
KEY = Standing("orders", "orders_pkey", (1,), "", True, "btree", ("id",), (), "")
STATE = Standing("orders", "by_state", (2,), "", False, "btree", ("state",), (), "")
ENTRY = entry_cost(definition_of_standing(KEY), TABLE)


def today(verb: str, columns: set[str], *standing: Standing) -> float:
    """What ten rows cost."""
    write = Written(0, verb, "orders", frozenset(columns), 10.0)
    return cost_of_today([write], {"orders": TABLE}, standing)


def test_writes_of_today_count_every_index_that_stands_keys_too() -> None:
    assert today("insert", {"id", "state"}, KEY, STATE) - today("insert", {"id", "state"}) == pytest.approx(20 * ENTRY)


def test_an_update_that_changes_no_index_writes_the_row_alone() -> None:
    row = today("update", {"state"})
    assert row > 10 * ROW
    assert today("update", {"state"}, KEY) == row
    assert today("update", {"state"}, KEY, STATE) == pytest.approx(row + 20 * ENTRY)


def test_a_delete_leaves_entries_to_vacuum() -> None:
    assert today("delete", set(), KEY, STATE) == today("delete", set()) > 0


def test_what_is_used_of_what_was_allowed_is_told() -> None:
    assert Writing(1000.0, 123.4, 200.0).line() == (
        "writes: 12.3% more than today's 1,000; 123 of 200 that may be added"
    )
    assert Writing(1000.0, -50.0, 200.0).line() == "writes: 5.0% less than today's 1,000; 0 of 200 that may be added"
    assert Writing(1000.0, 50.0).line() == "writes: 5.0% more than today's 1,000"
    assert Writing(0.0, 0.0, 0.0).line() == "writes: the workload has none"
    assert Writing(1000.0, 123.0, 200.0).plain() == {"today": 1000.0, "added": 123.0, "allowed": 200.0, "share": 0.123}


def test_what_is_left_for_the_next_step_is_what_the_first_one_did_not_use() -> None:
    left = Writing(1000.0, 0.0, 200.0).left(150.0)
    assert left is not None and left.allowed(9999.0) == 50.0
    over = Writing(1000.0, 0.0, 200.0).left(250.0)
    assert over is not None and over.allowed(9999.0) == 0.0
    assert Writing(1000.0, 0.0).left(150.0) is None
