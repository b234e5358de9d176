"""What a design costs at its horizon: each access pattern in a laboratory, its upkeep, its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.planner.choices.stored import stored_tables, summary_facts
from dbwright.planner.choices.upkeep import upkeep_of
from dbwright.planner.decades import PROPORTION, Size
from dbwright.planner.leaning import facts_for
from dbwright.planner.questions import questions_of
from dbwright.planner.synthesis import statistics_of
from dbwright.records import record, replace
from dbwright.sizing.facts import TableFacts
from dbwright.sizing.layout import PAGE
from dbwright.sql.names import literal, qualify, quote

if TYPE_CHECKING:
    from dbwright.planner.laboratory import Laboratory

WEIGHT = 0.01
"""Calls a second of a pattern whose rate nobody has said."""
OPENED = 1.0
"""A partition that stays in a plan: it is locked and opened, and so are its indexes; about a page that is read."""


@record(frozen=True)
class Priced:
    """A design with its price: `costs` of one call of each pattern, `upkeep` a second by what it is for, `bytes`.

    `facts` are those of its tables and summaries at the horizon, `read` the tables and partitions that stay in the
    plan of a pattern. One that cannot be planned has no cost.
    """

    blueprint: Blueprint
    facts: Mapping[str, TableFacts]
    costs: Mapping[str, float]
    read: Mapping[str, frozenset[str]]
    upkeep: Mapping[str, float]
    bytes: Mapping[str, int]

    @property
    def size(self) -> int:
        """The bytes of all tables and indexes."""
        return sum(self.bytes.values())


def rate_of(pattern: AccessPattern) -> float:
    """Return how often a pattern is called in a second."""
    return pattern.rate.per_second if pattern.rate else WEIGHT


def known_tenant(blueprint: Blueprint, script: str, facts: Mapping[str, TableFacts]) -> str:
    """Return DDL in which policies name a tenant instead of asking the session for it.

    A server finds the partitions of a tenant when a statement begins, and EXPLAIN prices all of them: only where the
    tenant stands in the plan does it tell what will be read.
    """
    tenancy = blueprint.design.tenancy
    key = facts[tenancy.entity].column(tenancy.column) if tenancy is not None else None
    if tenancy is None or key is None or not key.lowest:
        return script
    asked = re.escape(f"{qualify(blueprint.schema, tenancy.column)}()")
    known = f"{literal(key.lowest)}::{key.type}"
    return re.sub(rf"\(select {asked}\)", lambda _: known, script, flags=re.IGNORECASE)


def facts_of(blueprint: Blueprint) -> Mapping[str, TableFacts]:
    """Return the facts of all tables at the horizon, moved to where partitions stand."""
    return facts_for(blueprint, None, None)[1].tables


def price(laboratory: Laboratory, blueprint: Blueprint) -> Priced:
    """Price a design whose DDL the laboratory has loaded; raise RelationOutgrown, psycopg.Error."""
    _, facts = facts_for(blueprint, None, None)
    base = statistics_of(facts, blueprint)
    base = replace(base, tables=(*base.tables, *stored_tables(blueprint, facts.tables)))
    partitions = {p.name for t in blueprint.tables if t.partitioning for p in t.partitioning.partitions}
    with laboratory.at(base) as planned:
        size = Size(planned, blueprint, base, facts.tables, {})
        with planned.changed((f"set local search_path = {quote(blueprint.schema)}, extensions, public",)):
            upkeep = upkeep_of(blueprint, facts.tables, planned, base)
            asked = [replace(q, sql=known_tenant(blueprint, q.sql, facts.tables)) for q in questions_of(blueprint)]
            answers = dict(size.ask(asked, PROPORTION, {}))
    costs = {name: a.cost + OPENED * _opened(a.plan, partitions) for name, a in answers.items()}
    read = {name: frozenset(_relations(a.plan)) for name, a in answers.items()}
    stored = {s.name: summary_facts(blueprint, s, facts.tables) for s in blueprint.summaries}
    return Priced(blueprint, {**facts.tables, **stored}, costs, read, upkeep, dict(_bytes(blueprint, base.tables)))


def _opened(plan: Mapping[str, Any], partitions: set[str]) -> int:
    """How many scans of partitions stay in a plan beyond the first."""
    return max(0, sum(name in partitions for name in _relations(plan)) - 1)


def _relations(plan: Mapping[str, Any]) -> Iterator[str]:
    if "Relation Name" in plan:
        yield str(plan["Relation Name"])
    for child in plan.get("Plans", ()):
        yield from _relations(child)


def _bytes(blueprint: Blueprint, tables: Any) -> Iterator[tuple[str, int]]:
    """Bytes of each table with its indexes, its partitions counted in."""
    whole = {p.name: t.name for t in blueprint.tables if t.partitioning for p in t.partitioning.partitions}
    found: dict[str, int] = {}
    for table in tables:
        pages = max(0, table.pages) + sum(max(0, i.pages) for i in table.indexes)
        name = whole.get(table.name, table.name)
        found[name] = found.get(name, 0) + pages * PAGE
    yield from found.items()
