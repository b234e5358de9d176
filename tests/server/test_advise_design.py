"""Advising a design: its patterns at the horizon, written into the file, and what the compiler then makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dbwright.advising import FAULTS, advise_design
from dbwright.api import check
from dbwright.emit import emit
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.planner.advisor.advice import Advice
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.obligations import blameless
from dbwright.planner.noticing import NOTICED, times_dearer
from dbwright.rules.registry import all_rules
from dbwright.server import Database
from dbwright.theory.growth import growths

DESIGN = """\
# How a shop keeps its orders.
design: shop
tenancy: {by: tenants.tenant_id, isolation: row}
roles:
  web: {about: The application}
entities:
  tenants:
    about: A shop.
    columns:
      tenant_id: uuid primary key
    rows: {now: 100}
  orders:  # one checkout
    about: One checkout.
    columns:
      order_id: bigint primary key
      tenant_id: uuid not null references tenants
      customer: bigint not null
      status: {sql: text not null, one of: [new, paid]}
      created_at: timestamptz not null
      note: text
    rows: {now: 40M, growth: 1M/month}
  visits:
    about: One look at a page.
    columns:
      visit_id: bigint primary key
      tenant_id: uuid not null references tenants
      page: text not null
      at: timestamptz not null
    rows: {now: 300M}
access:
  history:
    why: The page after paying.
    by: web
    sql: select order_id, created_at from orders where customer = :customer order by created_at desc limit 20
    rate: 500/s
  look:
    why: Every page.
    by: web
    sql: insert into visits (visit_id, tenant_id, page, at) values (:visit, :tenant, :page, now())
    rate: 20000/s
  by-page:
    why: Once a quarter.
    by: web
    sql: select count(*) from visits where page = :page
    rate: 1/month
"""


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Advice]:
    """The design with the advice written into it, and the advice."""
    path = tmp_path_factory.mktemp("design") / "shop.design.yaml"
    path.write_text(DESIGN)
    return path, advise_design(path, budget=20 << 30, apply=True)


def test_each_index_is_noticed_by_a_statement_as_the_proof_of_indexes_asks(applied: tuple[Path, Advice]) -> None:
    _, advice = applied
    decided = (*advice.indexes, *advice.kept)
    assert decided
    for index in decided:
        assert max(times_dearer(e.without_it, e.with_it) for e in index.effects) >= NOTICED


def test_every_index_names_its_patterns_and_what_they_cost_without_it(applied: tuple[Path, Advice]) -> None:
    _, advice = applied
    (history,) = [i for i in (*advice.indexes, *advice.kept) if "history" in {e.statement for e in i.effects}]
    effect = next(e for e in history.effects if e.statement == "history")
    assert history.definition.columns[:2] == ("tenant_id", "customer")
    assert effect.without_it > effect.with_it
    assert history.size > 1_000_000_000


def test_the_rare_question_about_the_busy_table_gets_no_index(applied: tuple[Path, Advice]) -> None:
    path, advice = applied
    assert not [i for i in advice.indexes if i.table == "visits"]
    made = compile_design(load_design(path)).table("visits")
    assert made is not None
    assert "page" not in {c for i in made.indexes for c in i.columns}


def test_the_file_keeps_its_comments_and_says_what_was_decided(applied: tuple[Path, Advice]) -> None:
    path, _ = applied
    text = path.read_text()
    assert [line for line in DESIGN.splitlines() if line not in text.splitlines()] == []
    assert "advice:\n  budget: 20GB\n  patterns: [history, look, by-page]\n" in text
    assert check(path).ok


def test_the_compiler_keeps_what_was_advised_with_its_evidence(
    applied: tuple[Path, Advice], database: Database
) -> None:
    path, advice = applied
    blueprint = compile_design(load_design(path))
    table = blueprint.table("orders")
    assert table is not None
    kept = {i.name for i in (*advice.indexes, *advice.kept) if i.table == "orders"}
    assert kept <= {i.name for i in table.indexes}
    decision = next(d for d in blueprint.decisions if d.code == f"indexes/{min(kept)}")
    assert "history" in decision.evidence and "without it" in decision.evidence
    statement = blueprint.statement("history")
    assert statement is not None and kept & {name for names in statement.uses for name in names}
    database.run_sql(emit(blueprint, "postgresql")["ddl/schema.sql"])
    database.server.drop_roles(["web", "shop_owner"])


def test_a_second_advice_replaces_the_first(applied: tuple[Path, Advice]) -> None:
    path, _ = applied
    once = path.read_text()
    advise_design(path, budget=20 << 30, apply=True)
    assert path.read_text().count("advice:") == once.count("advice:") == 1
    assert path.read_text().count("evidence:") == once.count("evidence:")
    assert check(path).ok


def test_a_pattern_that_came_later_gets_its_index_by_rule(applied: tuple[Path, Advice], tmp_path: Path) -> None:
    path, _ = applied
    later = "  noted:\n    why: Later.\n    by: web\n    sql: select order_id from orders where note = :note\n"
    text = path.read_text()
    changed = tmp_path / "later.design.yaml"
    changed.write_text(text.replace("advice:\n", later + "    rate: 5/s\nadvice:\n"))
    table = compile_design(load_design(changed)).table("orders")
    assert table is not None and any("note" in i.columns for i in table.indexes)


LOW = """\
  low-stock:
    why: What must be ordered anew.
    by: web
    sql: select item_id, document from items where stock < :least order by stock limit 50
    rate: 1/hour
    latency: {p99: 500ms}
  sell:
    why: Every order.
    by: web
    sql: update items set stock = stock - 1 where item_id = :item
    rate: 3000/s
"""
ITEMS = """\
  items:
    about: What a shop sells.
    columns:
      item_id: bigint primary key
      tenant_id: uuid not null references tenants
      stock: integer not null
      document: jsonb not null
    rows: {now: 5M}
"""


def test_a_pattern_keeps_its_class_of_growth_though_the_index_costs_more_than_it_saves(tmp_path: Path) -> None:
    path = tmp_path / "stock.design.yaml"
    path.write_text(DESIGN.replace("access:\n", ITEMS + "access:\n") + LOW)
    before = growths(compile_design(load_design(path)))["low-stock"]
    advice = advise_design(path, apply=True)
    after = growths(compile_design(load_design(path)))["low-stock"]
    assert (before.fails, after.fails) == (False, False)
    (stays,) = [i for i in advice.kept if i.definition.columns == ("tenant_id", "stock")]
    assert stays.upkeep > sum(e.without_it - e.with_it for e in stays.effects) / 3600
    assert advice.size >= stays.size > 0


FORUM = """\
  posts:
    about: A question, or an answer to one.
    columns:
      post_id: bigint primary key
      tenant_id: uuid not null references tenants
      parent: bigint
      at: timestamptz not null
    rows: {now: 40M}
"""
NEWEST = """\
  newest:
    why: The front page.
    by: web
    sql: select post_id from posts where parent is null order by at desc limit 20
    rate: 50/s
    latency: {p99: 100ms}
"""


def test_the_predicate_of_an_advised_index_is_understood_by_what_judges_growth(tmp_path: Path) -> None:
    path = tmp_path / "forum.design.yaml"
    path.write_text(DESIGN.replace("access:\n", FORUM + "access:\n") + NEWEST)
    advice = advise_design(path, apply=True)
    made = [i for i in advice.indexes if i.table == "posts"]
    assert [i.definition.where for i in made] == ["parent IS NULL"]
    growth = growths(compile_design(load_design(path)))["newest"]
    assert not growth.fails and growth.bound.growth == "constant"


def test_an_index_that_stays_is_written_with_the_direction_of_its_keys(tmp_path: Path) -> None:
    path = tmp_path / "stock.design.yaml"
    low = LOW.replace("order by stock limit", "order by stock desc, item_id limit")
    path.write_text(DESIGN.replace("access:\n", ITEMS + "access:\n") + low)

    def direction() -> list[list[tuple[str, bool]]]:
        table = compile_design(load_design(path)).table("items")
        assert table is not None
        return [[(k.expression, k.descending) for k in i.keys] for i in table.indexes]

    before = direction()
    advise_design(path, apply=True)
    assert direction() == before == [[("tenant_id", False), ("stock", True), ("item_id", False)]]


def test_what_check_finds_fault_with_is_no_candidate(tmp_path: Path) -> None:
    path = tmp_path / "shop.design.yaml"
    path.write_text(DESIGN)
    rules = [rule for code, rule in all_rules().items() if code in FAULTS]
    good = Definition("orders", (KeyPart("tenant_id"), KeyPart("created_at")))
    late = Definition("orders", (KeyPart("created_at"), KeyPart("tenant_id")))
    few = Definition("orders", (KeyPart("status"),))
    assert blameless(compile_design(load_design(path)), rules)([late, good, few]) == [good]
