"""Quality criteria (seed 002): each answered from the design, with its decisions and the claims that test it."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Grid, Heading, Inline, codes, listing
from dbwright.emit.document_rules import judged
from dbwright.emit.material import Material
from dbwright.emit.wording import decision_link, plural, tally_text


def criteria(material: Material) -> Iterator[Block]:
    """Yield the quality criteria of the design task."""
    yield Heading(2, "Quality Criteria", "criteria")
    rows = tuple(
        (name, answer, decided(material, step), _claims(material, families), judged(material, name))
        for name, answer, step, families in _criteria(material)
    )
    yield Grid(("Criterion", "Answer", "Decisions", "Claims", "Rules"), rows)


def _criteria(material: Material) -> Iterator[tuple[str, str, str, tuple[str, ...]]]:
    """Criterion, answer, the step whose decisions serve it, the families of claims that test it."""
    tables = material.blueprint.tables
    served = sum(bool(u.statement.uses) for u in material.uses)
    keys = plural(sum(len(t.foreign_keys) for t in tables), "foreign key")
    mute = plural(sum(not t.about for t in tables), "table")
    cut = plural(sum(1 for t in tables if t.partitioning), "partitioned table")
    promised = f"{served} of {plural(len(material.uses), 'access pattern')} promise an index in their plan"
    secured = sum(bool(t.tenant_column) for t in tables)
    yield "Normalization", "normal forms, from the dependencies that are declared", "normalize", ()
    yield "Performance", promised, "indexes", ("access", "latency")
    yield "Integrity", f"{keys} enforced by the server", "constraints", ("integrity",)
    yield "Scalability", f"{cut}; sizes at the horizon are computed", "partitions", ("partitions", "sizes", "scaling")
    yield "Maintainability", f"{mute} without a description", "design", ("structure", "documents")
    rows = f"least privilege; rows secured in {secured} of {plural(len(tables), 'table')}"
    yield "Security", rows, "privileges", ("isolation", "encryption", "privacy")
    yield (
        "Testability",
        "each rule is a claim, and a query that must return no row",
        "roles",
        ("integrity", "isolation", "concurrency", "copies"),
    )


def _claims(material: Material, families: tuple[str, ...]) -> Inline:
    return (codes(families), ": ", tally_text(material.tally(families))) if families else "none"


def decided(material: Material, step: str) -> Inline:
    """Return the first decisions of a step as links, and how many more there are."""
    found = material.decisions(step)
    if not found:
        return "none"
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""
    return (listing(decision_link(d.code) for d in found[:2]), more)
