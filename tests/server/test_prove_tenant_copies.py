"""Copies and numbers of tenants: triggers keep them true for every role, and never reach into another tenant."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benches import assert_breaks, judge, open_design
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench
from dbwright.server import Server

DESIGN = """
design: canteen
tenancy: tenants.tenant_id
roles:
  till: {about: The site.}
  bursar: {about: Head office., tenants: all}
entities:
  tenants:
    about: A school.
    columns:
      tenant_id: uuid primary key default uuidv7()
      name: text not null
      meals: {sql: bigint not null default 0, counts: orders}
    rows: 4
  guests:
    about: A guest.
    columns:
      guest_id: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete restrict
      nickname: text
      order_count: {sql: bigint not null default 0, counts: orders}
      spent: {sql: "numeric(14,2) not null default 0", sums: orders.net}
    rows: 40
  plans:
    about: What all schools may offer.
    tenant: shared
    columns:
      plan_id: uuid primary key default uuidv7()
      label: text
    rows: 6
  orders:
    about: A meal.
    columns:
      order_id: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete restrict
      guest_id: uuid not null references guests on delete cascade
      plan_id: uuid not null references plans on delete restrict
      nickname: {sql: text, copy of: guests.nickname}
      label: {sql: text, copy of: plans.label}
      net: numeric(12,2) not null
    audit: changes
    rows: 80
access:
  order: {by: [till], sql: "insert into orders (guest_id, plan_id, net) values (:guest, :plan, :net)"}
  rename: {by: [till], sql: "update guests set nickname = :name where guest_id = :guest"}
  book: {by: [bursar], sql: "insert into orders (tenant_id, guest_id, plan_id, net) values (:t, :guest, :plan, :net)"}
  correct: {by: [bursar], sql: "update orders set net = :net where tenant_id = :tenant and order_id = :order"}
  relabel: {by: [bursar], sql: "update plans set label = :label where plan_id = :plan"}
  cancel: {by: [till], sql: "delete from orders where order_id = :order"}
"""

CLAIMS = (
    "copies/orders.label.tenants",
    "copies/orders.nickname.tenants",
    "copies/guests.order_count.tenants",
    "copies/guests.spent.tenants",
    "copies/tenants.meals.tenants",
)


@pytest.fixture(scope="module")
def canteen(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench with a copy, two numbers of a tenant's rows, and a number of the tenant itself."""
    path = tmp_path_factory.mktemp("canteen") / "canteen.design.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    with open_design(path, server, 200) as bench:
        yield bench


@pytest.mark.parametrize("claim", [*CLAIMS, *(c.removesuffix(".tenants") for c in CLAIMS)])
def test_it_follows_the_written_row_within_its_tenant(canteen: Bench, claim: str) -> None:
    finding = judge(canteen, claim)
    assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)


def test_every_role_that_may_write_does(canteen: Bench) -> None:
    answers = judge(canteen, "copies/orders.nickname.tenants").evidence["attempts"]
    assert answers["a row is added, written by till"] == "1 row(s)"
    assert answers["a row is added, written by bursar"] == "1 row(s)"
    assert answers["the original changes, written by till"] == "1 row(s)"
    crossing = [answer for what, answer in answers.items() if "for B that leads" in what]
    assert crossing == ["refused (42501)"] * 2
    numbers = judge(canteen, "copies/guests.spent.tenants").evidence["attempts"]
    assert numbers["a row is removed, written by till"] == "1 row(s)"
    shared = judge(canteen, "copies/orders.label.tenants").evidence["attempts"]
    assert shared["the original changes, written by bursar"] == "1 row(s)"
    assert numbers["an amount changes, written by bursar"] == "1 row(s)"


def test_the_server_holds_what_the_keeper_may(canteen: Bench) -> None:
    for claim in (
        "isolation/privileges.canteen_keeper",
        "structure/schema",
        "structure/guests",
        "isolation/guests.till",
    ):
        finding = judge(canteen, claim)
        assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)


def rewritten(function: str, old: str, new: str) -> str:
    """Return the statement that replaces a piece of a function, and fails where the piece is not there."""
    definition = f"pg_get_functiondef('canteen.{function}()'::regprocedure)"
    return (
        f"do $$ begin if position('{old}' in {definition}) = 0 then raise 'nothing to break'; end if;"
        f" execute replace({definition}, '{old}', '{new}'); end $$"
    )


@pytest.mark.parametrize(
    ("claim", "mutation"),
    [
        (CLAIMS[0], "alter function canteen.spread_orders_label() owner to canteen_owner"),
        (CLAIMS[1], rewritten("spread_orders_nickname", "c.tenant_id = new.tenant_id and ", "")),
        (CLAIMS[1], rewritten("take_orders_nickname", "o.tenant_id = new.tenant_id and ", "")),
        (CLAIMS[1], "alter function canteen.take_orders_nickname() security invoker"),
        (CLAIMS[1], "alter function canteen.spread_orders_nickname() security invoker"),
        (CLAIMS[1], "alter function canteen.take_orders_nickname() owner to canteen_owner"),
        (CLAIMS[1], "alter policy select_rows on canteen.guests to till"),
        (CLAIMS[1], "alter policy tenant_floor on canteen.orders to till, bursar, canteen_keeper"),
        (CLAIMS[2], "alter function canteen.add_to_guests_order_count() security invoker"),
        (CLAIMS[2], rewritten("add_to_guests_order_count", "p.tenant_id = old.tenant_id and ", "")),
        (CLAIMS[3], rewritten("add_to_guests_spent", "p.tenant_id = new.tenant_id and ", "")),
        (CLAIMS[3], "revoke update (spent) on canteen.guests from canteen_keeper"),
        (CLAIMS[4], rewritten("add_to_tenants_meals", "where p.tenant_id = new.tenant_id", "")),
    ],
)
def test_a_trigger_that_forgets_the_tenant_or_the_role_is_noticed(canteen: Bench, claim: str, mutation: str) -> None:
    assert_breaks(canteen, claim, mutation)
