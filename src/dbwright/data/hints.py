"""What the access patterns look for, so that they find some rows and not all: values, phrases, documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from dbwright.data.constants import UnreadableError, constant, expression
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.sql.analysis import analyse
from dbwright.sql.grammar import GrammarError, kind, parse
from dbwright.sql.queries import Condition, Query


@dataclass
class Hints:
    """By (table, column): values compared with, documents contained, values inserted; by table: phrases searched."""

    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    documents: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    inserted: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    phrases: dict[str, list[str]] = field(default_factory=dict)

    def values_of(self, table: str, column: str) -> tuple[str, ...]:
        """Return the different values that patterns compare a column with."""
        return tuple(dict.fromkeys(self.values.get((table, column), ())))

    def documents_of(self, table: str, column: str) -> tuple[str, ...]:
        """Return the different documents that patterns want a column to contain."""
        return tuple(dict.fromkeys(self.documents.get((table, column), ())))

    def phrases_of(self, table: str) -> tuple[str, ...]:
        """Return the different phrases that patterns search in a table."""
        return tuple(dict.fromkeys(self.phrases.get(table, ())))


def read_hints(blueprint: Blueprint) -> Hints:
    """Return what the access patterns of a design look for."""
    columns = {t.name: tuple(c.name for c in t.columns) for t in blueprint.tables}
    hints = Hints()
    for pattern in blueprint.design.access:
        try:
            query = analyse(str(pattern.sql), columns)
        except GrammarError:
            continue
        _take_pattern(hints, pattern, query)
    return hints


def _take_pattern(hints: Hints, pattern: AccessPattern, query: Query) -> None:
    examples = _examples(pattern)
    for column, text in _inserted(query, examples):
        hints.inserted.setdefault(column, []).append(text)
    for use in query.uses:
        for condition in use.conditions:
            for text in _compared(condition, examples):
                key = (use.table, condition.column)
                if condition.operator == "@>" and _is_document(text):
                    hints.documents.setdefault(key, []).append(text)
                elif condition.operator in ("=", "in") and not condition.is_expression and query.verb == "select":
                    hints.values.setdefault(key, []).append(text)
                elif condition.operator in ("@@", "~~", "~~*") and _is_phrase(text):
                    hints.phrases.setdefault(use.table, []).append(text.strip("%"))


def _examples(pattern: AccessPattern) -> dict[str, str]:
    """The sample values of a pattern's parameters that are plain texts."""
    found = {}
    for parameter in (p for p in pattern.parameters if p.example):
        try:
            value = constant(expression(str(parameter.example)))
        except (GrammarError, UnreadableError):
            continue
        if isinstance(value, str):
            found[str(parameter.name)] = value
    return found


def _inserted(query: Query, examples: dict[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    """The sample values that an insert writes, each with its column."""
    statement = parse(query.sql)[0]
    if kind(statement) != "insert_stmt":
        return
    insert = statement.insert_stmt
    for row in insert.select_stmt.select_stmt.values_lists:
        for target, value in zip(insert.cols, row.list.items, strict=False):
            number = value.param_ref.number if kind(value) == "param_ref" else 0
            name = query.parameters[number - 1] if number else ""
            if name in examples:
                yield (insert.relation.relname, target.res_target.name), examples[name]


def _compared(condition: Condition, examples: dict[str, str]) -> Iterator[str]:
    yield from (examples[name] for name in condition.parameters if name in examples)
    if not condition.is_constant:
        return
    try:
        value = constant(expression(condition.value))
    except (GrammarError, UnreadableError):
        return
    for item in value if isinstance(value, tuple) else (value,):
        if isinstance(item, str):
            yield item


def _is_document(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def _is_phrase(text: str) -> bool:
    """Whether a text is words, not the name of a text search configuration or a single sign."""
    return len(text.strip("%")) > 2 and text not in ("simple", "english", "german", "french")
