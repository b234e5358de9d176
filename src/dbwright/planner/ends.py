"""The least and greatest values of a loaded server's columns: what the planner finds when it probes an index's ends.

True ends are read only where a B-tree begins with the column, so that no table is scanned; of other columns the ends of
the histogram and the common values are taken, which a candidate for an index will then be probed for.
Source: `get_actual_variable_range` in utils/adt/selfuncs.c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dbwright.planner.statistics import ColumnStatistics
from dbwright.records import record
from dbwright.sql.names import qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

# Columns that are stored, with their types; whether values stand in an order and lie singly in an array.
COLUMNS = """
select a.attrelid::int8, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
       t.typtype in ('b', 'e') and t.typcategory <> 'A' and (t.typtype = 'e' or exists (
         select from pg_catalog.pg_opclass o join pg_catalog.pg_am am on am.oid = o.opcmethod
         where am.amname = 'btree' and o.opcdefault and (o.opcintype = t.oid or exists (
           select from pg_catalog.pg_cast
           where castsource = t.oid and casttarget = o.opcintype and castmethod = 'b'))))
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type d on d.oid = a.atttypid
join pg_catalog.pg_type t on t.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind in ('r', 'm')
  and a.attnum > 0 and not a.attisdropped and a.attgenerated in ('', 's')
order by a.attrelid, a.attnum
"""
# What B-trees begin with: a column, or (the number is 0) an expression.
LEADING = """
select i.indrelid::int8, coalesce(a.attname, ''), pg_catalog.pg_get_indexdef(i.indexrelid, 1, true)
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_am am on am.oid = c.relam
left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] and i.indkey[0] <> 0
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind = 'i' and am.amname = 'btree'
  and i.indisvalid and i.indpred is null
order by i.indexrelid
"""

Row = Mapping[str, str | None]


@record(frozen=True)
class Ends:
    """The row of least values, the row of greatest values, and whole rows at the ends of expressions."""

    lowest: Row
    highest: Row
    witnesses: tuple[Row, ...] = ()


NO_ENDS = Ends({}, {})
"""Of a table without rows."""


class EndReader:
    """Reads the ends of the tables of one schema; the catalog is asked once."""

    def __init__(self, connection: Connection[TupleRow], schema: str) -> None:
        self._connection, self._schema = connection, schema
        self._columns: dict[int, dict[str, tuple[str, bool]]] = {}
        for table, column, kind, ordered in connection.execute(COLUMNS, [quote(schema)]).fetchall():
            self._columns.setdefault(table, {})[column] = (kind, ordered)
        self._leading: dict[int, set[str]] = {}
        self._expressions: dict[int, list[str]] = {}
        for table, column, expression in connection.execute(LEADING, [quote(schema)]).fetchall():
            if column:
                self._leading.setdefault(table, set()).add(column)
            else:
                self._expressions.setdefault(table, []).append(expression)

    def read(self, table: int, name: str, statistics: Sequence[ColumnStatistics]) -> Ends:
        """Return the ends of a table, by its object number. Raise psycopg.Error."""
        columns = self._columns.get(table, {})
        some = self._row(name, list(columns), "") if columns else None
        if some is None:
            return NO_ENDS
        lowest, highest = dict(some), dict(some)
        leading = sorted(self._leading.get(table, set()) & columns.keys())
        lowest.update(self._true_ends(name, leading, ""))
        highest.update(self._true_ends(name, leading, " desc"))
        own = {s.column: s for s in statistics if not s.inherited}
        told = {c: own[c] for c, (_, ordered) in columns.items() if ordered and c not in leading and c in own}
        self._take_told_ends(told, {c: kind for c, (kind, _) in columns.items()}, lowest, highest)
        witnesses = [
            row
            for expression in dict.fromkeys(self._expressions.get(table, ()))
            for order in ("", " desc")
            if (row := self._row(name, list(columns), f" where {expression} is not null order by {expression}{order}"))
        ]
        return Ends(lowest, highest, tuple(witnesses))

    def _row(self, name: str, columns: Sequence[str], rest: str) -> dict[str, str | None] | None:
        listed = ", ".join(f"{quote(c)}::text" for c in columns)
        query = f"select {listed} from only {qualify(self._schema, name)}{rest} limit 1"
        row = self._connection.execute(query.encode()).fetchone()
        return dict(zip(columns, row, strict=True)) if row else None

    def _true_ends(self, name: str, columns: Sequence[str], order: str) -> dict[str, str | None]:
        if not columns:
            return {}
        table = qualify(self._schema, name)
        asked = ", ".join(
            f"(select t.{c}::text from only {table} t where t.{c} is not null order by t.{c}{order} limit 1)"
            for c in map(quote, columns)
        )
        row = self._connection.execute(f"select {asked}".encode()).fetchone()
        assert row is not None
        return dict(zip(columns, row, strict=True))

    def _take_told_ends(
        self,
        told: Mapping[str, ColumnStatistics],
        kinds: Mapping[str, str],
        lowest: dict[str, str | None],
        highest: dict[str, str | None],
    ) -> None:
        """Widen the ends to those of the histogram and of the common values."""
        known = {c: s.values for c, s in told.items() if {"histogram_bounds", "most_common_vals"} & s.values.keys()}
        if not known:
            return
        asked, values = [], []
        for column, own in known.items():
            kind = kinds[column].replace("%", "%%")
            for order in ("", " desc"):
                told_values = f"unnest(%s::{kind}[] || %s::{kind}[]) told (v)"
                asked.append(f"(select told.v::text from {told_values} order by told.v{order} limit 1)")
                values += [own.get("histogram_bounds"), own.get("most_common_vals")]
        row = self._connection.execute(f"select {', '.join(asked)}".encode(), values).fetchone()
        assert row is not None
        lowest.update(zip(known, row[0::2], strict=True))
        highest.update(zip(known, row[1::2], strict=True))
