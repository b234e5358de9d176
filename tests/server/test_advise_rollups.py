"""Advising a table of sums, as the authors of AdFlow have one: what is told compiles, and adds up to the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dbwright.advising import advise_design
from dbwright.api import check
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.pipeline import compile_design
from dbwright.planner.choices.selection import Tried
from dbwright.server import Database

DESIGN = """\
# Ads, much smaller than AdFlow, before its authors thought of daily sums.
design: delivery
tenancy: {by: advertisers.advertiser_id, isolation: row}
roles:
  web: {about: Dashboards}
  ingest: {about: Writes events, tenants: all}
  rollup: {about: Adds up, tenants: all}
entities:
  advertisers:
    about: Who pays.
    columns: {advertiser_id: uuid primary key}
    rows: {now: 15k}
  impressions:
    about: One ad shown to one viewer.
    columns:
      impression_id: uuid not null default uuidv7()
      advertiser_id: uuid not null
      campaign_id: {sql: uuid not null, values: {distinct: 100k}}
      cost: bigint not null default 0
      shown_at: timestamptz not null default now()
    key: [impression_id]
    rows: {now: 5G, growth: 1G/month, skew: {advertiser_id: zipf(1.1)}}
    retention: {keep: 6 months, then: archive, basis: contract, by: shown_at}
    audit: none
access:
  record:
    why: Views come in.
    by: ingest
    sql: insert into impressions (advertiser_id, campaign_id, cost) values (:advertiser, :campaign, :cost)
    rate: 400/s
  campaign-dashboard:
    why: What everyone looks at all day.
    by: web
    sql: >-
      select (shown_at at time zone 'UTC')::date as day, count(*) as impressions, sum(cost) as cost from impressions
      where campaign_id = :campaign and shown_at >= :start and shown_at < :stop
      group by day order by day
    parameters: {start: {means: window of 31 days}}
    rate: 800/s
    freshness: stale up to 5m
"""
ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
ROWS = f"""
insert into advertisers values ('{ONE}'), ('{TWO}');
insert into impressions (advertiser_id, campaign_id, cost, shown_at)
select case when i % 3 = 0 then '{ONE}' else '{TWO}' end::uuid, '{ONE}', i,
       '2026-02-01'::timestamptz + i * interval '37 min'
from generate_series(1, 400) i;
"""


@pytest.fixture(scope="module")
def advised(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Tried]:
    """The folder of the design with what was told added to it, and what was chosen."""
    folder = tmp_path_factory.mktemp("delivery")
    path = folder / "delivery.design.yaml"
    path.write_text(DESIGN)
    choices = advise_design(path, only=("summaries",), apply=True).choices
    assert choices is not None and path.read_text() == DESIGN
    (tried,) = choices.chosen
    (folder / "sums.design.yaml").write_text(tried.written + "\n")
    return folder, tried


def test_the_sums_pay_and_their_job_is_priced(advised: tuple[Path, Tried]) -> None:
    _, tried = advised
    assert tried.candidate.kind == "rollup"
    (effect,) = [e for e in tried.effects if e.pattern == "campaign-dashboard"]
    assert effect.with_it < effect.without_it
    assert dict(tried.changes)["roll-up-impressions-sums-by-campaign-id-day"] > 0


def test_what_is_told_passes_check_and_adds_up_to_the_same(advised: tuple[Path, Tried], database: Database) -> None:
    folder, tried = advised
    assert check(folder).ok
    design = load_design(folder)
    database.run_sql(script(compile_design(design)))
    database.run_sql(f"set search_path = delivery;{ROWS}")
    job, pattern = (
        design.pattern(str(tried.candidate.job and tried.candidate.job.name)),
        design.pattern("campaign-dashboard"),
    )
    assert job is not None and pattern is not None
    with database.connect() as connection:
        connection.execute("set search_path = delivery; set timezone = 'UTC'")
        for start, stop in (("2026-01-30", "2026-02-03 07:13"), ("2026-02-03 07:13", "2026-03-01")):
            connection.execute(_filled(str(job.sql), start, stop).encode())
        before = connection.execute(_filled(str(pattern.sql), "2026-02-01", "2026-02-09").encode()).fetchall()
        told = _filled(tried.candidate.statements["campaign-dashboard"], "2026-02-01", "2026-02-09")
        assert len(before) == 8 and before == connection.execute(told.encode()).fetchall()
    database.server.drop_roles(["web", "ingest", "rollup", "delivery_owner", "delivery_keeper"])


def _filled(sql: str, start: str, stop: str) -> str:
    values = {"campaign": f"'{ONE}'", "start": f"'{start}'", "stop": f"'{stop}'"}
    return re.sub(r"(?<!:):([a-z]+)", lambda m: values[m[1]], sql)


def test_rows_that_change_have_no_table_of_sums(tmp_path: Path) -> None:
    path = tmp_path / "delivery.design.yaml"
    update = "update impressions set cost = :cost where impression_id = :id"
    path.write_text(f"{DESIGN}  correct:\n    why: Mistakes.\n    by: ingest\n    sql: {update}\n")
    choices = advise_design(path, only=("summaries",)).choices
    assert choices is not None and choices.chosen == ()
