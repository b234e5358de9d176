"""What two ways of making tables are compared by: all that the server says about a schema's tables.

The server spells it (`pg_get_constraintdef`, `pg_get_indexdef`, `format_type`, …), so neither emitter judges itself.
Partitions, policies, grants, triggers and stored views are left out: models do not make them.
"""

from __future__ import annotations

from collections.abc import Mapping

from dbwright.server import Database
from dbwright.sql.names import quote

ModelFacts = Mapping[tuple[str, ...], tuple[object, ...]]
"""What is known of each thing, by its kind and names; the second is the table."""

_TABLES = """
select 'table', c.relname, pg_get_partkeydef(c.oid), obj_description(c.oid, 'pg_class')
from pg_class c where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""

_COLUMNS = """
select 'column', c.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  pg_get_expr(d.adbin, d.adrelid), a.attgenerated::text, a.attidentity::text, a.attcollation::regcollation::text,
  col_description(c.oid, a.attnum)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""

_CONSTRAINTS = """
select 'constraint', c.relname, k.conname, k.contype::text, pg_get_constraintdef(k.oid), k.convalidated
from pg_constraint k join pg_class c on c.oid = k.conrelid
where c.relnamespace = %(schema)s::regnamespace and not c.relispartition and k.conparentid = 0
"""

_INDEXES = """
select 'index', c.relname, i.relname, pg_get_indexdef(x.indexrelid), x.indisunique, x.indisvalid
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
where c.relnamespace = %(schema)s::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""

_NAMES = {"table": 2, "column": 3, "constraint": 3, "index": 3}
"""How many values of a row are its kind and names; the others are what is compared."""


def read_facts(database: Database, schema: str) -> ModelFacts:
    """Return what the server says about every table of the schema, with its columns, constraints and indexes."""
    facts: dict[tuple[str, ...], tuple[object, ...]] = {}
    with database.connect() as connection:
        connection.execute("set search_path = ''")
        for query in (_TABLES, _COLUMNS, _CONSTRAINTS, _INDEXES):
            for row in connection.execute(query, {"schema": quote(schema)}):
                length = _NAMES[row[0]]
                facts[row[:length]] = row[length:]
    return facts


def compare_facts(by_ddl: ModelFacts, by_models: ModelFacts) -> list[str]:
    """Return one line for each difference, in order."""
    lines = [f"{' '.join(key)}: only in the DDL" for key in by_ddl.keys() - by_models.keys()]
    lines += [f"{' '.join(key)}: only in the models" for key in by_models.keys() - by_ddl.keys()]
    lines += [
        f"{' '.join(key)}: {by_ddl[key]} by the DDL, {by_models[key]} by the models"
        for key in by_ddl.keys() & by_models.keys()
        if by_ddl[key] != by_models[key]
    ]
    return sorted(lines)
