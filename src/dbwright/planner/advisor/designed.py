"""A design as the advisor sees it: access patterns with their rates, and the statistics of its horizon.

Each pattern is planned as its first role, under that role's policies, in its usual way: for any values of its
parameters, or for typical ones where they end a range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dbwright.model.advice import WrittenIndex
from dbwright.model.blueprint import Blueprint
from dbwright.model.quantities import show_count
from dbwright.model.table import Index
from dbwright.planner.advisor.advice import Advice
from dbwright.planner.advisor.definition import Definition, KeyPart
from dbwright.planner.advisor.workload import Asked
from dbwright.planner.advisor.workshop import Sized
from dbwright.planner.growth import target_of
from dbwright.planner.questions import Moment, end_of, questions_of, tenant_setting
from dbwright.planner.statistics import IndexStatistics
from dbwright.planner.synthesis import index_in_leaves
from dbwright.planner.ways import usual_way
from dbwright.records import replace
from dbwright.sizing.tables import facts_at
from dbwright.sql.names import quote

WEIGHT = 0.01
"""Calls a second of a pattern whose rate nobody has said."""


def designed_workload(blueprint: Blueprint) -> tuple[Asked, ...]:
    """Return the access patterns as statements; `now` is the end of the data at the horizon."""
    targets = {str(p.name): target_of(p) for p in blueprint.design.access}
    return tuple(replace(a, target=targets[a.name]) for a in _asked(blueprint))


def _asked(blueprint: Blueprint) -> Iterator[Asked]:
    facts = facts_at(blueprint).tables
    moment = Moment(blueprint, facts, end_of(facts))
    path = f"{quote(blueprint.schema)}, extensions, public"
    settings = (("search_path", path), *tenant_setting(blueprint, facts).items())
    for question in questions_of(blueprint):
        pattern, sql = question.pattern, question.sql
        rate = pattern.rate.per_second if pattern.rate else WEIGHT
        way = usual_way(question, moment)
        parameters = question.statement.parameters if way.generic else ()
        yield Asked(question.name, way.sql, rate, parameters, pattern.sql.span, sql, question.role, settings)


def sizes_of(blueprint: Blueprint) -> Sized:
    """Return how large an index would be, by the tables that hold its rows: what will be said of it once it stands."""
    facts = facts_at(blueprint).tables

    def sized(definition: Definition) -> Mapping[str, IndexStatistics]:
        table = blueprint.table(definition.table)
        if table is None:
            return {}
        return index_in_leaves(table, facts[table.name], Index("", table.name, (), definition=definition.body()))

    return sized


def tenant_columns(blueprint: Blueprint) -> dict[str, str]:
    """Return the column by which a policy narrows each table."""
    return {t.name: t.tenant_column for t in blueprint.tables if t.tenant_column}


def fixed_indexes(blueprint: Blueprint) -> frozenset[str]:
    """Return the indexes that the designer fixed, that a reference alone needs, or that no entity can name."""
    closed = tables_without_entity(blueprint)
    every = (i for t in blueprint.tables for i in t.indexes)
    return frozenset(
        i.name for i in every if i.definition or i.table in closed or (_serves_reference(i) and not _serving(i))
    )


def tables_without_entity(blueprint: Blueprint) -> frozenset[str]:
    """Return the tables that come of a relationship between many and many: a design has no place for their indexes."""
    return frozenset(t.name for t in blueprint.tables if blueprint.design.entity(t.name) is None)


def shared_indexes(blueprint: Blueprint) -> frozenset[str]:
    """Return the indexes that a reference needs and that a rule shaped for access patterns as well."""
    every = (i for t in blueprint.tables for i in t.indexes)
    return frozenset(i.name for i in every if not i.definition and _serves_reference(i) and _serving(i))


def _serves_reference(index: Index) -> bool:
    return any(s.startswith("references.") for s in index.serves)


def _serving(index: Index) -> tuple[str, ...]:
    """The access patterns for which a rule made an index."""
    return tuple(s.removeprefix("access.") for s in index.serves if s.startswith("access."))


_NULLS = {"first": True, "last": False}


def definition_of(index: Index) -> Definition:
    """Return an index that a rule made as the advisor thinks of it."""
    keys = tuple(
        KeyPart(k.expression, k.is_expression, k.operator_class, k.descending, _NULLS.get(k.nulls)) for k in index.keys
    )
    return Definition(index.table, keys, index.method, index.include, index.where)


def written_indexes(blueprint: Blueprint, advice: Advice) -> list[WrittenIndex]:
    """Return what was advised as the design says it; a name there leaves out the table, which comes before it again.

    One that no plan uses and that has to stay serves the patterns for which it was made.
    """
    found = []
    stood = {i.name: i for t in blueprint.tables for i in t.indexes}
    for index in (*advice.indexes, *advice.kept):
        told = sorted(index.effects, key=lambda e: e.with_it - e.without_it)
        worth = "; ".join(f"{e.statement} {_shown(e.with_it)}, without it {_shown(e.without_it)}" for e in told)
        upkeep = f"; upkeep {_shown(index.upkeep)} a second" if index.upkeep >= 0.1 else ""
        name = index.name.removeprefix(f"{index.table}_")
        serves = tuple(e.statement for e in index.effects) or (_serving(stood[index.name]) if index.exists else ())
        # What the catalog tells of a standing index leaves out the direction of its keys.
        body = (definition_of(stood[index.name]) if index.exists else index.definition).body()
        evidence = (worth or "keeps its patterns in their class of growth") + upkeep
        found.append(WrittenIndex(index.table, name, body, serves, evidence))
    return found


def _shown(cost: float) -> str:
    return show_count(cost) if cost >= 1000 else f"{cost:.3g}"
