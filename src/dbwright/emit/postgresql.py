"""PostgreSQL DDL: one script that psql loads into an empty database, grouped as a person would."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.emit.ddl_access import access_sections
from dbwright.emit.ddl_tables import (
    comments,
    create_index,
    create_table,
    foreign_keys_later,
    indexes,
    partitions,
    settings,
)
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.sql.names import literal, quote

PATH = "ddl/schema.sql"


def emit(blueprint: Blueprint) -> dict[str, str]:
    """Return `ddl/schema.sql`; it loads with `psql -v ON_ERROR_STOP=1`."""
    return {PATH: script(blueprint)}


def script(blueprint: Blueprint) -> str:
    """Return the whole script, in one transaction."""
    head = [
        f"-- {_one_line(str(blueprint.design.design))}: DDL for PostgreSQL {blueprint.version}, compiled by dbwright.",
        "-- Load into an empty database: psql -v ON_ERROR_STOP=1 -d DATABASE -f schema.sql",
    ]
    return "\n".join([*head, "", *statements(blueprint)])


def statements(blueprint: Blueprint) -> Iterator[str]:
    """Yield the script's parts in order, sections with a heading."""
    yield "begin;\n"
    yield _section("Roles", _roles(blueprint))
    yield _section("Schema", _schema(blueprint))
    ordered = in_reference_order(blueprint.tables)
    early = [f.statement for f in blueprint.functions if f.early]
    early += [s.statement for s in blueprint.scripts if s.early]
    if early:
        yield _section("Functions and types that tables need", [f"{s};" for s in early])
    done: set[str] = set()
    for area, tables in by_area(ordered):
        yield _section(f"Tables: {area}" if area else "Tables", list(_tables(blueprint, tables, done)))
    later = list(foreign_keys_later(blueprint, ordered))
    if later:
        yield _section("References that close a cycle", later)
    rest = [
        line for v in blueprint.views for line in (f"{v.statement};", *(create_index(blueprint, i) for i in v.indexes))
    ]
    if rest:
        yield _section("Views", rest)
    late = [f"{f.statement};" for f in blueprint.functions if not f.early]
    late += [f"{s.statement};" for s in blueprint.scripts if not s.early]
    if late:
        yield _section("Functions", late)
    if blueprint.triggers:
        yield _section("Triggers", [f"{t.statement};" for t in blueprint.triggers])
    for title, parts in access_sections(blueprint):
        yield _section(title, parts)
    yield _section("Comments", list(comments(blueprint)))
    yield "commit;\n"


def _section(title: str, parts: list[str]) -> str:
    rule = "-" * max(3, 112 - len(title))
    return f"-- {_one_line(title)} {rule}\n\n" + "\n".join(p.rstrip("\n") + "\n" for p in parts)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tables(blueprint: Blueprint, tables: list[Table], done: set[str]) -> Iterator[str]:
    for table in tables:
        done.add(table.name)
        yield create_table(blueprint, table, done)
        yield from partitions(blueprint, table)
        yield from indexes(blueprint, table)
        yield from settings(blueprint, table)


def _roles(blueprint: Blueprint) -> list[str]:
    parts = []
    for role in blueprint.roles:
        options = "login" if role.login else "nologin"
        if role.connections:
            options += f" connection limit {role.connections}"
        body = literal(f"create role {quote(role.name)} {options}")
        parts.append(
            f"do $$ begin\n  if not exists (select from pg_roles where rolname = {literal(role.name)}) then\n"
            f"    execute {body};\n  end if;\nend $$;"
        )
    parts.append(f"alter default privileges for role {quote(blueprint.owner)} revoke execute on functions from public;")
    return parts


def _schema(blueprint: Blueprint) -> list[str]:
    schema, owner = quote(blueprint.schema), quote(blueprint.owner)
    parts = [
        "do $$ begin\n"
        "  execute format('revoke all on database %I from public', current_database());\n"
        f"  execute format('alter database %I set search_path = %s', current_database(), "
        f"{literal(f'{schema}, extensions, pg_temp')});\n"
        "end $$;",
        *(_may("connect", role.name) for role in blueprint.roles if role.login),
        # A refresh beside readers compares old and new rows in a temporary table.
        *(_may("temporary", role.name) for role in blueprint.roles if role.purpose == "keeper" and blueprint.summaries),
        "revoke create on schema public from public;",
        f"create schema {schema} authorization {owner};",
    ]
    if blueprint.extensions:
        parts.append("create schema if not exists extensions;")
        parts += [f"create extension if not exists {quote(e)} schema extensions;" for e in blueprint.extensions]
        users = ", ".join(quote(r.name) for r in blueprint.roles)
        parts.append(f"grant usage on schema extensions to {users};")
    parts.append(f"set local search_path = {schema}, extensions, pg_temp;")
    parts.append(f"set local role {owner};")
    return parts


def _may(privilege: str, role: str) -> str:
    target = literal(quote(role))
    return (
        f"do $$ begin execute format('grant {privilege} on database %I to %s', current_database(), {target}); end $$;"
    )


def by_area(tables: list[Table]) -> list[tuple[str, list[Table]]]:
    """Return tables grouped by area while references still point backwards; an area may come twice."""
    groups: list[tuple[str, list[Table]]] = []
    for table in tables:
        if not groups or groups[-1][0] != table.area:
            groups.append((table.area, []))
        groups[-1][1].append(table)
    return groups


def in_reference_order(tables: tuple[Table, ...]) -> list[Table]:
    """Return tables with referenced ones first, else in the order of the design; cycles keep that order too."""
    placed: dict[str, Table] = {}
    by_name = {t.name: t for t in tables}

    def place(table: Table, path: tuple[str, ...]) -> None:
        if table.name in placed or table.name in path:
            return
        for key in table.foreign_keys:
            if key.target in by_name:
                place(by_name[key.target], (*path, table.name))
        placed[table.name] = table

    for table in tables:
        place(table, ())
    return list(placed.values())
