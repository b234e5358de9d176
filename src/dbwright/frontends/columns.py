"""Column lines of a design taken apart, and column groups put into the entities that name them."""

from __future__ import annotations

from functools import lru_cache

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.frontends.scalars import QUOTE_SQL, quoted
from dbwright.model.columns import ColumnDefinition
from dbwright.model.design import Design
from dbwright.model.entity import Column, Entity
from dbwright.model.shape import Text, span_of
from dbwright.records import replace
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
        return replace(column, definition=_definition(str(column.sql)))
    except GrammarError as error:
        start = column.sql.at(error.offset)
        message = f"column {quoted(column.name)}: {_cut(error.message)}"
        span = Span(start.file, start.line, start.column, _word_length(column.sql, error.offset))
        found.append(Diagnostic("column-syntax", message, span, _help(column)))
        return column


@lru_cache(maxsize=4096)
def _definition(line: str) -> ColumnDefinition:
    """A column line taken apart; a design repeats most of its lines under other names."""
    return parse_column("a", line)


def _cut(message: str) -> str:
    """What the parser says on one line; it repeats the whole rest of an SQL text whose quote is never closed."""
    line = " ".join(message.split())
    return f"{line[:120]}…" if len(line) > 120 else line


def _word_length(text: str, offset: int) -> int:
    rest = text[offset:].split(maxsplit=1)
    return len(rest[0]) if rest and not text[offset].isspace() else 1


def _help(column: Column) -> str:
    if column.sql.count("(") != column.sql.count(")"):
        return QUOTE_SQL
    return "write the type first, then constraints, as in `create table`: text not null default ''"
