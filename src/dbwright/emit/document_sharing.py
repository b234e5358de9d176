"""Data sharing and consistency (seed 003): who shares what, how it stays in step, and how stale an answer may be."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import (
    Block,
    Code,
    Grid,
    Heading,
    Inline,
    Paragraph,
    Unsaid,
    codes,
    labelled,
    listing,
)
from dbwright.emit.document_diagrams import component_graph
from dbwright.emit.material import Material, Use
from dbwright.emit.wording import (
    DICTIONARY,
    NOT_SAID,
    decision_link,
    pattern_links,
    plural,
    table_link,
    table_links,
)
from dbwright.model.operations import Sharing
from dbwright.theory.conflicts import Transaction
from dbwright.theory.sharing import parties

LEVELS = ("strong", "own writes", "causal", "eventual")
"""The consistency levels of seed 003; anything that names a staleness is eventual."""
_TITLES = {
    "strong": "Strong Consistency",
    "eventual": "Eventual Consistency",
    "causal": "Causal Consistency",
    "own writes": "Read-Your-Writes Consistency",
}
_MEANS = {
    "strong": "an answer holds every write that was committed before it was asked",
    "eventual": "an answer may be older than the newest write, by as much as the pattern says",
    "causal": "an answer is never ahead of what caused it",
    "own writes": "a session sees its own writes; others may see them a moment later",
}
_GAINS = {
    "strong": "nothing to think about: what is read is true",
    "eventual": "replicas and caches answer; the primary is spared, and reads go on while it fails over",
    "causal": "replicas may answer, and effects never come before their causes",
    "own writes": "a person never misses what he just did, and most reads still leave the primary",
}
_COSTS = {
    "strong": "every read loads the primary and stops while it fails over",
    "eventual": "a reader may see yesterday's truth; code must bear it",
    "causal": "each session carries how far it has read",
    "own writes": "a session must be sent to a server that has its writes",
}
_READS_FROM = {
    "strong": "the primary",
    "own writes": "the primary, or a standby that has replayed the session's last write",
    "causal": "a server that has replayed what the session has seen",
    "eventual": "a standby or a cache",
}


def level_of(use: Use) -> str:
    """Return the consistency level of a pattern: one of LEVELS."""
    text = str(use.pattern.freshness)
    return text if text in LEVELS else "eventual"


def by_level(material: Material) -> dict[str, list[Use]]:
    """Return the patterns of each level that occurs, strongest first."""
    found = {level: [u for u in material.uses if level_of(u) == level] for level in LEVELS}
    return {level: uses for level, uses in found.items() if uses}


def sharing(material: Material) -> Iterator[Block]:
    """Yield what components share, and how it is kept in sync."""
    yield Heading(2, "Data Sharing Between Components", "sharing")
    yield Heading(3, "Shared Data Elements", "shared")
    rows: list[tuple[Inline, ...]] = [
        (
            (Code(str(s.name)), ": ", table_links((str(e) for e in s.entities), DICTIONARY)),
            codes(str(c) for c in s.components),
            str(s.why) or NOT_SAID,
            str(s.sync),
        )
        for s in material.design.sharing
    ]
    rows += _found(material)
    if rows:
        yield Grid(("Data", "Components Accessing", "Why Shared", "Synchronization"), tuple(rows))
    else:
        yield Paragraph("Nothing is shared: no table is used by more than one role.")
    yield Heading(3, "Data Synchronization", "synchronization")
    yield from _strategies(material)
    yield Paragraph("Example: who reads and writes what.")
    yield component_graph(material)


def _found(material: Material) -> list[tuple[Inline, ...]]:
    """Tables that several roles use and that no `sharing:` names."""
    declared = {str(e) for s in material.design.sharing for e in s.entities}
    rows: list[tuple[Inline, ...]] = []
    for table in material.blueprint.tables:
        uses = material.users(table.name)
        roles = list(dict.fromkeys(str(r) for u in uses for r in u.pattern.by))
        if table.name in declared or len(roles) < 2:
            continue
        why = ("their patterns ask for it: ", pattern_links(u.name for u in uses))
        rows.append((table_link(table.name, DICTIONARY), codes(roles), why, "one table in one database"))
    return rows


def _strategies(material: Material) -> Iterator[Block]:
    for shared in material.design.sharing:
        yield Heading(4, ("Strategy: ", Code(str(shared.name))))
        yield labelled(
            ("Description", str(shared.sync)),
            ("Components Involved", codes(str(c) for c in shared.components)),
            ("Frequency", str(shared.frequency)),
            ("Conflict Resolution", str(shared.conflict) or NOT_SAID),
        )
        yield _who_does_what(material, shared)
        if not shared.conflict:
            yield Unsaid(("how conflicts over ", Code(str(shared.name)), " are resolved"), "conflict:")
    yield Heading(4, "Strategy: one database of record")
    roles = [str(r.name) for r in material.design.roles]
    yield labelled(
        ("Description", "every component reads and writes the same tables; there is no second copy to keep in step"),
        ("Components Involved", codes(roles) if roles else NOT_SAID),
        ("Frequency", "at each commit"),
        ("Conflict Resolution", "by transaction; see “Concurrent Writes” for each pattern"),
    )
    copies = [u for u in material.uses if u.pattern.cache is not None]
    if copies:
        yield Heading(4, "Strategy: cached answers")
        yield labelled(
            ("Description", "an answer is kept for its time to live, and dropped earlier when its data changes"),
            ("Components Involved", pattern_links(u.name for u in copies)),
            ("Frequency", listing((Code(u.name), f" {u.pattern.cache.ttl}") for u in copies if u.pattern.cache)),
            ("Conflict Resolution", "none is needed: a cache never writes; the data layer must drop what changed"),
        )


def _who_does_what(material: Material, shared: Sharing) -> Grid:
    """Who writes and who reads it, by the access patterns, and what settles two writers."""
    rows: list[tuple[Inline, ...]] = []
    for party in parties(material.blueprint, shared):
        settled = (
            listing((Code(t.name), f": {_settles(t)}") for t in party.writers) if party.writers else "it only reads"
        )
        writes = pattern_links(t.name for t in party.writers) if party.writers else "nothing"
        reads = pattern_links(t.name for t in party.readers) if party.readers else "nothing more"
        rows.append((Code(party.component), writes, reads, settled))
    return Grid(("Component", "Writes by", "Reads by", "When two writers meet"), tuple(rows))


def _settles(transaction: Transaction) -> str:
    if transaction.pattern.conflict:
        return str(transaction.pattern.conflict)
    if not transaction.is_weak:
        return "serializable; the second repeats"
    if transaction.adds:
        return "adds rows; keys refuse the second of two equal ones"
    return "the last write wins" if transaction.blind else "the second waits and looks again"


def consistency(material: Material) -> Iterator[Block]:
    """Yield the consistency level of every pattern, and what was chosen and why."""
    yield Heading(2, "Consistency Models", "consistency")
    yield Heading(3, "Consistency Level", "consistency-level")
    levels = by_level(material)
    yield Grid(("Level", "Means", "Pro", "Con"), tuple((_TITLES[k], _MEANS[k], _GAINS[k], _COSTS[k]) for k in LEVELS))
    chosen = ", ".join(levels) if levels else NOT_SAID
    yield Heading(3, f"Your Choice: {chosen}", "consistency-choice")
    if not levels:
        yield Paragraph("No level can be chosen before the design says what is asked of the data.")
        return
    yield Paragraph(f"The level is chosen for each access pattern: {_shares(levels)}.")
    rows = tuple(
        (_TITLES[level], pattern_links(u.name for u in uses), _justification(material, level), _implementation(level))
        for level, uses in levels.items()
    )
    yield Grid(("Level", "Access patterns", "Justification", "Implementation"), rows)
    late = [u.name for u in levels.get("strong", []) if u.pattern.cache is not None]
    if late:
        yield Paragraph(
            ("Strong, and cached: ", pattern_links(late), ". This holds only where an entry is dropped at the commit "
             "that changes it; whoever may bear a stale answer should say how stale.")
        )  # fmt: skip
    yield Paragraph(
        "Staleness is a promise that this version of dbwright does not test: which server answers is up to the data "
        "layer and the pooler, and no experiment with a lagging standby exists yet."
    )


def _shares(levels: dict[str, list[Use]]) -> str:
    return ", ".join(f"{plural(len(uses), 'pattern')} {level}" for level, uses in levels.items())


def _justification(material: Material, level: str) -> Inline:
    decision = material.decision(f"consistency/{level.replace(' ', '-')}")
    return (decision.why, " (", decision_link(decision.code), ")") if decision else _MEANS[level]


def _implementation(level: str) -> str:
    return f"asks {_READS_FROM[level]}"


def trade_offs(material: Material) -> Grid:
    """Return the trade-offs between the levels for the patterns of this design (seed 000)."""
    levels = by_level(material)
    rows = tuple((_TITLES[k], plural(len(levels.get(k, [])), "pattern"), _GAINS[k], _COSTS[k]) for k in LEVELS)
    return Grid(("Model", "Used by", "What it gains here", "What it costs here"), rows)
