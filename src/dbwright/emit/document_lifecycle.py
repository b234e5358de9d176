"""Data lifecycle (seed 003): when and how rows come, change, are archived and go, and how long they stay."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Code, Grid, Heading, Inline, Paragraph, Unsaid, codes, listing
from dbwright.emit.material import Material
from dbwright.emit.wording import DICTIONARY, NOT_SAID, retention_text, retention_work, table_link
from dbwright.model.table import Table
from dbwright.theory.partitioning import age_column

_SAID = {"created": "insert", "changed": "update", "deleted": "delete"}


def lifecycle(material: Material) -> Iterator[Block]:
    """Yield the life of a row of each table."""
    yield Heading(2, "Data Lifecycle", "lifecycle")
    yield Heading(3, "Data Creation", "creation")
    yield from _phase(material, "created", "Comes by")
    yield Heading(3, "Data Modification", "modification")
    yield from _phase(material, "changed", "Changes by")
    yield Heading(3, "Data Archival", "archival")
    yield from _archival(material)
    yield Heading(3, "Data Deletion", "deletion")
    yield from _phase(material, "deleted", "Goes by")
    yield Heading(3, "Retention Policy", "retention")
    yield from _retention(material)


def _phase(material: Material, phase: str, title: str) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    silent = []
    for table in material.blueprint.tables:
        parts = [*_declared(material, table, phase), *_by_patterns(material, table, phase)]
        parts += _by_server(material, table) if phase == "deleted" else []
        if parts:
            rows.append((table_link(table.name, DICTIONARY), listing(parts, "; ")))
        else:
            silent.append(table.name)
    if rows:
        yield Grid(("Table", title), tuple(rows))
    if not silent:
        return
    if phase == "created":
        yield Unsaid(("how rows come into ", codes(silent)), "lifecycle: {created: …}")
    else:
        verb = "changes" if phase == "changed" else "deletes"
        yield Paragraph(("No access pattern ", verb, " rows of ", codes(silent), ", and no role may."))


def _declared(material: Material, table: Table, phase: str) -> list[Inline]:
    entity = material.entity(table)
    text = str(getattr(entity.lifecycle, phase)) if entity and entity.lifecycle else ""
    return [text] if text else []


def _by_patterns(material: Material, table: Table, phase: str) -> list[Inline]:
    return [
        (Code(u.name), f" ({u.pattern.rate or 'rate not said'}, ", codes(str(r) for r in u.pattern.by), ")")
        for u in material.writers(table.name, _SAID[phase])
    ]


def _by_server(material: Material, table: Table) -> list[Inline]:
    """Rows that the server deletes: with the row they lead to, or with their partition."""
    parents = [k.target for k in table.foreign_keys if k.on_delete == "cascade"]
    found: list[Inline] = [("with its row of ", codes(dict.fromkeys(parents)))] if parents else []
    if table.partitioning is not None and table.partitioning.keep_months and table.partitioning.strategy == "range":
        found.append(("with its partition, when ", Code("maintain_partitions"), " drops it"))
    return found


def _archival(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    for entity in material.design.entities:
        table = material.blueprint.table(str(entity.name))
        declared = str(entity.lifecycle.archived) if entity.lifecycle else ""
        wanted = entity.retention is not None and entity.retention.then == "archive"
        if table is None or not (declared or wanted):
            continue
        when = declared or (f"after {entity.retention.keep}" if entity.retention else NOT_SAID)
        rows.append((table_link(table.name, DICTIONARY), when))
    if not rows:
        yield Paragraph("No table is archived: the design asks for it nowhere.")
        return
    yield Grid(("Table", "Archived"), tuple(rows))
    yield Paragraph("This version of dbwright writes no archive: no job moves rows to cold storage.")


def _retention(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    silent, baseless = [], []
    personal = {table.name for table, _, _ in material.marked("personal")}
    for table in material.blueprint.tables:
        entity = material.entity(table)
        retention = entity.retention if entity else None
        if retention is None:
            silent.append(table.name)
            continue
        if not retention.basis and table.name in personal:
            baseless.append(table.name)
        age = age_column(table, entity.retention) if entity else None
        counted: Inline = (Code(age) if age else NOT_SAID) if retention.keep.by_age else str(retention.keep.event)
        basis = str(retention.basis) or NOT_SAID
        work = retention_work(material, table)
        rows.append((table_link(table.name, DICTIONARY), retention_text(retention), counted, basis, work))
    if rows:
        yield Grid(("Table", "Kept", "Counted from", "Legal basis", "Kept true by"), tuple(rows))
    if silent:
        yield Unsaid(("how long rows stay in ", codes(silent)), "retention: {keep: …, then: …, basis: …}")
    if baseless:
        yield Unsaid(("on which legal basis these personal data are kept: ", codes(baseless)), "retention: {basis: …}")
