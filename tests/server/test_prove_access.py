"""Access: every pattern of FediFlow holds, and each way to break one is noticed."""

from __future__ import annotations

import pytest

from benches import assert_breaks, judge
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench


def test_every_pattern_holds(bench: Bench) -> None:
    claims = [c.id for c in bench.blueprint.claims if c.family == "access"]
    findings = [judge(bench, claim) for claim in claims]
    assert {f.claim.id: f.reason for f in findings if f.verdict is not Verdict.HELD} == {}


def test_a_pattern_returns_rows_with_real_parameters(bench: Bench) -> None:
    # What a sample of the design or a join looks for need not be there, nor what falls due in this very week or day.
    empty = {"courses-with-metadata", "activities-about", "search-content", "course-search", "home-timeline"}
    empty |= {"due-deliveries", "metric-window"}
    for claim in [c for c in bench.blueprint.claims if c.family == "access"]:
        pattern = claim.details["pattern"]
        statement = bench.blueprint.statement(pattern)
        assert statement is not None
        if statement.sql.startswith("select") and pattern not in empty:
            assert judge(bench, claim.id).evidence["rows"] > 0, pattern


@pytest.mark.parametrize(
    ("claim", "mutation"),
    [
        ("access/profile-timeline.web", "drop index fediflow.content_author_id_created_at_idx"),
        ("access/search-content.web", "drop index fediflow.content_search_idx"),
        ("access/events-nearby.web", "drop index fediflow.events_place_idx"),
        ("access/actor-outbox.federation", "drop index fediflow.activities_actor_id_published_at_idx"),
        ("access/edit-profile.web", "revoke update (display_name) on fediflow.users from web"),
        ("access/sign-in.web", "revoke select (email) on fediflow.users from web"),
        ("access/find-person-for-support.support", "drop view fediflow.users_masked"),
        ("access/search-content.web", "drop function fediflow.search_content"),
        ("access/enroll.web", "drop policy insert_rows on fediflow.enrollments"),
        ("access/book-room.web", "revoke usage on schema fediflow from web"),
    ],
)
def test_what_breaks_a_pattern_is_noticed(bench: Bench, claim: str, mutation: str) -> None:
    assert_breaks(bench, claim, mutation)
