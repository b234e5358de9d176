"""Checklists (seed 004), each check answered from the design: `yes`, `no`, `in part` or `not said`, and why."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import Block, Grid, Heading, Inline, Paragraph, codes
from dbwright.emit.document_criteria import decided
from dbwright.emit.document_rules import judged
from dbwright.emit.material import Material
from dbwright.emit.wording import NOT_SAID, plural, tally_text
from dbwright.sql.types import bare_type

Check = tuple[str, str, Inline]
"""The check, its answer, and why."""


def checklists(material: Material) -> Iterator[Block]:
    """Yield the checklists of the database design guide."""
    yield Heading(2, "Checklists", "checklists")
    yield Paragraph("`in part` and `no` are findings for the review.")
    groups = (
        ("Relational databases", _relational(material)),
        ("NoSQL databases", _documents(material)),
        ("Data modeling", _modeling(material)),
        ("Caching", _caching(material)),
        ("Actionable checklist", _actions(material)),
    )
    for title, checks in groups:
        yield Heading(3, title)
        rows = tuple((check, answer, why, judged(material, check)) for check, answer, why in checks)
        yield Grid(("Check", "Answer", "Why", "Judged by"), rows)


def _without(check: str, names: list[str], missing: str, fine: str, answer: str = "in part") -> Check:
    """A check that holds unless something is without it."""
    return (check, answer, (f"{missing} ", codes(names))) if names else (check, "yes", fine)


def _relational(material: Material) -> Iterator[Check]:
    tables = material.blueprint.tables
    bare = [t.name for t in tables if t.primary_key is None]
    yield _without("All tables have primary keys", bare, "not", plural(len(tables), "table"), "no")
    loose = _loose_references(material)
    fine = "every column that is named like a reference is one"
    yield _without("Foreign keys enforce referential integrity", loose, "named like a reference, and none:", fine)
    tested = tally_text(material.tally(("concurrency",)))
    declared = len(material.design.transactions)
    several = (
        plural(declared, "transaction") + " of several steps"
        if declared
        else "the design names no steps that belong together"
    )
    why = f"{several}; each other access pattern is one transaction by itself (sessions at once: {tested})"
    yield "Use transactions for multi-step updates", "yes" if declared else "in part", why


def _loose_references(material: Material) -> list[str]:
    """Columns that end in `_id` and lead nowhere."""
    found = []
    for table in material.blueprint.tables:
        placed = {c for k in table.foreign_keys for c in k.columns} | {*table.logical_key, table.tenant_column}
        placed |= set(table.primary_key.columns) if table.primary_key else set()
        found += [f"{table.name}.{c.name}" for c in table.columns if c.name.endswith("_id") and c.name not in placed]
    return found


def _documents(material: Material) -> Iterator[Check]:
    columns = [(t, c) for t in material.blueprint.tables for c in t.columns if bare_type(c.type) == "jsonb"]
    stores = [str(s.name) for s in material.design.stores if s.kind not in ("relational", "file")]
    if not columns and not stores:
        yield "Choose the right NoSQL model for your use case", "yes", "none is used"
        return
    why = f"{plural(len(stores), 'store')}, each with its reason; {plural(len(columns), 'jsonb column')} inside rows"
    yield "Choose the right NoSQL model for your use case", "yes", why
    searched = [f"{t.name}.{c.name}" for t, c in columns if any(c.name in i.columns for i in t.indexes)]
    indexed: Inline = ("indexed: ", codes(searched)) if searched else "no pattern searches inside a document"
    yield "Index frequently queried fields", "yes", indexed
    yield "Plan for schema evolution", "yes", "documents take new keys as they are; tables change by migration"


def _modeling(material: Material) -> Iterator[Check]:
    at_rest = str(material.design.encryption.at_rest) if material.design.encryption else ""
    answer = "in part" if at_rest else NOT_SAID
    why = f"declared: {at_rest}; nothing tests it" if at_rest else "there is no `encryption: {at rest: …}`"
    yield "All sensitive data is encrypted at rest", answer, why
    bare = [u.name for u in material.uses if u.kind == "read" and not u.statement.uses]
    yield _without("Indexes exist for all frequent queries", bare, "no index is promised for", "each read has one")
    silent = [str(e.name) for e in material.design.entities if e.retention is None]
    yield _without("Data retention and archival policies are defined", silent, "not for", "for every entity")
    sharding = material.design.scaling.sharding if material.design.scaling else None
    cut = f"{plural(len(material.decisions('partitions')), 'decision')} on partitions"
    text = f"{cut}, and one on sharding" if sharding else f"{cut}; there is no `scaling: {{sharding: …}}`"
    yield "Sharding/partitioning strategy is documented", "yes" if sharding else "in part", text
    logged = [str(e.name) for e in material.design.entities if e.audit in ("changes", "reads and changes")]
    trail: Inline = ("declared for ", codes(logged), "; this version writes none") if logged else "none is declared"
    yield "Store audit logs for critical changes", "no", trail
    yield _identifiers(material)
    normalized = material.decisions("normalize")
    forms = "what is declared was judged: see “Normalization”" if normalized else "no dependency is declared"
    answer = "yes" if normalized else NOT_SAID
    yield "Normalization for transactional data, denormalization for analytics", answer, forms


def _identifiers(material: Material) -> Check:
    tables = material.blueprint.tables
    others = [
        t.name for t in tables if not any(c.name in t.logical_key and bare_type(c.type) == "uuid" for c in t.columns)
    ]
    return _without("Use UUIDs for distributed systems", others, "not in the key of", "each key holds one")


def _caching(material: Material) -> Iterator[Check]:
    stores = [s for s in material.design.stores if s.kind in ("cache", "key-value")]
    endless = [str(s.name) for s in stores if s.ttl is None]
    cached = any(u.pattern.cache is not None for u in material.uses)
    yield _without(
        "All cache keys have TTLs", endless, "without end:", "each has one" if cached else "nothing is cached"
    )
    if cached or stores:
        why = "this version installs no monitoring; the measure is named under “Monitoring and Alerting”"
        yield "Cache hit/miss metrics are monitored", "no", why
    files = [s for s in material.design.stores if s.kind == "file"]
    bare = [str(s.name) for s in files if "cdn" not in str(s.system).lower()]
    if files:
        yield _without("Serve static assets from a CDN", bare, "no CDN is named before", "each file store has one")


def _actions(material: Material) -> Iterator[Check]:
    yield "Choose the right storage engine for each use case", "yes", decided(material, "storage")
    mute = [t.name for t in material.blueprint.tables if not t.about]
    fine = "every table and reference stands in the dictionary"
    yield _without("Document all data models and relationships", mute, "without a description:", fine)
    why = "each build decides them again from the patterns; their use on a live server is not read yet"
    yield "Regularly review and optimize indexes", "in part", why
    alerts = plural(len(material.design.alerts), "alert")
    yield "Monitor query performance and storage growth", "in part", f"{alerts} declared; this version installs none"
