"""How a running database is used: indexes that nobody reads, tables that are read whole, statements, server controls.

Sources: PostgreSQL manual, "The Cumulative Statistics System", pg_settings, pg_hba_file_rules, pg_stat_statements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbwright.model.live import LiveIndex, LiveScans, LiveSize, LiveStatement

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

_OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'"
_NAME = "case n.nspname when 'public' then c.relname::text else n.nspname || '.' || c.relname end"
_INDEXES = f"""\
with used as (
  select coalesce(pg_partition_root(s.indexrelid)::oid, s.indexrelid) as root, sum(s.idx_scan) as scans,
         sum(pg_relation_size(s.indexrelid))::bigint as bytes, sum(t.n_live_tup)::bigint as rows
    from pg_stat_user_indexes s join pg_stat_user_tables t on t.relid = s.relid group by 1)
select {_NAME}, x.relname, u.bytes, u.rows
  from used u join pg_index i on i.indexrelid = u.root join pg_class x on x.oid = i.indexrelid
  join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
 where u.scans = 0 and not i.indisunique and i.indisvalid and {_OURS}
   and not exists (select from pg_constraint o where o.conindid = i.indexrelid) order by 1, 2"""
"""Indexes without any scan, those of all partitions taken together; what keeps rows unique is used by each write."""
_SCANS = f"""\
select distinct on (coalesce(pg_partition_root(s.relid)::oid, s.relid))
       {_NAME}, s.n_live_tup, s.seq_scan, s.seq_tup_read, coalesce(s.idx_scan, 0)
  from pg_stat_user_tables s
  join pg_class c on c.oid = coalesce(pg_partition_root(s.relid)::oid, s.relid)
  join pg_namespace n on n.oid = c.relnamespace
 where s.seq_scan > 0 and s.n_live_tup > 0 and {_OURS}
 order by coalesce(pg_partition_root(s.relid)::oid, s.relid), s.seq_tup_read desc"""
"""A row a table; of a partitioned one the partition of which most was read."""
_SIZES = f"""\
with leaves as (
  select coalesce(pg_partition_root(s.relid)::oid, s.relid) as root,
         sum(greatest(s.n_live_tup, l.reltuples::bigint, 0))::bigint as rows,
         sum(pg_total_relation_size(s.relid))::bigint as bytes
    from pg_stat_user_tables s join pg_class l on l.oid = s.relid group by 1)
select {_NAME}, l.rows, l.bytes
  from leaves l join pg_class c on c.oid = l.root join pg_namespace n on n.oid = c.relnamespace
 where {_OURS} order by 1"""
_WATCHED = """\
select extract(epoch from now() - coalesce(stats_reset, pg_postmaster_start_time()))::float8
  from pg_stat_database where datname = current_database()"""
"""Seconds of counting; never reset, they have counted at least since the server started."""
_CONTROLS = """\
select name, setting from pg_settings
 where name in ('ssl', 'listen_addresses', 'password_encryption', 'log_connections', 'log_statement',
                'pgaudit.log', 'fsync', 'full_page_writes') order by 1"""
_OPEN_DOORS = """\
select distinct auth_method from pg_hba_file_rules
 where type in ('host', 'hostssl', 'hostnossl') and auth_method in ('trust', 'password', 'md5')
   and coalesce(address, '') not in ('127.0.0.1', '::1', 'localhost', 'samehost') order by 1"""
_STATEMENTS = """\
select regexp_replace(left(s.query, 200), '\\s+', ' ', 'g'), s.calls, s.mean_exec_time, s.max_exec_time,
       s.stddev_exec_time, coalesce(s.total_exec_time / nullif(sum(s.total_exec_time) over (), 0), 0)
  from {schema}.pg_stat_statements s join pg_database d on d.oid = s.dbid
 where d.datname = current_database() and s.query ~* '^\\s*(select|with|insert|update|delete|merge)\\M'
 order by s.total_exec_time desc, s.query limit 50"""


def read_indexes(connection: Connection[TupleRow]) -> tuple[LiveIndex, ...]:
    """Return the indexes that no query has used since counting began."""
    return tuple(LiveIndex(*row) for row in _rows(connection, _INDEXES))


def read_scans(connection: Connection[TupleRow]) -> tuple[LiveScans, ...]:
    """Return how often each table was read from its first row on."""
    return tuple(sorted((LiveScans(*row) for row in _rows(connection, _SCANS)), key=lambda s: s.table))


def read_sizes(connection: Connection[TupleRow]) -> tuple[LiveSize, ...]:
    """Return how many rows each table has by the server's counters, and how many bytes."""
    return tuple(LiveSize(*row) for row in _rows(connection, _SIZES))


def read_watched(connection: Connection[TupleRow]) -> float:
    """Return for how many seconds the counters have counted."""
    found = _rows(connection, _WATCHED)
    return float(found[0][0]) if found else 0.0


def read_controls(connection: Connection[TupleRow]) -> dict[str, str]:
    """Return the settings that guard a server; `hba` lists weak ways to sign in over a network, where one may look."""
    import psycopg

    found: dict[str, str] = dict(_rows(connection, _CONTROLS))
    try:
        with connection.transaction():
            found["hba"] = ", ".join(row[0] for row in _rows(connection, _OPEN_DOORS))
    except psycopg.errors.InsufficientPrivilege:
        pass
    return found


def read_statements(connection: Connection[TupleRow]) -> tuple[LiveStatement, ...]:
    """Return what pg_stat_statements has seen in this database, the costliest first; nothing where it does not run."""
    import psycopg

    from dbwright.sql.names import quote

    query = "select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where extname = %s"
    place = connection.execute(query, ["pg_stat_statements"]).fetchone()
    if place is None:
        return ()
    try:
        with connection.transaction():
            rows = _rows(connection, _STATEMENTS.replace("{schema}", quote(place[0])))
    except psycopg.Error:  # not loaded at the start of the server, or not for this user
        return ()
    return tuple(LiveStatement(*row) for row in rows)


def _rows(connection: Connection[TupleRow], query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()
