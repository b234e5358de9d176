"""The request for review (seed 000): what the design is, its key points, what to look at, what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.blocks import (
    Block,
    Bullets,
    Code,
    Grid,
    Heading,
    Inline,
    Link,
    Paragraph,
    Strong,
    Unsaid,
    codes,
    listing,
)
from dbwright.emit.document_claims import verdict_text
from dbwright.emit.document_review import review_story
from dbwright.emit.document_security import protection
from dbwright.emit.document_sharing import by_level, trade_offs
from dbwright.emit.material import Material
from dbwright.emit.wording import (
    DICTIONARY,
    NOT_SAID,
    NOTHING_YET,
    plural,
    rate_text,
    retention_work,
    table_link,
    tally_text,
)


def description(material: Material) -> Iterator[Block]:
    """Yield the design in plain words."""
    design, blueprint = material.design, material.blueprint
    yield Heading(2, "Description", "description")
    if design.about:
        yield Paragraph(str(design.about))
    else:
        yield Unsaid("what the system is", "about:")
    reads = sum(u.per_second for u in material.uses if not u.writes)
    writes = sum(u.per_second for u in material.uses if u.writes)
    total = material.decision("capacity/total")
    areas = dict.fromkeys(t.area for t in blueprint.tables if t.area)
    items: list[Inline] = [
        f"It keeps {plural(len(blueprint.tables), 'table')}{f' in the areas {_and(areas)}' if areas else ''}, "
        f"in PostgreSQL {blueprint.version}.",
        f"{plural(len(design.roles), 'role')} use it by {plural(len(material.uses), 'access pattern')}: "
        f"{rate_text(reads)} reads and {rate_text(writes)} writes at peak.",
    ]
    items += [f"Size: {total.what}."] if total else []
    if design.tenancy is not None:
        items.append(
            f"Rows belong to a tenant (`{design.tenancy.by}`); only roles with `tenants: all` see those of several."
        )
    items += (
        [f"Outside the database: {_and(f'{s.name} ({s.system})' for s in design.stores)}."] if design.stores else []
    )
    yield Bullets((*items, *_safety(material)))


def _safety(material: Material) -> Iterator[Inline]:
    plan, backup = material.design.availability, material.design.backup
    if plan is not None:
        lost = f"at most {plan.rpo} of writes is lost" if plan.rpo else "what may be lost is not said"
        away = f"the service is back within {plan.rto}" if plan.rto else "how long it may be away is not said"
        yield f"If the primary fails, {plural(plan.replicas, 'standby server')} stand by: {lost}, and {away}."
    if backup is not None:
        yield f"Backups: full {backup.full}, kept {backup.keep or 'for a time that is not said'}."
    yield verdict_text(material)


def _and(names: Iterator[str] | dict[str, None]) -> str:
    found = list(names)
    return f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else "".join(found)


def key_points(material: Material) -> Iterator[Block]:
    """Yield the six key points, each with the section that answers it."""
    yield Heading(2, "Key Points", "key-points")
    yield Bullets(
        tuple((Strong(f"{t}:"), " ", text, " ", Link(f"See {s}.", f"#{a}")) for t, text, s, a in _points(material))
    )


def _points(material: Material) -> Iterator[tuple[str, Inline, str, str]]:
    design, blueprint = material.design, material.blueprint
    keys = sum(len(t.foreign_keys) for t in blueprint.tables)
    balance = [material.balance(t.name) for t in blueprint.tables]
    kinds = ", ".join(f"{balance.count(k)} {k}" for k in ("read-heavy", "write-heavy", "mixed") if k in balance)
    schema = f"{plural(len(blueprint.tables), 'table')}, {plural(keys, 'relationship')}"
    yield "Database Schema and Data Models", f"{schema}; {kinds or 'no load is said'}.", "the schema", "schema"
    cut = sum(1 for t in blueprint.tables if t.partitioning)
    indexes = sum(len(t.indexes) for t in blueprint.tables)
    speed = f"{plural(indexes, 'index')}, {plural(cut, 'partitioned table')}, "
    speed += f"{plural(sum(1 for u in material.uses if u.pattern.cache), 'cached pattern')}"
    yield "Performance Optimizations", f"{speed}; each names what it serves.", "the indexes", "indexes"
    systems = dict.fromkeys(str(s.system) for s in design.stores)
    technology = f"PostgreSQL {blueprint.version}" + (f", with {_and(systems)}" if systems else " alone")
    yield "Database Technology", f"{technology}.", "the storage choices", "why"
    personal, encrypted = len(material.marked("personal")), len(material.marked("encrypt"))
    yield "Security", (
        f"{plural(personal, 'column')} of personal data, {encrypted} of them to be encrypted by column; "
        f"{plural(len(blueprint.policies), 'policy')} on rows; each role may do what its patterns do."
    ), "security", "security"  # fmt: skip
    plan = design.availability
    spare = f"{plural(plan.replicas, f'{plan.replication} standby server')}" if plan else f"replication: {NOT_SAID}"
    copies = f"backups {design.backup.full}" if design.backup else f"backups: {NOT_SAID}"
    yield "Disaster Recovery", f"{spare}; {copies}.", "backup and recovery", "backup"
    levels = by_level(material)
    shares = ", ".join(f"{len(uses)} {level}" for level, uses in levels.items()) or NOT_SAID
    yield "Transactional Consistency", f"by access pattern: {shares}.", "the consistency models", "consistency"


def review_needed(material: Material) -> Iterator[Block]:
    """Yield the four areas that the review asks about."""
    yield Heading(2, "Review Needed", "review-needed")
    yield Heading(3, "Data Access Patterns", "review-access")
    yield from _access(material)
    yield Heading(3, "Hybrid Database Approach", "review-hybrid")
    yield from _hybrid(material)
    yield Heading(3, "Transactional Consistency", "review-consistency")
    yield from _consistency(material)
    yield Heading(3, "Security", "review-security")
    yield protection(material)
    yield Paragraph(("The whole is in ", Link("Security", "#security"), "."))


def _access(material: Material) -> Iterator[Block]:
    rows: list[tuple[Inline, ...]] = []
    for table in material.blueprint.tables:
        reads, writes = material.load(table.name)
        indexes, cut = len(table.indexes), table.partitioning.strategy if table.partitioning else "none"
        load = (rate_text(reads), rate_text(writes), material.balance(table.name))
        rows.append((table_link(table.name, DICTIONARY), *load, str(indexes), cut))
    if not rows:
        yield Paragraph("The design has no tables.")
        return
    yield Grid(("Table", "Reads", "Writes", "Balance", "Indexes", "Partitions"), tuple(rows))
    unused = [t.name for t in material.blueprint.tables if material.balance(t.name) == "unused"]
    if unused:
        yield Unsaid(("who reads or writes ", codes(unused)), "access:")
    yield Paragraph(
        ("Each pattern is in ", Link("Database Queries", "#patterns"), ", each index with what it serves in ",
         Link("Index Usage", "#indexes"), ".")
    )  # fmt: skip


def _hybrid(material: Material) -> Iterator[Block]:
    stores = material.design.stores
    if not stores:
        yield Paragraph(
            "No hybrid: everything is in PostgreSQL, so there is one system to back up, restore and secure."
        )
        return
    kept = f"{plural(len(material.blueprint.tables), 'table')}: everything that must not be lost"
    rows: list[tuple[Inline, ...]] = [
        ("PostgreSQL", "relational", kept, "transactions, references and rules hold here")
    ]
    rows += [(str(s.system), s.kind, (Code(str(s.name)), f": {s.about or NOT_SAID}"), str(s.because)) for s in stores]
    yield Grid(("System", "Kind", "Use case", "Why there"), tuple(rows))


def _consistency(material: Material) -> Iterator[Block]:
    yield trade_offs(material)
    plan = material.design.availability
    if plan is None or len(plan.regions) < 2:
        yield Paragraph("The design names no second region, so a transaction never waits for one.")
        return
    waits = "A commit waits for a standby" if plan.replication == "synchronous" else "A commit waits for no standby"
    yield Paragraph(
        f"There are {len(plan.regions)} regions and one primary: every transaction runs in {plan.regions[0]}, so it is "
        f"never spread. {waits}. Reads elsewhere may be stale, and only patterns that say so may be read there."
    )


def next_steps(material: Material, open_questions: int) -> Iterator[Block]:
    """Yield what is to be done before the design can be approved."""
    yield Heading(2, "Next Steps", "next-steps")
    review = material.design.review
    comments = review.comments if review else ()
    waiting = [c for c in comments if not c.answer]
    broken, untested = (material.tally().get(k, 0) for k in ("broken", "untested"))
    reviewers = _and(str(r) for r in review.reviewers) if review and review.reviewers else "the reviewers (not said)"
    steps = (
        f"Address Review Comments: {plural(len(waiting), 'comment')} of {len(comments)} wait for an answer.",
        f"Conduct Further Analysis: {plural(open_questions, 'question')} the design does not answer; "
        f"{plural(broken, 'broken claim')}, {plural(untested, 'untested claim')}.",
        f"Resubmit for Review: the state is {state(material)}; {reviewers} must sign.",
    )
    yield Bullets(steps, ordered=True)
    yield from _review(material)
    yield from review_story(material)
    yield Heading(3, "Review comments", "comments")
    if not comments:
        yield Paragraph("There are none.")
        return
    rows = tuple(
        (Code(str(c.on)), str(c.by) or NOT_SAID, str(c.asks), str(c.answer) or "no answer yet") for c in comments
    )
    yield Grid(("On", "By", "Question", "Answer"), rows)
    for comment in waiting:
        yield Unsaid(("what the answer is to “", str(comment.asks), "”"), "answer:")


def _review(material: Material) -> Iterator[Block]:
    review = material.design.review
    if review is None:
        yield Unsaid("where its review stands", "review: {state: …, owners: …, reviewers: …}")
        return
    if not review.owners:
        yield Unsaid("who answers for it", "review: {owners: …}")
    if not review.reviewers:
        yield Unsaid("who must sign it", "review: {reviewers: …}")


def state(material: Material) -> str:
    """Return the state of the review."""
    return material.design.review.state if material.design.review else NOT_SAID


def important_note(material: Material) -> Iterator[Block]:
    """Yield what is promised and not built: what a reviewer must not overlook."""
    yield Heading(2, "Important Note", "important")
    items = [*_undone(material)]
    if not items:
        yield Paragraph("Everything that this design declares is built or tested by this version of dbwright.")
        return
    yield Paragraph(
        "The design declares these, and this version of dbwright does not build them. Nobody should rely on them yet."
    )
    yield Bullets(tuple(items))


def _undone(material: Material) -> Iterator[Inline]:
    design = material.design
    encrypted = [f"{t.name}.{c.name}" for t, c, _ in material.marked("encrypt")]
    if encrypted:
        yield ("Encryption by column. Stored as it is sent: ", codes(encrypted), ".")
    trails = [str(e.name) for e in design.entities if e.audit in ("changes", "reads and changes")]
    if trails:
        yield ("A trail of changes. Only who changed a row last is known of ", codes(trails), ".")
    jobless = [t.name for t in material.blueprint.tables if retention_work(material, t) == NOTHING_YET]
    if jobless:
        yield ("Retention. Nothing removes rows of ", codes(jobless), ".")
    cached = [u.name for u in material.uses if u.pattern.cache is not None]
    if cached:
        yield ("Caches. Nothing fills or drops the answers of ", codes(cached), ".")
    parts = [
        ("availability", design.availability is not None, "standby servers and failover"),
        ("backup", design.backup is not None, "backups and rehearsed restores"),
        ("encryption", design.encryption is not None, "encryption of files and connections"),
        ("alerts", bool(design.alerts), "alerts"),
        ("stores", bool(design.stores), "the stores beside the database"),
        ("scaling", design.scaling is not None, "pooling and sharding"),
    ]
    declared: list[Inline] = [(text, " (", Code(f"{key}:"), ")") for key, said, text in parts if said]
    if declared:
        yield ("To be set up by hand: ", listing(declared), ".")


_GLOSSARY = (
    ("access pattern", "a named question to the data, or a named change of them"),
    ("claim, verdict", "a promise of the design, and what a test of it found: held, broken or untested"),
    ("decision", "a choice with its reason and what was turned down"),
    ("foreign key", "a column that must lead to a row of another table"),
    ("horizon", "the age at which sizes are judged"),
    ("index", "what lets the database find rows without reading all of them"),
    ("isolation", "what concurrent transactions see of each other"),
    ("partition", "a part of a large table that can be dropped or moved by itself"),
    ("replica, standby", "a server that follows the primary"),
    ("row-level security", "the server itself hides rows that a session must not see"),
    ("RPO, RTO", "how much may be lost, and how long the service may be away"),
)


def disclaimer(material: Material) -> Iterator[Block]:
    """Yield the words of this document in plain English, and whom to ask."""
    yield Heading(2, "Disclaimer", "disclaimer")
    review = material.design.review
    owners = (
        _and(str(o) for o in review.owners) if review and review.owners else "the owners, whom the design does not name"
    )
    yield Paragraph(
        f"This document is technical and written by a compiler from the design file. Questions go to {owners}."
    )
    yield Grid(("Word", "Means"), _GLOSSARY)


def verdict_line(material: Material) -> str:
    """Return the verdicts in a few words, for the head of the document."""
    return tally_text(material.tally())
