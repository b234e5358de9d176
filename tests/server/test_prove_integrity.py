"""Integrity: every rule of FediFlow refuses what violates it, and each rule that is gone is missed."""

from __future__ import annotations

import pytest

from benches import assert_breaks, judge
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench


def test_every_rule_holds(bench: Bench) -> None:
    claims = [c.id for c in bench.blueprint.claims if c.family == "integrity"]
    findings = [judge(bench, claim) for claim in claims]
    assert {f.claim.id: f.reason for f in findings if f.verdict is Verdict.BROKEN} == {}
    untested = {f.claim.id: f.reason for f in findings if f.verdict is Verdict.UNTESTED}
    assert len(untested) <= 3, untested


@pytest.mark.parametrize(
    ("claim", "mutation"),
    [
        ("integrity/users.users_pkey", "alter table fediflow.users drop constraint users_pkey cascade"),
        (
            "integrity/users.users_tenant_id_email_key",
            "alter table fediflow.users drop constraint users_tenant_id_email_key",
        ),
        ("integrity/users.users_status_check", "alter table fediflow.users drop constraint users_status_check"),
        ("integrity/users.users_username_check", "alter table fediflow.users drop constraint users_username_check"),
        ("integrity/users.display_name.not_null", "alter table fediflow.users alter display_name drop not null"),
        ("integrity/users.users_touch", "drop trigger users_touch on fediflow.users"),
        ("integrity/content.content_touch", "alter table fediflow.content disable trigger content_touch"),
        (
            "integrity/content.content_author_id_fkey",
            "alter table fediflow.content drop constraint content_author_id_fkey",
        ),
        (
            "integrity/room_bookings.room_bookings_one_booking_at_a_time",
            "alter table fediflow.room_bookings drop constraint room_bookings_one_booking_at_a_time",
        ),
        ("integrity/deliveries.deliveries_pkey", "alter table fediflow.deliveries drop constraint deliveries_pkey"),
        (
            "integrity/courses.courses_ends_after_start",
            "alter table fediflow.courses drop constraint courses_ends_after_start",
        ),
    ],
)
def test_a_rule_that_is_gone_is_missed(bench: Bench, claim: str, mutation: str) -> None:
    assert_breaks(bench, claim, mutation)


def test_a_rule_under_another_name_is_missed(bench: Bench) -> None:
    rename = "alter table fediflow.users rename constraint users_status_check to something_else"
    assert_breaks(bench, "integrity/users.users_status_check", rename)


def test_a_rule_that_refuses_valid_rows_is_noticed(bench: Bench) -> None:
    tighter = "alter table fediflow.users add constraint nobody check (status = 'impossible') not valid"
    assert_breaks(bench, "integrity/users.users_status_check", tighter)
