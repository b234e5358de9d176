"""Summaries, counters and copies as SQL: what is stored, and what a pattern would have to say to read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import DECIDING, compile_design
from dbwright.planner.choices.candidate import Candidate
from dbwright.planner.choices.copied_columns import copy_candidates
from dbwright.planner.choices.counters import counter_candidates
from dbwright.planner.choices.partition_keys import partition_candidates
from dbwright.planner.choices.summaries import summary_candidates
from dbwright.sizing.tables import facts_at

DESIGN = """\
design: sales
tenancy: {by: shops.shop_id, isolation: row}
roles:
  web: {about: The application}
  analyst: {about: Compares shops, tenants: all}
entities:
  shops:
    columns: {shop_id: uuid primary key, country: text not null}
    rows: {now: 1k}
  buyers:
    columns:
      buyer_id: uuid primary key
      shop_id: uuid not null references shops
      city: text not null
      nick: text
    rows: {now: 5M}
  sales:
    columns:
      sale_id: uuid primary key default uuidv7()
      buyer_id: uuid not null references buyers
      state: {sql: text not null, one of: [new, paid]}
      kind: {sql: text not null, one of: [cash, card]}
      amount: numeric(12,2) not null
      pieces: integer not null
      sold_at: timestamptz not null default now()
    rows: {now: 60M, growth: 1M/month}
access:
  change-state:
    by: web
    sql: update sales set state = :state where sale_id = :sale
  asked:
    by: BY
    sql: "SQL"
    freshness: stale up to 10m
"""


def compiled(tmp_path: Path, sql: str, by: str = "web") -> Blueprint:
    """The design with one pattern that says this."""
    path = tmp_path / "sales.design.yaml"
    path.write_text(DESIGN.replace("SQL", sql).replace("BY", by))
    return compile_design(load_design(path), passes=DECIDING)


@pytest.mark.parametrize(
    ("sql", "stored", "statement"),
    [
        (
            "select state, count(*) from sales where kind = :kind group by state order by 2 desc",
            "select shop_id, kind, state, count(*) as count from sales group by shop_id, kind, state",
            "select state, sum(count)::bigint as count from sales_by_kind_state where kind = :kind group by state "
            "order by 2 desc",
        ),
        (
            "select sum(pieces) as n from sales where kind = 'card' and sold_at >= :start and sold_at < :stop",
            "select shop_id, date_trunc('hour', sold_at) as hour, sum(pieces) as n from sales where kind = 'card' "
            "group by shop_id, date_trunc('hour', sold_at)",
            "select sum(n)::bigint as n from sales_by_hour where hour >= :start and hour < :stop",
        ),
        (
            "select b.city, max(s.amount) as most from sales s join buyers b on b.buyer_id = s.buyer_id "
            "where b.city = any(:cities) group by b.city",
            "select s.shop_id, b.city, max(s.amount) as most from sales s join buyers b on b.buyer_id = s.buyer_id "
            "where b.shop_id = s.shop_id group by s.shop_id, b.city",
            "select city, max(most) as most from sales_by_city where city = any(:cities) group by city",
        ),
        (
            "select count(*) from sales where buyer_id = :buyer",
            "select shop_id, buyer_id, count(*) as count from sales group by shop_id, buyer_id",
            "select coalesce(sum(count), 0)::bigint as count from sales_by_buyer_id where buyer_id = :buyer",
        ),
    ],
)
def test_a_summary_and_the_pattern_over_it(tmp_path: Path, sql: str, stored: str, statement: str) -> None:
    (made,) = summary_candidates(compiled(tmp_path, sql))
    assert isinstance(made, Candidate) and made.summary is not None
    assert str(made.summary.sql) == stored
    assert made.statements == {"asked": statement}


def test_a_role_of_all_tenants_reads_what_no_view_narrows(tmp_path: Path) -> None:
    (made,) = summary_candidates(compiled(tmp_path, "select kind, count(*) as n from sales group by kind", "analyst"))
    assert isinstance(made, Candidate)
    assert "from sales_by_kind_stored group by kind" in made.statements["asked"]


@pytest.mark.parametrize(
    "sql",
    [
        "select count(distinct buyer_id) from sales where kind = :kind",
        "select avg(amount) from sales where kind = :kind",
        "select count(*) filter (where kind = 'card') from sales where state = :state",
        "select kind from sales where kind = :kind",
        "select kind, count(*) from sales where pieces + :more > 3 group by kind having count(*) > 5",
        "select count(*) from sales where kind = :kind or state = :state",
        "select count(*) from sales s where exists (select from buyers b where b.buyer_id = s.buyer_id)",
        "select count(*) from sales where kind like :kind",
    ],
)
def test_what_does_not_add_up_has_no_summary(tmp_path: Path, sql: str) -> None:
    assert list(summary_candidates(compiled(tmp_path, sql))) == []


@pytest.mark.parametrize(
    ("sql", "column", "statement"),
    [
        (
            "select count(*) from sales where buyer_id = :buyer",
            "buyers.sales_count",
            "select coalesce((select sales_count from buyers where buyer_id = :buyer), 0) as count",
        ),
        (
            "select sum(amount) as spent from sales where buyer_id = :buyer",
            "buyers.sales_amount_sum",
            "select coalesce((select sales_amount_sum from buyers where buyer_id = :buyer), 0) as spent",
        ),
    ],
)
def test_a_counter_and_the_pattern_over_it(tmp_path: Path, sql: str, column: str, statement: str) -> None:
    (made,) = counter_candidates(compiled(tmp_path, sql))
    assert made.subject == column
    assert made.statements == {"asked": statement}


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from sales where buyer_id = :buyer and kind = :kind",
        "select count(*) from sales where buyer_id = :buyer and state = 'paid'",
        "select count(*) from sales where buyer_id > :buyer",
        "select max(amount) from sales where buyer_id = :buyer",
    ],
)
def test_other_questions_have_no_counter(tmp_path: Path, sql: str) -> None:
    assert list(counter_candidates(compiled(tmp_path, sql))) == []


def test_a_join_for_a_filter_alone_is_gone_with_a_copy(tmp_path: Path) -> None:
    sql = "select s.sale_id, b.city from sales s join buyers b on b.buyer_id = s.buyer_id where b.city = :city"
    (made,) = copy_candidates(compiled(tmp_path, sql))
    assert [(str(c.name), str(c.sql), str(c.copy_of)) for c in made.columns] == [
        ("city", "text not null", "buyers.city")
    ]
    assert made.statements == {"asked": "select s.sale_id, s.city from sales s where s.city = :city"}


def test_a_join_that_shows_something_else_stays(tmp_path: Path) -> None:
    sql = (
        "select s.sale_id, b.nick from sales s join buyers b on b.buyer_id = s.buyer_id "
        "where s.kind = :kind order by b.city limit 5"
    )
    (made,) = copy_candidates(compiled(tmp_path, sql))
    assert made.statements["asked"].endswith(
        "from sales s join buyers b on b.buyer_id = s.buyer_id where s.kind = :kind order by s.city limit 5"
    )


def test_no_row_may_move_with_its_state(tmp_path: Path) -> None:
    blueprint = compiled(tmp_path, "select sale_id from sales where state = :state and kind = :kind")
    found = list(partition_candidates(blueprint, facts_at(blueprint).tables))
    assert {c.what: c.obstacle for c in found if c.subject == "sales"} == {
        "hash of shop_id, 8 partitions": "",
        "hash of sale_id, 8 partitions": "",
        "list of kind": "",
        "list of state": "`change-state` changes state, and each change would move the row to another partition",
    }
