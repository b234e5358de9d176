"""One table in the data dictionary: keys, references, indexes, partitions, volume, retention, and who may use it."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import (
    Block,
    Code,
    Fold,
    Grid,
    Heading,
    Inline,
    Link,
    Paragraph,
    anchor,
    codes,
    labelled,
    listing,
)
from dbwright.emit.cardinality import Reference
from dbwright.emit.dictionary_columns import column_blocks
from dbwright.emit.material import Material, keys_and_indexes
from dbwright.emit.wording import (
    NOT_SAID,
    audit_text,
    cardinality,
    check_meaning,
    index_text,
    on_delete,
    on_update,
    partition_text,
    pattern_links,
    plural,
    retention_text,
    retention_work,
    serves_text,
    table_link,
    table_links,
)
from dbwright.model.blueprint import Grant
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.table import Index, Table


def table_blocks(material: Material, table: Table) -> Iterator[Block]:
    """Yield everything the dictionary tells about one table."""
    yield Heading(3, Code(table.name), anchor("table", table.name))
    yield Paragraph(table.about or f"Meaning: {NOT_SAID}.")
    yield _facts(material, table)
    yield from column_blocks(material, table)
    yield from _constraints(material, table)
    yield from _references(material, table)
    yield from _indexes(material, table)
    yield from _partitions(table)
    yield from _triggers(material, table)
    yield from _access(material, table)


def _facts(material: Material, table: Table) -> Block:
    entity = material.entity(table)
    storage = entity.storage if entity else None
    retention = entity.retention if entity else None
    patterns = [u.name for u in material.users(table.name)]
    facts: list[tuple[str, Inline]] = [
        ("Stored because", str(entity.why) if entity and entity.why else NOT_SAID),
        ("Kept in", f"{storage.system} ({storage.kind})" if storage else "PostgreSQL (relational)"),
        ("Volume", _volume(material, table)),
        ("Retention", retention_text(retention) if retention else NOT_SAID),
    ]
    if retention is not None:
        facts += [("Legal basis", str(retention.basis) or NOT_SAID), ("Kept true by", retention_work(material, table))]
    facts += [
        ("Partitions", partition_text(table.partitioning) if table.partitioning else "none: one table"),
        ("Recorded changes", audit_text(entity.audit if entity else "none")),
        ("Used by", pattern_links(patterns) if patterns else "no access pattern"),
    ]
    return labelled(*facts)


def _volume(material: Material, table: Table) -> Inline:
    size, entity = table.size, material.entity(table)
    if size is None:
        return NOT_SAID
    growth = f", growing by {entity.rows.growth}" if entity and entity.rows and entity.rows.growth else ""
    skew = entity.rows.skew if entity and entity.rows else {}
    uneven = f"; uneven: {', '.join(f'{c} {s}' for c, s in skew.items())}" if skew else ""
    return (
        f"{show_count(size.rows_now)} rows ({show_bytes(size.bytes_now)}) on the first day{growth}; "
        f"{show_count(size.rows_horizon)} rows ({show_bytes(size.bytes_horizon)}) after {material.design.horizon}; "
        f"{size.row_bytes} bytes a row and {size.index_bytes} of indexes{uneven}"
    )


def _constraints(material: Material, table: Table) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    if table.primary_key is not None:
        logical = table.logical_key and table.logical_key != table.primary_key.columns
        purpose: Inline = "identifies a row"
        if logical:
            purpose = (
                "identifies a row; holds the partition column too, the logical key is ",
                codes(table.logical_key),
            )
        key = table.primary_key
        rows.append((Code(key.name), "primary key", codes(key.columns), purpose))
    for unique in table.uniques:
        nulls = "; an empty value counts as a value" if unique.nulls_not_distinct else ""
        purpose = f"these columns together occur once{nulls}"
        rows.append((Code(unique.name), "unique", codes(unique.columns), purpose))
    rows += [(Code(c.name), "check", Code(c.expression), check_meaning(material, table, c)) for c in table.checks]
    for exclusion in table.exclusions:
        where: Inline = (" where ", Code(exclusion.where)) if exclusion.where else ""
        rule = (f"{exclusion.method} ", Code(exclusion.elements), where)
        rows.append((Code(exclusion.name), "exclusion", rule, "no two rows may conflict in all of these"))
    if not rows:
        return
    yield Heading(4, "Keys and constraints")
    anchors = tuple(anchor("constraint", table.name, _text(row[0])) for row in rows)
    yield Grid(("Name", "Kind", "Rule", "Purpose"), tuple(rows), anchors)


def _text(cell: Inline) -> str:
    return cell.text if isinstance(cell, Code) else ""


def _references(material: Material, table: Table) -> Iterator[Block]:
    outgoing = material.outgoing(table.name)
    if outgoing:
        yield Heading(4, "Foreign keys")
        header = ("Name", "Leads to", "Cardinality", "On delete", "On update", "Meaning")
        anchors = tuple(anchor("constraint", table.name, r.key.name) for r in outgoing)
        yield Grid(header, tuple(_reference(r) for r in outgoing), anchors)
    incoming = dict.fromkeys(r.table.name for r in material.incoming(table.name))
    if incoming:
        yield Paragraph(("Referenced by ", table_links(incoming), "."))


def _reference(reference: Reference) -> tuple[Inline, ...]:
    key = reference.key
    here, there = cardinality(reference)
    target = (codes(key.columns), " → ", table_link(key.target), " ", Code(f"({', '.join(key.target_columns)})"))
    ends = f"{here} here for 1 there; {there} there for 1 here"
    meaning = key.about or f"a row of `{reference.table.name}` belongs to a row of `{key.target}`"
    return (Code(key.name), target, ends, on_delete(key), on_update(key), meaning)


def _indexes(material: Material, table: Table) -> Iterator[Block]:
    found = keys_and_indexes(table)
    if not found:
        return
    own = {i.name for i in table.indexes}
    yield Heading(4, "Indexes")
    rows = tuple(
        (Code(i.name), index_text(i), _serves(material, i), "" if i.name in own else "comes with the key")
        for i in found
    )
    yield Grid(("Name", "Keys", "Used by", "Note"), rows, tuple(anchor("index", i.name) for i in found))


def _serves(material: Material, index: Index) -> Inline:
    patterns = [f"access.{p}" for p in material.served(index.name, *index.serves)]
    others = [s for s in index.serves if not s.startswith("access.")]
    return serves_text([*patterns, *others]) if patterns or others else "the constraint itself"


def _partitions(table: Table) -> Iterator[Block]:
    if table.partitioning is None:
        return
    rows = tuple((Code(p.name), Code(p.bound)) for p in table.partitioning.partitions)
    yield Heading(4, "Partitions")
    yield Fold(f"{plural(len(rows), 'partition')} on the first day", (Grid(("Name", "Bound"), rows),))


def _triggers(material: Material, table: Table) -> Iterator[Block]:
    found = material.blueprint.triggers_on(table.name)
    if not found:
        return
    purposes = {"touch": "keeps the columns true that say when a row changed, and by whom"}
    yield Heading(4, "Triggers")
    yield Grid(("Name", "Purpose"), tuple((Code(t.name), purposes.get(t.purpose, t.purpose)) for t in found))


def _access(material: Material, table: Table) -> Iterator[Block]:
    grants = material.blueprint.grants_on("table", table.name)
    yield Heading(4, "Who may read and write it")
    if not grants:
        yield Paragraph("Nobody but the owner: no access pattern asks for it.")
        return
    rows = tuple(
        (Code(g.role), g.privilege, _columns(table, g), _reasons(g))
        for g in sorted(grants, key=lambda g: (g.role, g.privilege))
    )
    yield Grid(("Role", "May", "Columns", "Because of"), rows)
    views = [v for v in material.blueprint.views if table.name in v.reads]
    if views:
        links = listing(Link(Code(v.name), f"#{anchor('view', v.name)}") for v in views)
        yield Paragraph(("Also read through ", links, "."))
    yield from _policies(material, table)


def _columns(table: Table, grant: Grant) -> Inline:
    if not grant.columns:
        return "whole rows"
    if len(grant.columns) == len(table.columns):
        return "all"
    return codes(grant.columns)


def _reasons(grant: Grant) -> Inline:
    views = [s.removeprefix("view.") for s in grant.serves if s.startswith("view.")]
    if views:
        return listing(("the view ", Link(Code(v), f"#{anchor('view', v)}")) for v in views)
    return serves_text(grant.serves)


def _policies(material: Material, table: Table) -> Iterator[Block]:
    policies = material.blueprint.policies_on(table.name)
    if not policies:
        return
    rows: list[tuple[Inline, ...]] = []
    for policy in policies:
        kind = "allows" if policy.permissive else "restricts"
        condition = policy.using or policy.check
        rows.append((Code(policy.name), kind, policy.command, codes(policy.roles), Code(condition)))
    yield Heading(4, "Row-level security")
    yield Grid(("Policy", "Effect", "Command", "Roles", "Rows where"), tuple(rows))
