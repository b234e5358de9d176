"""Step 5 of the process: full-text search as a column that the server keeps."""

from __future__ import annotations

from dbwright.diagnostics import Diagnostic, nearest
from dbwright.model.blueprint import Blueprint
from dbwright.model.decision import Alternative, Decision
from dbwright.model.design import Design
from dbwright.model.entity import Entity, Search
from dbwright.model.shape import span_of
from dbwright.model.table import Table, TableColumn
from dbwright.records import replace
from dbwright.sql.names import literal, quote

COLUMN = "search"
"""The generated column that access patterns match against."""


def run(design: Design, blueprint: Blueprint) -> Blueprint:
    """Add the generated `search` column to every entity that is searched.

    Reads: `search:` of entities. Decides: a stored tsvector with weights. Writes: columns.
    Source: PostgreSQL manual, chapter 12 (text search), "Tables and Indexes".
    """
    tables: list[Table] = []
    decisions: list[Decision] = []
    for entity in design.entities:
        table = blueprint.table(entity.name)
        if entity.search is None or table is None:
            continue
        unknown = [c for c in entity.search.columns if table.column(c) is None]
        if unknown:
            known = [c.name for c in table.columns]
            message = f"`{table.name}` has no column `{unknown[0]}` to search"
            help_text = nearest(unknown[0], known)
            blueprint = blueprint.report(Diagnostic("unknown-column", message, span_of(unknown[0]), help_text))
            continue
        column = TableColumn(
            COLUMN, "tsvector", generated=_vector(table, entity.search), about="What full-text search matches."
        )
        tables.append(replace(table, columns=(*table.columns, column)))
        decisions.append(_decision(entity))
    return blueprint.put(*tables).decide(*decisions)


def _vector(table: Table, search: Search) -> str:
    by_column = table.column(search.language) is not None
    language = quote(search.language) if by_column else f"{literal(search.language)}::regconfig"
    parts = []
    for name, weight in search.columns.items():
        column = table.column(name)
        text = quote(name) if column and column.not_null else f"coalesce({quote(name)}, '')"
        parts.append(f"setweight(to_tsvector({language}, {text}), {literal(weight)})")
    return " || ".join(parts)


def _decision(entity: Entity) -> Decision:
    assert entity.search is not None
    weights = ", ".join(f"{name} ({weight})" for name, weight in entity.search.columns.items())
    return Decision(
        code=f"search/{entity.name}",
        what=f"`{entity.name}.{COLUMN}` holds the words of {weights}, in the language of `{entity.search.language}`",
        why="the words are computed once a write, not once a search; ranking weighs the parts",
        serves=(f"entities.{entity.name}.search",),
        subjects=(entity.name, f"{entity.name}.{COLUMN}"),
        alternatives=(
            Alternative("to_tsvector in each query", "an expression index that every query must spell alike"),
            Alternative(
                "a search server", "another store to fill, secure and restore; right beyond some 100 M documents"
            ),
        ),
        span=entity.place.of("search"),
    )
