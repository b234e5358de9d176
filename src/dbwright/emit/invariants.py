"""What must hold for every row, as queries that return the rows which break it.

Constraints keep these rules already; the queries find what a disabled trigger, a `not valid` constraint, a damaged
restore or a load with checks off let in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dbwright.model.blueprint import Blueprint
from dbwright.model.dependency import parse_dependency
from dbwright.model.table import Exclusion, ForeignKey, Key, Table
from dbwright.sql.grammar import expression_text, find, inside, parse, strings, tree
from dbwright.sql.names import listed, literal, qualify, quote

PATH = "handoff/invariants.sql"
SHOWN = 10
"""Rows that each query shows at most."""


@dataclass(frozen=True)
class Invariant:
    """One rule: the claim it belongs to, what it says, and the select whose rows break it."""

    claim: str
    promise: str
    violations: str

    @property
    def sql(self) -> str:
        """The query as QA runs it: no row where the rule holds."""
        return f"select {literal(self.claim)} as claim, broken.* from (\n{self.violations}\n) as broken limit {SHOWN};"


def invariants(blueprint: Blueprint) -> Iterator[Invariant]:
    """Yield every rule of every table: keys, references, checks, exclusions, required values, dependencies."""
    for table in blueprint.tables:
        yield from _keys(blueprint, table)
        yield from (_reference(blueprint, table, key) for key in table.foreign_keys)
        yield from _checks(blueprint, table)
        yield from (_exclusion(blueprint, table, e) for e in table.exclusions)
        yield from _required(blueprint, table)
        yield from _dependencies(blueprint, table)


def script(blueprint: Blueprint) -> str:
    """Return one script for psql: it stops unless it may see every row, reads one snapshot and changes nothing."""
    head = [
        "-- Rows that break a rule of the design. A healthy database returns no row.",
        "-- Run: psql -X -v ON_ERROR_STOP=1 -d DATABASE -f invariants.sql",
        "begin transaction isolation level repeatable read read only;",
        f"set local search_path = {quote(blueprint.schema)}, extensions, pg_temp;",
        _guard(),
    ]
    body = [f"-- {_one_line(f'{i.claim}: {i.promise}')}\n{i.sql}" for i in invariants(blueprint)]
    return "\n\n".join(["\n".join(head), *body, "commit;"]) + "\n"


def _guard() -> str:
    """Stop where row-level security would hide rows: a query that sees nothing proves nothing."""
    hint = literal("run it as a superuser or as a role with bypassrls")
    return (
        "do $$ begin\n"
        "  if not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) then\n"
        f"    raise exception 'row-level security hides rows from %', current_user using hint = {hint};\n"
        "  end if;\nend $$;"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _name(blueprint: Blueprint, table: Table) -> str:
    return qualify(blueprint.schema, table.name)


def _not_null(columns: Sequence[str], alias: str = "") -> str:
    prefix = f"{alias}." if alias else ""
    return " and ".join(f"{prefix}{quote(c)} is not null" for c in columns)


def _keys(blueprint: Blueprint, table: Table) -> Iterator[Invariant]:
    found: list[Key] = [*([table.primary_key] if table.primary_key else []), *table.uniques]
    for key in found:
        columns = listed(key.columns)
        where = "" if key.nulls_not_distinct else f" where {_not_null(key.columns)}"
        yield Invariant(
            f"integrity/{table.name}.{key.name}",
            f"({', '.join(key.columns)}) occurs once",
            f"  select {columns}, count(*) as times from {_name(blueprint, table)}{where}\n"
            f"  group by {columns} having count(*) > 1",
        )


def _reference(blueprint: Blueprint, table: Table, key: ForeignKey) -> Invariant:
    pairs = zip(key.columns, key.target_columns, strict=True)
    same = " and ".join(f"there.{quote(target)} = here.{quote(own)}" for own, target in pairs)
    return Invariant(
        f"integrity/{table.name}.{key.name}",
        f"({', '.join(key.columns)}) leads to a row of {key.target}",
        f"  select {', '.join(f'here.{quote(c)}' for c in key.columns)} from {_name(blueprint, table)} as here\n"
        f"  where {_not_null(key.columns, 'here')} and not exists (\n"
        f"    select from {qualify(blueprint.schema, key.target)} as there where {same})",
    )


def _checks(blueprint: Blueprint, table: Table) -> Iterator[Invariant]:
    for check in table.checks:
        violations = f"  select * from {_name(blueprint, table)} where not ({check.expression})"
        yield Invariant(f"integrity/{table.name}.{check.name}", f"every row fulfils {check.expression}", violations)


def _required(blueprint: Blueprint, table: Table) -> Iterator[Invariant]:
    for column in table.columns:
        if column.not_null and not column.generated:
            claim = f"integrity/{table.name}.{column.name}.not_null"
            violations = f"  select * from {_name(blueprint, table)} where {quote(column.name)} is null"
            yield Invariant(claim, f"{column.name} is never empty", violations)


def _exclusion(blueprint: Blueprint, table: Table, exclusion: Exclusion) -> Invariant:
    parts = _elements(exclusion)
    values = ", ".join(f"{expression} as v{number}" for number, (expression, _) in enumerate(parts))
    conflict = " and ".join(f"a.v{n} {operator} b.v{n}" for n, (_, operator) in enumerate(parts))
    where = f" where {exclusion.where}" if exclusion.where else ""
    return Invariant(
        f"integrity/{table.name}.{exclusion.name}",
        f"no two rows conflict in {exclusion.elements}",
        f"  with held as (select tableoid, ctid, {values} from {_name(blueprint, table)}{where})\n"
        f"  select {', '.join(f'a.v{n}' for n in range(len(parts)))} from held as a join held as b\n"
        f"    on {conflict} and (a.tableoid, a.ctid) < (b.tableoid, b.ctid)",
    )


def _elements(exclusion: Exclusion) -> list[tuple[str, str]]:
    """Expression and operator of each element, as PostgreSQL's grammar reads them."""
    statement = parse(f"alter table t add exclude using {exclusion.method} ({exclusion.elements})")[0]
    constraint = next(find(inside(statement), tree.Constraint))
    found = []
    for pair in constraint.exclusions:
        element, operator = pair.list.items
        index = element.index_elem
        expression = quote(index.name) if index.name else expression_text(index.expr)
        found.append((expression, _operator(strings(operator.list.items))))
    return found


def _operator(names: list[str]) -> str:
    return names[-1] if len(names) == 1 else f"operator({listed(names[:-1])}.{names[-1]})"


def _dependencies(blueprint: Blueprint, table: Table) -> Iterator[Invariant]:
    """Functional dependencies that the design declares: equal columns on the left, equal columns on the right."""
    entity = blueprint.design.entity(table.name)
    for rule in entity.depends if entity else ():
        dependency = parse_dependency(rule)
        if dependency.multivalued:
            continue
        left, right = dependency.determinant, dependency.dependent
        columns = listed(left)
        yield Invariant(
            f"dependency/{table.name}.{_one_line(rule)}",
            f"equal ({', '.join(left)}) have equal ({', '.join(right)})",
            f"  select {columns}, count(distinct row({listed(right)})) as variants from {_name(blueprint, table)}\n"
            f"  where {_not_null(left)} group by {columns} having count(distinct row({listed(right)})) > 1",
        )
