"""The review in the design document: who has signed, what has changed since, and all that happened, in order."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Paragraph
from dbwright.emit.material import Material
from dbwright.reviewing.standing import Signature, record_of, signatures


def review_story(material: Material) -> Iterator[Block]:
    """Yield the signatures and the events of the review; nothing where nobody has taken a step."""
    kept = record_of(material.blueprint)
    if not kept.events:
        return
    yield Heading(3, "Signatures", "signatures")
    yield Paragraph("A signature covers what the reviewer's area depends on; a later change there makes it stale.")
    rows = tuple((Code(s.reviewer), *_signed(s), _since(s)) for s in signatures(material.blueprint))
    yield Grid(("Reviewer", "Signature", "When", "By", "Changed since"), rows)
    yield Heading(3, "What happened", "review-events")
    events = tuple((e.at.replace("T", " ").replace("Z", ""), e.what, e.role or "", e.by, e.note) for e in kept.events)
    yield Grid(("When (UTC)", "Step", "As", "By", "Note"), events)


def _signed(signature: Signature) -> tuple[str, str, str]:
    approval = signature.approval
    return signature.state, approval.at[:10] if approval else "", approval.by if approval else ""


def _since(signature: Signature) -> str:
    return "; ".join(signature.since)
