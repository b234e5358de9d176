"""Step 5 of the process: indexes from access patterns and references, by rule."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.quantities import MONTH
from dbwright.model.table import Index, IndexKey, Table
from dbwright.passes.candidates import Need, candidate, need_of, strength
from dbwright.passes.coverage import (
    drop_redundant,
    drop_unneeded,
    finds_few,
    foreign_key_index,
    served_by,
    unserved_keys,
)
from dbwright.passes.fixed_indexes import fixed_index
from dbwright.records import replace
from dbwright.sql.names import fit
from dbwright.sql.patterns import queries
from dbwright.sql.queries import TableUse
from dbwright.theory.volumes import meanings_of


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Give every access pattern and every foreign key an index that serves it, and no index that serves none.

    Patterns that an advice has weighed get the indexes that it chose, which stand at the entities.

    Reads: statements, keys, references, advice. Decides: method, columns, order, predicate and included columns of each
    index; which index the plan of each pattern must use. Writes: indexes, extensions, the promises of the statements.
    Source: Lightstone, Teorey, Nadeau, "Physical Database Design", chapter 4: equality columns first, then the order or
    the range; PostgreSQL manual, "Multicolumn Indexes", "Partial Indexes", "Index-Only Scans".
    """
    needs = _needs(design, blueprint)
    weighed = {str(p) for p in design.advice.patterns} if design.advice else set()
    by_table: dict[str, list[Need]] = {}
    for need in needs:
        by_table.setdefault(need.table, []).append(need)
    tables: list[Table] = []
    decisions: list[Decision] = []
    patterns, writers = {str(p.name): p for p in design.access}, _writers(blueprint)
    for table in blueprint.tables:
        own = by_table.get(table.name, [])
        indexes = _fixed(design, table)
        if design.entity(table.name) is not None:  # an advice is written at entities; a join table has none
            own = [n for n in own if n.pattern not in weighed]
        for need in sorted(own, key=lambda n: (n.method != "btree", -len(n.equal), n.pattern)):
            indexes = _serve(table, indexes, need)
        indexes = drop_redundant(table, indexes)
        for key in unserved_keys(blueprint, table, indexes):
            indexes = foreign_key_index(table, indexes, key)
        indexes = drop_unneeded(blueprint, table, drop_redundant(table, indexes), own)
        table = replace(table, indexes=tuple(indexes))
        tables.append(table)
        decisions += [_advised(design, table, i) or _decision(table, i, patterns, writers) for i in table.indexes]
    blueprint = blueprint.put(*tables).decide(*decisions)
    return _promises(_with_extensions(blueprint), needs)


def _needs(design: Design, blueprint: Blueprint) -> list[Need]:
    found = []
    updated = _updated_columns(blueprint)
    for pattern, query in queries(blueprint).values():
        uses = [(t, u) for u in query.uses if (t := blueprint.table(u.table)) is not None]
        for table, use in uses:
            rival = max((strength(t, u) for t, u in uses if u is not use), default=0)
            seen = _as_seen(design, table, pattern)
            own = need_of(seen, use, pattern, rival, updated.get(table.name, frozenset()))
            found += [n for need in own if (n := _within_partitions(table, use, pattern, need)) is not None]
    return found


def _within_partitions(table: Table, use: TableUse, pattern: AccessPattern, need: Need) -> Need | None:
    """Return the need without a range that leaves out whole partitions and little else; None where nothing is left."""
    scheme = table.partitioning
    if scheme is None or scheme.strategy != "range" or [k.expression for k in need.tail] != [scheme.columns[0]]:
        return need
    bounds = {p for c in use.conditions if c.column == scheme.columns[0] for p in c.parameters}
    means = [m for name, m in meanings_of(pattern).items() if name in bounds and m.kind == "window"]
    if not means or use.orders or means[0].amount < scheme.every * MONTH / 2:
        return need
    if not need.equal and not need.where and not need.tenant:
        return None
    return replace(need, tail=(), ranges=need.ranges, promised=bool(need.equal))


def _updated_columns(blueprint: Blueprint) -> dict[str, frozenset[str]]:
    """The columns of each table that some pattern updates, and those that triggers set then."""
    found: dict[str, set[str]] = {}
    for _, query in queries(blueprint).values():
        for (verb, name), columns in query.writes.items():
            if verb == "update":
                found.setdefault(name, {"updated_at", "updated_by"}).update(columns)
    return {name: frozenset(columns) for name, columns in found.items()}


def _as_seen(design: Design, table: Table, pattern: AccessPattern) -> Table:
    """The table as the roles of a pattern see it: who sees all tenants has no condition on the tenant."""
    roles = [design.role(r) for r in pattern.by]
    if roles and all(r is not None and r.tenants == "all" for r in roles):
        return replace(table, tenant_column="")
    return table


def _fixed(design: Design, table: Table) -> list[Index]:
    entity = design.entity(table.name)
    return [fixed_index(table.name, item) for item in (entity.indexes if entity else ())]


def _advised(design: Design, table: Table, index: Index) -> Decision | None:
    """The decision about an index that an advice chose, with what it found."""
    entity = design.entity(table.name)
    item = next((i for i in (entity.indexes if entity else ()) if fit(table.name, i.name) == index.name), None)
    if item is None or not item.evidence:
        return None
    served = ", ".join(f"`{name}`" for name in item.serves)
    return Decision(
        code=f"indexes/{index.name}",
        what=_describe(index),
        why=f"advised for {served}",
        serves=index.serves,
        subjects=(index.name, table.name),
        alternatives=(Alternative("no index", str(item.evidence)),),
        evidence=str(item.evidence),
        span=index.span,
    )


def _serve(table: Table, indexes: list[Index], need: Need) -> list[Index]:
    """Return the indexes with one that serves the need: a key, one that stands already, or a new one."""
    for number, index in enumerate(indexes):
        if served_by(index, need):
            include = tuple(dict.fromkeys([*index.include, *(c for c in need.include if c not in index.columns)]))
            kept = replace(index, serves=(*index.serves, f"access.{need.pattern}"), include=include)
            return [*indexes[:number], kept, *indexes[number + 1 :]]
    if any(need.looks_up(k.columns) or served_by(k, need) for k in table.key_indexes):
        return indexes
    made = candidate(table, need)
    return [*indexes, _named_apart(indexes, made)] if made else indexes


def _named_apart(indexes: list[Index], made: Index) -> Index:
    """An index whose name another one took is named after all its keys."""
    if made.name not in {i.name for i in indexes}:
        return made
    return replace(made, name=fit(made.table, *made.columns, made.method, "idx"))


def _with_extensions(blueprint: Blueprint) -> Blueprint:
    needed = set()
    for index in (i for t in blueprint.tables for i in t.indexes):
        classes = {k.operator_class for k in index.keys}
        needed |= {"pg_trgm"} if "gin_trgm_ops" in classes else set()
        scalar = any(not k.operator_class and not k.is_expression for k in index.keys) and len(index.keys) > 1
        needed |= {f"btree_{index.method}"} if index.method in ("gin", "gist") and scalar else set()
    extensions = tuple(dict.fromkeys([*blueprint.extensions, *sorted(needed)]))
    return replace(blueprint, extensions=extensions)


def _promises(blueprint: Blueprint, needs: list[Need]) -> Blueprint:
    by_pattern: dict[str, list[Need]] = {}
    for need in needs:
        by_pattern.setdefault(need.pattern, []).append(need)
    statements = []
    for statement in blueprint.statements:
        own = by_pattern.get(statement.pattern, [])
        uses = [s for n in own if n.promised and (s := _names_serving(blueprint, n))]
        prunes = [n.table for n in own if _prunes(blueprint, n)]
        statements.append(replace(statement, uses=tuple(dict.fromkeys(uses)), prunes=tuple(dict.fromkeys(prunes))))
    return replace(blueprint, statements=tuple(statements))


def _names_serving(blueprint: Blueprint, need: Need) -> tuple[str, ...]:
    table = blueprint.table(need.table)
    assert table is not None
    names = [k.name for k in table.key_indexes if need.looks_up(k.columns) or served_by(k, need)]
    names += [i.name for i in table.indexes if served_by(i, need) or _chosen_for(i, need)]
    if not names:
        every = (*table.key_indexes, *table.indexes)
        names = [i.name for i in every if finds_few(blueprint, table, i, need)]
    return tuple(names)


def _chosen_for(index: Index, need: Need) -> bool:
    """Whether an advice chose the index for the pattern."""
    return {f"entities.{index.table}.indexes", f"access.{need.pattern}"} <= set(index.serves)


def _prunes(blueprint: Blueprint, need: Need) -> bool:
    """Whether the conditions name the partition key, so that partitions can be left out."""
    table = blueprint.table(need.table)
    if table is None or table.partitioning is None:
        return False
    column = table.partitioning.columns[0]
    if column in need.equal or column == need.tenant:
        return True
    return table.partitioning.strategy == "range" and column in need.ranges


def _writers(blueprint: Blueprint) -> dict[str, list[str]]:
    """The patterns that insert into each table."""
    found: dict[str, list[str]] = {}
    for pattern, query in queries(blueprint).values():
        for verb, name in query.writes:
            if verb == "insert":
                found.setdefault(name, []).append(str(pattern.name))
    return found


def _decision(
    table: Table, index: Index, patterns: Mapping[str, AccessPattern], writers: Mapping[str, list[str]]
) -> Decision:
    served = [patterns[s.removeprefix("access.")] for s in index.serves if s.startswith("access.")]
    rates = ", ".join(_with_rate(p) for p in served)
    why = f"serves {rates}" if rates else _why_without_pattern(index)
    return Decision(
        code=f"indexes/{index.name}",
        what=_describe(index),
        why=why,
        serves=index.serves,
        subjects=(index.name, table.name),
        alternatives=(
            Alternative(
                "no index", "each call reads the whole table" if served else "each delete there reads all of it"
            ),
            *_write_cost(writers.get(table.name, [])),
        ),
        span=index.span,
    )


def _why_without_pattern(index: Index) -> str:
    if any(s.startswith("references.") for s in index.serves):
        return "a delete or key change of the referenced row must find the rows that reference it"
    return "the designer fixed it"


def _with_rate(pattern: AccessPattern) -> str:
    return f"`{pattern.name}` ({pattern.rate})" if pattern.rate else f"`{pattern.name}`"


def _write_cost(writers: list[str]) -> list[Alternative]:
    if not writers:
        return []
    return [Alternative("fewer indexes", f"`{', '.join(writers)}` would write one index entry less a row")]


def _describe(index: Index) -> str:
    if index.definition:
        return f"`{index.name}` on `{index.table}` {index.definition}"
    keys = ", ".join(_key_text(k) for k in index.keys)
    kind = {"btree": "B-tree", "gin": "GIN", "gist": "GiST", "brin": "BRIN"}.get(index.method, index.method)
    parts = [f"{kind} `{index.name}` on `{index.table}` ({keys})"]
    if index.include:
        parts.append(f"covering {', '.join(index.include)}")
    if index.where:
        parts.append(f"only where {index.where}")
    return ", ".join(parts)


def _key_text(key: IndexKey) -> str:
    return f"{key.expression} desc" if key.descending else key.expression
