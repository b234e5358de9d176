"""Fills the tables of a database without constraints, at the speed of COPY, and adds the constraints afterwards.

Everything happens in one transaction: whatever goes wrong, the database is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from dbwright.data.aside import set_aside
from dbwright.data.dataset import Dataset
from dbwright.data.delivery import Delivered, Delivery, Portions, Tell, in_load_order
from dbwright.data.loading import PORTION, advance_sequences, read_identifiers, settle
from dbwright.data.tuples import TupleWriter
from dbwright.sql.names import listed, qualify

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow


class TablesNotReady(Exception):  # noqa: N818 - named after what was found
    """The database holds rows already, or only some of the tables; `help` says what to type."""

    def __init__(self, message: str, help_text: str) -> None:
        super().__init__(message)
        self.help = help_text


def prepare(connection: Connection[TupleRow], dataset: Dataset, ddl: Iterable[str]) -> None:
    """Create what the design needs where none of its tables is there; raise TablesNotReady for anything but empty ones.

    `ddl` are scripts that run in the caller's transaction.
    """
    statement = "select tablename from pg_catalog.pg_tables where schemaname = %s"
    found = {name for (name,) in connection.execute(statement, [dataset.schema]).fetchall()}
    missing = [name for name in dataset.tables if name not in found]
    if len(missing) == len(dataset.tables):
        for script in ddl:
            connection.execute(script.encode())
        connection.execute("reset role")
        connection.execute("reset search_path")
        return
    if missing:
        raise TablesNotReady(
            f"the database has some tables of the design, but not {', '.join(missing)}",
            "give an empty database, or one that has them all",
        )
    for name in dataset.tables:
        target = qualify(dataset.schema, name)
        if connection.execute(f"select exists (select from {target})".encode()).fetchone() == (True,):
            raise TablesNotReady(
                f"the table {name} has rows already", f"empty it (truncate {target} cascade), or give another database"
            )


def fill(connection: Connection[TupleRow], dataset: Dataset, ddl: Iterable[str], tell: Tell) -> Delivery:
    """Load a dataset into a database that has none of its tables, or all of them empty; return what it took.

    Raise TablesNotReady, and psycopg.Error where the server refuses something; the database is as it was then. After
    that, tables are vacuumed and analysed.
    """
    started = perf_counter()
    loaded = []
    with connection.transaction():
        prepare(connection, dataset, ddl)
        aside = set_aside(connection, dataset.schema, list(dataset.tables))
        identifiers = read_identifiers(connection, dataset.schema)
        for name in in_load_order(dataset):
            writer = TupleWriter(name, dataset.tables[name], identifiers)
            loaded.append(copy_rows(connection, qualify(dataset.schema, name), writer, name, tell))
        constraining = perf_counter()
        aside.bring_back(connection, lambda step: tell(step, 0, 0))
        for name in dataset.tables:
            advance_sequences(connection, dataset, name)
        constrained = perf_counter() - constraining
    tell("vacuum and analyze", 0, 0)
    settle(connection, dataset, vacuum=True)
    return Delivery(tuple(loaded), constrained, perf_counter() - started)


def copy_rows(
    connection: Connection[TupleRow], target: str, writer: TupleWriter, name: str, tell: Callable[[str, int, int], None]
) -> Delivered:
    """Write the rows of a table; a second thread sends what is encoded, so that server and client work side by side."""
    from psycopg.copy import QueuedLibpqWriter

    watched = Portions(name, writer.rows.count, tell)
    statement = f"copy {target} ({listed(writer.names)}) from stdin with (format binary)"
    with connection.cursor() as cursor, cursor.copy(statement.encode(), writer=QueuedLibpqWriter(cursor)) as copy:
        for portion in watched.of(writer.portions(PORTION), PORTION):
            copy.write(portion)
    return watched.delivered()
