"""Handoff (seed 002): one page that tells each role which files are for it, and the invariants as queries for QA."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

from dbwright.emit.blocks import Block, Bullets, Code, Fence, Grid, Heading, Inline, Link, Paragraph, codes, labelled
from dbwright.emit.invariants import PATH as INVARIANTS
from dbwright.emit.invariants import invariants, script
from dbwright.emit.markdown import render
from dbwright.emit.material import Material
from dbwright.emit.stored_answers import refresh_schedule
from dbwright.emit.wording import DICTIONARY, DOCUMENT, plural
from dbwright.model.blueprint import Blueprint
from dbwright.passes import parent_statistics
from dbwright.passes.lifecycle import NAME
from dbwright.sql.names import literal, qualify

PATH = "handoff.md"

FILES = {
    "postgresql": ("ddl/schema.sql", "every object of the database"),
    "migration": ("migrations/0001_initial.sql", "the same as the first versioned migration"),
    "sqlalchemy": ("models/sqlalchemy_models.py", "the tables as SQLAlchemy classes"),
    "pydantic": ("models/pydantic_models.py", "the rows as Pydantic classes"),
    "json_schema": ("models/json-schema/index.json", "the rows as JSON Schema"),
    "mermaid": ("diagrams/erd.mmd", "the tables as a Mermaid diagram"),
    "dbml": ("diagrams/schema.dbml", "the tables as DBML"),
    "erd": ("diagrams/erd.svg", "the tables as a drawing"),
    "dictionary": (DICTIONARY, "every column with its meaning"),
    "document": (DOCUMENT, "why everything is as it is"),
    "site": ("index.html", "all of it, to click through"),
}
"""The file that each target is known by, and what it holds."""


def handoff_files(blueprint: Blueprint) -> dict[str, str]:
    """Return `handoff.md` and the queries of QA."""
    return {PATH: render([*_page(Material.of(blueprint))]), INVARIANTS: script(blueprint)}


def _file(target: str) -> Inline:
    path, what = FILES[target]
    return (Link(Code(path), path), f": {what}")


def _page(material: Material) -> Iterator[Block]:
    yield Heading(1, f"{material.design.design}: Handoff", "top")
    yield Paragraph(
        ("Who takes the design on, and with which files. All of them are built from one design file; when it changes, "
         "build again. Why things are so stands in ", Link(Code(DOCUMENT), DOCUMENT), ".")
    )  # fmt: skip
    yield from _integration(material)
    yield from _platform(material)
    yield from _developers(material)
    yield from _quality(material)


def _integration(material: Material) -> Iterator[Block]:
    yield Heading(2, "Integration Architect: API data models", "integration")
    yield Bullets((_file("json_schema"), _file("pydantic"), _file("dictionary"), _file("erd"), _file("site")))
    yield Paragraph(
        ("How stale an answer may be is decided for each access pattern: ",
         Link("Consistency Models", f"{DOCUMENT}#consistency"), ".")
    )  # fmt: skip


def _platform(material: Material) -> Iterator[Block]:
    blueprint = material.blueprint
    yield Heading(2, "Platform Engineer: provisioning", "platform")
    yield Bullets((_file("postgresql"), _file("migration"), *(_section(*s) for s in _SECTIONS)))
    limits = [f"`{r.name}` {r.connections}" for r in blueprint.roles if r.login and r.connections]
    logins = [r.name for r in blueprint.roles if r.login]
    yield labelled(
        ("Server", f"PostgreSQL {blueprint.version}"),
        ("Extensions", codes(blueprint.extensions) if blueprint.extensions else "none"),
        ("Roles that sign in", codes(logins) if logins else "none"),
        ("Connection limits", ", ".join(limits) or "none"),
        ("Owner of every object", (Code(blueprint.owner), ", which never signs in")),
    )
    ranged = [t.name for t in blueprint.tables if t.partitioning and t.partitioning.strategy == "range"]
    if ranged:
        callers = [g.role for g in blueprint.grants if g.kind == "function" and g.object == NAME]
        yield Paragraph(
            ("Once a day, for the partitions of ", codes(ranged), ", as ", codes(callers or [blueprint.owner]), ":")
        )
        yield Fence("sql", f"select {qualify(blueprint.schema, NAME)}();")
    parents = [t.name for t in blueprint.tables if t.partitioning]
    if parents:
        callers = [g.role for g in blueprint.grants if g.kind == "function" and g.object == parent_statistics.NAME]
        after = ("after that, in a transaction of its own, ",) if ranged else ()
        yield Paragraph(
            ("Once a day, ", *after, "for what the planner knows of ", codes(parents), ", as ",
             codes(callers or [blueprint.owner]), ":")
        )  # fmt: skip
        yield Fence("sql", f"select {qualify(blueprint.schema, parent_statistics.NAME)}();")
    yield from refresh_schedule(blueprint)


_SECTIONS = (
    ("configuration", "server settings"),
    ("capacity", "sizes now and at the horizon"),
    ("replication", "standby servers and failover"),
    ("backup", "backups and restores"),
    ("monitoring", "what to watch"),
)


def _section(anchor: str, what: str) -> Inline:
    return (Link(Code(f"{DOCUMENT}#{anchor}"), f"{DOCUMENT}#{anchor}"), f": {what}")


def _developers(material: Material) -> Iterator[Block]:
    yield Heading(2, "Application Developers: ORM mapping and queries", "developers")
    yield Bullets(
        (_file("sqlalchemy"), _file("pydantic"), _section("patterns", "every statement, with its parameters"))
    )
    tenancy = material.design.tenancy
    if tenancy is not None:
        yield Paragraph("Name the tenant at the start of each transaction; without it there are no rows.")
        yield Fence("sql", f"select set_config({literal(tenancy.setting)}, $1, true);")
    if any(e.audit in ("changes", "reads and changes") for e in material.design.entities):
        yield Paragraph("Name who acts, so that audit columns tell a person and not a role.")
        yield Fence("sql", "select set_config('app.actor', $1, true);")
    repeat = [u.name for u in material.uses if u.pattern.isolation != "read committed"]
    if repeat:
        yield Paragraph(("Repeat after SQLSTATE 40001: ", codes(repeat), "."))
    conditional = [u.name for u in material.uses if str(u.pattern.conflict) == "compare-and-set"]
    if conditional:
        yield Paragraph(
            ("Look at the number of changed rows, 0 means that somebody was faster: ", codes(conditional), ".")
        )


def _quality(material: Material) -> Iterator[Block]:
    found = [*invariants(material.blueprint)]
    yield Heading(2, "QA Team: data validation", "quality")
    yield Paragraph(
        (Link(Code(INVARIANTS), INVARIANTS), f": {plural(len(found), 'query')}, one a rule. Each returns the rows that "
         "break its rule; a healthy database returns none. Run them after a load, a restore or a migration:")
    )  # fmt: skip
    yield Fence("sh", f"psql -X -v ON_ERROR_STOP=1 -d DATABASE -f {INVARIANTS}")
    counted = Counter(name for i in found for name in _beginnings(i.claim.split("/", 1)[1]))
    rows = tuple((Code(table.name), str(counted[table.name])) for table in material.blueprint.tables)
    yield Grid(("Table", "Queries"), rows)
    if found:
        yield Paragraph("For example:")
        yield Fence("sql", found[0].sql)
    yield Paragraph(
        ("All promises of the design, with what experiments found: ", Link("Claims", f"{DOCUMENT}#claims"), ". ",
         Code("dbwright prove"), " runs the experiments on a real server.")
    )  # fmt: skip


def _beginnings(subject: str) -> Iterator[str]:
    """What stands before each dot of a subject: the table is one of these, and its name may hold dots."""
    return accumulate(subject.split(".")[:-1], lambda name, part: f"{name}.{part}")
