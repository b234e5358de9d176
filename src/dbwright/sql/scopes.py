"""One level of a statement: which tables its names can mean."""

from __future__ import annotations

from typing import Any

from dbwright.records import record
from dbwright.sql.grammar import kind, strings
from dbwright.sql.queries import Columns, Condition


@record(frozen=True)
class Source:
    """A table in a from clause with its columns; `table` is empty for a subquery, function or common table."""

    table: str
    columns: tuple[str, ...]


class Scope:
    """The names of one level; `outer` is the level around it.

    `number` is its place among the levels of the statement, `common` and `stands_for` the numbers of the levels that a
    common table expression and an alias stand for; `correlated` says that it names a column of a level around, `whole`
    that a join may add rows of its own.
    """

    def __init__(self, columns: Columns, outer: Scope | None, number: int) -> None:
        self.columns = columns
        self.outer = outer
        self.number = number
        self.sources: dict[str, Source] = {}
        self.derived: set[str] = set()
        self.outputs: dict[str, Any] = {}
        self.nullable: set[str] = set()
        self.joined: list[tuple[str, Condition]] = []
        self.correlated = False
        self.whole = False
        self.common: dict[str, int] = {}
        self.stands_for: dict[str, int] = {}

    def is_derived(self, name: str) -> bool:
        """Return whether a name is a common table expression here or around."""
        return name in self.derived or (self.outer is not None and self.outer.is_derived(name))

    def has_derived(self) -> bool:
        """Return whether a source here or around has columns that are not known."""
        here = any(not s.table for s in self.sources.values())
        return here or (self.outer is not None and self.outer.has_derived())

    def above_target(self) -> Scope:
        """Return the level around, for the source query of an insert, which does not see the target."""
        above = Scope(self.columns, self.outer, self.number)
        above.derived, above.common = self.derived, self.common
        return above

    def common_level(self, name: str) -> int:
        """Return the number of the level that a common table expression stands for, -1 for a name that is none."""
        found = self.common.get(name)
        if found is not None:
            return found
        return self.outer.common_level(name) if self.outer is not None else -1

    def note_outside(self, qualifier: str, column: str) -> None:
        """Note that a name is looked up here; every level that does not define it runs again for each row around."""
        scope: Scope | None = self
        while scope is not None and scope.here(qualifier, column) is None:
            scope.correlated = True
            scope = scope.outer

    def resolve(self, reference: Any) -> list[tuple[str, str, str]] | None:
        """Return (table, alias, column) for a column reference, several for a star, None where it leads nowhere."""
        names = strings(reference.fields)
        star = kind(reference.fields[-1]) == "a_star"
        if star:
            return self._star(names[-1] if names else "")
        qualifier = names[-2] if len(names) > 1 else ""
        scope: Scope | None = self
        while scope is not None:
            found = scope.here(qualifier, names[-1])
            if found is not None:
                return [found]
            scope = scope.outer
        return None

    def here(self, qualifier: str, column: str) -> tuple[str, str, str] | None:
        """Return (table, alias, column) for a name that this very level defines; the table is empty for a subquery."""
        if qualifier:
            source = self.sources.get(qualifier)
            if source is None or (source.table and column not in source.columns):
                return None
            return source.table, qualifier, column
        for alias, source in self.sources.items():
            if column in source.columns and alias != "excluded":
                return source.table, alias, column
        return None

    def _star(self, qualifier: str) -> list[tuple[str, str, str]] | None:
        if qualifier and qualifier not in self.sources:
            return self.outer._star(qualifier) if self.outer else None
        return [
            (source.table, alias, column)
            for alias, source in self.sources.items()
            if (not qualifier or alias == qualifier) and alias != "excluded"
            for column in source.columns
        ]
