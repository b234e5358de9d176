"""Latency: patterns are called at three sizes, and one that lost its index is seen to miss its target at the horizon.

Nothing here asserts a time: that a pattern keeps its target is for a quiet machine to say, that it cannot is for any.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from benches import judge, mutated
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench
from dbwright.prove.ladder import ladder_of, proportional_rows


def test_each_size_is_four_times_the_one_before_and_fan_outs_stay(bench: Bench) -> None:
    rungs = ladder_of(bench).rungs
    totals = [sum(rows.count for rows in rung.dataset.tables.values()) for rung in rungs]
    assert len(totals) == 3
    assert all(3.5 < b / a < 4.5 for a, b in pairwise(totals))
    wanted = proportional_rows(bench.blueprint, 80_000)
    future = {t.name: t.size.rows_horizon for t in bench.blueprint.tables if t.size}
    assert wanted["deliveries"] / wanted["content"] == pytest.approx(future["deliveries"] / future["content"], rel=0.1)


def test_what_was_measured_stands_in_the_evidence(bench: Bench) -> None:
    found = judge(bench, "latency/profile-timeline")
    assert found.verdict is not Verdict.BROKEN, found.reason
    sizes = found.evidence["sizes"]
    assert [s["rows"] for s in sizes] == sorted(s["rows"] for s in sizes)
    assert all(s["calls"] >= 20 and not s["refused"] for s in sizes)
    assert found.evidence["together"]["sessions"] == 4
    assert found.evidence["growth"] == "linear in the answer"
    assert sizes[-1]["touched"] < sizes[-1]["rows"] / 4


def test_a_write_is_called_with_rows_that_do_not_conflict(bench: Bench) -> None:
    found = judge(bench, "latency/record-metric")
    assert found.evidence["sizes"][-1]["refused"] == 0


@pytest.mark.parametrize(
    ("claim", "index"),
    [
        ("latency/profile-timeline", "content_author_id_created_at_idx"),
        ("latency/actor-outbox", "activities_actor_id_published_at_idx"),
    ],
)
def test_a_pattern_without_its_index_misses_its_target(bench: Bench, claim: str, index: str) -> None:
    with mutated(bench, f"drop index fediflow.{index}") as copy:
        found = judge(copy, claim)
    assert found.verdict is Verdict.BROKEN, found.evidence


def test_calls_that_are_all_refused_are_no_measurement(bench: Bench) -> None:
    with mutated(bench, "revoke select on fediflow.content from web") as copy:
        found = judge(copy, "latency/profile-timeline")
    assert found.verdict is not Verdict.HELD


def test_a_call_that_is_refused_now_and_then_does_not_spoil_the_others(bench: Bench) -> None:
    refusing = (
        "create function fediflow.refuse_some() returns trigger language plpgsql as $$ begin"
        " if hashtext(new.user_id::text) % 2 = 0 then raise unique_violation; end if; return new; end $$"
    )
    trigger = "create trigger refuse_some before update on fediflow.users for each row execute function"
    with mutated(bench, refusing, f"{trigger} fediflow.refuse_some()") as copy:
        found = judge(copy, "latency/edit-profile")
    assert found.verdict is not Verdict.BROKEN, found.reason
    assert all(size["refused"] and size["calls"] for size in found.evidence["sizes"])
