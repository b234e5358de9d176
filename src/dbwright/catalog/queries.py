"""The questions to the system catalogs: one for all tables, one for all constraints, one for all indexes.

Objects of extensions and of the system are left out. Source: PostgreSQL manual, chapter "System Catalogs".
"""

from __future__ import annotations

_OURS = """\
n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
   and c.relkind in ('r', 'p')
   and not exists (select from pg_depend d
                   where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')"""

COLUMNS = f"""\
select c.oid, n.nspname, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''),
       a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
       a.attidentity::text, a.attgenerated::text, coalesce(col_description(c.oid, a.attnum), '')
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where {_OURS}
 order by n.nspname, c.relname, a.attnum"""
"""A row a column; a table without columns has one row whose column is null."""

_NAMES = """\
(select array_agg(a.attname::text order by k.place)
          from unnest(o.{keys}) with ordinality k (number, place)
          join pg_attribute a on a.attrelid = o.{table} and a.attnum = k.number)"""

CONSTRAINTS = f"""\
select o.conrelid, o.conname, o.contype::text, {_NAMES.format(keys="conkey", table="conrelid")}, o.confrelid,
       {_NAMES.format(keys="confkey", table="confrelid")}, o.confdeltype::text, o.confupdtype::text, o.condeferrable,
       case when o.contype in ('c', 'x') then pg_get_constraintdef(o.oid) else '' end,
       coalesce((select to_jsonb(i) ->> 'indnullsnotdistinct' from pg_index i where i.indexrelid = o.conindid), 'false')
  from pg_constraint o
  join pg_class c on c.oid = o.conrelid
  join pg_namespace n on n.oid = c.relnamespace
 where o.contype in ('p', 'u', 'f', 'c', 'x') and {_OURS}
   and (o.conparentid = 0
        or exists (select from pg_constraint p where p.oid = o.conparentid and p.confrelid = o.confrelid))
 order by o.conrelid, o.contype, o.conname"""
"""A row a constraint, with the names of its columns here and there in their order.

A reference to a partitioned table also has a row for each partition there, which nobody wrote.
"""

INDEXES = f"""\
select i.indrelid, x.relname, m.amname, i.indisunique,
       (select array_agg(coalesce(a.attname::text, pg_get_indexdef(i.indexrelid, k, true)) order by k)
          from generate_series(1, i.indnkeyatts) k
          left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1] and a.attnum > 0),
       (select array_agg(i.indkey[k - 1] = 0 order by k) from generate_series(1, i.indnkeyatts) k),
       (select array_agg((i.indoption[k - 1] & 1) = 1 order by k) from generate_series(1, i.indnkeyatts) k),
       (select array_agg(case when p.opcdefault then '' else p.opcname::text end order by k)
          from generate_series(1, i.indnkeyatts) k join pg_opclass p on p.oid = i.indclass[k - 1]),
       (select array_agg(a.attname::text order by k)
          from generate_series(i.indnkeyatts + 1, i.indnatts) k
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1]),
       coalesce(pg_get_expr(i.indpred, i.indrelid), ''), pg_get_indexdef(i.indexrelid), c.relispartition,
       (select array_agg(case i.indoption[k - 1] when 1 then 'last' when 2 then 'first' else '' end order by k)
          from generate_series(1, i.indnkeyatts) k),
       (select array_agg(case when o.oid is null or o.oid = coalesce(a.attcollation, t.typcollation) then ''
                              else quote_ident(o.collname) end order by k)
          from generate_series(1, i.indnkeyatts) k
          left join pg_collation o on o.oid = i.indcollation[k - 1]
          left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1] and a.attnum > 0
          left join pg_attribute e on e.attrelid = i.indexrelid and e.attnum = k
          left join pg_type t on t.oid = e.atttypid)
  from pg_index i
  join pg_class x on x.oid = i.indexrelid
  join pg_am m on m.oid = x.relam
  join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
 where i.indisvalid and {_OURS}
   and not exists (select from pg_constraint o where o.conindid = i.indexrelid and o.contype in ('p', 'u', 'x'))
 order by i.indrelid, x.relname"""
"""A row an index that no constraint owns."""
