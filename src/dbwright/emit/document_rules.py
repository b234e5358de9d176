"""Which rules judge a line of a checklist, and what they found."""

from __future__ import annotations

from collections import Counter
from datetime import date

from dbwright.emit.blocks import Inline, codes
from dbwright.emit.material import Material
from dbwright.emit.wording import plural
from dbwright.model.blueprint import Blueprint
from dbwright.rules.registry import judge

RULES: dict[str, tuple[str, ...]] = {
    "Normalization": ("second-normal-form", "third-normal-form", "boyce-codd-normal-form", "numbered-columns"),
    "Performance": ("unindexed-reference", "unbounded-list", "function-over-column", "page-by-offset"),
    "Integrity": ("likely-reference", "polymorphic-reference", "range-without-check", "write-skew", "lost-update"),
    "Scalability": ("large-and-undivided", "key-will-overflow", "hot-row", "index-writes"),
    "Maintainability": ("missing-description", "half-described", "mixed-case", "name-needs-quotes"),
    "Security": ("readable-password", "readable-token", "unmasked-personal-data", "personal-in-clear-text"),
    "Testability": ("state-without-values", "flag-that-may-be-null", "time-as-text"),
    "All tables have primary keys": ("missing-primary-key", "key-that-changes"),
    "Foreign keys enforce referential integrity": ("likely-reference", "polymorphic-reference", "array-of-keys"),
    "Use transactions for multi-step updates": ("lost-update", "write-skew", "dangerous-cycle"),
    "Choose the right NoSQL model for your use case": ("entity-attribute-value", "json-as-text"),
    "Index frequently queried fields": ("btree-on-document", "function-over-column"),
    "Plan for schema evolution": ("long-list-of-values", "tables-by-value", "insert-without-columns"),
    "All sensitive data is encrypted at rest": ("readable-password", "card-number", "backup-in-clear"),
    "Indexes exist for all frequent queries": ("unindexed-reference", "unbounded-list"),
    "Data retention and archival policies are defined": ("personal-without-retention", "retention-without-basis"),
    "Sharding/partitioning strategy is documented": ("large-and-undivided", "too-many-partitions"),
    "Store audit logs for critical changes": ("cascade-into-evidence",),
    "Use UUIDs for distributed systems": ("random-key", "uuid-as-text"),
    "Normalization for transactional data, denormalization for analytics": ("third-normal-form", "list-in-text"),
    "All cache keys have TTLs": ("cache-without-key", "stale-answer"),
    "Serve static assets from a CDN": ("file-in-table",),
    "Choose the right storage engine for each use case": ("file-in-table", "several-large-values"),
    "Document all data models and relationships": ("missing-description", "entity-without-area"),
    "Regularly review and optimize indexes": ("redundant-index", "duplicate-index", "index-for-nobody"),
    "Monitor query performance and storage growth": ("size-not-said", "latency-without-rate", "padded-row"),
}
"""The rules that judge each line of seeds 002 and 004; `dbwright explain CODE` is the manual page of one."""


def judged(material: Material, line: str) -> Inline:
    """Return the rules that judge a line, what they find, and how often a finding is accepted with a reason."""
    wanted = RULES.get(line, ())
    if not wanted:
        return "no rule: it shows only on a running system"
    found = material.blueprint.once(_findings)
    count, accepted = sum(found[c] for c in wanted), sum(_acceptances(material)[c] for c in wanted)
    verdict = plural(count, "finding") if count else "no finding"
    more = f", {accepted} accepted with a reason" if accepted else ""
    return (codes(wanted), f": {verdict}{more}")


def _findings(blueprint: Blueprint) -> Counter[str]:
    """Findings by code; whether an acceptance has run out is for `check` to say, not for a document of another day."""
    return Counter(d.code for d in judge(blueprint, date.min))


def _acceptances(material: Material) -> Counter[str]:
    design = material.design
    lists = (design.accept, *(e.accept for e in design.entities), *(p.accept for p in design.access))
    return Counter(str(a.rule) for accepted in lists for a in accepted)
