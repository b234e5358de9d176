"""Pages of the files of a database: those of tables that hold rows, and their indexes, partitions summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from dbwright.records import record
from dbwright.sql.names import qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

FILES = """
select c.relname, coalesce(p.relname, c.relname), coalesce(t.relname, ''), pg_catalog.pg_relation_size(c.oid) / 8192
from pg_catalog.pg_class c
left join pg_catalog.pg_inherits i on i.inhrelid = c.oid left join pg_catalog.pg_class p on p.oid = i.inhparent
left join pg_catalog.pg_index x on x.indexrelid = c.oid left join pg_catalog.pg_class t on t.oid = x.indrelid
where c.relnamespace = %s::regnamespace and c.relkind in ('r', 'i') order by c.relname
"""


@record(frozen=True)
class Files:
    """Pages of 8 KiB by table or index, those of its partitions together, and how many partitions of it hold rows."""

    pages: Mapping[str, int]
    pieces: Mapping[str, int]


def read_files(connection: Connection[TupleRow], schema: str) -> Files:
    """Return the pages of every file with rows in a schema. Raise psycopg.Error.

    Of a table the pages up to the last row: the server extends a file by many pages at once and fills them later.
    """
    rows = connection.execute(FILES, [quote(schema)]).fetchall()
    used = {name: _used(connection, schema, name) for name, _, heap, _ in rows if not heap}
    pages: Counter[str] = Counter()
    pieces: Counter[str] = Counter()
    for name, whole, heap, size in rows:
        if used.get(heap or name):
            pages[whole] += size if heap else used[name]
            pieces[whole] += 1
    return Files(pages, pieces)


def _used(connection: Connection[TupleRow], schema: str, table: str) -> int:
    last = f"select coalesce((max(ctid)::text::point)[0]::bigint + 1, 0) from only {qualify(schema, table)}"
    row = connection.execute(last.encode()).fetchone()
    return int(row[0]) if row else 0
