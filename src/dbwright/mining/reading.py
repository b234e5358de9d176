"""Rows of a live table as numbers that are equal where the values are: the server hashes, the client only counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from dbwright.mining.columns import Codes, Columns
from dbwright.model.table import Table, TableColumn
from dbwright.records import record
from dbwright.sql.names import quote
from dbwright.sql.types import bare_type, is_array

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

_NOTHING = 0x6E756C6C
"""Stands for the absence of a value, which groups together as in GROUP BY."""
_WHOLE = {"smallint", "integer", "bigint"}
_WITHOUT_EQUALITY = {"json", "xml", "point", "polygon", "path", "line", "lseg", "box", "circle"}
_HEADER = 19
"""Bytes before the first row of binary COPY (PostgreSQL manual, COPY, "File Header")."""


@record(frozen=True)
class Sample:
    """Rows of a table: the columns that can be compared, their codes, and how many rows the table has in all.

    `nothing` is the share of rows without a value, `widths` the mean bytes of a value, both by column.
    """

    names: tuple[str, ...]
    columns: Columns
    total: int
    nothing: tuple[float, ...]
    widths: tuple[float, ...]

    @property
    def complete(self) -> bool:
        """Whether all rows were read."""
        return self.columns.rows >= self.total


def read_sample(
    connection: Connection[TupleRow], table: Table, most_rows: int, watch: Callable[[str], None] = lambda _: None
) -> Sample:
    """Read a table, or a random part of one that has more than `most_rows`; raise psycopg.Error."""
    target = qualified(table.name)
    compared = [c for c in table.columns if bare_type(c.type) not in _WITHOUT_EQUALITY or is_array(c.type)]
    total = _count(connection, target, most_rows)
    source = (
        target
        if total <= most_rows
        else f"{target} tablesample bernoulli ({_percent(most_rows, total)}) repeatable (1)"
    )
    listed = ", ".join(_code(c) for c in compared)
    blocks = _copied(connection, f"copy (select {listed} from {source}) to stdout (format binary)") if compared else ()
    values = _decoded(blocks, len(compared), watch)
    columns = Columns(values)
    nothing = tuple(float(np.mean(v == _NOTHING)) if len(v) else 0.0 for v in values)
    widths = _widths(connection, target, compared)
    return Sample(tuple(c.name for c in compared), columns, max(total, columns.rows), nothing, widths)


def qualified(name: str) -> str:
    """Return a table's name as SQL; the catalog writes it with its schema where that is not `public`."""
    schema, _, table = name.rpartition(".")
    return f"{quote(schema or 'public')}.{quote(table)}"


def _count(connection: Connection[TupleRow], target: str, most_rows: int) -> int:
    """Rows of a table: counted where there are not many more than wanted, else as its last ANALYZE found them."""
    bound = f"select count(*) from (select from {target} limit {2 * most_rows}) rows"
    counted = int(connection.execute(bound.encode()).fetchall()[0][0])
    if counted < 2 * most_rows:
        return counted
    estimate = int(
        connection.execute("select reltuples from pg_class where oid = %s::regclass", [target]).fetchall()[0][0]
    )
    if estimate >= counted:
        return estimate
    return int(connection.execute(f"select count(*) from {target}".encode()).fetchall()[0][0])


def _percent(wanted: int, total: int) -> float:
    return min(100.0, math.ceil(wanted / total * 100_000) / 1000)


def _code(column: TableColumn) -> str:
    """A column as one bigint; whole numbers are themselves, all else is hashed as text."""
    name = quote(column.name)
    if bare_type(column.type) in _WHOLE and not is_array(column.type):
        return f"coalesce({name}::bigint, {_NOTHING})"
    text = (
        f"trim_scale({name})::text"
        if bare_type(column.type) == "numeric" and not is_array(column.type)
        else f"{name}::text"
    )
    return f"coalesce(hashtextextended({text}, 0), {_NOTHING})"


def _copied(connection: Connection[TupleRow], statement: str) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for block in copy:
            yield bytes(block)


def _decoded(blocks: Iterator[bytes] | tuple[()], count: int, watch: Callable[[str], None]) -> list[Codes]:
    """Rows of binary COPY, all of one length: a count of two bytes, then a length of four and a number for each."""
    line = np.dtype([("count", ">i2"), *((f"c{n}", [("length", ">i4"), ("value", ">i8")]) for n in range(count))])
    pieces: list[list[Codes]] = [[] for _ in range(count)]
    rest = b""
    skip = _HEADER
    rows = 0
    for chunk in _chunks(blocks):
        data = rest + chunk
        data, skip = data[skip:], max(0, skip - len(data))
        whole = len(data) // line.itemsize
        found = np.frombuffer(data, dtype=line, count=whole)
        for number in range(count):
            pieces[number].append(found[f"c{number}"]["value"].astype(np.int64))
        rest = data[whole * line.itemsize :]
        rows += whole
        watch(f"{rows:,} rows read")
    return [np.concatenate(p) if p else np.empty(0, dtype=np.int64) for p in pieces]


def _chunks(blocks: Iterator[bytes] | tuple[()], size: int = 1 << 22) -> Iterator[bytes]:
    """Blocks joined to pieces of some megabytes."""
    waiting: list[bytes] = []
    length = 0
    for block in blocks:
        waiting.append(block)
        length += len(block)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)


def _widths(connection: Connection[TupleRow], target: str, columns: list[TableColumn]) -> tuple[float, ...]:
    if not columns:
        return ()
    means = ", ".join(f"coalesce(avg(pg_column_size({quote(c.name)})), 0)::float8" for c in columns)
    statement = f"select {means} from (select * from {target} limit 1000) rows"
    return tuple(connection.execute(statement.encode()).fetchall()[0])
