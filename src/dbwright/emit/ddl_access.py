"""Who may do what, as DDL: policies, owners of views and functions, grants."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint, Function, Grant, Policy, View
from dbwright.model.table import Table
from dbwright.sql.names import listed, qualify, quote


def access_sections(blueprint: Blueprint) -> Iterator[tuple[str, list[str]]]:
    """Yield (title, statements): row-level security, then owners, then grants."""
    secured = list(_row_security(blueprint))
    if secured:
        yield "Row-level security", secured
    yield "Privileges", [*_owners(blueprint), *_grants(blueprint)]


def _row_security(blueprint: Blueprint) -> Iterator[str]:
    for table in blueprint.tables:
        own = blueprint.policies_on(table.name)
        if not own and not table.tenant_column:
            continue
        names = [table.name, *(p.name for p in (table.partitioning.partitions if table.partitioning else ()))]
        lines = [
            f"alter table {qualify(blueprint.schema, n)} enable row level security, force row level security;"
            for n in names
        ]
        lines += [_policy(blueprint, table, p) for p in own]
        yield "\n".join(lines)


def _policy(blueprint: Blueprint, table: Table, policy: Policy) -> str:
    name = f"{quote(policy.name)} on {qualify(blueprint.schema, table.name)}"
    kind = "permissive" if policy.permissive else "restrictive"
    text = f"create policy {name} as {kind} for {policy.command} to {listed(policy.roles)}"
    if policy.using:
        text += f"\n  using ({policy.using})"
    if policy.check:
        text += f"\n  with check ({policy.check})"
    return f"{text};"


def _owners(blueprint: Blueprint) -> Iterator[str]:
    """What masks, searches or keeps something true belongs to roles of their own, which read no more than they need."""
    masker = next((r.name for r in blueprint.roles if r.purpose == "masker"), "")
    moved: list[View | Function] = [v for v in blueprint.views if v.masked or v.owner]
    moved += [f for f in blueprint.functions if f.owner]
    if not moved:
        return
    yield "reset role;"
    for item in moved:
        if isinstance(item, View):
            kind, owner = "materialized view" if item.stored else "view", item.owner or masker
            yield f"alter {kind} {qualify(blueprint.schema, item.name)} owner to {quote(owner)};"
        else:
            name = f"{qualify(blueprint.schema, item.name)}({item.arguments})"
            yield f"alter function {name} owner to {quote(item.owner)};"


def _grants(blueprint: Blueprint) -> Iterator[str]:
    groups: dict[str, list[str]] = {}
    for grant in blueprint.grants:
        groups.setdefault(grant.role, []).append(_grant(blueprint, grant))
    for lines in groups.values():
        yield "\n".join(lines)


def _grant(blueprint: Blueprint, grant: Grant) -> str:
    columns = f" ({listed(grant.columns)})" if grant.columns else ""
    if grant.kind == "schema":
        target = f"schema {quote(grant.object)}"
    elif grant.kind == "function":
        target = "function " + _signature(blueprint, grant.object)
    else:
        target = qualify(blueprint.schema, grant.object)
    return f"grant {grant.privilege}{columns} on {target} to {quote(grant.role)};"


def _signature(blueprint: Blueprint, name: str) -> str:
    function = next(f for f in blueprint.functions if f.name == name)
    return f"{qualify(blueprint.schema, name)}({function.arguments})"
