"""A running database as the advisor sees it: its schema, its settings, and what its planner knows. No table is read.

Source: PostgreSQL manual, "pg_stats", "pg_dump"; the ends of columns come from the histograms that ANALYZE left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dbwright.diagnostics import nearest
from dbwright.planner.laboratory import Laboratory
from dbwright.planner.statistics import (
    COLUMN_STATISTICS,
    ColumnStatistics,
    IndexStatistics,
    Statistics,
    TableStatistics,
)
from dbwright.records import record, replace
from dbwright.server import open_server
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

    from dbwright.server import Database, Server

DUMP = ("--no-owner", "--no-privileges", "--no-comments", "--no-security-labels", "--no-tablespaces",
        "--no-publications", "--no-subscriptions", "--lock-wait-timeout=10s")  # fmt: skip
SETTINGS = """
select name, setting from pg_catalog.pg_settings
where (category like 'Query Tuning%' or name in ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers',
       'max_worker_processes', 'max_parallel_workers_per_gather', 'parallel_leader_participation', 'jit'))
  and context = 'user' and name not in ('default_statistics_target')
order by name
"""
SCHEMAS = """
select nspname from pg_catalog.pg_namespace n
where nspname !~ '^pg_' and nspname <> 'information_schema'
  and exists (select from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'm'))
order by 1
"""
RELATIONS = """
select c.oid::bigint, c.relname, c.relkind::text, c.relpages, c.reltuples, c.relallvisible, i.indrelid::bigint
from pg_catalog.pg_class c left join pg_catalog.pg_index i on i.indexrelid = c.oid
where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
  and c.relkind in ('r', 'p', 'i', 'I', 'm')
order by c.oid
"""
COLUMNS = """
select a.attrelid::bigint, a.attname, pg_catalog.format_type(a.atttypid, null), a.attnotnull, t.typcategory::text,
       (select quote_literal(enumlabel) from pg_catalog.pg_enum where enumtypid = t.oid order by enumsortorder limit 1)
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_type t on t.oid = a.atttypid
where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
  and c.relkind in ('r', 'm') and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v'
order by a.attrelid, a.attnum
"""
ORDERED = frozenset("NSBDTUEIVR")
"""Categories of types of which values can be ordered, as far as a histogram was made."""
ANY_VALUE: Mapping[str, str] = {"N": "0", "S": "", "B": "false", "D": "2000-01-01", "T": "0", "A": "{}", "R": "empty"}
"""A value of a category of types, for a column that must have one and of which nothing is known."""
ANY_OF_TYPE: Mapping[str, str] = {
    "uuid": "00000000-0000-0000-0000-000000000000", "json": "{}", "jsonb": "{}", "bytea": "", "inet": "0.0.0.0",
    "time without time zone": "00:00", "time with time zone": "00:00Z", "tsvector": "", "xml": "", "point": "(0,0)",
}  # fmt: skip


class SchemaMissing(LookupError):  # noqa: N818 - named after what happened
    """The database has no such schema; `help` names the nearest one."""

    def __init__(self, schema: str, help_text: str) -> None:
        super().__init__(f"the database has no schema `{schema}`")
        self.help = help_text


@record(frozen=True)
class LiveDatabase:
    """What was read of a running database: `unanalysed` are tables without statistics, whose plans are guesses."""

    name: str
    version: int
    schema: str
    script: str
    statistics: tuple[Statistics, ...]
    settings: Mapping[str, str]
    roles: tuple[str, ...]
    extensions: tuple[str, ...]
    unanalysed: tuple[str, ...]
    hidden: tuple[str, ...] = ()


def read_live(database: Database, schema: str, dump: tuple[str, ...] = DUMP) -> LiveDatabase:
    """Read what is needed of a running database, in one transaction that only reads; `dump` are options of pg_dump.

    Raise SchemaMissing, DumpFailed, psycopg.Error.
    """
    with database.connect(autocommit=False) as connection:
        connection.read_only = True
        if not _one(connection, "select count(*) from pg_catalog.pg_namespace where nspname = %s", schema):
            names = "select nspname from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> %s order by 1"
            raise SchemaMissing(
                schema, nearest(schema, [r[0] for r in connection.execute(names, ["information_schema"])])
            )
        settings: dict[str, str] = dict(connection.execute(SETTINGS).fetchall())
        names = "select rolname from pg_catalog.pg_roles where rolname !~ '^pg_' order by 1"
        roles = tuple(r[0] for r in connection.execute(names))
        extensions = tuple(r[0] for r in connection.execute("select extname from pg_catalog.pg_extension order by 1"))
        others = [n for (n,) in connection.execute(SCHEMAS) if n != schema]
        statistics = tuple(read_planner_statistics(connection, name) for name in (schema, *others))
        version = connection.info.server_version
        connection.rollback()
    script = database.dump(*dump)
    # A partitioned table that was never analysed as a whole has reltuples -1, as any other.
    never = tuple(t.name for t in statistics[0].tables if t.rows < 0)
    hidden = tuple(t.name for t in statistics[0].tables if t.rows > 0 and not t.columns)
    return LiveDatabase(database.name, version, schema, script, statistics, settings, roles, extensions, never, hidden)


def told_of(live: LiveDatabase) -> Iterator[str]:
    """Yield what should be known of the statistics of a running database."""
    if live.unanalysed:
        names = ", ".join(live.unanalysed[:8]) + (" …" if len(live.unanalysed) > 8 else "")
        yield f"never analysed, so taken for empty: {names}; run ANALYZE and ask again"
    if live.hidden:
        names = ", ".join(live.hidden[:8]) + (" …" if len(live.hidden) > 8 else "")
        yield f"the login sees no statistics of {names}: it may not read them, or they were never analysed"


def read_planner_statistics(connection: Connection[TupleRow], schema: str) -> Statistics:
    """Return what the planner of a running database knows of one schema, from its catalogs alone."""
    relations = connection.execute(RELATIONS, [schema]).fetchall()
    columns = _column_statistics(connection, schema)
    indexes: dict[int, list[IndexStatistics]] = {}
    for _, name, kind, pages, rows, _, table in relations:
        if kind in "iI":
            known = tuple(columns.get(name, ()))
            indexes.setdefault(table, []).append(IndexStatistics(name, pages, rows, tree_height(pages), b"", known))
    ends = _ends(connection, schema, columns, {oid: name for oid, name, *_ in relations})
    tables = []
    for oid, name, kind, pages, rows, visible, _ in relations:
        if kind not in "iI":
            low, high = ends.get(name, ({}, {})) if rows > 0 else ({}, {})
            own = tuple(columns.get(name, ()))
            tables.append(TableStatistics(name, pages, rows, visible, own, tuple(indexes.get(oid, ())), low, high))
    return Statistics(schema, tuple(tables))


def tree_height(pages: int) -> int:
    """Return the levels above the leaves of a B-tree of so many pages, 280 children a page."""
    height, left = 0, pages - 1.0
    while left > 1.5:
        left /= 280
        height += 1
    return height


def _column_statistics(connection: Connection[TupleRow], schema: str) -> dict[str, list[ColumnStatistics]]:
    there = {
        r[0]
        for r in connection.execute(
            "select attname from pg_catalog.pg_attribute where attrelid = 'pg_catalog.pg_stats'::pg_catalog.regclass"
        )
    }
    names = [n for n in COLUMN_STATISTICS if n in there]
    listed = ", ".join(f"{name}::text" for name in names)
    query = f"select tablename, attname, inherited, {listed} from pg_catalog.pg_stats where schemaname = %s"
    found: dict[str, list[ColumnStatistics]] = {}
    for table, column, inherited, *values in connection.execute(query.encode(), [schema]).fetchall():
        known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        found.setdefault(table, []).append(ColumnStatistics(column, known, inherited))
    return found


Ends = tuple[dict[str, str | None], dict[str, str | None]]


def _ends(
    connection: Connection[TupleRow],
    schema: str,
    statistics: Mapping[str, list[ColumnStatistics]],
    names: Mapping[int, str],
) -> dict[str, Ends]:
    """The least and greatest value of each column that ANALYZE saw, by table."""
    known = {(table, c.column): c for table, found in statistics.items() for c in found if not c.inherited}
    asked: list[tuple[str, str, str]] = []
    found: dict[str, Ends] = {}
    for oid, column, type_name, not_null, category, label in connection.execute(COLUMNS, [schema]).fetchall():
        table = names[oid]
        low, high = found.setdefault(table, ({}, {}))
        seen = known.get((table, column))
        if seen is not None and category in ORDERED and "{" in _values(seen):
            asked.append((table, column, type_name))
        value = _any_value(type_name, category, label) if not_null else None
        low[column] = high[column] = value
    for table, column, low_value, high_value in _asked_ends(connection, asked, known):
        found[table][0][column], found[table][1][column] = low_value, high_value
    return found


def _values(column: ColumnStatistics) -> str:
    return column.values.get("histogram_bounds", "") + column.values.get("most_common_vals", "")


def _any_value(type_name: str, category: str, label: str | None) -> str | None:
    if category == "E":
        return label[1:-1].replace("''", "'") if label else None
    return ANY_OF_TYPE.get(type_name, ANY_VALUE.get(category))


def _asked_ends(
    connection: Connection[TupleRow],
    asked: list[tuple[str, str, str]],
    known: Mapping[tuple[str, str], ColumnStatistics],
) -> list[tuple[str, str, str, str]]:
    """Let the server order the values, which only it can: a type's order is the type's."""
    found = []
    for table, column, type_name in asked:
        values = known[table, column].values
        lists = [values[name] for name in ("histogram_bounds", "most_common_vals") if name in values]
        every = " || ".join([f"%s::{type_name}[]"] * len(lists))
        query = (
            f"select (array_agg(v order by v))[1]::text, (array_agg(v order by v desc))[1]::text from unnest({every}) v"
        )
        row = connection.execute(query.encode(), lists).fetchone()
        if row is not None and row[0] is not None:
            found.append((table, column, row[0], row[1]))
    return found


def _one(connection: Connection[TupleRow], query: str, *values: object) -> object:
    row = connection.execute(query.encode(), values).fetchone()
    return row[0] if row else None


@contextmanager
def open_live_laboratory(live: LiveDatabase) -> Iterator[tuple[Laboratory, tuple[Statistics, ...], tuple[str, ...]]]:
    """Yield a laboratory with the schema of a running database, its statistics as far as they fit, and notes.

    Raise ServerError, psycopg.Error.
    """
    with open_server() as server, server.scratch("lab") as empty:
        notes = list(_load(server, empty, live))
        with empty.connect() as connection:
            there = _relations(connection)
        statistics = tuple(_fitting(s, there) for s in live.statistics)
        with Laboratory(server, empty) as laboratory:
            yield laboratory, statistics, tuple(notes)


def _load(server: Server, empty: Database, live: LiveDatabase) -> Iterator[str]:
    """Load the dump as far as this server can; it has other extensions than the running one."""
    present = server.roles()
    with empty.connect() as connection:
        for role in live.roles:
            if role not in present:
                connection.execute(f"create role {quote(role)}".encode())
        offered = {r[0] for r in connection.execute("select name from pg_catalog.pg_available_extensions")}
    empty.run_sql("\\set ON_ERROR_STOP off\n" + live.script)
    with empty.connect() as connection:
        for name in OWN_EXTENSIONS:
            if name in offered:
                connection.execute(f"create extension if not exists {quote(name)}".encode())
    missing = [e for e in live.extensions if e not in offered]
    if missing:
        yield f"the laboratory has no extension {', '.join(missing)}; what needs it was left out"
    ours, theirs = server.capabilities.major, live.version // 10000
    if ours != theirs:
        yield f"the laboratory plans with PostgreSQL {ours}, the server with {theirs}: plans may differ in places"


OWN_EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")
"""Extensions of PostgreSQL itself that candidates may need."""


def _relations(connection: Connection[TupleRow]) -> set[tuple[str, str]]:
    rows = connection.execute(
        "select nspname, relname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = relnamespace"
    ).fetchall()
    return {(schema, name) for schema, name in rows}


def _fitting(statistics: Statistics, there: set[tuple[str, str]]) -> Statistics:
    """Leave out what could not be made here; a table that was never analysed has no rows that one knows of."""
    tables = tuple(
        replace(t, rows=max(0.0, t.rows), indexes=tuple(i for i in t.indexes if (statistics.schema, i.name) in there))
        for t in statistics.tables
        if (statistics.schema, t.name) in there
    )
    return replace(statistics, tables=tables)
