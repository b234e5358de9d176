"""Read from a loaded server what its planner looks at, to plant it elsewhere. Nothing is written to that server."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from dbwright.planner.ends import NO_ENDS, EndReader
from dbwright.planner.insides import InsideReader
from dbwright.planner.planting import SESSION
from dbwright.planner.statistics import (
    COLUMN_STATISTICS,
    ColumnStatistics,
    ExtendedStatistics,
    IndexStatistics,
    Statistics,
    TableStatistics,
)
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

LABORATORY_MAJOR = 18
RELATIONS = """
select c.oid::int8, c.relname, c.relkind::text, c.relpages, c.reltuples, c.relallvisible, i.indrelid::int8, am.amname,
       case when c.relkind in ('r', 'm', 'i')
            then pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::int end,
       c.relkind in ('r', 'm') and c.relispopulated,
       pg_catalog.has_table_privilege(c.oid, 'select')
from pg_catalog.pg_class c
left join pg_catalog.pg_index i on i.indexrelid = c.oid
left join pg_catalog.pg_am am on am.oid = c.relam
where c.relnamespace = %s::pg_catalog.regnamespace and c.relkind in ('r', 'p', 'i', 'I', 'm')
  and c.relpersistence <> 't'
order by c.oid
"""
EXTENDED_BYTES = """
select t.relname, x.stxname, d.stxdinherit, d.stxdndistinct::bytea, d.stxddependencies::bytea, d.stxdmcv::bytea
from pg_catalog.pg_statistic_ext x
join pg_catalog.pg_statistic_ext_data d on d.stxoid = x.oid
join pg_catalog.pg_class t on t.oid = x.stxrelid
where x.stxnamespace = %s::pg_catalog.regnamespace
order by x.oid, d.stxdinherit
"""
PLANNER_SETTINGS = """
select name, current_setting(name) from pg_catalog.pg_settings
where category like 'Query Tuning%%' or name = any(%s)
order by name
"""
OTHER_SETTINGS = (
    "work_mem",
    "hash_mem_multiplier",
    "max_parallel_workers",
    "max_parallel_workers_per_gather",
    "effective_io_concurrency",
    "temp_buffers",
)


def read_statistics(connection: Connection[TupleRow], schema: str) -> Statistics:
    """Return what the planner of a loaded database looks at in one schema, from PostgreSQL 15 to 18.

    Metapages are read where the login may (`insides`), and the bytes of extended statistics where it is a superuser;
    `approximations` of the result say what is missing. Raise psycopg.Error.
    """
    connection.execute(SESSION)
    superuser = connection.execute("select current_setting('is_superuser') = 'on'").fetchone() == (True,)
    reader, inside = EndReader(connection, schema), InsideReader(connection)
    relations = connection.execute(RELATIONS, [quote(schema)]).fetchall()
    columns = _column_statistics(connection, schema)
    extended = _extended_statistics(connection, schema) if superuser else {}
    indexes: dict[int, list[IndexStatistics]] = defaultdict(list)
    for oid, name, kind, pages, rows, _, table, method, true_pages, _, _ in relations:
        if kind in "iI":
            height, metapage = inside.read(oid, str(method), true_pages) if kind == "i" else (None, b"")
            told = tuple(columns[name])
            indexes[table].append(
                IndexStatistics(name, pages, rows, height, metapage, told, None, _grown(pages, true_pages))
            )
    tables, hidden = [], []
    for oid, name, kind, pages, rows, visible, _, _, true_pages, filled, readable in relations:
        if kind in "iI":
            continue
        own = tuple(columns[name])
        ends = reader.read(oid, name, own) if filled and readable else NO_ENDS
        hidden += [name] if filled and not readable else []
        tables.append(
            TableStatistics(
                name,
                pages,
                rows,
                visible,
                own,
                tuple(indexes[oid]),
                ends.lowest,
                ends.highest,
                ends.witnesses,
                tuple(extended.get(name, ())),
                _grown(pages, true_pages),
            )
        )
    approximations = _approximations(connection, schema, inside.exact, superuser)
    if hidden:
        approximations.append(f"this login may not read {', '.join(hidden)}, so the ends of their columns are unknown")
    return Statistics(schema, tuple(tables), tuple(approximations))


def read_settings(connection: Connection[TupleRow]) -> dict[str, str]:
    """Return the settings of a server that its planner looks at, to open a laboratory with. Raise psycopg.Error."""
    return dict(connection.execute(PLANNER_SETTINGS, [list(OTHER_SETTINGS)]).fetchall())


def _grown(pages: int, true_pages: int | None) -> int | None:
    return None if true_pages == pages else true_pages


def _column_statistics(connection: Connection[TupleRow], schema: str) -> dict[str, list[ColumnStatistics]]:
    """Read the view of statistics; versions before 17 do not show those of ranges in it."""
    there = connection.execute(
        "select attname from pg_catalog.pg_attribute where attrelid = 'pg_catalog.pg_stats'::regclass"
    ).fetchall()
    names = [name for name in COLUMN_STATISTICS if (name,) in there]
    listed = ", ".join(f"{name}::text" for name in names)
    found: dict[str, list[ColumnStatistics]] = defaultdict(list)
    query = f"select tablename, attname, inherited, {listed} from pg_catalog.pg_stats where schemaname = %s"
    for table, column, inherited, *values in connection.execute(query.encode(), [schema]).fetchall():
        found[table].append(ColumnStatistics(column, _known(names, values), inherited))
    return found


def _known(names: list[str], values: list[Any]) -> dict[str, str]:
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _extended_statistics(connection: Connection[TupleRow], schema: str) -> dict[str, list[ExtendedStatistics]]:
    expressions: dict[tuple[str, bool], list[ColumnStatistics]] = defaultdict(list)
    names = [name for name in COLUMN_STATISTICS if not name.startswith("range_")]
    listed = ", ".join(f"{name}::text" for name in names)
    query = f"select statistics_name, inherited, expr, {listed} from pg_catalog.pg_stats_ext_exprs "
    rows = connection.execute((query + "where statistics_schemaname = %s").encode(), [schema]).fetchall()
    for name, inherited, expression, *values in rows:
        expressions[name, inherited].append(ColumnStatistics(expression, _known(names, values), inherited))
    found: dict[str, list[ExtendedStatistics]] = defaultdict(list)
    for table, name, inherited, *kinds in connection.execute(EXTENDED_BYTES, [quote(schema)]).fetchall():
        distinct, dependencies, common = (bytes(kind) if kind is not None else b"" for kind in kinds)
        own = tuple(expressions[name, inherited])
        found[table].append(ExtendedStatistics(name, distinct, dependencies, common, own, inherited))
    return found


def _approximations(connection: Connection[TupleRow], schema: str, exact: bool, superuser: bool) -> list[str]:
    found = []
    major = connection.info.server_version // 10000
    if major != LABORATORY_MAJOR:
        found.append(f"plans are those of PostgreSQL {LABORATORY_MAJOR}, the server has version {major}")
    if major < 17:
        found.append("what is known of columns of ranges is not shown by this version, so it is not taken over")
    if not exact:
        found.append("this login may not look into indexes: heights of B-trees follow from pages, GIN is guessed")
    if not superuser:
        row = connection.execute(
            "select count(*) from pg_catalog.pg_statistic_ext where stxnamespace = %s::pg_catalog.regnamespace",
            [quote(schema)],
        ).fetchone()
        if row and row[0]:
            found.append("extended statistics are shown to superusers only, so they are not taken over")
        found.append("statistics of columns that this login may not read are not shown to it")
    return found
