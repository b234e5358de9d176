"""Every role × object × privilege, asked of the server, against the grants of the blueprint, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dbwright.model.blueprint import Blueprint, DatabaseRole
from dbwright.model.claim import Claim
from dbwright.prove.bench import Bench
from dbwright.prove.outcome import Outcome, broken, held

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

Cell = tuple[str, str]
"""What may be done, and to what: ("select", "users.email")."""

_BY_COLUMN = ("select", "insert", "update", "references")
_BY_TABLE = ("delete", "truncate", "trigger")
_ATTRIBUTES = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")


def test(bench: Bench, claim: Claim) -> Outcome:
    """Compare the matrix of one role with the design's; nothing may be missing and nothing extra."""
    role = bench.role(claim.subject)
    with bench.transaction() as connection:
        found = set(_found(connection, bench.blueprint, role.name))
        attributes = _attributes(connection, role)
    wanted = set(_wanted(bench.blueprint, role))
    missing, extra = sorted(wanted - found), sorted(found - wanted)
    evidence: dict[str, Any] = {
        "cells": len(wanted),
        "missing": [" on ".join(c) for c in missing],
        "extra": [" on ".join(c) for c in extra],
        "attributes": attributes,
    }
    if attributes:
        return broken(f"`{role.name}` has {', '.join(attributes)}", **evidence)
    if missing or extra:
        parts = [f"{len(missing)} missing"] if missing else []
        parts += [f"{len(extra)} extra"] if extra else []
        first = next(" on ".join(c) for c in (*missing, *extra))
        return broken(f"privileges differ: {' and '.join(parts)}, first {first}", **evidence)
    return held(**evidence)


def _wanted(blueprint: Blueprint, role: DatabaseRole) -> Iterator[Cell]:
    """The cells that the blueprint decides; the owner may do everything with its own objects."""
    for grant in blueprint.grants:
        if grant.role != role.name:
            continue
        if grant.columns:
            yield from ((grant.privilege, f"{grant.object}.{c}") for c in grant.columns)
        else:
            yield (grant.privilege, grant.object)
    if role.login:
        yield ("connect", "database")
    yield from _owned(blueprint, role)


def _owned(blueprint: Blueprint, role: DatabaseRole) -> Iterator[Cell]:
    if role.purpose == "owner":
        yield from (("usage", blueprint.schema), ("create", blueprint.schema))
        for table in blueprint.tables:
            partitions = table.partitioning.partitions if table.partitioning else ()
            for name in (table.name, *(p.name for p in partitions)):
                yield from _all_on(name, [c.name for c in table.columns])
    if role.purpose == "keeper" and blueprint.summaries:
        yield ("temporary", "database")
    for view in blueprint.views:
        owned = view.owner == role.name if view.owner else role.purpose == ("masker" if view.masked else "owner")
        if owned:
            yield from _all_on(view.name, list(view.columns))
    for function in blueprint.functions:
        if function.owner == role.name or (not function.owner and role.purpose == "owner"):
            yield ("execute", function.name)
    if role.purpose == "owner":
        yield from (("execute", name) for name in _script_functions(blueprint))


def _script_functions(blueprint: Blueprint) -> Iterator[str]:
    from dbwright.sql.grammar import kind, parse

    for script in blueprint.scripts:
        node = parse(script.statement)[0]
        if kind(node) == "create_function_stmt":
            yield node.create_function_stmt.funcname[-1].string.sval


def _all_on(name: str, columns: list[str]) -> Iterator[Cell]:
    yield from ((verb, f"{name}.{column}") for verb in _BY_COLUMN for column in columns)
    yield from ((verb, name) for verb in _BY_TABLE)


def _found(connection: Connection[TupleRow], blueprint: Blueprint, role: str) -> Iterator[Cell]:
    """The cells that the server grants, by its own privilege functions (they count membership and PUBLIC, too)."""
    yield from _objects(connection, blueprint, role)
    for privilege in ("create", "temporary", "connect"):
        if _ask(connection, "select has_database_privilege(%s, current_database(), %s)", role, privilege):
            yield (privilege, "database")
    schemas = connection.execute(
        "select nspname, p from pg_namespace, unnest(array['usage', 'create']) p"
        " where nspname !~ '^pg_' and nspname not in ('information_schema', 'extensions')"
        " and has_schema_privilege(%s, oid, p) and not (nspname = 'public' and p = 'usage')",
        (role,),
    )
    yield from ((privilege, name) for name, privilege in schemas)


def _objects(connection: Connection[TupleRow], blueprint: Blueprint, role: str) -> Iterator[Cell]:
    columns = connection.execute(
        "select p, c.relname || '.' || a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped, unnest(%s::text[]) p"
        " where n.nspname = %s and c.relkind in ('r', 'p', 'v', 'm', 'f')"
        " and has_column_privilege(%s, c.oid, a.attnum, p)",
        (list(_BY_COLUMN), blueprint.schema, role),
    )
    yield from ((privilege, name) for privilege, name in columns)
    tables = connection.execute(
        "select p, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(%s::text[]) p"
        " where n.nspname = %s and c.relkind in ('r', 'p', 'v', 'm', 'f') and has_table_privilege(%s, c.oid, p)",
        (list(_BY_TABLE), blueprint.schema, role),
    )
    yield from ((privilege, name) for privilege, name in tables)
    sequences = connection.execute(
        "select p, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace,"
        " unnest(array['usage', 'select', 'update']) p"
        " where n.nspname = %s and c.relkind = 'S' and has_sequence_privilege(%s, c.oid, p)"
        " and pg_get_userbyid(c.relowner) <> %s",
        (blueprint.schema, role, role),
    )
    yield from ((privilege, name) for privilege, name in sequences)
    functions = connection.execute(
        "select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = %s and has_function_privilege(%s, p.oid, 'execute')",
        (blueprint.schema, role),
    )
    yield from (("execute", name) for (name,) in functions)


def _ask(connection: Connection[TupleRow], query: str, *values: str) -> bool:
    row = connection.execute(query.encode(), values).fetchone()
    return bool(row and row[0])


def _attributes(connection: Connection[TupleRow], role: DatabaseRole) -> list[str]:
    """Attributes and memberships that no role of a design may have."""
    row = connection.execute(
        f"select {', '.join(_ATTRIBUTES)}, rolcanlogin from pg_roles where rolname = %s".encode(), (role.name,)
    ).fetchone()
    assert row is not None
    found = [name for name, value in zip(_ATTRIBUTES, row, strict=False) if value]
    if row[-1] != role.login:
        found.append("login" if row[-1] else "no login")
    groups = connection.execute(
        "select g.rolname from pg_auth_members m join pg_roles g on g.oid = m.roleid"
        " join pg_roles r on r.oid = m.member where r.rolname = %s",
        (role.name,),
    )
    return found + [f"member of {name}" for (name,) in groups]
