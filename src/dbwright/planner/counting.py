"""The facts of tables that have rows, counted by their server: what sizes and statistics at other scales start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.records import replace
from dbwright.sizing.facts import ColumnFacts, Elements, TableFacts
from dbwright.sizing.indexes import shared
from dbwright.sizing.layout import Value
from dbwright.sizing.sites import Site, is_rising
from dbwright.sql.names import qualify, quote
from dbwright.sql.types import bare_type, is_array

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

ALIGNMENTS = {"c": 1, "s": 2, "i": 4, "d": 8}
KEYS = 0.5
"""Share of the rows above which different values are taken to grow with them."""
COLUMNS = """
select a.attname, a.attlen, a.attalign::text, coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text,
  exists (select from pg_catalog.pg_opclass o join pg_catalog.pg_am m on m.oid = o.opcmethod
          where m.amname = 'hash' and o.opcdefault and o.opcintype in (t.oid, t.typbasetype))
    or t.typcategory in ('S', 'E', 'A')
from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated <> 'v' order by a.attnum
"""


def count_facts(connection: Connection[TupleRow], blueprint: Blueprint) -> dict[str, TableFacts]:
    """Return the facts of every table and partition that has rows, from reading all of them. Raise psycopg.Error."""
    found = {}
    for table in blueprint.tables:
        pieces = [p.name for p in table.partitioning.partitions] if table.partitioning else []
        for name in (table.name, *pieces):
            facts = _table(connection, blueprint, table, name)
            if facts.rows:
                found[name] = facts
    return found


def scaled(facts: TableFacts, rows: float) -> TableFacts:
    """Return the facts of a table with another number of rows: different values grow where most rows have their own."""
    factor = rows / facts.rows if facts.rows else 1.0
    columns = [replace(c, distinct=c.distinct * factor) if c.distinct > KEYS * facts.rows else c for c in facts.columns]
    groups = {n: g * factor if g > KEYS * facts.rows else g for n, g in facts.groups.items()}
    return replace(facts, rows=rows, columns=tuple(columns), groups=groups)


def _table(connection: Connection[TupleRow], blueprint: Blueprint, table: Table, relation: str) -> TableFacts:
    name = qualify(blueprint.schema, relation)
    rows = float(_one(connection, f"select count(*) from {name}"))
    if not rows:
        return TableFacts(relation, 0.0, ())
    site = Site(blueprint, table, rows, 0.0)
    columns = []
    inverting = [i for i in table.indexes if i.method == "gin"]
    known = connection.execute(COLUMNS, [name]).fetchall()
    measures = _measures(connection, name, [(column, comparable) for column, _, _, _, comparable in known])
    for (column, length, alignment, kind, _), measured in zip(known, measures, strict=True):
        decided = table.column(column)
        rising = decided is not None and is_rising(site.table, decided)
        inverted = any(column in i.columns or quote(column) in i.definition for i in inverting)
        about = (ALIGNMENTS[alignment], kind, measured, rising, inverted, rows)
        columns.append(_column(connection, name, column, length, *about))
    return TableFacts(relation, rows, tuple(columns), _groups(connection, name, table))


def _measures(
    connection: Connection[TupleRow], table: str, columns: list[tuple[str, bool]]
) -> list[tuple[float, float, float, float]]:
    """Average and spread of the bytes, share of nulls and number of different values of each column, in one reading."""
    asked = []
    for name, comparable in columns:
        column = quote(name)
        counted = f"count(distinct {column})" if comparable else f"count({column})"
        size = f"pg_column_size({column})"
        asked.append(f"coalesce(avg({size}), 0)::float8, coalesce(stddev_pop({size}), 0)::float8")
        asked.append(f"avg(({column} is null)::int)::float8, {counted}::float8")
    row = connection.execute(f"select {', '.join(asked)} from {table}".encode()).fetchone() if asked else ()
    assert row is not None
    return [(row[n], row[n + 1], row[n + 2], row[n + 3]) for n in range(0, len(row), 4)]


def _column(
    connection: Connection[TupleRow],
    table: str,
    name: str,
    length: int,
    alignment: int,
    kind: str,
    measured: tuple[float, float, float, float],
    rising: bool,
    inverted: bool,
    rows: float,
) -> ColumnFacts:
    """The facts of a column; keys inside its values are counted where an index is `inverted` over them."""
    column = quote(name)
    size, spread, nulls, distinct = measured
    variable = length < 0
    lengths = (
        connection.execute(
            f"select pg_column_size({column}), count(*)::float8 / {rows} from {table} where {column} is not null "
            "group by 1 order by 2 desc limit 400".encode()
        ).fetchall()
        if variable
        else []
    )
    value = Value(size, alignment if not variable or size > 127 else 1, spread, nulls, variable, tuple(lengths))
    common: tuple[tuple[str, float], ...] = ()
    if 0 < distinct <= 100:
        common = tuple(
            connection.execute(
                f"select {column}::text, count(*)::float8 / {rows} from {table} where {column} is not null "
                "group by 1 order by 2 desc, 1".encode()
            ).fetchall()
        )
    elements = _elements(connection, table, column, kind) if inverted else None
    return ColumnFacts(name, kind, value, max(1.0, distinct), common, rising=rising, elements=elements)


def _elements(connection: Connection[TupleRow], table: str, column: str, kind: str) -> Elements | None:
    """Keys inside values, as a GIN index finds them."""
    if is_array(kind):
        source = f"{table} t, unnest(t.{column}) as k(key)"
        key = "key::text"
    elif bare_type(kind) == "tsvector":
        source, key = f"{table} t, unnest(tsvector_to_array(t.{column})) as k(key)", "key"
    elif bare_type(kind) == "jsonb":
        leaves = '\'strict $.** ? (@.type() <> "object" && @.type() <> "array")\''
        source, key = f"{table} t, jsonb_path_query(t.{column}, {leaves}) as k(key)", "key::text"
    else:
        return None
    counted = connection.execute(
        f"select count(*)::float8, avg(n)::float8, avg(bytes)::float8 from (select count(distinct t.ctid) n, "
        f"octet_length({key}) bytes from {source} group by {key}) found group by floor(2 * log(2, n)) "
        "order by 2".encode()
    ).fetchall()
    if not counted:
        return None
    distinct = sum(keys for keys, _, _ in counted)
    pairs = sum(keys * each for keys, each, _ in counted)
    size = sum(keys * bytes_ for keys, _, bytes_ in counted) / distinct
    rows = float(_one(connection, f"select greatest(1, count({column})) from {table}"))
    return Elements(pairs / rows, distinct, size + 1, tuple((keys, each) for keys, each, _ in counted))


def _groups(connection: Connection[TupleRow], name: str, table: Table) -> dict[frozenset[str], float]:
    """Different combinations of the plain columns of each index, and of what its entries begin with."""
    wanted: dict[frozenset[str], str] = {}
    for index in (*table.key_indexes, *table.indexes):
        columns = [k.expression for k in index.keys if not k.is_expression]
        known = [c for c in columns if (found := table.column(c)) is not None and shared(found.type)]
        if index.method == "btree" and len(known) > 1 and len(known) == len(index.keys):
            wanted.setdefault(frozenset(known), ", ".join(map(quote, known)))
    return {
        names: float(_one(connection, f"select count(*) from (select distinct {listed} from {name}) d"))
        for names, listed in wanted.items()
    }


def _one(connection: Connection[TupleRow], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])
