"""A throw-away server that plans as if its tables were full: no rows, the statistics and file sizes of the future.

The recipe, each step of which costs a known share of the plans when left out: the schema is made while the tables are
empty; two rows a table stand for the ends of every column; VACUUM makes their page visible; statistics are planted;
files are extended with holes; B-trees are raised to their height. It plans only: a statement that ran here would see
two rows, so every connection that is handed out is read-only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbwright.planner.pages import MOST_PAGES, extend, raise_tree, write_page
from dbwright.planner.statistics import COLUMN_STATISTICS, ColumnStatistics, Statistics, TableStatistics
from dbwright.server import Database, Server, open_server

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

RELATION = (
    "select pg_restore_relation_stats('schemaname', %s::text, 'relname', %s::text, 'relpages', %s::int, "
    "'reltuples', %s::real, 'relallvisible', %s::int)"
)


class Laboratory:
    """One schema on a throw-away server, in as many sizes as are asked for; use `open_laboratory`."""

    def __init__(self, server: Server, empty: Database) -> None:
        if not server.owned or server.data_directory is None:
            raise ValueError("a laboratory writes into the files of its server, and only a throw-away one is its own")
        self._server = server
        self._directory = server.data_directory
        self._empty = empty

    @contextmanager
    def at(self, statistics: Statistics) -> Iterator[Planned]:
        """Yield the schema as it plans with these statistics. Raise psycopg.Error, OSError."""
        with self._server.scratch("lab", self._empty) as database:
            self._plant(database, statistics)
            with database.connect(autocommit=False) as connection:
                connection.execute("set default_transaction_read_only = on")
                connection.commit()
                yield Planned(connection, statistics.schema)
                connection.rollback()

    def _plant(self, database: Database, statistics: Statistics) -> None:
        with database.connect() as connection:
            _insert_ends(connection, statistics)
            connection.execute("vacuum (freeze)")
            _plant_statistics(connection, statistics)
            connection.execute("checkpoint")
            connection.execute("select pg_buffercache_evict_all()")
            files = _files(connection, statistics.schema)
        for table in statistics.tables:
            self._shape(files, table)

    def _shape(self, files: Mapping[str, Path], table: TableStatistics) -> None:
        """Give a table's files their size and its trees their height."""
        if table.name in files:
            extend(self._directory / files[table.name], min(table.pages, MOST_PAGES))
        for index in table.indexes:
            if index.name not in files:
                continue
            path = self._directory / files[index.name]
            extend(path, min(index.pages, MOST_PAGES))
            if index.metapage:
                write_page(path, 0, index.metapage)
            elif index.height is not None and index.pages > index.height + 1:
                raise_tree(path, index.height)


class Planned:
    """A connection that only plans."""

    def __init__(self, connection: Connection[TupleRow], schema: str) -> None:
        self._connection = connection
        self.schema = schema
        connection.execute(f'set search_path = "{schema}", public'.encode())
        connection.commit()

    def explain(self, statement: str, generic: bool = False, options: Sequence[str] = ()) -> Any:
        """Return what EXPLAIN (FORMAT JSON) says of a statement; `generic` plans one with `$1` for any value."""
        asked = ", ".join(["format json", *(["generic_plan"] if generic else []), *options])
        row = self._connection.execute(f"explain ({asked}) {statement}".encode()).fetchone()
        assert row is not None
        return row[0]

    def execute(self, statement: str) -> None:
        """Say something to the session, such as `set enable_seqscan = off`."""
        self._connection.execute(statement.encode())

    @contextmanager
    def without(self, indexes: Iterable[str]) -> Iterator[None]:
        """Plan as if these indexes were not there."""
        off = list(indexes)
        self._connection.rollback()
        self._connection.execute("set transaction read write")
        self._connection.execute(
            "update pg_catalog.pg_index set indisvalid = false from pg_catalog.pg_class c "
            "where c.oid = indexrelid and c.relnamespace = %s::regnamespace and c.relname = any(%s)",
            [f'"{self.schema}"', off],
        )
        try:
            yield
        finally:
            self._connection.rollback()


@contextmanager
def open_laboratory(script: str, settings: Mapping[str, str] | None = None) -> Iterator[Laboratory]:
    """Start a server, load the DDL and yield the laboratory; all of it is gone at the end.

    `settings` are those of production: cost constants, work_mem, effective_cache_size. Raise ServerError.
    """
    with open_server(settings=settings) as server, server.scratch("lab") as empty:
        empty.run_sql(script)
        empty.run_sql("create extension if not exists pg_buffercache")
        yield Laboratory(server, empty)


def _insert_ends(connection: Connection[TupleRow], statistics: Statistics) -> None:
    from psycopg import sql

    connection.execute("set session_replication_role = replica")
    for table in statistics.tables:
        if not table.lowest:
            continue
        insert = sql.SQL("insert into {} ({}) overriding system value values ({})").format(
            sql.Identifier(statistics.schema, table.name),
            sql.SQL(", ").join(map(sql.Identifier, table.lowest)),
            sql.SQL(", ").join(sql.Placeholder() for _ in table.lowest),
        )
        for ends in (table.lowest, table.highest):
            with connection.transaction():
                connection.execute(insert, list(ends.values()))


def _plant_statistics(connection: Connection[TupleRow], statistics: Statistics) -> None:
    schema = statistics.schema
    for table in statistics.tables:
        visible = min(table.visible_pages, MOST_PAGES)
        connection.execute(RELATION, [schema, table.name, min(table.pages, MOST_PAGES), table.rows, visible])
        _plant_columns(connection, schema, table.name, table.columns)
        for index in table.indexes:
            connection.execute(RELATION, [schema, index.name, min(index.pages, MOST_PAGES), index.rows, 0])
            _plant_columns(connection, schema, index.name, index.columns)


def _plant_columns(
    connection: Connection[TupleRow], schema: str, relation: str, columns: Sequence[ColumnStatistics]
) -> None:
    for column in columns:
        named = "".join(f", '{name}', %s::{COLUMN_STATISTICS[name]}" for name in column.values)
        connection.execute(
            (
                "select pg_restore_attribute_stats('schemaname', %s::text, 'relname', %s::text, 'attname', %s::text, "
                f"'inherited', %s::boolean{named})"
            ).encode(),
            [schema, relation, column.column, column.inherited, *column.values.values()],
        )


def _files(connection: Connection[TupleRow], schema: str) -> dict[str, Path]:
    found = connection.execute(
        "select relname, pg_relation_filepath(oid) from pg_catalog.pg_class "
        "where relnamespace = %s::regnamespace and pg_relation_filepath(oid) is not null",
        [f'"{schema}"'],
    ).fetchall()
    return {name: Path(path) for name, path in found}
