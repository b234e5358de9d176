"""Claims: every promise of the design, with the verdict of the experiment where one has run."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Fold, Grid, Heading, Inline, Paragraph, anchor
from dbwright.emit.material import Material
from dbwright.emit.wording import plural, tally_text
from dbwright.model.claim import Claim, Verdict


def claims(material: Material) -> Iterator[Block]:
    """Yield the count for each family, every broken and untested claim, and the whole list."""
    found = material.blueprint.claims
    yield Heading(2, "Claims", "claims")
    yield Paragraph(verdict_text(material))
    families = list(dict.fromkeys(c.family for c in found))
    counts = tuple(
        (Code(f), plural(sum(c.family == f for c in found), "claim"), tally_text(material.tally([f]))) for f in families
    )
    yield Grid(("Family", "Claims", "Verdicts"), counts) if counts else Paragraph("The design promises nothing.")
    broken = [c for c in found if material.verdict(c)[0] == Verdict.BROKEN]
    if broken:
        yield Heading(3, "Broken", "broken")
        yield _list(material, broken)
    for family in families:
        own = [c for c in found if c.family == family]
        yield Heading(3, f"Family: {family}", anchor("claims", family))
        yield Fold(f"{plural(len(own), 'claim')}: {tally_text(material.tally([family]))}", (_list(material, own),))


def _list(material: Material, found: list[Claim]) -> Grid:
    rows: list[tuple[Inline, ...]] = []
    for claim in found:
        verdict, reason = material.verdict(claim)
        rows.append((Code(claim.id), claim.promise, verdict, reason))
    return Grid(("Claim", "Promise", "Verdict", "Reason"), tuple(rows))


def verdict_text(material: Material) -> str:
    """Return in one sentence how far the promises are proven."""
    found = material.blueprint.claims
    tally = tally_text(material.tally())
    if not material.findings:
        return f"{plural(len(found), 'claim')}: {tally}. To run the experiments, type `dbwright prove`."
    return f"{plural(len(found), 'claim')}: {tally}."
