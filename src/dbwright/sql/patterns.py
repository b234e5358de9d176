"""Access patterns read against the tables and views of a blueprint: what passes, rules and proofs ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, lru_cache

from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint
from dbwright.sql.analysis import analyse
from dbwright.sql.queries import Query


class Names(dict[str, tuple[str, ...]]):
    """The columns of every table and view by name, hashed once so that answers can be kept by it."""

    def __hash__(self) -> int:  # type: ignore[override]
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(self.items()))


def columns_by_name(blueprint: Blueprint) -> Names:
    """Return the columns of every table and view, as `read_query` takes them."""
    return blueprint.once(_columns_by_name)


def _columns_by_name(blueprint: Blueprint) -> Names:
    names = Names((t.name, t.column_names) for t in blueprint.tables)
    names.update((v.name, v.columns) for v in blueprint.views)
    return _same(names)


@lru_cache(maxsize=16)
def _same(names: Names) -> Names:
    """Return the first equal value that was seen, so that a look-up by it compares nothing."""
    return names


@lru_cache(maxsize=4096)
def read_query(sql: str, columns: Names) -> Query:
    """Return what a statement asks of the tables; several passes ask, so answers are kept. Raise GrammarError."""
    return analyse(sql, columns)


def queries(blueprint: Blueprint) -> Mapping[str, tuple[AccessPattern, Query]]:
    """Return every access pattern that can be read, with what it asks, by name and in order."""
    return blueprint.once(_queries)


def _queries(blueprint: Blueprint) -> Mapping[str, tuple[AccessPattern, Query]]:
    columns = columns_by_name(blueprint)
    read = {s.pattern for s in blueprint.statements}
    return {str(p.name): (p, read_query(str(p.sql), columns)) for p in blueprint.design.access if p.name in read}
