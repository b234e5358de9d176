"""What transactions leave: rows and digests of tables, without what differs in each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbwright.model.access import AccessPattern
from dbwright.model.table import Table, TableColumn
from dbwright.prove.bench import Bench
from dbwright.sql.names import qualify, quote
from dbwright.sql.patterns import columns_by_name, read_query
from dbwright.sql.types import bare_type

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

State = dict[str, tuple[int, str]]
"""Rows and a digest of each table."""


def written_tables(bench: Bench, *patterns: AccessPattern) -> list[Table]:
    """Return the tables that patterns write, each once."""
    columns = columns_by_name(bench.blueprint)
    names = {table: None for p in patterns for _, table in read_query(str(p.sql), columns).writes}
    return [table for name in names if (table := bench.blueprint.table(name)) is not None]


def state_of(connection: Connection[TupleRow], bench: Bench, tables: list[Table]) -> State:
    """Rows and a digest of each table, in any order, without what differs in each run (times, generated keys)."""
    found: State = {}
    for table in tables:
        kept = ", ".join(quote(c.name) for c in table.columns if _is_steady(c))
        statement = (
            f"select count(*), coalesce(sum(hashtextextended(row({kept})::text, 0)::numeric), 0)::text"
            f" from {qualify(bench.blueprint.schema, table.name)}"
        )
        count, digest = connection.execute(statement.encode()).fetchall()[0]
        found[table.name] = (count, digest)
    return found


def _is_steady(column: TableColumn) -> bool:
    made = "uuid" in column.default or bool(column.identity) or column.default.startswith("nextval")
    return not made and not bare_type(column.type).startswith(("timestamp", "date", "time"))
