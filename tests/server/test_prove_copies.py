"""Copies: they are kept true whatever clients write, and without what keeps them they lie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benches import assert_breaks, judge, open_design
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench
from dbwright.server import Server

DESIGN = """
design: bistro
entities:
  customers:
    about: A guest.
    columns:
      customer_id: bigint generated always as identity primary key
      city: text not null
      nickname: text
      order_count: {sql: bigint not null default 0, counts: orders}
      spent: {sql: "numeric(14,2) not null default 0", sums: orders.net}
    rows: 40
  orders:
    about: A meal.
    columns:
      order_id: bigint generated always as identity primary key
      customer_id: bigint not null references customers on delete cascade
      customer_city: {sql: text not null, copy of: customers.city}
      nickname: {sql: text, copy of: customers.nickname}
      net: numeric(12,2) not null
      gross: numeric(12,2) generated always as (net * 1.2) stored
    rows: 80
"""


@pytest.fixture(scope="module")
def copies(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench with a copy that a reference keeps, and one that triggers keep."""
    path = tmp_path_factory.mktemp("copies") / "bistro.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    with open_design(path, server, 200) as bench:
        yield bench


def test_a_reference_refuses_every_lie(copies: Bench) -> None:
    finding = judge(copies, "copies/orders.customer_city")
    assert finding.verdict is Verdict.HELD, finding.reason
    answers = finding.evidence["attempts"]
    assert answers["the original changes"] == "1 row(s)"
    assert [a for what, a in answers.items() if what.startswith(("the copy", "the row", "a new"))] == [
        "refused (23503)"
    ] * 3


def test_a_generated_column_refuses_every_value(copies: Bench) -> None:
    finding = judge(copies, "copies/orders.gross")
    assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)
    answers = list(finding.evidence["attempts"].values())
    assert answers == ["refused (428C9)", "refused (428C9)", "1 row(s)"]


@pytest.mark.parametrize("column", ["order_count", "spent"])
def test_a_number_follows_its_rows(copies: Bench, column: str) -> None:
    finding = judge(copies, f"copies/customers.{column}")
    assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)
    assert "waits, then 1 row(s)" in finding.evidence["attempts"]["two sessions remove rows of one at once"]


def test_a_number_that_is_corrected_makes_no_claim_to_refuse_nothing(copies: Bench) -> None:
    ids = [c.id for c in copies.blueprint.claims]
    assert "integrity/customers.order_count.not_null" not in ids
    assert "integrity/customers.city.not_null" in ids


def test_triggers_correct_every_lie(copies: Bench) -> None:
    finding = judge(copies, "copies/orders.nickname")
    assert finding.verdict is Verdict.HELD, finding.reason
    assert not any("refused" in answer for answer in finding.evidence["attempts"].values())


@pytest.mark.parametrize(
    ("claim", "mutation"),
    [
        ("copies/orders.customer_city", "alter table bistro.orders drop constraint orders_customer_id_fkey"),
        (
            "copies/orders.gross",
            "alter table bistro.orders alter column gross drop expression",
        ),
        ("copies/customers.order_count", "drop trigger guard_customers_order_count on bistro.customers"),
        ("copies/customers.order_count", "drop trigger clear_customers_order_count on bistro.orders"),
        ("copies/customers.spent", "drop trigger add_to_customers_spent on bistro.orders"),
        ("copies/orders.nickname", "drop trigger take_orders_nickname on bistro.orders"),
        ("copies/orders.nickname", "alter table bistro.customers disable trigger spread_orders_nickname"),
        (
            "copies/orders.nickname",
            "do $$ begin execute replace(pg_get_functiondef('bistro.take_orders_nickname()'::regprocedure),"
            " ' for share', ''); end $$",
        ),
    ],
)
def test_without_what_keeps_it_the_copy_lies(copies: Bench, claim: str, mutation: str) -> None:
    assert_breaks(copies, claim, mutation)
