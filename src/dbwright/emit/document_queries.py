"""Query operations (seed 003): every access pattern as it was decided, with its statement and its promises."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import (
    Block,
    Code,
    Fence,
    Heading,
    Inline,
    Paragraph,
    Unsaid,
    anchor,
    codes,
    labelled,
    listing,
)
from dbwright.emit.material import Material, Use
from dbwright.emit.sql_layout import laid_out
from dbwright.emit.wording import (
    DICTIONARY,
    NOT_SAID,
    decision_link,
    pattern_links,
    table_links,
)
from dbwright.model.access import AccessPattern, Cache
from dbwright.model.quantities import show_count
from dbwright.theory.growth import growths

_VERBS = {"select": "Reads", "insert": "Adds rows to", "update": "Changes rows of", "delete": "Deletes rows of"}


def operations(material: Material) -> Iterator[Block]:
    """Yield every access pattern, then the indexes and partitions that they lead to."""
    yield Heading(2, "Query Operations", "queries")
    yield Heading(3, "Database Queries", "patterns")
    if not material.uses:
        yield Unsaid("what is asked of the data", "access:")
        return
    yield Paragraph(
        "Each is one statement, sent with parameters and never pasted together. Where a plan must use an index, the "
        "claim of the pattern says which; the experiment looks at the real plan."
    )
    for use in material.uses:
        yield from _pattern(material, use)
    yield from _open_questions(material)


def _pattern(material: Material, use: Use) -> Iterator[Block]:
    pattern, statement = use.pattern, use.statement
    yield Heading(4, ("Query: ", Code(use.name)), anchor("pattern", use.name))
    yield labelled(
        ("Purpose", _purpose(use)),
        *_parameters(use),
        ("Frequency", f"{pattern.rate} at peak" if pattern.rate else NOT_SAID),
        ("Reason", str(pattern.why) or NOT_SAID),
        ("Data Accessed", table_links(use.tables, DICTIONARY) if use.tables else "no table"),
        ("Access Pattern", _class(material, use)),
        ("Run by", _callers(pattern)),
        ("Indexes used", _indexes(material, use)),
        *_partitions_touched(material, use),
        ("Latency target", _latency(pattern)),
        ("Growth", _growth(material, use)),
        *_measured(material, use),
        ("Freshness", freshness(pattern)),
        ("Isolation", pattern.isolation),
        *_conflict(use),
        ("Cache", _cache(pattern.cache)),
        ("Claims", _claims(material, use)),
    )
    yield Fence("sql", laid_out(statement.sql))
    if statement.inner:
        yield Paragraph(("Inside the function, as ", Code(statement.inner_role), ", runs:"))
        yield Fence("sql", laid_out(statement.inner))


def _purpose(use: Use) -> Inline:
    parts: list[Inline] = []
    written = set(use.written)
    read = [t for t in use.reads if t not in written]
    if read:
        parts.append(("Reads ", codes(read)))
    for verb, table in use.writes:
        words = _VERBS.get(verb, verb)
        parts.append((words if not parts else words[0].lower() + words[1:], " ", Code(table)))
    if use.query.locks:
        parts.append(("locks the rows it finds in ", codes(use.query.locks)))
    text = listing(parts, "; ") if parts else "Computes without reading a table"
    size = f"; an answer has about {use.pattern.rows} rows" if use.pattern.rows else ""
    return (text, f"{size}; an answer takes {use.pattern.size}" if use.pattern.size else size)


def _class(material: Material, use: Use) -> str:
    kinds = {"read": "read", "write": "write", "mixed": "mixed: it reads tables and writes others"}
    tables = [f"`{t}` is {material.balance(t)}" for t in use.tables]
    return f"{kinds[use.kind]} ({', '.join(tables)})" if tables else kinds[use.kind]


def _callers(pattern: AccessPattern) -> Inline:
    component = f", in the component {pattern.component}" if pattern.component else ""
    return (codes(str(r) for r in pattern.by), component)


def _indexes(material: Material, use: Use) -> Inline:
    if not use.statement.uses:
        return "none is promised: it adds rows" if use.kind == "write" else "none is promised"
    parts: list[Inline] = []
    for names in use.statement.uses:
        links = [decision_link(c) if material.decision(c := f"indexes/{n}") else Code(n) for n in names]
        parts.append(listing(links, " or "))
    return (
        listing(parts, " and "),
        ": ",
        "the experiment looks for them in the plan" if len(parts) > 1 else "the experiment looks for it in the plan",
    )


def _parameters(use: Use) -> Iterator[tuple[str, Inline]]:
    named = enumerate(use.statement.parameters, 1)
    if use.statement.parameters:
        yield "Parameters", listing((Code(f"${number}"), " ", Code(name)) for number, name in named)


def _partitions_touched(material: Material, use: Use) -> Iterator[tuple[str, Inline]]:
    prunes = use.statement.prunes
    whole = [name for name in material.partitioned if name in use.tables and name not in prunes]
    if prunes:
        yield "Partitions", ("only those it must touch, of ", codes(prunes))
    if whole and use.query.verb != "insert":
        yield "Partitions", ("all of ", codes(whole))


def _conflict(use: Use) -> Iterator[tuple[str, Inline]]:
    if use.writes or use.pattern.conflict:
        yield "Conflicts", str(use.pattern.conflict) or "no rule"


def _growth(material: Material, use: Use) -> Inline:
    """How the work grows at most, why, and what the planner says of it once it was asked."""
    growth = growths(material.blueprint)[use.name]
    steps = listing((str(step) for step in growth.bound.worst), "; ")
    allowed = f"; it may be {growth.allowed}" if growth.allowed != growth.bound.growth else ""
    return (growth.bound.growth, allowed, ". It touches ", steps, *_planned(material, use))


def _planned(material: Material, use: Use) -> Iterator[Inline]:
    finding = material.findings.get(f"growth/{use.name}")
    facts = finding.evidence if finding else {}
    if facts.get("planned"):
        yield f". By the planner, up to {show_count(facts['points'][-1]['size'])} rows of `{facts['largest']}`: "
        yield str(facts["planned"])
    if facts.get("impossible"):
        yield f"; the target is out of reach from {show_count(facts['impossible'])} rows on"


def _measured(material: Material, use: Use) -> Iterator[tuple[str, Inline]]:
    """What a proof measured at its largest size, and what that makes of the horizon."""
    finding = material.findings.get(f"latency/{use.name}")
    facts = finding.evidence if finding else {}
    if finding is None or "sizes" not in facts:
        return
    size, horizon = facts["sizes"][-1], facts["horizon"]
    low, _, high = horizon["p95"]
    yield (
        "Measured",
        f"p95 {size['p95']:.3g} ms with {show_count(size['rows'])} rows within reach of a call; with the "
        f"{show_count(horizon['rows'])} of the horizon {low:.3g} ms with all pages in memory to {high:.3g} ms "
        "with those from disk that memory will not hold: "
        f"{finding.verdict}",
    )


def _latency(pattern: AccessPattern) -> str:
    if pattern.latency is None:
        return NOT_SAID
    named = (("p50", pattern.latency.p50), ("p95", pattern.latency.p95), ("p99", pattern.latency.p99))
    return ", ".join(f"{name} within {value}" for name, value in named if value) or NOT_SAID


def freshness(pattern: AccessPattern) -> str:
    """Return how stale an answer may be, in words."""
    words = {
        "strong": "strong: holds everything that was committed before",
        "own writes": "own writes: a session sees what it wrote itself",
        "causal": "causal: never ahead of its cause",
    }
    return words.get(str(pattern.freshness), str(pattern.freshness))


def _cache(cache: Cache | None) -> Inline:
    if cache is None:
        return "none"
    key: Inline = (" under ", Code(str(cache.key_template))) if cache.key_template else ""
    dropped: Inline = (", dropped when ", codes(str(e) for e in cache.drop_on), " change") if cache.drop_on else ""
    return (f"{cache.ttl} in {cache.system}", key, f", {cache.strategy}", dropped)


def _claims(material: Material, use: Use) -> Inline:
    found = material.claims_about(use.name)
    return listing((Code(c.id), f" {material.verdict(c)[0]}") for c in found) if found else "none"


def _open_questions(material: Material) -> Iterator[Block]:
    patterns = [u.pattern for u in material.uses]
    questions: tuple[tuple[str, list[str], str], ...] = (
        ("why these are needed", [str(p.name) for p in patterns if not p.why], "why:"),
        ("how often these run", [str(p.name) for p in patterns if p.rate is None], "rate:"),
        ("how long these may take", [str(p.name) for p in patterns if p.latency is None], "latency: {p95: …}"),
    )
    for question, names, add in questions:
        if names:
            yield Unsaid((f"{question}: ", pattern_links(names)), add)
