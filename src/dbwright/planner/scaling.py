"""Statistics of a server that has rows already, taken to the day on which its tables have so many times more.

Rows and pages grow in proportion. Different values grow where they are more than a tenth of the rows, as ANALYZE takes
it, and where a column references a table that grows. The ends of numbered keys, of references to them and of times that
come in the order of the rows move out in proportion; all other values stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dbwright.planner.insides import estimate_height
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from dbwright.planner.synthesis import SCALES, array
from dbwright.records import record, replace
from dbwright.sizing.axes import axis_of
from dbwright.sql.names import quote
from dbwright.sql.types import bare_type

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

IN_ORDER = 0.9
"""Correlation from which a time is taken to come with the rows."""
LAST_DAY = "9000-01-01"
"""Until when times are moved out."""
TYPES = """
select c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind in ('r', 'p', 'm') and a.attnum > 0
  and not a.attisdropped
"""
KEYS = """
select c.relname, a.attname
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indrelid
join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
where i.indisunique and i.indnkeyatts = 1 and c.relnamespace = %s::pg_catalog.regnamespace
"""
REFERENCES = """
select c.relname, a.attname, t.relname, b.attname
from pg_catalog.pg_constraint r
cross join unnest(r.conkey, r.confkey) as pair (own, there)
join pg_catalog.pg_class c on c.oid = r.conrelid
join pg_catalog.pg_class t on t.oid = r.confrelid
join pg_catalog.pg_attribute a on a.attrelid = r.conrelid and a.attnum = pair.own
join pg_catalog.pg_attribute b on b.attrelid = r.confrelid and b.attnum = pair.there
where r.contype = 'f' and c.relnamespace = %s::pg_catalog.regnamespace
order by array_length(r.conkey, 1) desc, r.oid
"""
Place = tuple[str, str]
"""A table and a column."""


@record(frozen=True)
class Relations:
    """What statistics do not tell of columns: types, which are keys alone, and what references lead to."""

    types: Mapping[Place, str]
    keys: frozenset[Place]
    references: Mapping[Place, Place]


def read_relations(connection: Connection[TupleRow], schema: str) -> Relations:
    """Read types, keys and references of one schema. Raise psycopg.Error."""
    types, keys, references = (
        connection.execute(query.encode(), [quote(schema)]).fetchall() for query in (TYPES, KEYS, REFERENCES)
    )
    return Relations(
        {(str(t), str(c)): str(name) for t, c, name in types},
        frozenset((str(t), str(c)) for t, c in keys),
        {(str(t), str(c)): (str(there), str(key)) for t, c, there, key in references},
    )


def scale(statistics: Statistics, relations: Relations, factors: Mapping[str, float]) -> Statistics:
    """Return statistics of tables with so many times the rows; a table without a factor stays as it is."""
    tables = tuple(_table(t, relations, factors) for t in statistics.tables)
    told = [f"{name} has {k:g} times the rows" for name, k in factors.items() if k != 1]
    if told and any(t.extended for t in statistics.tables):
        told.append("extended statistics are those of today")
    return replace(statistics, tables=tables, approximations=(*statistics.approximations, *told))


def _table(table: TableStatistics, relations: Relations, factors: Mapping[str, float]) -> TableStatistics:
    factor = factors.get(table.name, 1.0)
    if factor == 1:
        return table
    stretched = {c.column: _stretch(table, c, relations, factors) for c in table.columns}
    columns = tuple(_column(c, table, relations, factors, stretched[c.column]) for c in table.columns)
    highest = {
        name: value if value is None else _moved(_type(table, name, relations), table.lowest.get(name), value, by)
        for name, value in table.highest.items()
        for by in (stretched.get(name, 1.0),)
    }
    return replace(
        table,
        pages=_pages(table.pages, factor),
        rows=max(0.0, table.rows) * factor,
        visible_pages=round(table.visible_pages * factor),
        columns=columns,
        indexes=tuple(_index(i, factor) for i in table.indexes),
        highest=highest,
        witnesses=(),
        file_pages=None if table.file_pages is None else _pages(table.file_pages, factor),
    )


def _pages(pages: int, factor: float) -> int:
    return pages if pages <= 0 else max(1, round(pages * factor))


def _type(table: TableStatistics, column: str, relations: Relations) -> str:
    return relations.types.get((table.name, column), "")


def _stretch(
    table: TableStatistics, column: ColumnStatistics, relations: Relations, factors: Mapping[str, float]
) -> float:
    """How far the values of a column move out: as the key does that they are, or that they lead to; as time does."""
    place, kind = (table.name, column.column), bare_type(_type(table, column.column, relations))
    target = relations.references.get(place)
    if target is not None:
        return _stretch_of_key(target, relations, factors)
    if place in relations.keys:
        return _stretch_of_key(place, relations, factors)
    timed = kind == "date" or kind.startswith("timestamp")
    in_order = float(column.values.get("correlation", "0")) >= IN_ORDER
    return min(factors.get(table.name, 1.0), _room(kind, table, column)) if timed and in_order else 1.0


def _room(kind: str, table: TableStatistics, column: ColumnStatistics) -> float:
    """How far times can move out before they pass the last year: no database is as old as that."""
    axis, told = axis_of(kind), elements(column.values.get("histogram_bounds", ""))
    lowest = table.lowest.get(column.column) or (told[0] if told else None)
    highest = table.highest.get(column.column) or (told[-1] if told else None)
    if axis is None or lowest is None or highest is None:
        return 1.0
    try:
        low, high, last = axis.read(lowest), axis.read(highest), axis.read(LAST_DAY)
    except ValueError:
        return 1.0  # infinity, and years that Python does not know
    return max(1.0, (last - low) / (high - low)) if high > low else 1.0


def _stretch_of_key(place: Place, relations: Relations, factors: Mapping[str, float]) -> float:
    whole = bare_type(relations.types.get(place, "")) in ("smallint", "integer", "bigint")
    return factors.get(place[0], 1.0) if whole else 1.0


def _column(
    column: ColumnStatistics,
    table: TableStatistics,
    relations: Relations,
    factors: Mapping[str, float],
    stretched: float,
) -> ColumnStatistics:
    values = dict(column.values)
    number = float(values.get("n_distinct", "0"))
    target = relations.references.get((table.name, column.column))
    grown = factors.get(table.name, 1.0)
    before = -number * table.rows if number < 0 else number
    if target is not None:
        grown = factors.get(target[0], 1.0)
    elif number > 0 and before <= SCALES * table.rows:
        grown = 1.0
    values["n_distinct"] = _distinct(before * grown, number, table.rows * factors.get(table.name, 1.0))
    if grown != 1 and "most_common_freqs" in values:
        # The rows of a value stay as many while the table grows.
        values["most_common_freqs"] = array(f"{float(v) / grown:.6g}" for v in elements(values["most_common_freqs"]))
    if stretched != 1:
        kind = _type(table, column.column, relations)
        for name in ("histogram_bounds", "most_common_vals"):
            if name in values:
                told = elements(values[name])
                lowest = table.lowest.get(column.column) or told[0]
                values[name] = array(_moved(kind, lowest, v, stretched) for v in told)
    return replace(column, values=values)


def _distinct(count: float, before: float, rows: float) -> str:
    """The number of different values as ANALYZE would store it."""
    if not count or rows <= 0:
        return f"{before:g}"
    if before < 0 or count > SCALES * rows:
        return f"{-min(1.0, count / rows):.6g}"
    return f"{count:.0f}"


def _moved(type_text: str, lowest: str | None, value: str, factor: float) -> str:
    """A value at so many times its distance from the lowest one."""
    axis = axis_of(type_text)
    if factor == 1 or axis is None or lowest is None:
        return value
    try:
        low, here = axis.read(lowest), axis.read(value)
    except ValueError:
        return value  # infinity, and years that Python does not know
    return axis.show(low + (here - low) * factor)


def _index(index: IndexStatistics, factor: float) -> IndexStatistics:
    # The metapage does not grow.
    pages = 1 + _pages(index.pages - 1, factor)
    height = index.height if index.height is None else max(index.height, estimate_height(pages))
    gin = index.gin
    if gin is not None:
        gin = replace(gin, data_pages=round(gin.data_pages * factor))
    file_pages = None if index.file_pages is None else 1 + _pages(index.file_pages - 1, factor)
    return replace(index, pages=pages, rows=index.rows * factor, height=height, gin=gin, file_pages=file_pages)


def elements(literal: str) -> Sequence[str]:
    """Return the elements of an array literal of one dimension without nulls."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)', literal)
    return [plain or re.sub(r"\\(.)", r"\1", quoted) for quoted, plain in found]
