"""Data persistence and schema (seed 003): what is stored, where, why there, and how it is shaped."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.areas import areas
from dbwright.emit.blocks import (
    Block,
    Code,
    Grid,
    Heading,
    Inline,
    Link,
    Paragraph,
    Unsaid,
    anchor,
    codes,
    listing,
    plain,
)
from dbwright.emit.dictionary_columns import meaning
from dbwright.emit.material import Material
from dbwright.emit.wording import (
    DICTIONARY,
    NOT_SAID,
    decision_link,
    pattern_links,
    plural,
    rate_text,
    size_text,
    table_link,
    table_links,
)
from dbwright.model.quantities import show_bytes, show_count
from dbwright.model.table import Table
from dbwright.sql.types import bare_type

_KINDS = (
    ("relational", "Relational Database (SQL)"),
    ("document", "Document Database (NoSQL)"),
    ("key-value", "Key-Value Store"),
    ("graph", "Graph Database"),
    ("time-series", "Time-Series Database"),
    ("search", "Search Index"),
    ("cache", "Cache"),
    ("file", "File Storage"),
)


def persistence(material: Material) -> Iterator[Block]:
    """Yield what is stored, where, and why there."""
    yield Heading(2, "Data Persistence", "persistence")
    yield Heading(3, "What Data Needs to be Stored?", "stored")
    yield from _stored(material)
    yield Heading(3, "Where Should Data be Stored?", "where")
    streams = (("stream", "Event Stream"),) if any(s.kind == "stream" for s in material.design.stores) else ()
    kinds = (*_KINDS, *streams)
    yield Grid(("Kind of store", "Used for"), tuple((title, _used_for(material, kind)) for kind, title in kinds))
    yield Heading(3, "Why These Storage Choices?", "why")
    yield from _choices(material)


def _stored(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    for table in material.blueprint.tables:
        entity = material.entity(table)
        reason = (str(entity.why) or NOT_SAID) if entity else "derived: it joins two entities"
        rows.append((table_link(table.name, DICTIONARY), table.about or NOT_SAID, reason, _size(table)))
    for store in material.design.stores:
        size = str(store.size) or NOT_SAID
        rows.append((Code(str(store.name)), str(store.about) or NOT_SAID, str(store.because), size))
    yield Grid(("Data Element", "Description", "Reason for Storage", "Size Estimate"), tuple(rows))
    tables = material.blueprint.tables
    mute = [t.name for t in tables if not t.about]
    if mute:
        yield Unsaid(("what one row of these is: ", codes(mute)), "about:")
    unreasoned = [t.name for t in tables if (e := material.entity(t)) is not None and not e.why]
    if unreasoned:
        yield Unsaid(("why these are stored: ", codes(unreasoned)), "why:")
    unsized = [t.name for t in tables if t.size is None]
    if unsized:
        yield Unsaid(("how many rows these have: ", codes(unsized)), "rows: {now: …, growth: …}")
    stores = [str(s.name) for s in material.design.stores if not s.size]
    if stores:
        yield Unsaid(("how large these stores are: ", codes(stores)), "size:")


def _size(table: Table) -> str:
    if table.size is None:
        return NOT_SAID
    now = size_text(table.size.rows_now, table.size.bytes_now)
    return f"{now}; at the horizon {size_text(table.size.rows_horizon, table.size.bytes_horizon)}"


def _used_for(material: Material, kind: str) -> Inline:
    parts: list[Inline] = []
    by_system: dict[str, list[str]] = {}
    for table in material.blueprint.tables:
        entity = material.entity(table)
        if (entity.storage.kind if entity else "relational") == kind:
            by_system.setdefault(str(entity.storage.system) if entity else "PostgreSQL", []).append(table.name)
    parts += [(f"{system}: ", table_links(names, DICTIONARY)) for system, names in by_system.items()]
    parts += [(f"{s.system}: ", Code(str(s.name))) for s in material.design.stores if s.kind == kind]
    parts += [*_inside(material, kind)]
    return listing(parts, "; ") if parts else "not used"


def _inside(material: Material, kind: str) -> Iterator[Inline]:
    """What PostgreSQL itself does of another kind of store."""
    columns = [(t.name, c) for t in material.blueprint.tables for c in t.columns]
    if kind == "document":
        found = [f"{t}.{c.name}" for t, c in columns if bare_type(c.type) == "jsonb"]
        if found:
            yield (f"inside rows, as {plural(len(found), 'jsonb column')}: ", codes(found))
    if kind == "search":
        found = [f"{t}.{c.name}" for t, c in columns if bare_type(c.type) == "tsvector"]
        if found:
            yield ("inside PostgreSQL: ", codes(found))
    if kind == "cache":
        systems: dict[str, list[str]] = {}
        for use in material.uses:
            if use.pattern.cache is not None:
                systems.setdefault(str(use.pattern.cache.system), []).append(use.name)
        for system, names in systems.items():
            yield (f"{system}: answers of ", pattern_links(names))


def _choices(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    plain = [t for t in material.blueprint.tables if not _own_choice(material, t)]
    if plain:
        decision = material.decision("storage/relational")
        why: Inline = (decision.why, " (", decision_link(decision.code), ")") if decision else NOT_SAID
        names = table_links((t.name for t in plain), DICTIONARY)
        rows.append((names, "relational", "PostgreSQL", why, _load(material, plain)))
    for table in material.blueprint.tables:
        entity = material.entity(table)
        if entity is None or not _own_choice(material, table):
            continue
        storage = entity.storage
        reason: Inline = str(storage.because) or NOT_SAID
        if material.decision(f"storage/{table.name}"):
            reason = (reason, " (", decision_link(f"storage/{table.name}"), ")")
        cells = (table_link(table.name, DICTIONARY), storage.kind, str(storage.system), reason)
        rows.append((*cells, _load(material, [table])))
    for store in material.design.stores:
        reason = (str(store.because), " (", decision_link(f"stores/{store.name}"), ")")
        keys: Inline = ("keys ", codes(str(k) for k in store.keys)) if store.keys else NOT_SAID
        rows.append((Code(str(store.name)), store.kind, str(store.system), reason, keys))
    yield Grid(("Data", "Type", "System", "Justification", "Access Patterns"), tuple(rows))


def _own_choice(material: Material, table: Table) -> bool:
    entity = material.entity(table)
    return entity is not None and (bool(entity.storage.because) or entity.storage.kind != "relational")


def _load(material: Material, tables: list[Table]) -> Inline:
    names = {t.name for t in tables}
    patterns = [u for u in material.uses if names & set(u.tables)]
    if not patterns:
        return "no access pattern"
    reads = sum(u.per_second for u in patterns if not u.writes)
    writes = sum(u.per_second for u in patterns if u.writes)
    return f"{plural(len(patterns), 'pattern')}: {rate_text(reads)} reads, {rate_text(writes)} writes"


def schema(material: Material) -> Iterator[Block]:
    """Yield the schema in short, with links to DDL, dictionary and diagrams."""
    blueprint = material.blueprint
    yield Heading(2, "Database Schema Design", "schema")
    yield Heading(3, "Primary Database Schema", "primary-schema")
    yield Paragraph(
        (
            "The schema ",
            Code(blueprint.schema),
            f" has {plural(len(blueprint.tables), 'table')}, "
            f"{plural(sum(len(t.foreign_keys) for t in blueprint.tables), 'foreign key')} and "
            f"{plural(sum(len(t.indexes) for t in blueprint.tables), 'index')} besides those of keys. "
            "The statements are in ",
            Link(Code("ddl/schema.sql"), "ddl/schema.sql"),
            ", every column in the ",
            Link("data dictionary", DICTIONARY),
            ", the whole as a diagram in ",
            Link(Code("diagrams/erd.mmd"), "diagrams/erd.mmd"),
            ".",
        )
    )
    found = areas(blueprint)
    for area in found:
        yield Heading(4, area.name or "Tables without an area")
        if len(found) > 1:
            path = f"diagrams/erd-{area.slug}.mmd"
            yield Paragraph(("Diagram of this area and what it touches: ", Link(Code(path), path), "."))
        yield Grid(("Table", "Primary key", "Leads to", "Rows", "Size"), tuple(_row(t) for t in area.tables))
    silent = sum(NOT_SAID in plain(meaning(t, c)) for t in blueprint.tables for c in t.columns)
    if silent:
        yield Unsaid(f"the meaning of {plural(silent, 'column')} in the dictionary", "about:")
    yield Heading(3, "Document Structure (if using NoSQL)", "documents")
    yield from _documents(material)


def _row(table: Table) -> tuple[Inline, ...]:
    key: Inline = codes(table.primary_key.columns) if table.primary_key else "none"
    targets = dict.fromkeys(k.target for k in table.foreign_keys)
    leads: Inline = table_links(targets, DICTIONARY) if targets else "nothing"
    rows = show_count(table.size.rows_horizon) if table.size else NOT_SAID
    size = show_bytes(table.size.bytes_horizon) if table.size else NOT_SAID
    return (table_link(table.name, DICTIONARY), key, leads, rows, size)


def _documents(material: Material) -> Iterator[Block]:
    outside = [str(s.name) for s in material.design.stores if s.kind == "document"]
    found = [(t, c) for t in material.blueprint.tables for c in t.columns if bare_type(c.type) == "jsonb"]
    if outside:
        yield Paragraph(("Document stores: ", codes(outside), "; their shape is not modelled by dbwright."))
    else:
        yield Paragraph("No document database is used.")
    if not found:
        yield Paragraph("No table holds documents either: every fact has a column of its own.")
        return
    yield Paragraph(
        "Documents are values of `jsonb` columns, owned by one row, read and written whole. A new key needs no "
        "migration; a key that is searched or constrained becomes a column."
    )
    rows: list[tuple[Inline, ...]] = []
    for table, column in found:
        place = f"{DICTIONARY}#{anchor('column', table.name, column.name)}"
        indexes = [i.name for i in table.indexes if column.name in i.columns]
        patterns = [u.name for u in material.users(table.name) if column.name in u.query.reads.get(table.name, ())]
        shape = column.about or NOT_SAID
        by: Inline = pattern_links(patterns) if patterns else "nobody"
        rows.append(
            (Link(Code(f"{table.name}.{column.name}"), place), shape, by, codes(indexes) if indexes else "none")
        )
    yield Grid(("Document", "What it holds", "Read by", "Index"), tuple(rows))
    mute = [f"{t.name}.{c.name}" for t, c in found if not c.about]
    if mute:
        yield Unsaid(("what these documents hold: ", codes(mute)), "about:")
