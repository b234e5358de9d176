"""Summaries in documents: what is computed ahead, from what, how often, who reads it and who computes it anew."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Fence, Grid, Heading, Inline, Paragraph, anchor, codes, labelled
from dbwright.emit.material import Material
from dbwright.emit.sql_layout import laid_out
from dbwright.emit.wording import DICTIONARY, NOT_SAID, decision_link, pattern_links, table_links
from dbwright.model.blueprint import Blueprint, StoredSummary
from dbwright.model.quantities import show_seconds
from dbwright.model.summary_tables import summary_table
from dbwright.sql.names import qualify


def origin(made: StoredSummary) -> str:
    """Return in a few words what a summary is computed from, and how often."""
    return f"computed from {', '.join(made.reads)} every {show_seconds(made.every)}"


def dictionary_summaries(material: Material) -> Iterator[Block]:
    """Yield a chapter of the dictionary: each summary with its columns."""
    if not material.blueprint.summaries:
        return
    yield Heading(2, "Summaries", "summaries")
    for made in material.blueprint.summaries:
        yield Heading(3, Code(made.name), anchor("view", made.name))
        yield Paragraph(made.about or f"Meaning: {NOT_SAID}.")
        readers = [g.role for name in (made.name, made.stored) for g in material.blueprint.grants_on("view", name)]
        yield labelled(
            ("Computed from", table_links(made.reads)),
            ("Old at most", f"{show_seconds(made.stale)}; computed anew every {show_seconds(made.every)}"),
            ("A row is identified by", codes(made.key)),
            ("Stored in", (Code(made.stored), "; ", Code(made.clock), " holds the time")),
            ("May be read by", codes(dict.fromkeys(readers)) if readers else "nobody: no access pattern asks for it"),
        )
        rows = tuple(
            (Code(c.name), Code(c.type), c.about or NOT_SAID, "key" if c.name in made.key else "none")
            for c in summary_table(made).columns
        )
        yield Grid(("Column", "Type", "Meaning", "Key"), rows)


def answers_ahead(material: Material) -> Iterator[Block]:
    """Yield a section of the design document: what is stored because its answer may be old."""
    if not material.blueprint.summaries:
        return
    yield Heading(3, "Answers Computed Ahead", "summaries")
    rows: list[tuple[Inline, ...]] = []
    for made in material.blueprint.summaries:
        patterns = [u.name for u in material.uses if {made.name, made.stored} & set(u.query.reads)]
        rows.append(
            (
                (Code(made.name), f": {made.about or NOT_SAID}"),
                table_links(made.reads, DICTIONARY),
                show_seconds(made.stale),
                (f"every {show_seconds(made.every)} (", decision_link(f"summaries/{made.name}"), ")"),
                pattern_links(patterns) if patterns else "no pattern",
            )
        )
    yield Grid(("Answer", "Computed from", "Old at most", "Computed anew", "Read by"), tuple(rows))
    for made in material.blueprint.summaries:
        yield Paragraph(("The query of ", Code(made.name), ":"))
        yield Fence("sql", laid_out(made.query))


def refresh_schedule(blueprint: Blueprint) -> Iterator[Block]:
    """Yield what the platform runs, as whom and how often."""
    for made in blueprint.summaries:
        callers = [g.role for g in blueprint.grants_on("function", made.refresh)]
        often, old = show_seconds(made.every), show_seconds(made.stale)
        yield Paragraph(
            (f"Every {often}, so that ", Code(made.name), f" is at most {old} old, as ", codes(callers),
             " (it returns the time, and refuses with 55P03 when the last run has not ended):")
        )  # fmt: skip
        yield Fence("sql", f"select {qualify(blueprint.schema, made.refresh)}();")
