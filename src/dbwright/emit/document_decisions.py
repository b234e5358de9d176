"""The record of a design: declared dependencies, business rules, and every decision with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, codes, listing
from dbwright.emit.material import Material
from dbwright.emit.wording import (
    DICTIONARY,
    check_meaning,
    decision_anchor,
    decision_link,
    plural,
    serves_text,
    table_link,
)
from dbwright.model.decision import Decision
from dbwright.sql.types import bare_type, is_array

SHOWN = 6
"""Subjects of a decision that are listed before the rest is counted."""


def normalization(material: Material) -> Iterator[Block]:
    """Yield what the design declares about dependencies, and what is left unproven."""
    yield Heading(2, "Normalization", "normalization")
    yield Paragraph(
        "A table whose only dependencies are its keys is in Boyce-Codd normal form by definition. The tables below "
        "declare more; each was judged by all of its dependencies, and a decomposition loses no row and no dependency."
    )
    judged = material.decisions("normalize")
    if judged:
        rows = tuple(
            (table_link(d.subjects[0], DICTIONARY), d.what, d.why, "; ".join(a.what for a in d.alternatives) or "–")
            for d in judged
        )
        yield Grid(("Table", "Normal form", "Because", "Instead"), rows)
    else:
        yield Paragraph("Declared functional dependencies: none besides the keys.")
    yield from _departures(material)
    accepted = [(e.name, a) for e in material.design.entities for a in e.accept]
    if accepted:
        yield Heading(3, "Accepted findings", "accepted")
        cells = tuple(
            (table_link(str(n), DICTIONARY), Code(str(a.rule)), str(a.why), str(a.until) or "without end")
            for n, a in accepted
        )
        yield Grid(("Table", "Rule", "Why it is right here", "Judged again"), cells)


def _departures(material: Material) -> Iterator[Block]:
    """Values that are not atomic, and facts that stand twice."""
    tables = material.blueprint.tables
    documents = [f"{t.name}.{c.name}" for t in tables for c in t.columns if bare_type(c.type) in ("jsonb", "json")]
    arrays = [f"{t.name}.{c.name}" for t in tables for c in t.columns if is_array(c.type)]
    copies = [f"{t.name}.{c.name}" for t in tables for c in t.columns if c.source is not None and c.source.as_of]
    computed = [f"{t.name}.{c.name}" for t in tables for c in t.columns if c.generated]
    repeated = material.decisions("tenancy")
    rows: list[tuple[Inline, ...]] = []
    if documents:
        rows.append(("Documents in one column (1NF)", codes(documents), _because(material, "types/document")))
    if arrays:
        rows.append(("Lists in one column (1NF)", codes(arrays), "the design writes them so"))
    if computed:
        rows.append(("Computed from other columns", codes(computed), "the server computes them: they cannot disagree"))
    if copies:
        rows.append(("Copies of a value as it was then", codes(copies), "a fact of that moment, not a dependency"))
    if repeated:
        names = [s for d in repeated for s in d.subjects if "." in s]
        links = listing(decision_link(d.code) for d in repeated[:SHOWN])
        more = f" and {len(repeated) - SHOWN} more" if len(repeated) > SHOWN else ""
        rows.append(("The tenant, repeated beside its parent", codes(names), (links, more)))
    if rows:
        yield Grid(("Departure from one fact in one place", "Columns", "Why"), tuple(rows))


def _because(material: Material, code: str) -> Inline:
    decision = material.decision(code)
    return (decision.why, " (", decision_link(code), ")") if decision else ""


def business_rules(material: Material) -> Iterator[Block]:
    """Yield the rules that the server keeps for every row, beyond keys and references."""
    yield Heading(2, "Business Rules", "business-rules")
    rows: list[tuple[Inline, ...]] = []
    for table in material.blueprint.tables:
        link = table_link(table.name, DICTIONARY)
        rows += [(link, (codes(u.columns), " together occur once"), Code(u.name)) for u in table.uniques]
        for check in table.checks:
            meaning = (check_meaning(material, table, check), ": ", Code(check.expression))
            rows.append((link, meaning, Code(check.name)))
        rows += [(link, ("no two rows conflict in ", Code(e.elements)), Code(e.name)) for e in table.exclusions]
    tables = material.blueprint.tables
    keys = f"{plural(len(tables), 'primary key')} and {plural(sum(len(t.foreign_keys) for t in tables), 'foreign key')}"
    yield Paragraph(
        f"Besides {keys}, the server keeps these. Each is a claim, and a query in `handoff/invariants.sql`."
    )
    yield Grid(("Table", "Rule", "Kept by"), tuple(rows)) if rows else Paragraph("There are none.")


def decisions(material: Material) -> Iterator[Block]:
    """Yield every decision: what, why, what it serves, and what was turned down."""
    yield Heading(2, "Decisions", "decisions")
    found = material.blueprint.decisions
    yield Paragraph(
        f"{plural(len(found), 'decision')}, by the step that took them; `design` is what the designers decided."
    )
    for step in dict.fromkeys(d.step for d in found):
        own = material.decisions(step)
        yield Heading(3, f"Step: {step.replace('_', ' ')}", f"decisions.{step}")
        rows = tuple((_name(d), _what(d), d.why, _serves(d), _alternatives(d)) for d in own)
        header = ("Decision", "What", "Why", "Serves", "Instead of (and its cost)")
        yield Grid(header, rows, tuple(decision_anchor(d.code) for d in own))


def _name(decision: Decision) -> Inline:
    return Code(decision.code.partition("/")[2])


def _what(decision: Decision) -> str:
    return f"{decision.what}. Evidence: {decision.evidence}" if decision.evidence else decision.what


def _serves(decision: Decision) -> Inline:
    if not decision.serves:
        return "the whole design"
    more = f" and {len(decision.serves) - SHOWN} more" if len(decision.serves) > SHOWN else ""
    return (serves_text(decision.serves[:SHOWN]), more)


def _alternatives(decision: Decision) -> Inline:
    if not decision.alternatives:
        return "nothing else was weighed"
    return listing((f"{a.what}: {a.cost}" for a in decision.alternatives), "; ")
