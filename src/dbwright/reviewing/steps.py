"""The steps of a review: who may take which from which state, and what each one writes into the record."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from dbwright.model.blueprint import Blueprint
from dbwright.model.operations import ReviewState
from dbwright.model.record import Event, Happening, ReviewRecord
from dbwright.records import record, replace
from dbwright.reviewing.areas import area_of, within
from dbwright.reviewing.facts import facts_of, hash_of
from dbwright.reviewing.standing import open_comments, record_of, signatures

NO_REVIEW = ("the design has no review", "add `review: {state: draft, owners: [you], reviewers: [security]}`")


class StepRefused(ValueError):  # noqa: N818 - named after what happened
    """The step cannot be taken; `help` says what to do first."""

    def __init__(self, message: str, help_text: str) -> None:
        super().__init__(message)
        self.help = help_text


@record(frozen=True)
class Step:
    """A step: what it writes down, the states it starts from, the one it leads to, and whether a reviewer takes it."""

    what: Happening
    starts: tuple[ReviewState, ...]
    leads_to: ReviewState
    by_reviewer: bool = False


STEPS = {
    "submit": Step("submitted", ("draft", "changes-requested", "approved", "implemented"), "review-needed"),
    "request-changes": Step("changes-requested", ("review-needed", "changes-requested"), "changes-requested", True),
    "approve": Step("approved", ("review-needed", "approved", "implemented"), "approved", True),
    "implement": Step("implemented", ("approved",), "implemented"),
    "supersede": Step("superseded", ("approved", "implemented"), "superseded"),
}
"""The steps by the word that one types."""


def take(blueprint: Blueprint, word: str, role: str, by: str, at: str, note: str) -> tuple[ReviewRecord, ReviewState]:
    """Return the record and the state after a step; raise StepRefused where it cannot be taken."""
    step = STEPS[word]
    for message, help_text in _obstacles(blueprint, word, step, role, note):
        raise StepRefused(message, help_text)
    kept, facts = record_of(blueprint), facts_of(blueprint)
    whole = hash_of(facts)
    signs = hash_of(within(facts, area_of(blueprint.design, role))) if step.what == "approved" else ""
    event = Event(at, step.what, role, by, note, signs, whole)
    after = ReviewRecord((*kept.events, event), MappingProxyType({**kept.facts, whole: facts}))
    return after, _state_after(blueprint, step, after)


def _obstacles(blueprint: Blueprint, word: str, step: Step, role: str, note: str) -> Iterator[tuple[str, str]]:
    """Yield what stands in the way of a step, and what to do about it."""
    review = blueprint.design.review
    if review is None:
        yield NO_REVIEW
        return
    reviewers = [str(r) for r in review.reviewers]
    if step.by_reviewer and role not in reviewers:
        yield f"`{role}` is no reviewer of this design", f"write --as and one of: {', '.join(reviewers)}"
    if review.state not in step.starts:
        yield f"the state is `{review.state}`, from which nobody can {word}", f"it must be {' or '.join(step.starts)}"
    unanswered = open_comments(blueprint)
    if step.what == "approved":
        for comment in unanswered:
            if comment.by in ("", role):
                yield f"`{comment.name}` has no answer, and `{role}` asked it", "add `answer:` to the comment first"
    if step.what == "changes-requested" and not note and not unanswered:
        yield "nothing says which changes", "write --note and what must change, or add a comment to the design"
    if step.what == "implemented":
        for signature in signatures(blueprint):
            if signature.state != "signed":
                name = signature.reviewer
                yield f"the signature of `{name}` is {signature.state}", f"dbwright review approve --as {name}"


def _state_after(blueprint: Blueprint, step: Step, kept: ReviewRecord) -> ReviewState:
    """The design is approved when the last reviewer has signed and no comment is open."""
    if step.what != "approved":
        return step.leads_to
    review = blueprint.design.review
    assert review is not None
    after = replace(blueprint, design=replace(blueprint.design, review_record=kept))
    waiting = [s for s in signatures(after) if s.state != "signed"] or open_comments(after)
    return review.state if waiting or review.state == "implemented" else step.leads_to
