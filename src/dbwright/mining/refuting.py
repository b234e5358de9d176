"""Declared dependencies asked of the rows themselves: exact, and with two rows that show it where one is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbwright.mining.reading import qualified
from dbwright.model.dependency import Dependency
from dbwright.model.table import Table
from dbwright.records import record
from dbwright.sql.names import listed, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


@record(frozen=True)
class Refutation:
    """A dependency that the rows contradict, and rows that show it: column names and values as text."""

    dependency: Dependency
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def __str__(self) -> str:
        shown = (", ".join(f"{c} = {_shown(v)}" for c, v in zip(self.columns, r, strict=True)) for r in self.rows)
        return " and ".join(f"({row})" for row in shown)


def refute(connection: Connection[TupleRow], table: Table, dependency: Dependency) -> Refutation | None:
    """Return two rows that contradict a dependency, or None where all rows agree with it; raise psycopg.Error.

    For `x ->> y` the one row says which x lacks a combination: the lists it has, and that they are not combined.
    """
    statement, columns = _independence(table, dependency) if dependency.multivalued else _pair(table, dependency)
    rows = connection.execute(statement.encode()).fetchall()
    return Refutation(dependency, columns, tuple(tuple(row) for row in rows)) if rows else None


def _pair(table: Table, dependency: Dependency) -> tuple[str, tuple[str, ...]]:
    target, left = qualified(table.name), dependency.determinant
    right = ", ".join(f"t.{quote(name)}" for name in dependency.dependent)
    shown = tuple(
        dict.fromkeys([*(table.primary_key.columns if table.primary_key else ()), *left, *dependency.dependent])
    )
    return (
        f"with broken as (select {listed(left)} from {target} group by {listed(left)}"
        f" having count(distinct row({listed(dependency.dependent)})) > 1 limit 1)\n"
        f"select distinct on ({right}) {', '.join(f't.{quote(n)}::text' for n in shown)}\n"
        f"from {target} t join broken on {_same(left, 'broken')} limit 2"
    ), shown


def _independence(table: Table, dependency: Dependency) -> tuple[str, tuple[str, ...]]:
    """A group holds all combinations of two lists where they are as many as the lengths multiplied (Fagin, 1977)."""
    left, right = dependency.determinant, dependency.dependent
    rest = tuple(c.name for c in table.columns if c.name not in {*left, *right})
    counts = [f"count(distinct row({listed(names)}))" for names in ((*right, *rest), right, rest)]
    statement = (
        f"select {', '.join(f'{quote(n)}::text' for n in left)}, {', '.join(f'({c})::text' for c in counts)}\n"
        f"from {qualified(table.name)} group by {listed(left)} having {counts[0]} <> {counts[1]} * {counts[2]} limit 1"
    )
    shown = (*left, "combinations", f"values of ({', '.join(right)})", f"values of ({', '.join(rest)})")
    return (statement, shown) if rest else (f"select where false -- {table.name} has no other column", ())


def _same(names: tuple[str, ...], other: str) -> str:
    return " and ".join(f"t.{quote(n)} is not distinct from {other}.{quote(n)}" for n in names)


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
