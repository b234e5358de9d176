"""Isolation: FediFlow keeps its tenants apart, and every hole that is cut into it is found."""

from __future__ import annotations

import pytest

from benches import assert_breaks, judge
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench


def test_every_role_sees_what_it_may(bench: Bench) -> None:
    claims = [c.id for c in bench.blueprint.claims if c.family == "isolation"]
    findings = [judge(bench, claim) for claim in claims]
    assert {f.claim.id: f.reason for f in findings if f.verdict is not Verdict.HELD} == {}


@pytest.mark.parametrize(
    ("claim", "mutation"),
    [
        ("isolation/users.web", "alter table fediflow.users disable row level security"),
        ("isolation/users.web", "drop policy tenant_floor on fediflow.users"),
        ("isolation/content.web", "drop policy tenant_floor on fediflow.content"),
        (
            "isolation/content.web",
            "drop policy tenant_floor on fediflow.content;"
            " create policy tenant_floor on fediflow.content as restrictive to web"
            " using (tenant_id = (select fediflow.tenant_id())) with check (true);"
            " grant update (tenant_id) on fediflow.content to web",
        ),
        ("isolation/users.support", "grant select on fediflow.users to support"),
        ("isolation/users.federation", "grant select (user_id) on fediflow.users to federation"),
        ("isolation/activities.web", "grant delete on fediflow.activities to web"),
        ("isolation/activities.federation", "grant select on fediflow.activities_p00 to federation"),
        ("isolation/events.web", "grant truncate on fediflow.events to web"),
        (
            "isolation/users_masked.support",
            "drop view fediflow.users_masked; create view fediflow.users_masked as"
            " select tenant_id, user_id, username, email, status from fediflow.users;"
            " grant select on fediflow.users_masked to support",
        ),
        (
            "isolation/open_courses.web",
            "alter view fediflow.open_courses set (security_invoker = false);"
            " grant select on fediflow.open_courses to web",
        ),
        (
            "isolation/users.web",
            "create policy wide on fediflow.users for select to web using (true);"
            " drop policy tenant_floor on fediflow.users",
        ),
        ("isolation/metric_points.analytics", "drop policy select_rows on fediflow.metric_points"),
        ("isolation/privileges.web", "grant select (public_key) on fediflow.federation_identities to web"),
        ("isolation/privileges.web", "revoke select (title) on fediflow.content from web"),
        ("isolation/privileges.web", "grant create on schema fediflow to web"),
        ("isolation/privileges.web", "create schema open; grant usage on schema open to web"),
        ("isolation/privileges.support", "grant execute on function fediflow.search_content to public"),
        ("isolation/privileges.web", "grant trigger on fediflow.users to web"),
    ],
)
def test_a_hole_is_found(bench: Bench, claim: str, mutation: str) -> None:
    assert_breaks(bench, claim, mutation)


@pytest.mark.parametrize(
    ("mutation", "undo"),
    [
        ("alter role web bypassrls", "alter role web nobypassrls"),
        ("alter role web createrole", "alter role web nocreaterole"),
        ("grant fediflow_owner to web", "revoke fediflow_owner from web"),
        ("grant pg_read_all_data to web", "revoke pg_read_all_data from web"),
    ],
)
def test_a_role_that_can_do_too_much_is_found(bench: Bench, mutation: str, undo: str) -> None:
    assert_breaks(bench, "isolation/privileges.web", mutation, undo=undo)
