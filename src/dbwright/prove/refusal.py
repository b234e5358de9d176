"""The server has the last word on a design: what it refuses, told at the place in the design that it came from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dbwright.diagnostics import NOWHERE, DesignError, Diagnostic, Span
from dbwright.model.blueprint import Blueprint
from dbwright.model.shape import span_of
from dbwright.model.table import Table
from dbwright.server import ScriptFailed

_STATEMENT = re.compile(r"(?:create|alter|grant|comment) ")
"""How a statement of the script begins."""
_NAME = re.compile(r'"((?:[^"]|"")+)"|(\w+)')


def refused(blueprint: Blueprint, script: str, error: ScriptFailed) -> DesignError:
    """Return the error that says what the server refused of the DDL script, and where that stands in the design."""
    detail = f" ({error.detail})" if error.detail else ""
    message = f"PostgreSQL {blueprint.version} refuses `{error.excerpt.rstrip(',')}`: {error.reason}{detail}"
    span = _place(blueprint, script.splitlines()[: error.line])
    return DesignError([Diagnostic("refused-by-server", message, span, error.hint)])


def _place(blueprint: Blueprint, lines: list[str]) -> Span:
    """The place of the innermost thing that the last line is about."""
    start = next((n for n in range(len(lines) - 1, -1, -1) if _STATEMENT.match(lines[n])), 0)
    if not lines:
        return NOWHERE
    named = dict(_places(blueprint))
    for name in _names(lines[start]):
        table = blueprint.table(name)
        if table is not None:
            inner = dict(_places_within(table))
            return next((inner[n] for n in _names(lines[-1]) if n in inner), table.span)
        if name in named:
            return named[name]
    return NOWHERE


def _names(line: str) -> list[str]:
    return [m[1].replace('""', '"') if m[1] else m[2] for m in _NAME.finditer(line)]


def _places(blueprint: Blueprint) -> Iterator[tuple[str, Span]]:
    yield from ((i.name, i.span) for t in blueprint.tables for i in t.indexes)
    yield from ((v.name, v.span) for v in blueprint.views)
    yield from ((f.name, f.span) for f in blueprint.functions)
    yield from ((s.name, s.span) for s in blueprint.scripts)


def _places_within(table: Table) -> Iterator[tuple[str, Span]]:
    yield from ((k.name, k.span) for k in table.uniques)
    yield from ((f.name, f.span) for f in table.foreign_keys)
    yield from ((c.name, c.span) for c in table.checks)
    yield from ((e.name, e.span) for e in table.exclusions)
    yield from ((c.name, span_of(c.source.sql)) for c in table.columns if c.source)
