"""What mining one table found, in the table's own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import permutations
from typing import TYPE_CHECKING

from dbwright.mining.discovery import Found, discover
from dbwright.mining.reading import Sample, qualified, read_sample
from dbwright.mining.refuting import Refutation, refute
from dbwright.mining.values import Hidden, hidden_lists
from dbwright.model.dependency import Dependency
from dbwright.model.table import Table
from dbwright.records import record
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

MOST_ROWS = 1_000_000
"""Rows that are read of one table by default."""
LEAST_LIST_KEY = 3
"""Key columns from which on two of them may be independent lists."""
Watcher = Callable[[str], None]


@record(frozen=True)
class Suggestion:
    """A dependency that rows suggest: how many repeat it, the bytes a table of its own would save, rows against it.

    `counterexample` shows two rows that break it, where any do.
    """

    dependency: Dependency
    repeated: int
    saved: int
    broken: int = 0
    counterexample: Refutation | None = None


@record(frozen=True)
class Mined:
    """What one table's rows say; `read` of `total` rows were looked at, and `held` and `refuted` are of all rows."""

    table: str
    read: int
    total: int
    unique: tuple[tuple[str, ...], ...] = ()
    suggested: tuple[Suggestion, ...] = ()
    nearly: tuple[Suggestion, ...] = ()
    independent: tuple[Dependency, ...] = ()
    hidden: tuple[Hidden, ...] = ()
    held: tuple[Dependency, ...] = ()
    refuted: tuple[Refutation, ...] = ()
    empty: tuple[str, ...] = ()


def mine_table(
    connection: Connection[TupleRow],
    table: Table,
    declared: Sequence[Dependency] = (),
    most_left: int = 2,
    most_rows: int = MOST_ROWS,
    watch: Watcher = lambda _: None,
) -> Mined:
    """Look at the rows of a table and at what was declared of them; raise psycopg.Error."""
    watch("asking for what was declared")
    answers = [(d, refute(connection, table, d)) for d in declared]
    sample = read_sample(connection, table, most_rows, watch)
    found = discover(sample.columns, most_left, watch)
    suggestions = [_suggestion(connection, table, sample, f, found.holding) for f in (*found.holding, *found.nearly)]
    ranked = sorted((s for s in suggestions if s is not None), key=lambda s: (-s.saved, str(s.dependency)))
    said = {str(d) for d in declared}
    return Mined(
        table.name,
        sample.columns.rows,
        sample.total,
        unique=tuple(tuple(sample.names[a] for a in u) for u in found.unique),
        suggested=tuple(s for s in ranked if not s.broken and str(s.dependency) not in said),
        nearly=tuple(s for s in ranked if s.broken),
        independent=tuple(_independent(connection, table)),
        hidden=tuple(hidden_lists(connection, table)),
        held=tuple(d for d, answer in answers if answer is None),
        refuted=tuple(answer for _, answer in answers if answer is not None),
        empty=tuple(n for n, share in zip(sample.names, sample.nothing, strict=True) if share == 1.0),
    )


def _suggestion(
    connection: Connection[TupleRow], table: Table, sample: Sample, found: Found, holding: Iterable[Found]
) -> Suggestion | None:
    """A finding in names, ranked by the bytes that repeat: (rows - different left sides) x width of the right side."""
    names = sample.names
    dependency = Dependency(tuple(names[a] for a in found.determinant), (names[found.dependent],))
    saved = int(found.repeated * sample.widths[found.dependent] * sample.total / max(1, sample.columns.rows))
    if not found.broken:
        return Suggestion(dependency, found.repeated, saved)
    return Suggestion(dependency, found.repeated, saved, found.broken, refute(connection, table, dependency))


def _independent(connection: Connection[TupleRow], table: Table) -> Iterator[Dependency]:
    """Lists that a key combines though they have nothing to do with each other (fourth normal form)."""
    key = table.primary_key.columns if table.primary_key else ()
    if len(key) < LEAST_LIST_KEY or len(key) != len(table.columns):
        return
    for owner, values in permutations(key, 2):
        dependency = Dependency((owner,), (values,), multivalued=True)
        if _repeats(connection, table, owner) and refute(connection, table, dependency) is None:
            yield dependency
            return


def _repeats(connection: Connection[TupleRow], table: Table, column: str) -> bool:
    name = quote(column)
    statement = f"select from {qualified(table.name)} group by {name} having count(*) > 3 limit 1"
    return bool(connection.execute(statement.encode()).fetchall())
