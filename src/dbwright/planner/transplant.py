"""Read from a loaded server what its planner looks at, to plant it elsewhere. Nothing is written to that server."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from dbwright.planner.statistics import (
    COLUMN_STATISTICS,
    ColumnStatistics,
    IndexStatistics,
    Statistics,
    TableStatistics,
)

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

RELATIONS = """
select c.oid, c.relname, c.relkind::text, c.relpages, c.reltuples, c.relallvisible, i.indrelid, am.amname
from pg_catalog.pg_class c
left join pg_catalog.pg_index i on i.indexrelid = c.oid
left join pg_catalog.pg_am am on am.oid = c.relam
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind in ('r', 'p', 'i', 'I', 'm')
order by c.oid
"""
COLUMNS = """
select a.attname,
       t.typtype in ('e', 'r') or t.typcategory = 'A' or exists (
         select from pg_catalog.pg_opclass o join pg_catalog.pg_am am on am.oid = o.opcmethod
         where am.amname = 'btree' and o.opcdefault and exists (
           select from pg_catalog.pg_cast where castsource = t.oid and casttarget = o.opcintype and castmethod = 'b'
           union all select where o.opcintype = t.oid))
from pg_catalog.pg_attribute a
join pg_catalog.pg_type d on d.oid = a.atttypid
join pg_catalog.pg_type t on t.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attnum
"""


def read_statistics(connection: Connection[TupleRow], schema: str) -> Statistics:
    """Return what the planner of a loaded database looks at in one schema.

    Heights of B-trees and metapages of other indexes are read where the extension pageinspect is there and the login
    may use it, else they are left out. Raise psycopg.Error.
    """
    inspects = _may_inspect(connection)
    relations = connection.execute(RELATIONS, [schema]).fetchall()
    columns = _column_statistics(connection, schema)
    indexes: dict[int, list[IndexStatistics]] = defaultdict(list)
    for oid, name, kind, pages, rows, _, table, method in relations:
        if kind in "iI":
            height, metapage = _inside(connection, oid, str(method)) if inspects and kind == "i" else (None, b"")
            indexes[table].append(IndexStatistics(name, pages, rows, height, metapage, tuple(columns[name])))
    tables = []
    for oid, name, kind, pages, rows, visible, _, _ in relations:
        if kind in "iI":
            continue
        low, high = _ends(connection, oid) if kind in "rm" and rows > 0 else ({}, {})
        own = tuple(columns[name])
        tables.append(TableStatistics(name, pages, rows, visible, own, tuple(indexes[oid]), low, high))
    return Statistics(schema, tuple(tables))


def _may_inspect(connection: Connection[TupleRow]) -> bool:
    row = connection.execute(
        "select exists (select from pg_catalog.pg_extension where extname = 'pageinspect') "
        "and current_setting('is_superuser') = 'on'"
    ).fetchone()
    return bool(row and row[0])


def _column_statistics(connection: Connection[TupleRow], schema: str) -> dict[str, list[ColumnStatistics]]:
    names = list(COLUMN_STATISTICS)
    listed = ", ".join(f"{name}::text" for name in names)
    found: dict[str, list[ColumnStatistics]] = defaultdict(list)
    query = f"select tablename, attname, inherited, {listed} from pg_catalog.pg_stats where schemaname = %s"
    for table, column, inherited, *values in connection.execute(query.encode(), [schema]).fetchall():
        known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        found[table].append(ColumnStatistics(column, known, inherited))
    return found


def _inside(connection: Connection[TupleRow], oid: int, method: str) -> tuple[int | None, bytes]:
    if method == "btree":
        row = connection.execute("select level from bt_metap(%s::regclass::text)", [oid]).fetchone()
        return (int(row[0]) if row else None), b""
    if method in ("gist", "spgist"):
        return None, b""
    row = connection.execute("select get_raw_page(%s::regclass::text, 'main', 0)", [oid]).fetchone()
    return None, bytes(row[0]) if row else b""


def _ends(connection: Connection[TupleRow], oid: int) -> tuple[dict[str, str | None], dict[str, str | None]]:
    columns = connection.execute(COLUMNS, [oid]).fetchall()
    if not columns:
        return {}, {}
    name = _one(connection, "select %s::regclass::text", oid)
    asked = ", ".join(_end(column, name, ordered) for column, ordered in columns)
    row = connection.execute(f"select {asked}".encode()).fetchone()
    assert row is not None
    names = [c for c, _ in columns]
    return dict(zip(names, row[0::2], strict=True)), dict(zip(names, row[1::2], strict=True))


def _end(column: str, table: str, ordered: bool) -> str:
    from psycopg import sql

    name = sql.Identifier(column).as_string()
    low, high = (f"order by {name}", f"order by {name} desc") if ordered else ("", "")
    some = f"select {name}::text from {table} where {name} is not null"
    return f"({some} {low} limit 1), ({some} {high} limit 1)"


def _one(connection: Connection[TupleRow], query: str, *values: Any) -> Any:
    row = connection.execute(query.encode(), values).fetchone()
    return row[0] if row else None
