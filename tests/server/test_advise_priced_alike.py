"""The advisor and the proof of indexes price a pattern from the same facts: what one advises, the other holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dbwright.advising import advise_design
from dbwright.api import prove
from dbwright.frontends.design_file import load_design
from dbwright.model.claim import Verdict
from dbwright.pipeline import compile_design
from dbwright.planner.advisor.advice import Advice
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.designed import designed_workload
from dbwright.planner.advisor.gambles import without_gambles
from dbwright.prove.case import Case

DESIGN = """\
design: looks
tenancy: {by: shops.shop_id, isolation: row}
roles:
  web: {about: The application}
  analyst: {about: "Reads across all shops", tenants: all}
entities:
  shops:
    about: A tenant.
    columns:
      shop_id: uuid primary key default uuidv7()
      name: text not null
    rows: {now: 1k}
  places:
    about: Where something can be looked at.
    columns:
      place_id: uuid primary key default uuidv7()
      name: text not null unique
    tenant: shared
    rows: {now: 100k}
  looks:
    about: One look at a page.
    columns:
      look_id: uuid not null default uuidv7()
      shop_id: uuid not null
      place_id: uuid not null
      details: jsonb not null
      cost: bigint not null
      seen_at: timestamptz not null default now()
    key: [look_id]
    rows: {now: 120M, growth: 10M/month, skew: {shop_id: zipf(1.1)}}
    retention: {keep: 13 months, then: delete, basis: contract, by: seen_at}
    storage: {kind: time-series, because: Appended in order and dropped by age}
access:
  by-place:
    why: Which places are worth their price.
    by: analyst
    sql: >-
      select p.name, count(*) as looks, sum(l.cost) as cost from looks l join places p on p.place_id = l.place_id
      where l.seen_at >= :start and l.seen_at < :stop group by p.name order by looks desc limit 100
    parameters: {start: {means: window of 31 days}}
    rate: 10/hour
  newest:
    why: The page of a shop.
    by: web
    sql: select look_id, cost from looks where place_id = :place order by seen_at desc limit 20
    rate: 100/s
  like-this:
    why: Looks with the same details.
    by: web
    sql: "select look_id from looks where details @> :shape order by seen_at desc limit 20"
    parameters: {shape: "'{}'::jsonb"}
    growth: linear in a tenant
    rate: 5/s
"""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Advice, Case]:
    """What was advised for the design, and what the proof says of the design that it was written into."""
    path = tmp_path_factory.mktemp("design") / "looks.design.yaml"
    path.write_text(DESIGN)
    advice = advise_design(path, only=("indexes",), apply=True)
    return advice, prove(path, families=("indexes",))


def test_no_index_that_was_advised_is_unjustified(judged: tuple[Advice, Case]) -> None:
    advice, case = judged
    claims = {f.claim.subject: f for f in case.findings}
    assert {i.name for i in (*advice.indexes, *advice.kept)} <= claims.keys()
    assert {name: f.reason for name, f in claims.items() if f.verdict is not Verdict.HELD} == {}


def test_a_pattern_costs_the_proof_what_it_costs_the_advisor(judged: tuple[Advice, Case]) -> None:
    advice, case = judged
    costs = [f.evidence["costs"] for f in case.findings]
    told = {s.name: s.after for s in advice.statements}
    asked = {name: cost["with"] for found in costs for name, cost in found.items() if not cost["tenants"]}
    assert asked, json.dumps(costs)
    assert {name: told[name] for name in asked} == pytest.approx(asked, rel=0.001)


def test_a_window_is_priced_for_the_rows_that_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "looks.design.yaml"
    path.write_text(DESIGN)
    asked = {a.name: a for a in designed_workload(compile_design(load_design(path)))}
    assert "$" not in asked["by-place"].sql
    assert asked["by-place"].parameters == ()
    assert "$1" in asked["newest"].sql


def test_an_index_that_only_gives_the_order_of_a_search_is_no_candidate(tmp_path: Path) -> None:
    path = tmp_path / "looks.design.yaml"
    path.write_text(DESIGN)
    sift = without_gambles(compile_design(load_design(path)))
    walk = Definition("looks", (KeyPart("shop_id"), KeyPart("details"), KeyPart("seen_at", descending=True)))
    finds = Definition("looks", (KeyPart("details", operator_class="jsonb_path_ops"),), "gin")
    assert sift([walk, finds]) == [walk, finds]
    text = DESIGN.replace("where l.seen_at >= :start and l.seen_at < :stop ", "").replace(
        "parameters: {start: {means: window of 31 days}}", "growth: linear in the table"
    )
    path.write_text(text)
    sift = without_gambles(compile_design(load_design(path)))
    gamble = Definition("looks", (KeyPart("shop_id"), KeyPart("seen_at", descending=True)))
    assert sift([gamble, finds]) == [finds]
