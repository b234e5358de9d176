"""The state of a running database: row security, validity, counters, objects that run with their owner's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbwright.catalog.usage import read_controls, read_indexes, read_scans, read_sizes, read_statements, read_watched
from dbwright.model.grouping import grouped
from dbwright.model.live import LiveBody, LiveChild, LiveFunction, LivePolicy, LiveSequence, LiveState

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

_OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'"
_NAME = "case n.nspname when 'public' then c.relname::text else n.nspname || '.' || c.relname end"
_TABLES = f"""\
select {_NAME}, c.relrowsecurity, c.relforcerowsecurity, c.relpersistence = 'u',
       exists (select from pg_inherits i where i.inhrelid = c.oid) and not c.relispartition,
       coalesce(s.n_live_tup, 0), coalesce(s.n_dead_tup, 0)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_stat_user_tables s on s.relid = c.oid
 where c.relkind in ('r', 'p') and {_OURS} order by 1"""
_POLICIES = f"""\
select {_NAME}, p.polname, p.polcmd::text, p.polpermissive,
       array(select coalesce(r.rolname::text, 'public') from unnest(p.polroles) o left join pg_roles r on r.oid = o),
       coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
  from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
 order by 1, 2"""
_NOT_VALID = f"""\
select {_NAME}, o.conname from pg_constraint o join pg_class c on c.oid = o.conrelid
  join pg_namespace n on n.oid = c.relnamespace where not o.convalidated and {_OURS} order by 1, 2"""
_INVALID = f"""\
select {_NAME}, x.relname from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
 where not i.indisvalid and {_OURS} and c.relkind = 'r' order by 1, 2"""
_DEFINERS = f"""\
select case n.nspname when 'public' then p.proname::text else n.nspname || '.' || p.proname end,
       coalesce((select s from unnest(p.proconfig) s where s like 'search_path=%%'), ''),
       has_function_privilege('public', p.oid, 'execute')
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where p.prosecdef and {_OURS}
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1"""
_VIEWS = f"""\
select distinct {_NAME}, t.relname::text
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_rewrite w on w.ev_class = c.oid join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
  join pg_class t on t.oid = d.refobjid and t.relrowsecurity
 where c.relkind = 'v' and {_OURS}
   and coalesce(array_to_string(c.reloptions, ','), '') !~ 'security_invoker=(true|on|1)' order by 1, 2"""
_SEQUENCES = """\
select case schemaname when 'public' then sequencename::text else schemaname || '.' || sequencename end,
       last_value, max_value from pg_sequences where last_value is not null order by 1"""
_EXTENSIONS = """\
select e.extname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
 where n.nspname = 'public' order by 1"""
_CHILDREN = f"""\
select {_NAME}, case m.nspname when 'public' then p.relname::text else m.nspname || '.' || p.relname end,
       c.relispartition
  from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class p on p.oid = i.inhparent join pg_namespace m on m.oid = p.relnamespace
 where c.relkind in ('r', 'p') and {_OURS} order by 1, i.inhseqno"""
_TYPES = f"""\
select format_type(t.oid, null), '', format_type(t.typbasetype, t.typtypmod), 0
  from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and {_OURS}
 union all
select format_type(t.oid, null), a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnum
  from pg_type t join pg_namespace n on n.oid = t.typnamespace
  join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where {_OURS} order by 1, 4"""
_BODIES = f"""\
select case n.nspname when 'public' then p.proname::text else n.nspname || '.' || p.proname end,
       pg_get_function_arguments(p.oid), p.prosrc
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
 where l.lanname = 'plpgsql' and p.prosrc ~* '\\mexecute\\M' and {_OURS}
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1, 2"""
_PLATFORMS = "^(supabase_|rdsadmin|rds_|cloudsql|azure|azuresu|neon_|crunchy_|tsdbadmin)"
"""Roles by which a platform owns its schemas."""
_FOREIGN = f"""\
select {_NAME}, o.conname, m.nspname || '.' || t.relname
  from pg_constraint o join pg_class c on c.oid = o.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class t on t.oid = o.confrelid join pg_namespace m on m.oid = t.relnamespace
  join pg_roles r on r.oid = m.nspowner join pg_roles s on s.oid = n.nspowner
 where o.contype = 'f' and o.conparentid = 0 and m.oid <> n.oid and {_OURS} and s.rolname !~ '{_PLATFORMS}'
   and (r.rolname ~ '{_PLATFORMS}'
        or exists (select from pg_attribute a where a.attrelid = t.oid and m.nspname = 'auth'
                      and a.attname in ('raw_app_meta_data', 'factor_type', 'refresh_token_hmac_key'))
        or exists (select from pg_attribute a where a.attrelid = t.oid and m.nspname = 'storage'
                      and a.attname in ('path_tokens', 'allowed_mime_types')))
   and not exists (select from pg_constraint k where k.conindid = o.conindid and k.contype = 'p') order by 1, 2"""
"""References to a unique constraint that a platform owns: by its owner, or by columns that only its tables have."""


def read_state(connection: Connection[TupleRow], running: bool = False) -> LiveState:
    """Return the state of a database, within the transaction of the caller; raise psycopg.Error.

    `running` is for a server that serves somebody: its settings and its statements say something there.
    """
    tables = _rows(connection, _TABLES)
    return LiveState(
        secured=frozenset(r[0] for r in tables if r[1]),
        forced=frozenset(r[0] for r in tables if r[2]),
        unlogged=frozenset(r[0] for r in tables if r[3]),
        inheriting=frozenset(r[0] for r in tables if r[4]),
        policies=tuple(_policy(r) for r in _rows(connection, _POLICIES)),
        not_valid=tuple((r[0], r[1]) for r in _rows(connection, _NOT_VALID)),
        invalid_indexes=tuple((r[0], r[1]) for r in _rows(connection, _INVALID)),
        definers=tuple(LiveFunction(*r) for r in _rows(connection, _DEFINERS)),
        definer_views=tuple((r[0], r[1]) for r in _rows(connection, _VIEWS)),
        sequences=tuple(LiveSequence(*r) for r in _rows(connection, _SEQUENCES)),
        public_extensions=tuple(r[0] for r in _rows(connection, _EXTENSIONS)),
        dead=tuple((r[0], r[5], r[6]) for r in tables if r[6]),
        children=tuple(LiveChild(*r) for r in _rows(connection, _CHILDREN)),
        types={n: tuple(p) for n, p in grouped((r[0], (r[1], r[2])) for r in _rows(connection, _TYPES)).items()},
        bodies=tuple(LiveBody(*r) for r in _rows(connection, _BODIES)),
        foreign=tuple((r[0], r[1], r[2]) for r in _rows(connection, _FOREIGN)),
        unread=read_indexes(connection),
        scans=read_scans(connection),
        sizes=read_sizes(connection),
        watched=read_watched(connection),
        controls=read_controls(connection) if running else {},
        statements=read_statements(connection) if running else (),
    )


def _policy(row: tuple[Any, ...]) -> LivePolicy:
    table, name, command, permissive, roles, using, check = row
    return LivePolicy(table, name, command, permissive, tuple(roles), using, check)


def _rows(connection: Connection[TupleRow], query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.replace("%%", "%").encode()).fetchall()
