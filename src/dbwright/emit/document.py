"""The design document: the request for review and the data design, every heading of seeds 000 and 003 answered.

What the design does not say is said so in one line, and counted at the top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from dbwright.emit.blocks import Block, Bullets, Heading, Inline, Link, Paragraph, Unsaid, labelled
from dbwright.emit.document_advice import advice_section
from dbwright.emit.document_capacity import capacity, configuration
from dbwright.emit.document_checklists import checklists
from dbwright.emit.document_claims import claims
from dbwright.emit.document_concurrency import concurrency
from dbwright.emit.document_criteria import criteria
from dbwright.emit.document_data import persistence, schema
from dbwright.emit.document_decisions import business_rules, decisions, normalization
from dbwright.emit.document_indexes import index_section
from dbwright.emit.document_lifecycle import lifecycle
from dbwright.emit.document_operation import backup, replication
from dbwright.emit.document_queries import operations
from dbwright.emit.document_scaling import monitoring, scalability
from dbwright.emit.document_security import security
from dbwright.emit.document_sharing import consistency, sharing
from dbwright.emit.document_summary import (
    description,
    disclaimer,
    important_note,
    key_points,
    next_steps,
    review_needed,
    state,
    verdict_line,
)
from dbwright.emit.handoff import handoff_files
from dbwright.emit.markdown import render as render_markdown
from dbwright.emit.material import Material
from dbwright.emit.wording import DOCUMENT, NOT_SAID, plural
from dbwright.model.blueprint import Blueprint
from dbwright.model.claim import Finding
from dbwright.model.kept_advice import KeptAdvice

PATH = DOCUMENT


def emit(
    blueprint: Blueprint,
    findings: Sequence[Finding] = (),
    server: Mapping[str, object] | None = None,
    advice: KeptAdvice | None = None,
) -> dict[str, str]:
    """Return the design document, and what each role needs to go on (seed 002, handoff)."""
    return {PATH: render(blueprint, findings, advice), **handoff_files(blueprint)}


def render(blueprint: Blueprint, findings: Sequence[Finding] = (), advice: KeptAdvice | None = None) -> str:
    """Return the design document as Markdown; `findings` are the verdicts, where experiments have run.

    `advice` is what the advisor said of the design, where it was asked.
    """
    material = replace(Material.of(blueprint, findings), advice=advice)
    answers = [*_answers(material)]
    counted = [*description(material), *review_needed(material), *next_steps(material, 0), *answers]
    questions = sum(isinstance(b, Unsaid) for b in counted)
    request = [
        *description(material),
        *key_points(material),
        *review_needed(material),
        *next_steps(material, questions),
        *important_note(material),
        *disclaimer(material),
    ]
    body, asked = _numbered([*request, *answers])
    return render_markdown([*_head(material, asked), *_contents(body), *body])


def _answers(material: Material) -> Iterator[Block]:
    yield Heading(2, "Design - Data and Consistency Issues", "data-and-consistency")
    yield Paragraph(
        "The sections up to “Data Lifecycle” answer one question each; the rest is how it is run and proven."
    )
    yield from persistence(material)
    yield from schema(material)
    yield from operations(material)
    yield from concurrency(material)
    yield from index_section(material)
    yield from advice_section(material)
    yield from sharing(material)
    yield from consistency(material)
    yield from replication(material)
    yield from backup(material)
    yield from lifecycle(material)
    yield from security(material)
    yield from scalability(material)
    yield from monitoring(material)
    yield from configuration(material)
    yield from capacity(material)
    yield from normalization(material)
    yield from business_rules(material)
    yield from decisions(material)
    yield from criteria(material)
    yield from checklists(material)
    yield from claims(material)


def _numbered(blocks: list[Block]) -> tuple[list[Block], list[Unsaid]]:
    """Give each open question a number and a place."""
    asked: list[Unsaid] = []
    body: list[Block] = []
    for block in blocks:
        if isinstance(block, Unsaid):
            block = replace(block, anchor=f"open.{len(asked) + 1}")
            asked.append(block)
        body.append(block)
    return body, asked


def _head(material: Material, asked: list[Unsaid]) -> Iterator[Block]:
    design, review = material.design, material.design.review
    title = f"{design.design}: Database Design"
    yield Heading(1, f"{title} - {state(material).replace('-', ' ').title()}" if review else title, "top")
    yield labelled(
        ("RFC State", state(material)),
        ("Assigned to", ", ".join(str(o) for o in review.owners) or NOT_SAID if review else NOT_SAID),
        ("Reviewers", ", ".join(str(r) for r in review.reviewers) or NOT_SAID if review else NOT_SAID),
        ("Target", f"PostgreSQL {material.blueprint.version}, judged at the age of {design.horizon}"),
        ("Claims", verdict_line(material)),
        ("Open questions", f"{plural(len(asked), 'question')} that the design does not answer"),
    )
    if asked:
        yield Bullets(tuple(_question(q) for q in asked))


def _question(asked: Unsaid) -> Inline:
    return (Link(f"{asked.anchor.removeprefix('open.')}", f"#{asked.anchor}"), " ", asked.question)


def _contents(body: list[Block]) -> Iterator[Block]:
    yield Heading(2, "Contents", "contents")
    found = [b for b in body if isinstance(b, Heading) and b.level == 2]
    yield Bullets(tuple(Link(h.title, f"#{h.anchor}") for h in found))
