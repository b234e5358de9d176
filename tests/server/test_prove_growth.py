"""Growth: a pattern of FediFlow keeps its class, and a database without its index does not."""

from __future__ import annotations

import json

import pytest

from benches import judge, mutated
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench
from dbwright.prove.growth import measure
from dbwright.records import replace


def claiming(bench: Bench, *patterns: str) -> Bench:
    """The same bench for only some patterns, so that only they are planned."""
    wanted = {f"growth/{p}" for p in patterns}
    blueprint = replace(bench.blueprint, claims=tuple(c for c in bench.blueprint.claims if c.id in wanted))
    return Bench(blueprint, bench.files, bench.database, bench.dataset)


def test_patterns_keep_their_class_on_both_legs(bench: Bench) -> None:
    few = claiming(bench, "sign-in", "home-timeline", "search-content", "purge-deleted-content")
    found = {c.subject: judge(few, c.id) for c in few.blueprint.claims}
    few.close()
    assert {f.verdict for f in found.values()} == {Verdict.HELD}
    assert {name: f.evidence["class"] for name, f in found.items()} == {
        "sign-in": "constant",
        "home-timeline": "linear in the answer",
        "search-content": "linear in a tenant",
        "purge-deleted-content": "linear in the table",
    }
    assert all(len(f.evidence["points"]) == 7 for f in found.values())


def test_plans_are_those_of_the_role_under_its_policies(bench: Bench) -> None:
    few = claiming(bench, "sign-in", "media-of-content", "purge-deleted-content")
    report = few.remember("growth", lambda: measure(few))
    few.close()
    plans = {p.name: json.dumps(p.plan) for p in report.patterns}
    assert "tenant_id = (InitPlan" in plans["sign-in"]
    assert "tenant_id = (InitPlan" in plans["media-of-content"]
    assert "InitPlan" not in plans["purge-deleted-content"]  # the operator sees all tenants


@pytest.mark.parametrize(
    ("pattern", "mutation"),
    [
        ("profile-timeline", "drop index fediflow.content_author_id_created_at_idx"),
        ("media-of-content", "drop index fediflow.media_content_id_idx"),
        ("sign-in", "alter table fediflow.users drop constraint users_tenant_id_email_key"),
    ],
)
def test_a_lost_index_makes_the_work_grow(bench: Bench, pattern: str, mutation: str) -> None:
    few = claiming(bench, pattern)
    assert judge(few, f"growth/{pattern}").verdict is Verdict.HELD
    with mutated(few, mutation) as copy:
        finding = judge(copy, f"growth/{pattern}")
    assert finding.verdict is Verdict.BROKEN
    assert finding.reason.startswith("it is linear in ")
