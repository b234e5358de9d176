"""Step 1 of the process, access patterns: each statement read against the tables as they now are."""

from __future__ import annotations

from dbwright.diagnostics import Diagnostic, Span, nearest
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, Statement
from dbwright.model.design import Design
from dbwright.records import replace
from dbwright.sql.grammar import GrammarError
from dbwright.sql.parameters import Numbered, number_parameters
from dbwright.sql.patterns import Names, columns_by_name, read_query
from dbwright.sql.queries import Query


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Read each access pattern, and report tables and columns that it names and nobody has.

    Reads: access, tables, views. Decides: nothing. Writes: statements, diagnostics. Source: seed 002, step 1.
    """
    columns = columns_by_name(blueprint)
    statements = []
    for pattern in design.access:
        try:
            numbered = number_parameters(str(pattern.sql))
            query = read_query(str(pattern.sql), columns)
        except GrammarError as error:
            span = pattern.sql.at(error.offset)
            message = f"access pattern `{pattern.name}`: {error.message}"
            blueprint = blueprint.report(Diagnostic("query-syntax", message, span, "parameters are written `:name`"))
            continue
        blueprint = blueprint.report(*_unknown(pattern, numbered, query, columns))
        statements.append(Statement(str(pattern.name), query.sql, query.parameters))
    return replace(blueprint, statements=tuple(statements))


def _unknown(pattern: AccessPattern, numbered: Numbered, query: Query, columns: Names) -> list[Diagnostic]:
    known = columns
    found = []
    for name, offset in query.unknown_tables:
        span = _word(pattern, numbered.original(offset), name)
        message = f"access pattern `{pattern.name}` reads `{name}`, which is no entity or view"
        found.append(Diagnostic("unknown-entity", message, span, nearest(name, known)))
    if query.unknown_tables:
        return found
    near = [c for table in query.tables for c in known.get(table, ())]
    for name, offset in query.unknown_columns:
        span = _word(pattern, numbered.original(offset), name)
        message = f"access pattern `{pattern.name}` names the column `{name}`, which none of its tables has"
        found.append(Diagnostic("unknown-column", message, span, nearest(name, near)))
    return found


def _word(pattern: AccessPattern, offset: int, name: str) -> Span:
    return pattern.sql.at(offset)._replace(length=len(name))
