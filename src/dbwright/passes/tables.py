"""Step 2 and 3 of the process: from entities to tables."""

from __future__ import annotations

from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity, Reference
from dbwright.model.shape import span_of
from dbwright.model.table import Check, Exclusion, ForeignKey, Key, Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import fit


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Turn each entity into a table, column by column, with the constraints that its lines and lists say.

    Reads: entities. Decides: a surrogate key where an entity has none. Writes: tables.
    Source: seed 002, step 3; names follow PostgreSQL's own (`<table>_<columns>_key`).
    """
    tables, decisions = [], []
    for entity in design.entities:
        table = _table(entity)
        if table.primary_key is None:
            table, decision = with_surrogate(table)
            decisions.append(decision)
        tables.append(table)
    return blueprint.put(*tables).decide(*decisions)


def _table(entity: Entity) -> Table:
    key = entity.key_columns or tuple(c.name for c in entity.columns if c.definition.primary_key)
    primary = Key(fit(entity.name, "pkey"), tuple(str(c) for c in key), span=entity.place.of("key")) if key else None
    return Table(
        name=str(entity.name),
        about=str(entity.about),
        area=str(entity.area),
        columns=tuple(_column(c, c.name in key) for c in entity.columns),
        primary_key=primary,
        logical_key=primary.columns if primary else (),
        uniques=tuple(_uniques(entity)),
        checks=tuple(_checks(entity)),
        exclusions=tuple(_exclusion(entity, n.name, n.sql) for n in entity.exclude),
        foreign_keys=tuple(_foreign_keys(entity)),
        span=entity.place.span if not span_of(entity.name).line else span_of(entity.name),
    )


def _column(column: Column, in_key: bool) -> TableColumn:
    definition = column.definition
    return TableColumn(
        name=str(column.name),
        type=definition.type,
        not_null=definition.not_null or in_key,
        default=definition.default,
        generated=definition.generated,
        stored=definition.stored,
        identity=definition.identity,
        collation=definition.collation,
        about=str(column.about),
        source=column,
    )


def _uniques(entity: Entity) -> list[Key]:
    single = [
        Key(fit(entity.name, c.name, "key"), (str(c.name),), c.definition.nulls_not_distinct, span_of(c.sql))
        for c in entity.columns
        if c.definition.unique
    ]
    several = [
        Key(fit(entity.name, *columns, "key"), tuple(str(c) for c in columns), span=span_of(columns[0]))
        for columns in entity.unique
        if columns
    ]
    return single + several


def _checks(entity: Entity) -> list[Check]:
    found = []
    for column in entity.columns:
        for number, check in enumerate(column.definition.checks):
            suffix = "check" if number == 0 else f"check{number}"
            name = check.name or fit(entity.name, column.name, suffix)
            found.append(Check(name, check.expression, str(column.name), span=span_of(column.sql)))
    for number, rule in enumerate(entity.check):
        suffix = "check" if number == 0 else f"check{number}"
        name = fit(entity.name, rule.name) if rule.name else fit(entity.name, suffix)
        found.append(Check(name, str(rule.sql), span=span_of(rule.sql)))
    return found


def _exclusion(entity: Entity, name: str, elements: str) -> Exclusion:
    return Exclusion(fit(entity.name, name or "excl"), str(elements), span=span_of(elements))


def _foreign_keys(entity: Entity) -> list[ForeignKey]:
    found = []
    for column in entity.columns:
        reference = column.definition.reference
        if reference is None:
            continue
        found.append(
            ForeignKey(
                name=reference.name or fit(entity.name, column.name, "fkey"),
                columns=(str(column.name),),
                target=reference.table,
                target_columns=(reference.column,) if reference.column else (),
                on_delete=reference.on_delete,
                on_update=reference.on_update,
                deferrable=reference.deferrable,
                about=str(column.about),
                span=span_of(column.sql),
            )
        )
    return found + [_composite(entity, reference) for reference in entity.references]


def _composite(entity: Entity, reference: Reference) -> ForeignKey:
    return ForeignKey(
        name=fit(entity.name, reference.name or "_".join(reference.columns), "fkey"),
        columns=tuple(str(c) for c in reference.columns),
        target=str(reference.to),
        target_columns=tuple(str(c) for c in reference.to_columns),
        on_delete=reference.on_delete,
        about=str(reference.about),
        span=reference.place.span,
    )


def with_surrogate(table: Table) -> tuple[Table, Decision]:
    """Return the table with a uuid key of its own, and the decision that says why."""
    name = f"{singular(table.name)}_id"
    column = TableColumn(name, "uuid", not_null=True, default="uuidv7()", about="Identifies the row.")
    key = Key(fit(table.name, "pkey"), (name,), span=table.span)
    made = replace(table, columns=(column, *table.columns), primary_key=key, logical_key=(name,))
    decision = Decision(
        code=f"tables/{table.name}",
        what=f"`{table.name}` gets the surrogate key `{name}`",
        why="every row needs an identity, and the design names none",
        serves=(f"entities.{table.name}",),
        subjects=(table.name, key.name),
        alternatives=(Alternative("a natural key", "the design declares none that is stable"),),
        span=table.span,
    )
    return made, decision


def singular(name: str) -> str:
    """Return the singular of an English table name, by the three regular endings."""
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name.removesuffix("s") if not name.endswith("ss") else name
