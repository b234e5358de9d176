"""Column lines of a design taken apart, and column groups put into the entities that name them."""

from __future__ import annotations

from dataclasses import replace

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity
from dbwright.model.shape import Text, span_of
from dbwright.sql.columns import parse_column
from dbwright.sql.grammar import GrammarError


def read_columns(design: Design) -> tuple[Design, list[Diagnostic]]:
    """Return the design with groups expanded and every column line parsed, and what was wrong with them."""
    found: list[Diagnostic] = []
    groups = {g.name: tuple(_parse(c, found) for c in g.columns) for g in design.groups}
    entities = tuple(_expand(e, groups, found) for e in design.entities)
    return replace(design, entities=entities), found


def _expand(entity: Entity, groups: dict[Text, tuple[Column, ...]], found: list[Diagnostic]) -> Entity:
    columns = tuple(_parse(c, found) for c in entity.columns)
    for name in entity.groups:
        if name not in groups:
            message = f"`{entity.name}` names the group `{name}`, which does not exist"
            found.append(Diagnostic("unknown-group", message, span_of(name), nearest(name, groups)))
            continue
        columns += _without_clashes(entity, columns, name, groups[name], found)
    return replace(entity, columns=columns)


def _without_clashes(
    entity: Entity, columns: tuple[Column, ...], group: Text, added: tuple[Column, ...], found: list[Diagnostic]
) -> tuple[Column, ...]:
    own = {c.name for c in columns}
    for column in added:
        if column.name in own:
            message = f"`{entity.name}.{column.name}` stands in the entity and in the group `{group}`"
            found.append(Diagnostic("defined-twice", message, span_of(group), "remove one of them"))
    return tuple(c for c in added if c.name not in own)


def _parse(column: Column, found: list[Diagnostic]) -> Column:
    try:
        return replace(column, definition=parse_column(column.name, column.sql))
    except GrammarError as error:
        start = column.sql.at(error.offset)
        message = f"column `{column.name}`: {error.message}"
        span = Span(start.file, start.line, start.column, _word_length(column.sql, error.offset))
        found.append(Diagnostic("column-syntax", message, span, _help(column)))
        return column


def _word_length(text: str, offset: int) -> int:
    rest = text[offset:].split()
    return len(rest[0]) if rest else 1


def _help(column: Column) -> str:
    if column.sql.count("(") != column.sql.count(")"):
        return f'inside `{{…}}` quote a definition that holds a comma: {{sql: "{column.sql}, …"}}'
    return "write the type first, then constraints, as in `create table`: text not null default ''"
