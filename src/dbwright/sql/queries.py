"""What a statement asks of each table: conditions, order, columns read and written.

This is what indexes, grants and partition pruning are decided from. It finds names, it does not type-check: the server
does that.
"""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.records import record


@record(frozen=True)
class Condition:
    """One conjunct on one table: `left operator value`.

    `column` is a column name, or the text of an expression when `is_expression`. `operator` is the SQL operator, or
    `is null`, `is not null`, `is true`, `is false`, `in` (a list or `= any`), `between`. `value` is the constant as
    SQL, `parameters` the parameters on the other side, `computed` that side as SQL where it is more than one literal or
    parameter. A join condition names the `other` side as (alias, column).
    """

    column: str
    operator: str
    value: str = ""
    parameters: tuple[str, ...] = ()
    other: tuple[str, str] | None = None
    is_expression: bool = False
    from_outer_join: bool = False
    computed: str = ""

    @property
    def is_constant(self) -> bool:
        """Whether the other side is the same in every call."""
        return not self.parameters and self.other is None and self.value != ""


@record(frozen=True)
class Ordering:
    """One sort key on one table; `operator` is set for a nearest-neighbour order (`place <-> :here`).

    `nulls` is `first` or `last` where the statement says so.
    """

    column: str
    descending: bool = False
    is_expression: bool = False
    operator: str = ""
    nulls: str = ""


@record(frozen=True)
class TableUse:
    """What one mention of a table in a statement asks of it."""

    table: str
    alias: str
    conditions: tuple[Condition, ...] = ()
    orders: tuple[Ordering, ...] = ()
    reads: tuple[str, ...] = ()
    limited: bool = False
    target: bool = False
    level: int = 0


@record(frozen=True)
class Level:
    """One select, insert, update or delete inside a statement; levels are numbered from the outside.

    `repeated` says that it looks at the row of the level around, so it runs again for each. `limit` and `offset` are a
    number or the name of a parameter. `gathers` says that all its rows are read before one comes out (groups,
    aggregates, distinct rows, window functions, set operations); `sorts` that it has a sort clause. `unread` counts
    conjuncts that could not be told apart by table. `optional` are aliases of which a row may be missing (left join).
    `derived` leads from an alias to the level it stands for (-1 is a function), and from no alias to the source of an
    insert. `values` is the number of rows of a values list.
    """

    above: int = -1
    repeated: bool = False
    limit: str = ""
    offset: str = ""
    gathers: bool = False
    sorts: bool = False
    unread: int = 0
    optional: tuple[str, ...] = ()
    derived: tuple[tuple[str, int], ...] = ()
    values: int = 0
    recursive: bool = False


@record(frozen=True)
class Query:
    """A statement, analysed.

    `reads` and `writes` list columns by table, over all mentions; `writes` is keyed by (verb, table).
    `locks` are tables whose rows it locks (`for update`); `levels` say how it is nested. `unknown_tables` and
    `unknown_columns` are names that the design does not define, with their offset in the numbered statement.
    """

    verb: str
    sql: str
    parameters: tuple[str, ...]
    uses: tuple[TableUse, ...]
    reads: Mapping[str, tuple[str, ...]]
    writes: Mapping[tuple[str, str], tuple[str, ...]]
    functions: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    unknown_tables: tuple[tuple[str, int], ...] = ()
    unknown_columns: tuple[tuple[str, int], ...] = ()
    levels: tuple[Level, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table the statement touches, each once, in order."""
        written = [table for _, table in self.writes]
        return tuple(dict.fromkeys([*(u.table for u in self.uses), *written]))


Columns = Mapping[str, tuple[str, ...]]
"""Column names by table or view: what a statement may mention."""
