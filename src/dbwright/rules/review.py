"""Rules about the review: what is called approved has been signed, and what was signed is what stands there."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.shape import span_of
from dbwright.rules.registry import rule, warning

MOST_CHANGES = 3
"""Changes that a message tells; `dbwright review` tells all."""


@rule
def stale_approval(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    A signature stands for what is there now.

    What it does: compares what a reviewer's area says with what it said when the reviewer signed.
    Why it matters: a design that was changed after its approval has been approved by nobody.
    Instead of: a shorter retention after `security` has signed
    Write: the change, then dbwright review submit, and dbwright review approve --as security
    """
    review = blueprint.design.review
    if review is None or blueprint.design.review_record is None:
        return
    from dbwright.reviewing.standing import signatures

    for signature in signatures(blueprint):
        if signature.approval is None or signature.state != "stale":
            continue
        told = "; ".join(signature.since[:MOST_CHANGES])
        more = f"; and {len(signature.since) - MOST_CHANGES} more" if len(signature.since) > MOST_CHANGES else ""
        message = f"what `{signature.reviewer}` signed on {signature.approval.at[:10]} has changed: {told}{more}"
        help_text = f"after another look: dbwright review approve --as {signature.reviewer}"
        yield warning("stale_approval", message, review.place.of("state"), help_text)


@rule
def missing_approval(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is called approved has been signed by every reviewer.

    What it does: finds reviewers without a signature where the state is `approved` or `implemented`.
    Why it matters: the state says that somebody has looked, and nobody has.
    Instead of: review: {state: approved, reviewers: [security]}, typed by hand
    Write: review: {state: review-needed, reviewers: [security]}, then dbwright review approve --as security
    """
    review = blueprint.design.review
    if review is None or review.state not in ("approved", "implemented"):
        return
    from dbwright.reviewing.standing import signatures

    for signature in signatures(blueprint):
        if signature.approval is None:
            message = f"the state is `{review.state}`, and `{signature.reviewer}` has signed nothing"
            help_text = f"write `state: review-needed`, then: dbwright review approve --as {signature.reviewer}"
            yield warning("missing_approval", message, review.place.of("state"), help_text)


@rule
def open_comment(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    What is called approved leaves no question open.

    What it does: finds review comments without an answer where the state is `approved` or `implemented`.
    Why it matters: the question was asked for a reason, and whoever asked it has been passed over.
    Instead of: state: approved beside a comment without `answer:`
    Write: answer: what was found, and what follows from it
    """
    review = blueprint.design.review
    if review is None or review.state not in ("approved", "implemented"):
        return
    for comment in review.comments:
        if not comment.answer:
            message = f"the state is `{review.state}`, and nobody has answered `{comment.name}`"
            yield warning("open_comment", message, span_of(comment.name), "add `answer:`")
