"""Planned rows stay inside the budget, follow the declared volumes, and leave no table empty."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from data_designs import compile_text, fediflow
from dbwright.data import plan_rows

FEDIFLOW = fediflow()


def test_fediflow_uses_its_budget() -> None:
    rows = plan_rows(FEDIFLOW)
    assert 119_000 < sum(rows.values()) <= 120_000
    assert rows["tenants"] == 5
    assert min(n for t, n in rows.items() if t != "tenants") >= 20


def test_larger_tables_get_more_rows() -> None:
    rows = plan_rows(FEDIFLOW)
    assert rows["activities"] > rows["content"] > rows["courses"]


def test_tables_that_patterns_read_by_an_index_get_some_thousand_rows() -> None:
    rows = plan_rows(FEDIFLOW)
    indexes = {i.name: t.name for t in FEDIFLOW.tables for i in t.indexes}
    read = {indexes[n] for s in FEDIFLOW.statements for names in s.uses for n in names if n in indexes}
    assert len(read) > 5
    assert min(rows[t] for t in read) >= 3_000


@settings(max_examples=50)
@given(st.integers(0, 300_000), st.integers(1, 50))
def test_no_budget_is_exceeded(budget: int, tenants: int) -> None:
    rows = plan_rows(FEDIFLOW, budget, tenants)
    assert sum(rows.values()) <= budget
    assert min(rows.values()) >= 0
    assert rows["tenants"] == min(tenants, budget)


def test_a_small_declared_table_stays_small() -> None:
    blueprint = compile_text(
        """
        design: shop
        roles: {web: {}}
        entities:
          currencies:
            columns: {code: char(3) primary key}
            rows: 30
          orders:
            columns: {order_id: uuid primary key default uuidv7(), currency: char(3) not null references currencies}
            rows: 5M
          receipts:
            columns: {order_id: uuid primary key references orders}
        """
    )
    rows = plan_rows(blueprint, 10_000)
    assert rows["currencies"] == 30
    assert rows["receipts"] <= 0.81 * rows["orders"]
