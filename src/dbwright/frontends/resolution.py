"""Names that lead nowhere: references, roles, columns and groups that the design mentions but does not define."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.design import Design
from dbwright.model.entity import Entity
from dbwright.model.relationship import parse_relationship
from dbwright.model.shape import Text, span_of

OLDEST, NEWEST = 15, 18
"""Major versions of PostgreSQL that dbwright compiles for."""


def resolve(design: Design) -> list[Diagnostic]:
    """Return a diagnostic for every name in the design that leads nowhere."""
    return [
        *_target(design),
        *_tenancy(design),
        *_entities(design),
        *_relationships(design),
        *_roles(design),
        *_mentions(design),
    ]


def _target(design: Design) -> Iterator[Diagnostic]:
    if not OLDEST <= design.target.version <= NEWEST:
        message = f"PostgreSQL {design.target.version} is not a version that dbwright compiles for"
        span = design.target.place.of("version")
        yield Diagnostic("bad-target", message, span, f"write a version from {OLDEST} to {NEWEST}")


def _tenancy(design: Design) -> Iterator[Diagnostic]:
    if design.tenancy is None:
        return
    entity = design.entity(design.tenancy.entity)
    span = span_of(design.tenancy.by)
    if entity is None:
        yield _unknown("entity", design.tenancy.entity, span_text=design.tenancy.by, known=_names(design))
    elif entity.column(design.tenancy.column) is None:
        message = f"`{entity.name}` has no column `{design.tenancy.column}`"
        yield Diagnostic("unknown-column", message, span, nearest(design.tenancy.column, _columns(entity)))


def _entities(design: Design) -> Iterator[Diagnostic]:
    for entity in design.entities:
        yield from _references(design, entity)


def _references(design: Design, entity: Entity) -> Iterator[Diagnostic]:
    for column in entity.columns:
        reference = column.definition.reference
        if reference is None:
            continue
        target = design.entity(reference.table)
        if target is None:
            offset = max(0, column.sql.find(reference.table))
            message = f"`{entity.name}.{column.name}` references `{reference.table}`, which is no entity"
            help_text = nearest(reference.table, _names(design))
            yield Diagnostic("unknown-entity", message, column.sql.at(offset), help_text)
        elif reference.column and target.column(reference.column) is None:
            yield _no_column(target, Text(reference.column, span_of(column.sql)))
    for composite in entity.references:
        target = design.entity(composite.to)
        if target is None:
            yield _unknown("entity", composite.to, composite.to, _names(design))
            continue
        yield from (_no_column(entity, c) for c in composite.columns if entity.column(c) is None)
        yield from (_no_column(target, c) for c in composite.to_columns if target.column(c) is None)


def _relationships(design: Design) -> Iterator[Diagnostic]:
    for relationship in design.relationships:
        try:
            ends = parse_relationship(relationship.between)
        except ValueError as error:
            span = span_of(relationship.between)
            yield Diagnostic("relationship-syntax", str(error), span, "write `<entity> 1-n <entity>`")
            continue
        declared = [e.name for e in design.entities]
        for name in (ends.left, ends.right):
            if name not in declared:
                yield _unknown("entity", name, relationship.between, declared)


def _roles(design: Design) -> Iterator[Diagnostic]:
    known = [r.name for r in design.roles]
    for pattern in design.access:
        for role in pattern.by:
            if role not in known:
                yield _unknown("role", role, role, known)


def _mentions(design: Design) -> Iterator[Diagnostic]:
    known = _names(design)
    mentioned: list[Text] = [c for p in design.access if p.cache for c in p.cache.drop_on]
    mentioned += [c for store in design.stores for c in store.drop_on]
    mentioned += [c for sharing in design.sharing for c in sharing.entities]
    yield from (_unknown("entity", name, name, known) for name in mentioned if name not in known)


def _names(design: Design) -> list[str]:
    return [*(e.name for e in design.entities), *_junctions(design)]


def _junctions(design: Design) -> Iterator[str]:
    for relationship in design.relationships:
        try:
            ends = parse_relationship(relationship.between)
        except ValueError:
            continue
        if ends.many_to_many:
            yield ends.junction


def _columns(entity: Entity) -> list[str]:
    return [c.name for c in entity.columns]


def _no_column(entity: Entity, name: Text) -> Diagnostic:
    message = f"`{entity.name}` has no column `{name}`"
    return Diagnostic("unknown-column", message, span_of(name), nearest(name, _columns(entity)))


def _unknown(what: str, name: str, span_text: Text, known: Iterable[str]) -> Diagnostic:
    return Diagnostic(f"unknown-{what}", f"there is no {what} `{name}`", span_of(span_text), nearest(name, known))
