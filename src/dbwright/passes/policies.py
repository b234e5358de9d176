"""Step 9 of the process: row-level security."""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.model.blueprint import Blueprint, Policy
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.table import Table
from dbwright.records import replace
from dbwright.sql.names import qualify, quote

_VERBS = ("select", "insert", "update", "delete")


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Give every table of tenants a restrictive floor, and each verb a policy for the roles that use it.

    Reads: tenancy, grants, roles. Decides: policies. Writes: policies.
    Source: shared facts (security.md section 4.1): a restrictive floor cannot be widened by a later permissive policy;
    the wrapped function is computed once a statement.
    """
    if design.tenancy is None:
        return blueprint
    bound = tuple(r.name for r in blueprint.roles if r.purpose in ("client", "masker"))
    granted: dict[tuple[str, str], set[str]] = {}
    for grant in blueprint.grants:
        granted.setdefault((grant.object, grant.privilege), set()).add(grant.role)
    policies: list[Policy] = []
    for table in blueprint.tables:
        if table.tenant_column:
            policies += _policies(blueprint, table, bound, granted)
    blueprint = replace(blueprint, policies=tuple(policies))
    return blueprint.decide(_decision(design, blueprint, bound))


def _policies(
    blueprint: Blueprint, table: Table, bound: tuple[str, ...], granted: Mapping[tuple[str, str], set[str]]
) -> list[Policy]:
    column = table.tenant_column
    condition = f"{quote(column)} = (select {qualify(blueprint.schema, column)}())"
    found = []
    users = {verb: granted.get((table.name, verb), set()) for verb in _VERBS}
    floor_roles = tuple(r for r in bound if any(r in roles for roles in users.values()))
    if floor_roles:
        found.append(Policy("tenant_floor", table.name, floor_roles, "all", False, condition, condition))
    for verb in _VERBS:
        roles = tuple(r.name for r in blueprint.roles if r.name in users[verb])
        if roles:
            using = "" if verb == "insert" else "true"
            check = "true" if verb in ("insert", "update") else ""
            found.append(Policy(f"{verb}_rows", table.name, roles, verb, True, using, check))
    return found


def _decision(design: Design, blueprint: Blueprint, bound: tuple[str, ...]) -> Decision:
    assert design.tenancy is not None
    tables = tuple(t.name for t in blueprint.tables if t.tenant_column)
    others = [r.name for r in blueprint.roles if r.purpose == "all tenants"]
    besides = f"; {', '.join(f'`{r}`' for r in others)} see all tenants, as the design says" if others else ""
    keepers = [r.name for r in blueprint.roles if r.purpose == "keeper"]
    besides += "".join(f"; the triggers of `{r}` follow a written row within its tenant" for r in keepers)
    readers = ", ".join(f"`{r}`" for r in bound)
    return Decision(
        code="policies/tenant-floor",
        what=f"{len(tables)} tables show {readers} only the rows of the session's tenant{besides}",
        why="a forgotten condition in a query must not show another tenant's rows; without a tenant there are none",
        serves=("tenancy",),
        subjects=tables,
        alternatives=(
            Alternative("conditions in each query", "one forgotten condition is a leak"),
            Alternative("one permissive policy", "a second one, added later, would widen it"),
        ),
        span=design.tenancy.place.span,
    )
