"""The triggers that write what clients must not, as their owner: a function, and when it runs."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, Function, Trigger
from dbwright.records import record, replace
from dbwright.sql.names import qualify, quote


@record(frozen=True)
class Upkeep:
    """A trigger and its function of one name; `body` stands between `begin` and `end`, `how` after the table."""

    name: str
    table: str
    body: str
    when: str
    about: str
    how: str = "for each row"


def add_triggers(blueprint: Blueprint, purpose: str, *added: Upkeep) -> Blueprint:
    """Return the blueprint with each trigger and its function, which runs as its owner and trusts no search path."""
    schema = blueprint.schema
    functions = tuple(Function(u.name, "", _function(schema, u), about=u.about) for u in added)
    triggers = tuple(Trigger(u.name, u.table, _trigger(schema, u), purpose) for u in added)
    return replace(blueprint, functions=blueprint.functions + functions, triggers=blueprint.triggers + triggers)


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
