"""At most how many rows an access pattern touches, from keys, fan-outs, indexes and limits alone.

It is the number of rows that one plan reads which the server can always take; so it is sound without statistics, and it
says nothing of what the planner will choose. Of the orders in which tables can be joined the best is taken; a table is
looked up for each row before it, or read once as a whole. A limit counts where an index gives the rows in the order
asked for and settles every condition. Versions of rows that vacuum has not yet taken away, and rows that another
session has locked, come on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.growth import CLASSES, GrowthClass, worse
from dbwright.model.quantities import Duration
from dbwright.records import record
from dbwright.sql.leakproof import is_leakproof
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query
from dbwright.theory.amounts import Bound
from dbwright.theory.levels import StatementBound
from dbwright.theory.lookups import indexes_of
from dbwright.theory.volumes import meanings_of, volumes_of

PATIENCE = 1.0
"""Seconds up to which somebody waits for an answer: such a pattern may grow with its answer and no faster."""


@record(frozen=True)
class Growth:
    """How an access pattern grows at most, and how it may: `declared` says that the design names the class."""

    pattern: AccessPattern
    bound: Bound
    allowed: GrowthClass
    declared: bool

    @property
    def fails(self) -> bool:
        """Whether it grows faster than it may."""
        return worse(self.bound.growth, self.allowed)


def growths(blueprint: Blueprint) -> Mapping[str, Growth]:
    """Return how every access pattern that can be read grows at most, by name and in order."""
    return blueprint.once(_growths)


def _growths(blueprint: Blueprint) -> Mapping[str, Growth]:
    return {name: _growth(blueprint, pattern, query) for name, (pattern, query) in queries(blueprint).items()}


def _growth(blueprint: Blueprint, pattern: AccessPattern, query: Query) -> Growth:
    bounds = list(_bounds(blueprint, pattern, query))
    bound = max(bounds, key=lambda b: (CLASSES.index(b.growth), b.rows)) if bounds[1:] else bounds[0]
    return Growth(pattern, bound, allowed(pattern), pattern.growth is not None)


def failing(blueprint: Blueprint) -> Iterator[Growth]:
    """Yield how those patterns grow that grow faster than they may; most are seen at a glance to read an answer."""
    for pattern, query in queries(blueprint).values():
        if pattern.growth is None and (_inserts_values(query) or _reads_one_value(blueprint, pattern, query)):
            continue
        growth = _growth(blueprint, pattern, query)
        if growth.fails:
            yield growth


def _inserts_values(query: Query) -> bool:
    source = query.levels[-1]
    return query.verb == "insert" and bool(source.values) and len(query.levels) <= 2


def _reads_one_value(blueprint: Blueprint, pattern: AccessPattern, query: Query) -> bool:
    """Whether a select of one table is sure to read no more than the rows of one value, which an index finds.

    So it is where the index leads, beside the tenant, with an equal column that has many values and of which the
    designer says nothing else. What this overlooks is looked at in full.
    """
    table = blueprint.table(query.uses[0].table) if len(query.uses) == len(query.levels) == 1 else None
    if table is None or query.verb != "select" or any(p.means is not None for p in pattern.parameters):
        return False
    equal = {c.column for c in query.uses[0].conditions if c.operator == "=" and c.other is None}
    tenant = table.tenant_column
    one_tenant = tenant in equal or _bound_to_tenant(blueprint, pattern) == [True]
    for index in indexes_of(table):
        if index.method == "btree" and not index.where and not index.definition:
            front = index.columns[1:2] if index.columns[:1] == (tenant,) and one_tenant else index.columns[:1]
            column = table.column(front[0]) if front and front[0] in equal else None
            if column is not None and is_leakproof("=", column.type) and not volumes_of(blueprint).few(table, front[0]):
                return True
    return False


def allowed(pattern: AccessPattern) -> GrowthClass:
    """Return how fast the work of a pattern may grow: as the design says, else by how long its caller waits."""
    if pattern.growth is not None:
        return pattern.growth
    targets = [t.seconds for t in _targets(pattern)]
    return "linear in the answer" if targets and min(targets) <= PATIENCE else "linear in the table"


def _targets(pattern: AccessPattern) -> Iterator[Duration]:
    latency = pattern.latency
    if latency is not None:
        yield from (t for t in (latency.p50, latency.p95, latency.p99) if t is not None)


def _bounds(blueprint: Blueprint, pattern: AccessPattern, query: Query) -> Iterator[Bound]:
    """The bound for each kind of role that runs it: bound to a tenant by a policy, or not."""
    statement = blueprint.statement(str(pattern.name))
    inside = statement is not None and bool(statement.inner)
    for own in _bound_to_tenant(blueprint, pattern):
        made = StatementBound(volumes_of(blueprint), query, meanings_of(pattern), own, own and not inside)
        yield made.bound()


def _bound_to_tenant(blueprint: Blueprint, pattern: AccessPattern) -> list[bool]:
    """Whether roles that run a pattern are bound to a tenant: both answers where some are and some are not."""
    roles = [blueprint.design.role(name) for name in pattern.by]
    tenancy = blueprint.design.tenancy is not None
    return sorted({tenancy and role is not None and role.tenants == "own" for role in roles} or {False})
