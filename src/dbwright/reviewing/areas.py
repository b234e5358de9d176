"""What the signature of a reviewer covers."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from dbwright.model.design import Design
from dbwright.model.record import Facts

USUAL = {
    "security": (
        "roles",
        "grants",
        "policies",
        "tenancy",
        "summaries",
        "encryption",
        "entities.*#audit",
        "entities.*#retention*",
        "entities.*#tenant",
        "entities.*#personal",
        "entities.*#mask",
        "entities.*#encrypt*",
        "access.*#by",
    ),
    "privacy": ("entities.*#retention*", "entities.*#personal", "entities.*#mask", "entities.*#encrypt*"),
    "platform": (
        "design",
        "availability",
        "backup",
        "scaling",
        "stores",
        "alerts",
        "indexes",
        "partitions",
        "entities.*#rows*",
        "entities.*#storage*",
        "summaries",
        "access.*#rate",
        "access.*#latency*",
        "access.*#cache*",
    ),
}
"""What reviewers of these names look at where the design does not say; everybody else looks at everything."""


def area_of(design: Design, reviewer: str) -> tuple[str, ...]:
    """Return the patterns of a reviewer's area; an area of the design stands for all of its entities."""
    said = design.review.areas.get(reviewer) if design.review else None
    patterns = tuple(str(p) for p in said) if said else USUAL.get(reviewer, ("*",))
    return tuple(p for pattern in patterns for p in _spelled_out(design, pattern))


def _spelled_out(design: Design, pattern: str) -> Iterable[str]:
    area = pattern.removeprefix("areas.")
    if area == pattern:
        return (pattern,)
    kinds = ("entities", "indexes", "partitions", "policies")
    return tuple(f"{kind}.{e.name}" for e in design.entities if str(e.area) == area for kind in kinds)


def within(facts: Facts, patterns: Iterable[str]) -> Facts:
    """Return the facts that an area holds; `entities.users` holds its columns, too."""
    known = tuple(patterns)
    return {key: value for key, value in facts.items() if any(_matches(key, p) for p in known)}


def _matches(key: str, pattern: str) -> bool:
    return key == pattern or key.startswith((f"{pattern}.", f"{pattern}#")) or fnmatchcase(key, pattern)
