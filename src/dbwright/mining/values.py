"""Lists that hide in values, against first normal form: in text with a separator, in arrays of keys, in documents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dbwright.mining.reading import qualified
from dbwright.model.table import Table, TableColumn
from dbwright.records import record
from dbwright.sql.names import quote
from dbwright.sql.types import bare_type, is_array

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

READ = 2_000
"""Values of a column that are looked at."""
FEWEST = 20
"""Values below which nothing is said."""
SEPARATORS = (",", ";", "|", "/")
_KEYS = {"uuid", "bigint", "integer"}
_TEXTS = {"text", "character varying", "character"}


@record(frozen=True)
class Hidden:
    """A list inside the values of a column, and what shows it."""

    column: str
    what: str


def hidden_lists(connection: Connection[TupleRow], table: Table) -> Iterator[Hidden]:
    """Yield the columns whose values are lists or records; raise psycopg.Error."""
    for column in table.columns:
        kind = bare_type(column.type)
        if is_array(column.type):
            if kind in _KEYS:
                what = f"an array of {kind}: if these are keys, no foreign key can keep them, and a junction can"
                yield Hidden(column.name, what)
        elif kind in _TEXTS:
            yield from _in_text(column, _values(connection, table, column))
        elif kind == "jsonb":
            yield from _in_documents(column, _values(connection, table, column))


def _values(connection: Connection[TupleRow], table: Table, column: TableColumn) -> list[Any]:
    name = quote(column.name)
    statement = f"select {name} from {qualified(table.name)} where {name} is not null limit {READ}"
    return [row[0] for row in connection.execute(statement.encode()).fetchall()]


def _in_text(column: TableColumn, values: list[str]) -> Iterator[Hidden]:
    """Values are lists where most hold the separator, the parts are short, and parts come again in other values."""
    if len(values) < FEWEST:
        return
    for separator in SEPARATORS:
        several = [v for v in values if separator in v]
        if len(several) * 2 <= len(values):
            continue
        parts = Counter(p.strip() for v in several for p in v.split(separator))
        if max(map(len, parts)) <= 40 and len(parts) * 2 <= parts.total() and not any(map(_is_number, parts)):
            share = len(several) / len(values)
            yield Hidden(column.name, f"{share:.0%} of the values hold `{separator}`, and their parts come again")
            return


def _is_number(part: str) -> bool:
    return re.fullmatch(r"[\d.:+-]*", part) is not None


def _in_documents(column: TableColumn, values: list[Any]) -> Iterator[Hidden]:
    """Documents that nearly all have the same keys are columns."""
    shapes = Counter(tuple(sorted(v)) for v in values if isinstance(v, dict))
    if len(values) < FEWEST or not shapes:
        return
    keys, count = shapes.most_common(1)[0]
    if keys and count * 100 >= 95 * len(values):
        yield Hidden(
            column.name, f"{count / len(values):.0%} of the documents have the keys {', '.join(keys)}: columns"
        )
