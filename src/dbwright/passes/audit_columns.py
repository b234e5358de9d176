"""Step 8 of the process: who wrote a row, and when it last changed."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint, Function, Trigger
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Entity
from dbwright.model.table import Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import fit, qualify, quote

_TIMES = ("created_at", "updated_at")
_ACTORS = ("created_by", "updated_by")


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Add audit columns to every entity that asks for them, and triggers that keep them true.

    Reads: `audit:` of each entity. Decides: which columns. Writes: columns, functions, triggers.
    Source: seed 002, step 8 ("Audit Columns: created_at, updated_at, created_by, updated_by").
    """
    touched: list[tuple[Table, bool]] = []
    decisions: list[Decision] = []
    for entity in design.entities:
        table = blueprint.table(entity.name)
        if table is None or entity.audit == "none":
            continue
        actors = entity.audit != "columns"
        table = _with_columns(table, actors, blueprint.schema)
        touched.append((table, actors))
        decisions.append(_decision(entity, table, actors))
    blueprint = blueprint.put(*(t for t, _ in touched)).decide(*decisions)
    if not touched:
        return blueprint
    functions = blueprint.functions + _functions(blueprint.schema, any(a for _, a in touched))
    triggers = blueprint.triggers + tuple(_trigger(t, a, blueprint.schema) for t, a in touched)
    return replace(blueprint, functions=functions, triggers=triggers)


def _with_columns(table: Table, actors: bool, schema: str) -> Table:
    wanted = [
        TableColumn(name, "timestamptz", True, "now()", about=about)
        for name, about in zip(_TIMES, ("When the row was written.", "When the row was last changed."), strict=True)
    ]
    if actors:
        default = f"{qualify(schema, 'actor')}()"
        wanted += [
            TableColumn(name, "text", True, default, about=about)
            for name, about in zip(_ACTORS, ("Who wrote the row.", "Who changed the row last."), strict=True)
        ]
    missing = tuple(c for c in wanted if table.column(c.name) is None)
    return replace(table, columns=table.columns + missing)


def _functions(schema: str, actors: bool) -> tuple[Function, ...]:
    touch = _touch(schema, "touch", "  new.updated_at := now();\n")
    if not actors:
        return (touch,)
    actor = Function(
        "actor",
        "",
        f"create function {qualify(schema, 'actor')}() returns text stable parallel safe language sql\n"
        "as $$ select coalesce(nullif(current_setting('app.actor', true), ''), session_user) $$",
        early=True,
        about="Who acts in this session: what the data layer set, else the role that signed in.",
    )
    lines = f"  new.updated_at := now();\n  new.updated_by := {qualify(schema, 'actor')}();\n"
    return (actor, touch, _touch(schema, "touch_with_actor", lines))


def _touch(schema: str, name: str, lines: str) -> Function:
    statement = (
        f"create function {qualify(schema, name)}() returns trigger language plpgsql\n"
        "set search_path = pg_catalog, pg_temp\n"
        f"as $$\nbegin\n{lines}  return new;\nend\n$$"
    )
    return Function(name, "", statement, early=True, about="Keeps the audit columns of a changed row true.")


def _trigger(table: Table, actors: bool, schema: str) -> Trigger:
    name = fit(table.name, "touch")
    function = qualify(schema, "touch_with_actor" if actors else "touch")
    statement = (
        f"create trigger {quote(name)} before update on {qualify(schema, table.name)}\n"
        f"  for each row execute function {function}()"
    )
    return Trigger(name, table.name, statement, "touch")


def _decision(entity: Entity, table: Table, actors: bool) -> Decision:
    columns = _TIMES + _ACTORS if actors else _TIMES
    return Decision(
        code=f"audit_columns/{table.name}",
        what=f"`{table.name}` carries {', '.join(columns)}, kept by a trigger",
        why="caches, synchronisation and support ask when a row changed" + (" and who did it" if actors else ""),
        serves=(f"entities.{table.name}.audit",),
        subjects=(table.name, *(f"{table.name}.{c}" for c in columns), fit(table.name, "touch")),
        alternatives=(Alternative("columns set by the application", "one forgotten statement, and the time is a lie"),),
        span=entity.place.of("audit"),
    )
