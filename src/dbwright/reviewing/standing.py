"""Where a review stands: who has signed, whose signature a later change has made stale, which comments are open."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.operations import Comment
from dbwright.model.record import Event, Facts, ReviewRecord
from dbwright.records import record
from dbwright.reviewing.areas import area_of, within
from dbwright.reviewing.changes import changes
from dbwright.reviewing.facts import facts_of, hash_of

SETTLED = ("approved", "implemented")
"""States in which nothing may be open."""


@record(frozen=True)
class Signature:
    """One reviewer: the signature if there is one, and what has changed in the area since; empty where it stands."""

    reviewer: str
    approval: Event | None
    since: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """Return `signed`, `stale` or `missing`."""
        if self.approval is None:
            return "missing"
        return "stale" if self.since else "signed"


def record_of(blueprint: Blueprint) -> ReviewRecord:
    """Return the record that lies beside the design, or an empty one."""
    return blueprint.design.review_record or ReviewRecord()


def signatures(blueprint: Blueprint) -> list[Signature]:
    """Return the reviewers of the design in order, each with the standing of the signature."""
    return blueprint.once(_signatures)


def _signatures(blueprint: Blueprint) -> list[Signature]:
    review, kept = blueprint.design.review, record_of(blueprint)
    reviewers = [str(r) for r in review.reviewers] if review else []
    facts = facts_of(blueprint) if any(kept.approval_of(r) for r in reviewers) else {}
    return [_signature(blueprint, kept, r, facts) for r in reviewers]


def _signature(blueprint: Blueprint, kept: ReviewRecord, reviewer: str, facts: Facts) -> Signature:
    approval = kept.approval_of(reviewer)
    if approval is None:
        return Signature(reviewer, None)
    area = area_of(blueprint.design, reviewer)
    now = within(facts, area)
    if hash_of(now) == approval.signs:
        return Signature(reviewer, approval)
    then = within(kept.facts.get(approval.facts, {}), area)
    return Signature(reviewer, approval, tuple(changes(then, now)) or ("what the signature covers",))


def changed_since_last(blueprint: Blueprint) -> tuple[Event | None, list[str]]:
    """Return the last event that kept the facts, and what has changed since in words."""
    kept = record_of(blueprint)
    last = next((e for e in reversed(kept.events) if e.facts in kept.facts), None)
    return last, changes(kept.facts[last.facts], facts_of(blueprint)) if last else []


def open_comments(blueprint: Blueprint) -> list[Comment]:
    """Return the comments that nobody has answered."""
    review = blueprint.design.review
    return [c for c in review.comments if not c.answer] if review else []
