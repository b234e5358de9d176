"""One database of a laboratory: planted, shaped, planned with, and made empty again for the next size.

Making it empty is done to its files, while no page of them is in the server's memory: that takes a tenth of the time
of a new copy. Only relations of user schemas are touched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dbwright.planner.limits import refuse_outgrown
from dbwright.planner.pages import (
    MOST_PAGES,
    count_brin,
    count_gin,
    raise_tree,
    resize,
    write_page,
)
from dbwright.planner.planting import (
    SESSION,
    Name,
    insert_ends,
    plant_columns,
    plant_extended,
    plant_relations,
)
from dbwright.planner.premises import Premises, name_file, open_relation
from dbwright.planner.statistics import ColumnStatistics, IndexStatistics, Statistics, TableStatistics
from dbwright.server import Database, ServerError

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

RELATIONS = """
select n.nspname, c.relname, c.oid::int8, am.amname, pg_catalog.pg_relation_filepath(c.oid)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_am am on am.oid = c.relam
where c.relkind in ('r', 'p', 'm', 'i', 'I') and c.relpersistence <> 't'
  and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
"""
ATTRIBUTES = """
select attrelid::int8, attname from pg_catalog.pg_attribute
where attrelid >= 16384 and attnum > 0 and not attisdropped
"""
EXTENDED = """
select n.nspname, x.stxname, x.oid::int8, pg_catalog.pg_get_statisticsobjdef_expressions(x.oid)
from pg_catalog.pg_statistic_ext x join pg_catalog.pg_namespace n on n.oid = x.stxnamespace
"""
VALID = "select indexrelid::int8 from pg_catalog.pg_index where indisvalid and indexrelid >= 16384"
REVALIDATE = "update pg_catalog.pg_index set indisvalid = true where indexrelid = any(%s) and not indisvalid"
"""Candidates that one size was planned without are there again at the next."""
EVICTIONS = 20
_FORKS = ("_vm", "_fsm")


@dataclass(frozen=True)
class Relation:
    """A table or index: object number, access method, the name of its file and what is in it while it is empty."""

    oid: int
    method: str
    file: str
    pristine: bytes


class Stage:
    """A copy of the empty schema, in a database of its own."""

    def __init__(self, premises: Premises, database: Database) -> None:
        """Read what is in the copy. Raise psycopg.Error, OSError, ValueError where a file lies elsewhere."""
        self.database = database
        self._premises = premises
        self._used = False
        self._segments: dict[str, int] = {}
        with database.connect() as connection:
            self._evict(connection)
            found = connection.execute(
                "select oid::int8 from pg_database where datname = current_database()"
            ).fetchone()
            assert found is not None
            self._oid = int(found[0])
            self.relations = self._read_relations(connection)
            self._attributes = set(connection.execute(ATTRIBUTES).fetchall())
            self._valid = [oid for (oid,) in connection.execute(VALID).fetchall()]
            self._extended = {(s, n): (oid, e or []) for s, n, oid, e in connection.execute(EXTENDED).fetchall()}

    def _read_relations(self, connection: Connection[TupleRow]) -> dict[Name, Relation]:
        rows = connection.execute(RELATIONS.encode()).fetchall()
        found = {}
        with self._premises.open_database(self._oid) as directory:
            for schema, name, oid, method, path in rows:
                file = name_file(path, self._oid) if path else ""
                pristine = _read(directory, file) if file else b""
                found[schema, name] = Relation(oid, method or "", file, pristine)
        return found

    def plant(self, statistics: Sequence[Statistics]) -> list[str]:
        """Plant the statistics and shape the files. Return in words what had to be left out.

        Raise RelationOutgrown, psycopg.Error, ServerError (a full disk, or a file that is not ours alone).
        """
        refuse_outgrown(statistics)
        try:
            return self._plant(statistics)
        except OSError as error:
            raise ServerError(
                f"the laboratory's files cannot be given their size: {error.strerror or error}",
                help="their holes need no space, but a file system that knows holes; name one: export TMPDIR=/tmp",
            ) from error

    def _plant(self, statistics: Sequence[Statistics]) -> list[str]:
        known, missing = self._known(statistics)
        with self.database.connect() as connection:
            if self._used:
                connection.execute(REVALIDATE, [self._valid])
                self._evict(connection)
                self._empty_files()
            self._used = True
            connection.execute(SESSION)
            tables = {relation.oid: (name, table) for name, table, relation in known if relation.file}
            left_out = missing + insert_ends(connection, tables)
            with connection.transaction():
                left_out += self._plant_statistics(connection, known)
            self._evict(connection)
        self._shape(known)
        return left_out

    def _known(
        self, statistics: Sequence[Statistics]
    ) -> tuple[list[tuple[Name, TableStatistics, Relation]], list[str]]:
        known, missing = [], []
        for schema in statistics:
            for table in schema.tables:
                relation = self.relations.get((schema.schema, table.name))
                if relation is None:
                    missing.append(
                        f"there is no table `{table.name}` in schema `{schema.schema}` to give statistics to"
                    )
                else:
                    known.append(((schema.schema, table.name), table, relation))
        return known, missing

    def plant_again(self, connection: Connection[TupleRow], statistics: Sequence[Statistics]) -> None:
        """Plant other statistics for files of the same size, in the transaction that the connection is in."""
        self._plant_statistics(connection, self._known(statistics)[0])

    def _plant_statistics(
        self, connection: Connection[TupleRow], known: Sequence[tuple[Name, TableStatistics, Relation]]
    ) -> list[str]:
        connection.execute("delete from pg_catalog.pg_statistic where starelid >= 16384")
        connection.execute("delete from pg_catalog.pg_statistic_ext_data")
        pages: list[tuple[Name, int, float, int]] = []
        columns: list[tuple[Name, ColumnStatistics]] = []
        left_out: list[str] = []
        for name, table, relation in known:
            pages.append((name, table.pages, table.rows, table.visible_pages))
            columns += self._columns(name, relation, table.columns, left_out)
            for index, place in self._indexes(name[0], table):
                pages.append(((name[0], index.name), index.pages, index.rows, 0))
                columns += self._columns((name[0], index.name), place, index.columns, left_out)
        plant_relations(connection, pages)
        left_out += plant_columns(connection, columns)
        for name, table, _ in known:
            for extended in table.extended:
                if (name[0], extended.name) in self._extended:
                    oid, expressions = self._extended[name[0], extended.name]
                    left_out += plant_extended(connection, name, oid, expressions, extended)
        return left_out

    def _columns(
        self, name: Name, relation: Relation, columns: Sequence[ColumnStatistics], left_out: list[str]
    ) -> list[tuple[Name, ColumnStatistics]]:
        there = [(name, c) for c in columns if (relation.oid, c.column) in self._attributes]
        absent = [c.column for c in columns if (relation.oid, c.column) not in self._attributes]
        left_out += [f"`{name[1]}` has no column `{column}` to give statistics to" for column in absent]
        return there

    def _indexes(self, schema: str, table: TableStatistics) -> list[tuple[IndexStatistics, Relation]]:
        found = [(index, self.relations.get((schema, index.name))) for index in table.indexes]
        return [(index, relation) for index, relation in found if relation is not None]

    def _evict(self, connection: Connection[TupleRow]) -> None:
        """Write out and forget every page, so that the files are the truth. Raise ServerError."""
        for _ in range(EVICTIONS):
            row = connection.execute("select buffers_skipped from dbwright.pg_buffercache_evict_all()").fetchone()
            if row is not None and row[0] == 0:
                return
        raise ServerError(
            "the laboratory's server keeps pages in use, so its files cannot be shaped",
            help="let no other program connect to it",
        )

    def _empty_files(self) -> None:
        """Give every file the bytes that it had while its table was empty; further segments stay for the next size."""
        with self._premises.open_database(self._oid) as directory:
            for relation in self.relations.values():
                if not relation.file:
                    continue
                with open_relation(directory, relation.file) as descriptor:
                    os.ftruncate(descriptor, 0)
                    os.pwrite(descriptor, relation.pristine, 0)
                for fork in _FORKS:
                    with suppress(FileNotFoundError), open_relation(directory, relation.file + fork) as descriptor:
                        os.ftruncate(descriptor, 0)

    def _shape(self, known: Sequence[tuple[Name, TableStatistics, Relation]]) -> None:
        """Give files their size, trees their height and metapages their counts."""
        with self._premises.open_database(self._oid) as directory:
            for name, table, relation in known:
                heap_pages = _true_pages(table)
                self._resize(directory, relation.file, heap_pages)
                for index, place in self._indexes(name[0], table):
                    self._resize(directory, place.file, _true_pages(index))
                    if place.file:
                        _shape_index(directory, index, place, heap_pages)

    def _resize(self, directory: int, file: str, pages: int) -> None:
        if file:
            self._segments[file] = resize(directory, file, pages, self._segments.get(file, 1))


def _true_pages(relation: TableStatistics | IndexStatistics) -> int:
    return min(relation.pages if relation.file_pages is None else relation.file_pages, MOST_PAGES)


def _shape_index(directory: int, index: IndexStatistics, relation: Relation, heap_pages: int) -> None:
    pages = _true_pages(index)
    with open_relation(directory, relation.file) as descriptor:
        if index.metapage:
            write_page(descriptor, 0, index.metapage)
        elif relation.method == "btree":
            if index.height is not None and pages > index.height + 1:
                raise_tree(descriptor, index.height)
        elif relation.method == "gin":
            count_gin(descriptor, pages, index.gin)
        elif relation.method == "brin":
            count_brin(descriptor, heap_pages)


def _read(directory: int, name: str) -> bytes:
    with open_relation(directory, name) as descriptor:
        return os.pread(descriptor, os.fstat(descriptor).st_size, 0)
