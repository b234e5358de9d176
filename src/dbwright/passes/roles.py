"""Step 9 of the process: who exists on the server."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, DatabaseRole, Function
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.records import replace
from dbwright.sql.names import fit, literal, qualify


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Create the owner of the objects, the roles that connect, and the owners of views that mask.

    Reads: roles, tenancy, views. Decides: helper roles without login. Writes: roles, functions.
    Source: PostgreSQL manual, "Database Roles"; shared facts (security.md section 4): the owner never logs in.
    """
    roles = [DatabaseRole(blueprint.owner, False, "Owns every object; nobody signs in as it.", purpose="owner")]
    roles += [
        DatabaseRole(
            str(r.name), r.login, str(r.about), r.connections, "client" if r.tenants == "own" else "all tenants"
        )
        for r in design.roles
    ]
    if any(f.owner == keeper(blueprint) for f in blueprint.functions):
        about = "Owns what keeps copies, numbers and summaries true; reads and writes what that takes, and no more."
        roles.append(DatabaseRole(keeper(blueprint), False, about, purpose="keeper"))
    if any(v.masked for v in blueprint.views):
        about = "Owns the masked views; reads what they mask."
        roles.append(DatabaseRole(masker(blueprint), False, about, purpose="masker"))
    blueprint = replace(blueprint, roles=tuple(roles)).decide(_decision(design, blueprint))
    if design.tenancy is None:
        return blueprint
    return replace(blueprint, functions=(_context(design, blueprint), *blueprint.functions))


def masker(blueprint: Blueprint) -> str:
    """Return the name of the role that owns masked views."""
    return fit(blueprint.name, "masker")


def searcher(blueprint: Blueprint) -> str:
    """Return the name of the role that owns search functions."""
    return fit(blueprint.name, "searcher")


def keeper(blueprint: Blueprint) -> str:
    """Return the name of the role that keeps copies true where policies bind even the owner of the tables."""
    return fit(blueprint.name, "keeper")


def _context(design: Design, blueprint: Blueprint) -> Function:
    """The tenant of this transaction; nothing where none is set, so that a forgotten tenant sees no row."""
    assert design.tenancy is not None
    column = design.tenancy.column
    tenants = blueprint.table(design.tenancy.entity)
    type_name = next((c.type for c in tenants.columns if c.name == column), "uuid") if tenants else "uuid"
    setting = literal(design.tenancy.setting)
    statement = (
        f"create function {qualify(blueprint.schema, column)}() returns {type_name} stable parallel safe language sql\n"
        f"as $$ select nullif(current_setting({setting}, true), '')::{type_name} $$"
    )
    return Function(column, "", statement, early=True, about="The tenant of this transaction.")


def _decision(design: Design, blueprint: Blueprint) -> Decision:
    names = [str(r.name) for r in design.roles]
    return Decision(
        code="roles/separation",
        what=f"{', '.join(f'`{n}`' for n in names) or 'no role'} connect; `{blueprint.owner}` owns and never logs in",
        why="a role that owns a table is not bound by its policies, and could drop it",
        serves=tuple(f"roles.{n}" for n in names),
        subjects=tuple(r.name for r in blueprint.roles),
        alternatives=(Alternative("one role for everything", "one leaked password is the whole database"),),
    )
