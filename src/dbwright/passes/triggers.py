"""The triggers that write what clients must not, as their owner: a function, and when it runs."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.model.blueprint import Blueprint, Function, Grant, Trigger
from dbwright.model.claim import Claim
from dbwright.model.table import ForeignKey, Table
from dbwright.passes.roles import keeper
from dbwright.records import record, replace
from dbwright.sql.names import qualify, quote

Need = tuple[str, Table, tuple[str, ...]]
"""A verb, a table, and the columns of it."""


@record(frozen=True)
class Upkeep:
    """A trigger and its function of one name; `body` stands between `begin` and `end`, `how` after the table.

    `needs` are the verbs and columns of tables that the function uses: what its owner must hold under policies.
    """

    name: str
    table: str
    body: str
    when: str
    about: str
    how: str = "for each row"
    needs: tuple[Need, ...] = ()


def add_triggers(blueprint: Blueprint, purpose: str, *added: Upkeep) -> Blueprint:
    """Return the blueprint with each trigger and its function, which runs as its owner and trusts no search path.

    Policies are forced on the owner of the tables, too. Where one of the tables has them, the functions belong to the
    keeper: a role that nobody signs in as, that holds the columns it needs, and that policies show every tenant's rows,
    so that a copy never depends on what a session says about itself. That a trigger stays within the tenant of the row
    that was written is for its statements to say: see `tenant_obstacle`.
    """
    schema = blueprint.schema
    bound = any(table.tenant_column for u in added for _, table, _ in u.needs)
    owner = keeper(blueprint) if bound else ""
    functions = tuple(Function(u.name, "", _function(schema, u), owner, about=u.about) for u in added)
    triggers = tuple(Trigger(u.name, u.table, _trigger(schema, u), purpose) for u in added)
    grants = tuple(
        Grant(owner, verb, "table", table.name, tuple(sorted(set(columns))), (f"trigger.{u.name}",))
        for u in added
        for verb, table, columns in (u.needs if owner else ())
    )
    return replace(
        blueprint,
        functions=blueprint.functions + functions,
        triggers=blueprint.triggers + triggers,
        grants=blueprint.grants + grants,
    )


def tenant_obstacle(here: Table, there: Table, key: ForeignKey) -> str:
    """Return why a trigger on the rows of `key` would reach from one tenant into another, empty where it does not.

    `here` has the reference, `there` is where it leads; a reference that carries the tenant ends at the same tenant.
    """
    if not here.tenant_column and not there.tenant_column:
        return ""
    if not here.tenant_column or not there.tenant_column:
        shared, own = (there, here) if here.tenant_column else (here, there)
        return f"rows of `{shared.name}` are shared by all tenants, those of `{own.name}` belong to one"
    if (here.tenant_column, there.tenant_column) in zip(key.columns, key.target_columns, strict=True):
        return ""
    return f"the reference `{key.name}` may lead from one tenant to another"


def tenant_claims(blueprint: Blueprint, claim: Claim, trigger: str) -> Iterator[Claim]:
    """Yield the claim of a copy or number and, where its triggers belong to the keeper, that they mix no tenants."""
    yield claim
    if any(f.name == trigger and f.owner for f in blueprint.functions):
        promise = (
            f"what keeps `{claim.id.partition('/')[2]}` true stays within the tenant of the written row, for each role"
        )
        details = {**claim.details, "tenants": True}
        yield Claim(f"{claim.id}.tenants", claim.family, claim.subject, promise, details, span=claim.span)


def _function(schema: str, upkeep: Upkeep) -> str:
    return (
        f"create function {qualify(schema, upkeep.name)}() returns trigger language plpgsql security definer\n"
        f"set search_path = pg_catalog, pg_temp\nas $$\nbegin\n{upkeep.body}end\n$$"
    )


def _trigger(schema: str, upkeep: Upkeep) -> str:
    return (
        f"create trigger {quote(upkeep.name)} {upkeep.when} on {qualify(schema, upkeep.table)}\n"
        f"  {upkeep.how} execute function {qualify(schema, upkeep.name)}()"
    )
