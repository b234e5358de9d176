"""What the advisor must know of each table: columns with their types, keys, partitions, and what its statistics say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dbwright.planner.statistics import ColumnStatistics, Statistics, TableStatistics
from dbwright.records import cached_property, record

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

COLUMNS = """
select c.relname, c.relkind::text, c.oid::bigint, a.attname, pg_catalog.format_type(t.oid, null), t.typlen::int,
       t.typalign::text, t.typcategory::text, a.attnotnull
from pg_catalog.pg_class c
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_catalog.pg_type d on d.oid = a.atttypid
join pg_catalog.pg_type t on t.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s) and c.relkind in ('r', 'p', 'm')
order by c.oid, a.attnum
"""
INDEXES = """
select t.relname, i.relname, i.oid::bigint, pg_catalog.pg_get_indexdef(i.oid),
       x.indisunique or exists (select from pg_catalog.pg_constraint where conindid = i.oid), m.amname,
       pg_catalog.array_to_string(array(select pg_catalog.pg_get_indexdef(i.oid, k, true)
         from generate_series(1, x.indnatts) k), E'\\n'), x.indnkeyatts::int,
       coalesce(pg_catalog.pg_get_expr(x.indpred, x.indrelid), '')
from pg_catalog.pg_index x
join pg_catalog.pg_class i on i.oid = x.indexrelid
join pg_catalog.pg_class t on t.oid = x.indrelid
join pg_catalog.pg_am m on m.oid = i.relam
where t.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
  and t.relkind in ('r', 'p', 'm') and not i.relispartition
order by i.oid
"""
REFERENCES = """
select t.relname, array(select attname::text from pg_catalog.pg_attribute
                        where attrelid = t.oid and attnum = any(c.conkey) order by attnum)
from pg_catalog.pg_constraint c join pg_catalog.pg_class t on t.oid = c.conrelid
where t.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
  and c.contype = 'f' and c.conparentid = 0
"""
FAMILIES = """
with recursive family as (
  select oid, oid as root from pg_catalog.pg_class
  where relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
    and relkind in ('r', 'p', 'm', 'i', 'I') and not relispartition
  union all select i.inhrelid, f.root from pg_catalog.pg_inherits i join family f on f.oid = i.inhparent)
select r.relname, r.oid::bigint, c.relname, c.oid::bigint, c.relkind::text
from family f join pg_catalog.pg_class r on r.oid = f.root join pg_catalog.pg_class c on c.oid = f.oid
order by r.oid, c.oid
"""
"""Tables and indexes with their partitions, each with itself."""


@record(frozen=True)
class ColumnFacts:
    """A column: `length` in bytes, below 0 where it varies; `alignment` in bytes; `category` of its type (pg_type)."""

    name: str
    type: str
    length: int
    alignment: int
    category: str
    not_null: bool
    statistics: Mapping[str, str]

    def width(self) -> float:
        """Return the mean bytes of a value."""
        if self.length > 0:
            return float(self.length)
        return float(self.statistics.get("avg_width", 32))

    def distinct(self, rows: float) -> float:
        """Return how many values there are; a tenth of the rows where nothing is known."""
        said = float(self.statistics.get("n_distinct", -0.1))
        return max(1.0, said if said > 0 else -said * rows)

    @property
    def null_share(self) -> float:
        """The share of rows without a value."""
        return float(self.statistics.get("null_frac", 0.0))


@record(frozen=True)
class TableFacts:
    """A table with all its partitions as one: `leaves` are the tables that hold rows, itself where there are none."""

    name: str
    columns: tuple[ColumnFacts, ...]
    leaves: tuple[str, ...]
    rows: float
    pages: int
    visible: float

    @cached_property
    def by_name(self) -> Mapping[str, ColumnFacts]:
        """The columns by name."""
        return {c.name: c for c in self.columns}

    def column(self, name: str) -> ColumnFacts | None:
        """Return the column of that name, if there is one."""
        return self.by_name.get(name)


@record(frozen=True)
class Standing:
    """An index that stands already: `required` where it keeps a constraint, so that nobody may drop it."""

    table: str
    name: str
    oids: tuple[int, ...]
    ddl: str
    required: bool
    method: str
    keys: tuple[str, ...]
    include: tuple[str, ...]
    where: str
    supports_reference: bool = False


def read_tables(connection: Connection[TupleRow], statistics: Statistics) -> dict[str, TableFacts]:
    """Return the tables of a schema by name, partitions left out; raise psycopg.Error."""
    schema = statistics.schema
    leaves: dict[str, list[str]] = {}
    for root, _, name, _, kind in connection.execute(FAMILIES, [schema]).fetchall():
        if kind in "rm":
            leaves.setdefault(root, []).append(name)
    lines: dict[str, list[tuple[object, ...]]] = {}
    for line in connection.execute(COLUMNS, [schema]).fetchall():
        lines.setdefault(line[0], []).append(line)
    planted = {t.name: t for t in statistics.tables}
    return {n: _table(n, tuple(own), lines[n], planted) for n, own in leaves.items() if n in lines}


def _table(
    name: str, leaves: tuple[str, ...], lines: list[tuple[object, ...]], planted: Mapping[str, TableStatistics]
) -> TableFacts:
    parts = [planted[leaf] for leaf in leaves if leaf in planted]
    whole = planted.get(name)
    known = _column_statistics(whole) or (_column_statistics(parts[0]) if parts else {})
    columns = tuple(_column(line, known) for line in lines)
    pages = sum(p.pages for p in parts)
    visible = sum(p.visible_pages for p in parts) / pages if pages else 0.0
    return TableFacts(name, columns, leaves, sum(max(0.0, p.rows) for p in parts), pages, visible)


def _column(line: tuple[object, ...], known: Mapping[str, Mapping[str, str]]) -> ColumnFacts:
    name, type_name, length, alignment, category, not_null = line[3:9]
    bytes_of = {"c": 1, "s": 2, "i": 4, "d": 8}
    return ColumnFacts(
        str(name), str(type_name), int(str(length)), bytes_of[str(alignment)], str(category), bool(not_null),
        known.get(str(name), {}),
    )  # fmt: skip


def _column_statistics(table: TableStatistics | None) -> dict[str, Mapping[str, str]]:
    """Statistics by column; of a table with partitions those of the whole."""
    found: dict[str, ColumnStatistics] = {}
    for column in table.columns if table else ():
        if column.inherited or column.column not in found:
            found[column.column] = column
    return {name: c.values for name, c in found.items()}


def read_standing(connection: Connection[TupleRow], schema: str) -> list[Standing]:
    """Return the indexes that stand already, those of partitions with that of their parent; raise psycopg.Error."""
    oids: dict[str, list[int]] = {}
    for root, _, _, oid, kind in connection.execute(FAMILIES, [schema]).fetchall():
        if kind in "iI":
            oids.setdefault(root, []).append(oid)
    references = connection.execute(REFERENCES, [schema]).fetchall()
    found = []
    for table, name, oid, ddl, required, method, keys, count, where in connection.execute(INDEXES, [schema]):
        parts = tuple(keys.split("\n"))
        own = tuple(oids.get(name, [oid]))
        leading = [set(names) for of, names in references if of == table]
        supports = method == "btree" and not where and any(set(parts[: len(n)]) == n for n in leading)
        line = Standing(table, name, own, ddl, required, method, parts[:count], parts[count:], where, supports)
        found.append(line)
    return found


def read_families(connection: Connection[TupleRow], schema: str) -> dict[str, str]:
    """Return for every table and partition the name of the table that a statement names."""
    rows = connection.execute(FAMILIES, [schema]).fetchall()
    return {name: root for root, _, name, _, kind in rows if kind not in "iI"}
