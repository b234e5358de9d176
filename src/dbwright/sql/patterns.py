"""Access patterns read against the tables and views of a blueprint: what passes, rules and proofs ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.sql.analysis import analyse
from dbwright.sql.queries import Query

Names = tuple[tuple[str, tuple[str, ...]], ...]
"""The columns of every table and view, by name."""


def columns_by_name(blueprint: Blueprint) -> Names:
    """Return the columns of every table and view, as `read_query` takes them."""
    tables = [(t.name, tuple(c.name for c in t.columns)) for t in blueprint.tables]
    return tuple(tables + [(v.name, v.columns) for v in blueprint.views])


@lru_cache(maxsize=4096)
def read_query(sql: str, columns: Names) -> Query:
    """Return what a statement asks of the tables; several passes ask, so answers are kept. Raise GrammarError."""
    return analyse(sql, dict(columns))


def queries(blueprint: Blueprint) -> Mapping[str, tuple[AccessPattern, Query]]:
    """Return every access pattern that can be read, with what it asks, by name and in order."""
    columns = columns_by_name(blueprint)
    read = {s.pattern for s in blueprint.statements}
    return {str(p.name): (p, read_query(str(p.sql), columns)) for p in blueprint.design.access if p.name in read}
