"""The state of a running database: row security, validity, counters, objects that run with their owner's rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dbwright.model.live import LiveFunction, LivePolicy, LiveSequence, LiveState

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


def read_state(connection: Connection[TupleRow]) -> LiveState:
    """Return the state of a database, within the transaction of the caller; raise psycopg.Error."""
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
    )


def _policy(row: tuple[Any, ...]) -> LivePolicy:
    table, name, command, permissive, roles, using, check = row
    return LivePolicy(table, name, command, permissive, tuple(roles), using, check)


def _rows(connection: Connection[TupleRow], query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.replace("%%", "%").encode()).fetchall()
