"""Partitions: those of FediFlow keep their promises, and each way to break one is noticed."""

from __future__ import annotations

import pytest

from benches import assert_breaks, judge
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench


def test_every_partition_promise_holds(bench: Bench) -> None:
    claims = [c.id for c in bench.blueprint.claims if c.family == "partitions"]
    findings = [judge(bench, claim) for claim in claims]
    assert {f.claim.id: f.reason for f in findings if f.verdict is not Verdict.HELD} == {}


IDLE = (
    "create or replace function fediflow.maintain_partitions(as_of date default current_date) returns void"
    " language sql as $$ select null::void $$"
)
UNSEEN = (
    "create or replace function fediflow.analyze_partitioned() returns void language sql as $$ select null::void $$"
)


@pytest.mark.parametrize(
    ("claim", "mutation"),
    [
        ("partitions/deliveries.drop", IDLE),
        ("partitions/metric_points.drop", IDLE),
        ("partitions/deliveries.statistics", UNSEEN),
        (
            "partitions/activities.statistics",
            UNSEEN.replace(
                "language sql as $$ select null::void $$",
                "language plpgsql as $$ begin analyze only fediflow.activities_p00; end $$",
            ),
        ),
        (
            "partitions/events.route",
            "alter table fediflow.events detach partition fediflow.events_us;"
            " create table fediflow.rest partition of fediflow.events default;"
            " insert into fediflow.events select * from fediflow.events_us",
        ),
        (
            "partitions/activities.route",
            "alter table fediflow.content drop constraint content_activity_id_fkey;"
            " alter table fediflow.activities detach partition fediflow.activities_p03;"
            " alter table fediflow.activities_p03 rename to lost;"
            " create table fediflow.activities_p03 partition of fediflow.activities"
            " for values with (modulus 16, remainder 3);"
            " alter table fediflow.activities_p03 disable trigger all;"
            " alter table fediflow.activities_p04 rename to swap;"
            " alter table fediflow.activities_p05 rename to activities_p04",
        ),
        (
            "partitions/metric_points.metric-window",
            "do $$ begin execute format('alter database %I set enable_partition_pruning = off',"
            " current_database()); end $$",
        ),
    ],
)
def test_what_breaks_a_partition_promise_is_noticed(bench: Bench, claim: str, mutation: str) -> None:
    assert_breaks(bench, claim, mutation)
