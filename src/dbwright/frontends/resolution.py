"""Names that lead nowhere: references, roles, columns and groups that the design mentions but does not define."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.model.design import Design
from dbwright.model.entity import Entity
from dbwright.model.relationship import parse_relationship
from dbwright.model.shape import Text, span_of
from dbwright.sql.names import LONGEST_NAME

OLDEST, NEWEST = 15, 18
"""Major versions of PostgreSQL that dbwright compiles for."""


def resolve(design: Design) -> list[Diagnostic]:
    """Return a diagnostic for every name in the design that leads nowhere."""
    return [
        *_target(design),
        *_lengths(design),
        *_tenancy(design),
        *_entities(design),
        *_relationships(design),
        *_roles(design),
        *_transactions(design),
        *_mentions(design),
        *_paths(design),
    ]


def _target(design: Design) -> Iterator[Diagnostic]:
    if not OLDEST <= design.target.version <= NEWEST:
        message = f"PostgreSQL {design.target.version} is not a version that dbwright compiles for"
        span = design.target.place.of("version")
        yield Diagnostic("bad-target", message, span, f"write a version from {OLDEST} to {NEWEST}")


def _lengths(design: Design) -> Iterator[Diagnostic]:
    """The server cuts longer names in silence, and two of them may then be one."""
    names = [r.name for r in design.roles]
    for entity in design.entities:
        names += [entity.name, *(c.name for c in entity.columns)]
    for name in names:
        if len(name.encode()) > LONGEST_NAME:
            message = f"`{name}` has {len(name.encode())} bytes; PostgreSQL cuts a name after {LONGEST_NAME}"
            yield Diagnostic("name-too-long", message, span_of(name), "write a shorter name")


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
        if target is None and reference.table in _names(design):
            continue
        if target is None:
            span = _span_of_target(column.sql, reference.table)
            message = f"`{entity.name}.{column.name}` references `{reference.table}`, which is no entity"
            yield Diagnostic("unknown-entity", message, span, nearest(reference.table, _names(design)))
        elif reference.column and target.column(reference.column) is None:
            yield _no_column(target, Text(reference.column, column.sql.locate))
    for composite in entity.references:
        target = design.entity(composite.to)
        if target is None:
            yield _unknown("entity", composite.to, composite.to, _names(design))


def _span_of_target(line: Text, table: str) -> Span:
    found = re.search(rf'\breferences\s+"?{re.escape(table)}', line, re.IGNORECASE)
    start = line.at(found.end() - len(table) if found else 0)
    return Span(start.file, start.line, start.column, len(table) if found else 1)


def _relationships(design: Design) -> Iterator[Diagnostic]:
    declared = [str(e.name) for e in design.entities]
    for relationship in design.relationships:
        try:
            ends = parse_relationship(relationship.between)
        except ValueError as error:
            span = span_of(relationship.between)
            yield Diagnostic("relationship-syntax", str(error), span, "write `<entity> 1-n <entity>`")
            continue
        for name in (ends.left, ends.right):
            if name not in declared:
                yield _unknown("entity", name, relationship.between, declared)
        declared += [ends.junction] if ends.many_to_many else []


def _roles(design: Design) -> Iterator[Diagnostic]:
    known = [r.name for r in design.roles]
    for pattern in design.access:
        for role in pattern.by:
            if role not in known:
                yield _unknown("role", role, role, known)


def _transactions(design: Design) -> Iterator[Diagnostic]:
    """Steps that are no access patterns, that say another isolation level, or that no role may run together."""
    known = [str(p.name) for p in design.access]
    roles = [str(r.name) for r in design.roles]
    for transaction in design.transactions:
        yield from (_unknown("pattern", s, s, known) for s in transaction.steps if s not in known)
        yield from (_unknown("role", r, r, roles) for r in transaction.by if r not in roles)
        patterns = [p for step in transaction.steps if (p := design.pattern(step)) is not None]
        for pattern in patterns:
            if "isolation" in pattern.place.keys and pattern.isolation != transaction.isolation:
                message = f"`{pattern.name}` runs in `{transaction.name}`, which is {transaction.isolation}"
                help_text = f"remove it, and say `isolation: {pattern.isolation}` at `{transaction.name}`"
                yield Diagnostic("isolation-of-step", message, pattern.place.of("isolation"), help_text)
            for role in [r for r in transaction.by if r not in pattern.by]:
                message = f"`{role}` runs `{transaction.name}` and may not run its step `{pattern.name}`"
                yield Diagnostic("step-of-others", message, span_of(role), f"add `{role}` to `by:` of `{pattern.name}`")
        if len(transaction.steps) < 2:
            message = f"`{transaction.name}` has {len(transaction.steps)} step; a pattern is a transaction by itself"
            yield Diagnostic("steps-missing", message, span_of(transaction.name), "name two or more access patterns")
        elif len(patterns) == len(transaction.steps) and not design.roles_of(transaction):
            message = f"no role runs all steps of `{transaction.name}`"
            yield Diagnostic("step-of-others", message, span_of(transaction.name), "give its steps a role in common")


def _mentions(design: Design) -> Iterator[Diagnostic]:
    known = _names(design)
    mentioned: list[Text] = [c for p in design.access if p.cache for c in p.cache.drop_on]
    mentioned += [c for store in design.stores for c in store.drop_on]
    mentioned += [c for sharing in design.sharing for c in sharing.entities]
    yield from (_unknown("entity", name, name, known) for name in mentioned if name not in known)


def _paths(design: Design) -> Iterator[Diagnostic]:
    """Elements that decisions and comments are about: `entities.users.email`, `access.sign-in`, `roles.web`."""
    known = {
        "entities": [*_names(design)],
        "access": [str(p.name) for p in design.access],
        "transactions": [str(t.name) for t in design.transactions],
        "roles": [str(r.name) for r in design.roles],
        "stores": [str(s.name) for s in design.stores],
    }
    paths = [on for choice in design.decisions for on in choice.on]
    paths += [comment.on for comment in design.review.comments] if design.review else []
    for path in paths:
        head, _, rest = path.partition(".")
        if head in known and rest and not any(rest == n or rest.startswith(f"{n}.") for n in known[head]):
            yield _unknown("element", path, path, [f"{head}.{n}" for n in known[head]])


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
