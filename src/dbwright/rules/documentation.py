"""Rules about what a reader of the documents will miss."""

from __future__ import annotations

from collections.abc import Iterator

from dbwright.diagnostics import Diagnostic
from dbwright.model.blueprint import Blueprint
from dbwright.model.shape import span_of
from dbwright.rules.registry import note, rule
from dbwright.sql.patterns import queries


@rule
def missing_description(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every entity says what one row is.

    What it does: finds entities without `about:`.
    Why it matters: the data dictionary is what a newcomer reads first, and it would be empty there.
    Instead of: orders: {columns: …}
    Write: orders: {about: One checkout., columns: …}
    """
    for entity in blueprint.design.entities:
        if not entity.about:
            message = f"nobody can read what a row of `{entity.name}` is"
            yield note("missing_description", message, span_of(entity.name), "add `about:`")


@rule
def unused_entity(blueprint: Blueprint) -> Iterator[Diagnostic]:
    """
    Every entity is read or written by an access pattern.

    What it does: finds entities that no access pattern touches, where the design has access patterns at all.
    Why it matters: nobody has a privilege on it and no index serves it: it is dead data, or the pattern is missing.
    Instead of: an entity that only stands there
    Write: the access pattern that needs it, or remove the entity
    """
    asked = queries(blueprint)
    if not asked:
        return
    touched = {name for _, query in asked.values() for name in query.tables}
    touched |= {name for view in blueprint.views if view.name in touched for name in view.reads}
    for entity in blueprint.design.entities:
        if entity.name not in touched:
            message = f"no access pattern reads or writes `{entity.name}`, so no role may"
            yield note("unused_entity", message, span_of(entity.name), "add the access pattern that needs it")
