"""Concurrent access (seed 003): what happens when several components read and write at once."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, Unsaid
from dbwright.emit.material import Material, Use
from dbwright.emit.sql_layout import settles_conflicts
from dbwright.emit.wording import DICTIONARY, NOT_SAID, pattern_links, plural, table_link, table_links
from dbwright.model.access import AccessPattern, Steps
from dbwright.theory.conflicts import isolation_of
from dbwright.theory.programs import Hazard, hazards, units
from dbwright.theory.telling import schedule_in_words


def concurrency(material: Material) -> Iterator[Block]:
    """Yield what happens when several components read and write at once."""
    yield Heading(3, "Concurrent Access", "concurrency")
    yield Heading(4, "Concurrent Reads")
    shared = [t.name for t in material.blueprint.tables if len(_roles(material.readers(t.name))) > 1]
    who: Inline = "No table is read by more than one role; sessions of one role still read at once."
    if shared:
        who = ("Several roles read ", table_links(shared, DICTIONARY), " at once.")
    yield Paragraph((who, " It is no concern: each statement reads a snapshot, and no reader waits for another."))
    yield Heading(4, "Concurrent Writes")
    yield from _writes(material)
    yield from _together(material)
    yield Heading(4, "Read-Write Concurrency")
    levels: dict[str, list[str]] = {}
    for use in material.uses:
        levels.setdefault(isolation_of(material.blueprint, use.pattern), []).append(use.name)
    yield Paragraph(
        "PostgreSQL keeps several versions of a row: a reader sees the last committed one and never waits for a "
        "writer, nor a writer for a reader. What a transaction sees follows from its isolation level."
    )
    yield Grid(
        ("Isolation", "What it sees", "Patterns"), tuple((k, _SEES[k], pattern_links(v)) for k, v in levels.items())
    )
    yield from _cycles(material)


_SEES = {
    "read committed": "each statement sees what was committed when it began",
    "repeatable read": "every statement sees what was committed when the first began; an update of a row that changed "
    "since is refused and must be repeated",
    "serializable": "the outcome is as if one ran after the other; a conflict is refused and must be repeated",
}


def _together(material: Material) -> Iterator[Block]:
    """The transactions of several steps: what happens together or not at all."""
    declared = [u for u in units(material.blueprint) if u.declared]
    if not declared:
        return
    yield Heading(4, "Transactions of Several Steps")
    yield Paragraph("All steps happen, or none; a step runs in no transaction of its own.")
    rows: list[tuple[Inline, ...]] = []
    for unit in declared:
        said = unit.declared
        assert said is not None
        rate = str(said.rate) if said.rate else NOT_SAID
        steps = pattern_links(str(p.name) for p in unit.steps)
        rows.append((Code(unit.name), steps, str(said.why), unit.isolation, rate, unit.conflict or NOT_SAID))
    yield Grid(("Transaction", "Steps in order", "Why", "Isolation", "Rate", "When two meet"), tuple(rows))


def _cycles(material: Material) -> Iterator[Block]:
    """What more than two sessions, or transactions of several steps, can do to each other, and whether it happened."""
    decision = material.decision("concurrency/robustness")
    if decision is None:
        return
    yield Heading(4, "Cycles of Transactions")
    yield Paragraph((decision.what[0].upper() + decision.what[1:], "; ", decision.why, "."))
    yield Grid(("Isolation for all", "Transactions that could"), tuple((a.what, a.cost) for a in decision.alternatives))
    for hazard in hazards(material.blueprint):
        yield Paragraph((schedule_in_words(hazard), "."))
        accepted = [a for owner in _owners(hazard) for a in owner.accept if a.rule == "dangerous-cycle"]
        if accepted:
            yield Paragraph(("Accepted: ", str(accepted[0].why)))


def _owners(hazard: Hazard) -> list[Steps | AccessPattern]:
    first = hazard.units[0]
    return [first.declared] if first.declared else [*first.steps]


def _roles(uses: list[Use]) -> set[str]:
    return {str(r) for u in uses for r in u.pattern.by}


def _writes(material: Material) -> Iterator[Block]:
    writers = [u for u in material.uses if u.writes]
    if not writers:
        yield Paragraph("No access pattern writes.")
        return
    several = [t.name for t in material.blueprint.tables if len(material.writers(t.name)) > 1]
    if several:
        yield Paragraph(("Written by more than one access pattern: ", table_links(several, DICTIONARY), "."))
    else:
        yield Paragraph("Each table is written by one access pattern at most; its sessions still meet each other.")
    rows = tuple(
        (pattern_links([u.name]), verb, table_link(table, DICTIONARY), _guard(material, u, verb, table), _rule(u))
        for u in writers
        for verb, table in u.writes
    )
    yield Grid(("Pattern", "Verb", "Table", "What the server does when two meet", "Rule of the design"), rows)
    silent = [u.name for u in writers if any(v in ("update", "delete") for v, _ in u.writes) and not _decided(u)]
    if silent:
        yield Unsaid(("who wins when two sessions change the same row in ", pattern_links(silent)), "conflict:")


def _decided(use: Use) -> bool:
    return bool(use.pattern.conflict) or use.pattern.isolation != "read committed"


def _rule(use: Use) -> str:
    parts = [str(use.pattern.conflict)] if use.pattern.conflict else []
    if use.pattern.isolation != "read committed":
        parts.append(f"{use.pattern.isolation}: repeat after a conflict")
    return ", ".join(parts) or "none"


def _guard(material: Material, use: Use, verb: str, name: str) -> str:
    table = material.blueprint.table(name)
    if verb != "insert" or table is None:
        return "the second waits for the first, then looks at its condition again"
    kept = [*([table.primary_key] if table.primary_key else []), *table.uniques]
    end = "does what `on conflict` says" if settles_conflicts(use.statement.sql) else "is refused"
    text = f"new rows meet only in {plural(len(kept), 'key')}: the second of two equal ones {end}"
    if table.exclusions:
        text += f"; one that conflicts in {plural(len(table.exclusions), 'exclusion')} is refused"
    return text
