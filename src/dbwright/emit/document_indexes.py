"""Performance analysis (seed 002, output 4): which index serves what, and why tables are partitioned."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Link, Paragraph
from dbwright.emit.material import Material, keys_and_indexes
from dbwright.emit.wording import (
    DICTIONARY,
    decision_link,
    index_text,
    partition_text,
    pattern_links,
    serves_text,
    table_link,
)
from dbwright.model.table import Index, Table


def index_section(material: Material) -> Iterator[Block]:
    """Yield which index serves what, and why tables are partitioned."""
    yield Heading(3, "Index Usage and Justification", "indexes")
    rows: list[tuple[Inline, ...]] = []
    for table in material.blueprint.tables:
        rows += [_index(material, table, i) for i in keys_and_indexes(table)]
    yield Grid(("Index", "Table", "Keys", "Serves"), tuple(rows)) if rows else Paragraph("No table has an index.")
    yield Heading(3, "Partitioning Strategy Rationale", "partitions")
    yield from _partitions(material)


def _index(material: Material, table: Table, index: Index) -> tuple[Inline, ...]:
    decided = material.decision(f"indexes/{index.name}")
    name: Inline = Link(Code(index.name), decision_link(decided.code).target) if decided else Code(index.name)
    patterns = [f"access.{p}" for p in material.served(index.name, *index.serves)]
    serves = [*patterns, *(s for s in index.serves if not s.startswith("access."))]
    return (name, table_link(table.name, DICTIONARY), index_text(index), serves_text(serves) if serves else "its key")


def _partitions(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    for decision in material.decisions("partitions"):
        table = material.blueprint.table(decision.subjects[0]) if decision.subjects else None
        if table is None:
            continue
        how = partition_text(table.partitioning) if table.partitioning else "stays one table"
        pruned = [s.pattern for s in material.blueprint.statements if table.name in s.prunes]
        helped: Inline = pattern_links(pruned) if pruned else "no pattern"
        rows.append((table_link(table.name, DICTIONARY), how, decision.why, helped, decision_link(decision.code)))
    if rows:
        yield Grid(("Table", "Partitions", "Why", "Patterns that leave partitions out", "Decision"), tuple(rows))
    else:
        yield Paragraph("No table is partitioned: none is large and leaves by age, and the design asks for none.")
