"""In which order the columns of a row leave the fewest bytes of padding between them, and how many that saves.

Source: PostgreSQL manual, "Database Page Layout"; `pg_type.typalign`.
"""

from __future__ import annotations

import math

from dbwright.records import record
from dbwright.sizing.columns import common_values, null_share
from dbwright.sizing.layout import PAGE, Value, heap_pages, heap_row, move_out
from dbwright.sizing.sites import Site
from dbwright.sizing.widths import stored_value


@record(frozen=True)
class ColumnOrder:
    """An order of columns: bytes of a row as written and so, bytes of the heap as written and so."""

    names: tuple[str, ...]
    row_written: float
    row: float
    heap_written: int
    heap: int


def tightest_order(site: Site) -> ColumnOrder:
    """Return the order of a table's columns that wastes the least, by the site's number of rows.

    Fixed lengths come first, those with the wider alignment before the others, then values of varying length. Columns
    that nobody wrote keep their places, since nobody can move them.
    """
    kept = [c for c in site.table.columns if not c.generated or c.stored]
    values: list[Value] = []
    for column in kept:
        nulls = null_share(site, column, [])
        values.append(stored_value(site, column, nulls, common_values(site, column, nulls), []))
    values = list(move_out(values)[0])
    movable = [at for at, column in enumerate(kept) if column.source is not None]
    order = list(range(len(kept)))
    for at, chosen in zip(movable, sorted(movable, key=lambda at: _rank(values[at])), strict=True):
        order[at] = chosen
    written, row = heap_row(values), heap_row([values[at] for at in order])
    return ColumnOrder(
        tuple(kept[at].name for at in order if kept[at].source is not None),
        written.bytes,
        row.bytes,
        heap_pages(site.rows, written) * PAGE,
        heap_pages(site.rows, row) * PAGE,
    )


def _rank(value: Value) -> tuple[bool, int]:
    """Fixed before varying; 16 bytes of a uuid need no alignment, and keep that of what follows them."""
    if value.variable:
        return True, -value.alignment
    return False, -math.gcd(int(value.bytes), 8)
