"""Step 9 of the process: searches whose index a policy would switch off."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, DatabaseRole, Function, Statement
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.passes.roles import searcher
from dbwright.records import replace
from dbwright.sql.grammar import parse
from dbwright.sql.leakproof import is_leakproof
from dbwright.sql.names import listed, qualify, quote
from dbwright.sql.patterns import queries
from dbwright.sql.queries import Query
from dbwright.sql.rewriting import cast_parameters, literal_type, output_types, plain_sources, with_predicates


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Put searches over tenants' rows into functions that may use the index and carry the tenant's condition.

    Reads: statements, indexes, tenancy. Decides: which patterns go through a function, or that the index is lost.
    Writes: functions, statements, roles, decisions. Source: shared facts (security.md sections 4.1 and 4.3): under a
    policy the planner may use an index only for leakproof operators.
    """
    if design.tenancy is None:
        return blueprint
    losing = [(p, q, lost) for p, q in queries(blueprint).values() if (lost := _lost(blueprint, design, p, q))]
    types = {t.name: {c.name: c.type for c in t.columns} for t in blueprint.tables} if losing else {}
    changed: dict[str, Statement] = {}
    functions: list[Function] = []
    decisions: list[Decision] = []
    for pattern, query, lost in losing:
        made = _function(blueprint, pattern, query, types)
        if made:
            functions.append(made[0])
        decisions.append(_carried(pattern, made[0], lost) if made else _given_up(pattern, lost))
        changed[str(pattern.name)] = made[1] if made else _plain(blueprint, pattern)
    if functions:
        about = "Owns the search functions; each of them carries the tenant's condition."
        owner = DatabaseRole(searcher(blueprint), False, about, purpose="searcher")
        known = owner.name in [r.name for r in blueprint.roles]
        blueprint = replace(blueprint, roles=blueprint.roles if known else (*blueprint.roles, owner))
    statements = tuple(changed.get(s.pattern, s) for s in blueprint.statements)
    return replace(blueprint, statements=statements, functions=(*blueprint.functions, *functions)).decide(*decisions)


def _lost(blueprint: Blueprint, design: Design, pattern: AccessPattern, query: Query) -> list[str]:
    """Conditions on tenants' tables whose operator is not leakproof and which an index would serve."""
    own = [r for r in pattern.by if (role := design.role(r)) is not None and role.tenants == "own"]
    statement = blueprint.statement(str(pattern.name))
    if not own or statement is None or not statement.uses:
        return []
    found = []
    for use in query.uses:
        table = blueprint.table(use.table)
        if table is None or not table.tenant_column:
            continue
        for condition in use.conditions:
            column = table.column(condition.column)
            if column and condition.other is None and not is_leakproof(condition.operator, column.type):
                found.append(f"{table.name}.{column.name} {condition.operator}")
    return found


def _function(
    blueprint: Blueprint, pattern: AccessPattern, query: Query, types: Mapping[str, Mapping[str, str]]
) -> tuple[Function, Statement] | None:
    node = parse(query.sql)[0]
    sources = plain_sources(node) if query.verb == "select" else None
    outputs = output_types(node, sources, types) if sources is not None else None
    statement = blueprint.statement(str(pattern.name))
    if sources is None or outputs is None or statement is None:
        return None
    tenant = [
        f"{quote(alias)}.{quote(t.tenant_column)} = (select {qualify(blueprint.schema, t.tenant_column)}())"
        for alias, name in sources.items()
        if (t := blueprint.table(name)) is not None and t.tenant_column
    ]
    inner = with_predicates(node, tenant)
    name = str(pattern.name).replace("-", "_")
    arguments = _arguments(blueprint, pattern, query)
    function = Function(
        name,
        ", ".join(t for _, t in arguments),
        _statement(blueprint, name, arguments, outputs, inner),
        owner=searcher(blueprint),
        about=str(pattern.why),
        span=pattern.place.span,
    )
    numbers = ", ".join(f"${n + 1}" for n in range(len(arguments)))
    call = f"select {listed(n for n, _ in outputs)} from {quote(name)}({numbers})"
    changed = replace(statement, sql=call, inner=inner, inner_role=searcher(blueprint))
    return function, changed


def _arguments(blueprint: Blueprint, pattern: AccessPattern, query: Query) -> list[tuple[str, str]]:
    """Name and type of each parameter: what it is cast to, compared with, or what its sample is."""
    casts = cast_parameters(query.sql)
    samples = {str(p.name): str(p.example) for p in pattern.parameters if p.example}
    compared = {
        name: column.type
        for use in query.uses
        for c in use.conditions
        for name in c.parameters
        if c.operator in ("=", "<", "<=", ">", ">=", "<>")
        and (table := blueprint.table(use.table)) is not None
        and (column := table.column(c.column)) is not None
    }
    found = []
    for number, name in enumerate(query.parameters, 1):
        sample = literal_type(samples[name]) if name in samples else "text"
        found.append((name, casts.get(number) or compared.get(name) or sample))
    return found


def _statement(
    blueprint: Blueprint, name: str, arguments: list[tuple[str, str]], outputs: list[tuple[str, str]], inner: str
) -> str:
    signature = ", ".join(f"{quote(n)} {t}" for n, t in arguments)
    table = ", ".join(f"{quote(n)} {t}" for n, t in outputs)
    path = f"pg_catalog, {quote(blueprint.schema)}, extensions, pg_temp"
    return (
        f"create function {qualify(blueprint.schema, name)}({signature})\n"
        f"returns table ({table}) language sql stable security definer parallel safe\n"
        f"set search_path = {path}\n"
        f"as $$ {inner} $$"
    )


def _carried(pattern: AccessPattern, function: Function, lost: list[str]) -> Decision:
    return Decision(
        code=f"search_functions/{function.name}",
        what=f"`{pattern.name}` goes through the function `{function.name}`",
        why=f"{', '.join(f'`{c}`' for c in lost)} is not leakproof: under a policy its index is not used, and each "
        "call would read every row of the tenant; the function may use it and keeps the tenant's condition itself",
        serves=(f"access.{pattern.name}", "tenancy"),
        subjects=(function.name,),
        alternatives=(
            Alternative("the plain statement", "reads all rows of the tenant at each call"),
            Alternative("marking the operator leakproof", "a superuser's promise that nobody has proven"),
        ),
        span=pattern.place.span,
    )


def _plain(blueprint: Blueprint, pattern: AccessPattern) -> Statement:
    statement = blueprint.statement(str(pattern.name))
    assert statement is not None
    return replace(statement, uses=())


def _given_up(pattern: AccessPattern, lost: list[str]) -> Decision:
    return Decision(
        code=f"search_functions/{pattern.name}",
        what=f"`{pattern.name}` reads every row of its tenant",
        why=f"{', '.join(f'`{c}`' for c in lost)} is not leakproof, so the policy switches its index off; the "
        "statement is no plain select whose outputs have known types, so no function can stand for it",
        serves=(f"access.{pattern.name}",),
        alternatives=(Alternative("a plain select with casts on computed outputs", "then a search function is made"),),
        span=pattern.place.span,
    )
