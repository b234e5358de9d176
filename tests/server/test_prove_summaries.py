"""Summaries: right after a refresh, old before it, computed beside readers, and one tenant's rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benches import assert_breaks, judge, open_design
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench
from dbwright.server import Server

DESIGN = """
design: depot
tenancy: tenants.tenant_id
roles:
  counter: {about: The site.}
  dispatch: {about: Head office., tenants: all}
  depot_jobs: {about: Runs jobs., tenants: all, maintains: true}
entities:
  tenants:
    about: A company.
    columns:
      tenant_id: uuid primary key default uuidv7()
      name: text not null
    rows: 4
  parcels:
    about: A parcel.
    columns:
      parcel_id: uuid primary key default uuidv7()
      tenant_id: uuid not null references tenants on delete restrict
      day: date not null
      cents: bigint not null
    rows: 200
summaries:
  days:
    about: What a company sent on a day.
    why: The front page shows it.
    sql: >-
      select tenant_id, day, count(*) as parcels, sum(cents)::bigint as cents from parcels group by tenant_id, day
    key: [tenant_id, day]
    freshness: stale up to 5m
access:
  front-page: {by: [counter], sql: "select day, parcels, as_of from days order by day", freshness: stale up to 5m}
  costly-days: {by: [counter], sql: "select day from days where cents = :cents", freshness: stale up to 5m}
  all-days: {by: [dispatch], sql: "select day, sum(parcels) from days_stored group by day", freshness: stale up to 5m}
"""
MIXED = """
  shares:
    about: How much of all parcels a company sent.
    sql: select t.tenant_id, (select count(*) from parcels)::bigint as of_all from tenants t
    key: [tenant_id]
    freshness: stale up to 2s
access:
"""
KINDS = ("answer", "readers", "age", "tenants")


@pytest.fixture(scope="module")
def depot(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench with a summary of each tenant's rows, and one that mixes them."""
    path = tmp_path_factory.mktemp("depot") / "depot.design.yaml"
    path.write_text(DESIGN.replace("access:\n", MIXED.lstrip("\n"), 1), encoding="utf-8")
    with open_design(path, server, 200) as bench:
        yield bench


@pytest.mark.parametrize("kind", KINDS)
def test_a_summary_keeps_its_promises(depot: Bench, kind: str) -> None:
    finding = judge(depot, f"summaries/days.{kind}")
    assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)


def test_what_is_stored_before_a_refresh_is_old(depot: Bench) -> None:
    differs = judge(depot, "summaries/days.answer").evidence["rows that differ"]
    assert differs["after the change"] > 0
    assert differs["at first"] == differs["after the refresh"] == 0


def test_a_query_that_mixes_tenants_is_noticed(depot: Bench) -> None:
    finding = judge(depot, "summaries/shares.tenants")
    assert finding.verdict is Verdict.BROKEN
    assert "computed from rows of others" in finding.reason


def test_patterns_read_it_and_roles_see_what_they_may(depot: Bench) -> None:
    ids = [c.id for c in depot.blueprint.claims]
    wanted = [i for i in ids if i.startswith(("access/", "isolation/", "structure/", "documents/ddl"))]
    assert "isolation/days.counter" in wanted
    assert "isolation/days_stored.counter" in wanted
    wrong = [(f.claim.id, f.reason, f.evidence) for i in wanted if (f := judge(depot, i)).verdict is not Verdict.HELD]
    assert wrong == []


def test_a_search_in_a_summary_finds_a_row_that_is_there(depot: Bench) -> None:
    finding = judge(depot, "access/costly-days.counter")
    assert finding.evidence["rows"] >= 1
    assert finding.evidence["parameters"]["cents"] != "None"


def test_an_index_serves_the_search_that_the_key_does_not(depot: Bench) -> None:
    names = [i.name for v in depot.blueprint.views for i in v.indexes]
    assert names == [
        "days_stored_tenant_id_day_key",
        "days_stored_tenant_id_cents_idx",
        "days_as_of_as_of_key",
        "shares_stored_tenant_id_key",
        "shares_as_of_as_of_key",
    ]


def test_a_refresh_that_lasts_longer_than_the_schedule_leaves_room_for_is_noticed(depot: Bench) -> None:
    assert_breaks(
        depot, "summaries/shares.age", rewritten("return now()", "perform pg_sleep(1.5); return now()", "shares")
    )


def rewritten(old: str, new: str, summary: str = "days") -> str:
    """Return the statement that replaces a piece of the refreshing function, and fails where the piece is not there."""
    definition = f"pg_get_functiondef('depot.refresh_{summary}()'::regprocedure)"
    return (
        f"do $$ begin if position('{old}' in {definition}) = 0 then raise 'nothing to break'; end if;"
        f" execute replace({definition}, '{old}', '{new}'); end $$"
    )


@pytest.mark.parametrize(
    ("kind", "mutation"),
    [
        ("answer", rewritten("refresh materialized view concurrently depot.days_stored", "perform 1")),
        ("answer", "alter function depot.refresh_days() security invoker"),
        ("answer", "alter policy select_rows on depot.parcels to depot_jobs"),
        ("answer", "drop index depot.days_stored_tenant_id_day_key"),
        ("readers", rewritten("view concurrently depot.days_stored", "view depot.days_stored")),
        ("age", rewritten("refresh materialized view concurrently depot.days_as_of", "perform 1")),
        ("tenants", "create or replace view depot.days as select d.*, now() as as_of from depot.days_stored d"),
    ],
)
def test_a_broken_summary_is_noticed(depot: Bench, kind: str, mutation: str) -> None:
    assert_breaks(depot, f"summaries/days.{kind}", mutation)
