"""Plant what the planner looks at into a database whose tables are empty: the ends of columns, and statistics.

Two rows made of the least and the greatest values break rules that real rows keep: checks between columns, unique and
exclusion constraints on expressions, bounds of partitions. So for one transaction the catalog says that there are no
such rules, and says that there are again before it ends: the planner goes on to see them, as valid as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dbwright.planner.pages import MOST_PAGES
from dbwright.planner.statistics import COLUMN_STATISTICS, ColumnStatistics, ExtendedStatistics, TableStatistics
from dbwright.sql.names import quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

ATTRIBUTE = "attrelid || ' ' || attnum"
# What the catalog says of the rules of tables, and how it is told otherwise: table, key, condition, column, value.
RULES = (
    ("pg_constraint", "oid", "conrelid = any(%s) and contype = 'c'", "contype", "x"),
    ("pg_class", "oid", "oid = any(%s) and relchecks > 0", "relchecks", "0"),
    ("pg_class", "oid", "oid = any(%s) and relispartition", "relispartition", "false"),
    ("pg_class", "oid", "oid = any(%s) and relkind = 'm'", "relkind", "r"),
    ("pg_index", "indexrelid", "indrelid = any(%s) and indisunique", "indisunique", "false"),
    ("pg_index", "indexrelid", "indrelid = any(%s) and indisexclusion", "indisexclusion", "false"),
    ("pg_attribute", ATTRIBUTE, "attrelid = any(%s) and attgenerated = 's'", "attgenerated", ""),
    ("pg_attribute", ATTRIBUTE, "attrelid = any(%s) and attnum > 0 and attnotnull", "attnotnull", "false"),
)
SESSION = "set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set bytea_output = 'hex'"
"""Settings under which values are printed and read the same way on any server."""
RELATIONS = """
select pg_restore_relation_stats('schemaname', s, 'relname', r, 'relpages', p, 'reltuples', t, 'relallvisible', v)
from unnest(%s::text[], %s::text[], %s::int[], %s::real[], %s::int[]) as given (s, r, p, t, v)
"""
COLUMNS = (
    "select s, r, a, pg_restore_attribute_stats('schemaname', s, 'relname', r, 'attname', a, 'inherited', i"
    + "".join(f", '{name}', {name}::{kind}" for name, kind in COLUMN_STATISTICS.items())
    + ") from unnest(%s::text[], %s::text[], %s::text[], %s::boolean[]"
    + ", %s::text[]" * len(COLUMN_STATISTICS)
    + f") as given (s, r, a, i, {', '.join(COLUMN_STATISTICS)})"
)
KINDS = ("pg_ndistinct", "pg_dependencies", "pg_mcv_list")
CASTS = "".join(f"create cast (bytea as {kind}) without function;" for kind in KINDS)
"""DDL that lets extended statistics be planted as bytes; there is no function for them before PostgreSQL 19."""
EXTENDED = """
insert into pg_catalog.pg_statistic_ext_data
  (stxoid, stxdinherit, stxdndistinct, stxddependencies, stxdmcv, stxdexpr)
select %s, %s, %s::bytea::pg_ndistinct, %s::bytea::pg_dependencies, %s::bytea::pg_mcv_list,
       (select array_agg(s order by staattnum) from pg_catalog.pg_statistic s where starelid = %s)
"""
EXPRESSIONS_INDEX = "dbwright expressions"

Name = tuple[str, str]
"""A schema and the name of a relation in it."""


def insert_ends(connection: Connection[TupleRow], tables: Mapping[int, tuple[Name, TableStatistics]]) -> list[str]:
    """Insert the ends of each table, by object number; return in words what could not be inserted."""
    import psycopg

    rows = [(name, row) for name, statistics in tables.values() for row in _ends(statistics)]
    if not rows:
        return []
    try:
        with connection.transaction(), _without_rules(connection, list(tables)), connection.pipeline():
            for name, row in rows:
                _insert(connection, name, row)
        return []
    except psycopg.Error:
        with connection.transaction(), _without_rules(connection, list(tables)):
            return [told for name, row in rows if (told := _try_to_insert(connection, name, row))]


def _ends(statistics: TableStatistics) -> Iterator[Mapping[str, str | None]]:
    if statistics.lowest:
        yield statistics.lowest
    if statistics.highest and statistics.highest != statistics.lowest:
        yield statistics.highest
    yield from statistics.witnesses


def _insert(connection: Connection[TupleRow], name: Name, row: Mapping[str, str | None]) -> None:
    columns = ", ".join(map(quote, row)).replace("%", "%%")
    table = ".".join(map(quote, name)).replace("%", "%%")
    values = ", ".join(["%s"] * len(row))
    connection.execute(
        f"insert into {table} ({columns}) overriding system value values ({values})".encode(), list(row.values())
    )


def _try_to_insert(connection: Connection[TupleRow], name: Name, row: Mapping[str, str | None]) -> str:
    import psycopg

    try:
        with connection.transaction():
            _insert(connection, name, row)
    except psycopg.Error as error:
        reason = str(error).splitlines()[0]
        return f"the ends of `{name[1]}` could not be written ({reason}), so what lies beyond them is guessed"
    return ""


@contextmanager
def _without_rules(connection: Connection[TupleRow], tables: list[int]) -> Iterator[None]:
    """Let the catalog say, inside a transaction, that these tables have no rules that a row could break.

    An error leaves the rest to the rollback.
    """
    connection.execute("set local session_replication_role = replica")
    changed: list[tuple[str, str, str, dict[str, list[str]]]] = []
    for catalog, key, condition, column, value in RULES:
        was: dict[str, list[str]] = {}
        query = f"select {key}, {column} from pg_catalog.{catalog} where {condition}"
        for place, told in connection.execute(query.encode(), [tables]).fetchall():
            was.setdefault(str(told), []).append(str(place))
        if was:
            command = f"update pg_catalog.{catalog} set {column} = '{value}' where {condition}"
            connection.execute(command.encode(), [tables])
            changed.append((catalog, key, column, was))
    yield
    for catalog, key, column, was in changed:
        for told, places in was.items():
            command = f"update pg_catalog.{catalog} set {column} = %s where ({key})::text = any(%s)"
            connection.execute(command.encode(), [told, places])


def plant_relations(connection: Connection[TupleRow], told: Sequence[tuple[Name, int, float, int]]) -> None:
    """Plant pages, rows and pages that all may see, of tables and indexes."""
    if told:
        most = [(min(pages, MOST_PAGES), rows, min(visible, MOST_PAGES)) for _, pages, rows, visible in told]
        columns = [[s for (s, _), *_ in told], [r for (_, r), *_ in told], *map(list, zip(*most, strict=True))]
        connection.execute(RELATIONS, columns)


def plant_columns(connection: Connection[TupleRow], told: Sequence[tuple[Name, ColumnStatistics]]) -> list[str]:
    """Plant the statistics of columns; return in words what the server did not take."""
    if not told:
        return []
    given: list[list[Any]] = [
        [name[0] for name, _ in told],
        [name[1] for name, _ in told],
        [column.column for _, column in told],
        [column.inherited for _, column in told],
    ]
    given += [[column.values.get(kind) for _, column in told] for kind in COLUMN_STATISTICS]
    rows = connection.execute(COLUMNS.encode(), given).fetchall()
    return [
        f"the server did not take all statistics of `{r}.{a}` in schema `{s}`" for s, r, a, taken in rows if not taken
    ]


def plant_extended(
    connection: Connection[TupleRow], table: Name, oid: int, expressions: Sequence[str], told: ExtendedStatistics
) -> list[str]:
    """Plant extended statistics; those of expressions pass through an index on them that is gone afterwards."""
    import psycopg

    index, failed = 0, []
    if told.expressions and expressions:
        try:
            with connection.transaction():
                index = _plant_expressions(connection, table, expressions, told.expressions)
        except psycopg.Error as error:
            failed = [f"the expressions of `{told.name}` could not be described ({str(error).splitlines()[0]})"]
    kinds = [found or None for found in (told.distinct, told.dependencies, told.common)]
    connection.execute(EXTENDED, [oid, told.inherited, *kinds, index])
    if index:
        connection.execute(f"drop index {quote(table[0])}.{quote(EXPRESSIONS_INDEX)}".encode())
    return failed


def _plant_expressions(
    connection: Connection[TupleRow], table: Name, expressions: Sequence[str], told: Sequence[ColumnStatistics]
) -> int:
    listed = ", ".join(f"({expression})" for expression in expressions)
    connection.execute(
        f"create index {quote(EXPRESSIONS_INDEX)} on only {'.'.join(map(quote, table))} ({listed})".encode()
    )
    name = f"{quote(table[0])}.{quote(EXPRESSIONS_INDEX)}"
    columns = connection.execute(
        "select attrelid::int8, attname from pg_catalog.pg_attribute where attrelid = %s::regclass order by attnum",
        [name],
    ).fetchall()
    renamed = [
        ColumnStatistics(attribute, {"null_frac": "0", "avg_width": "4", "n_distinct": "0", **column.values})
        for (_, attribute), column in zip(columns, told, strict=True)
    ]
    plant_columns(connection, [((table[0], EXPRESSIONS_INDEX), column) for column in renamed])
    return int(columns[0][0])
