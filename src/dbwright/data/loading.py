"""Loads a dataset into a database that has the tables already: COPY in the order of the references, then ANALYZE.

A superuser passes row-level security; every constraint is checked by the server as usual, and that is the proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING

from dbwright.data.dataset import Dataset
from dbwright.data.fields import Identifiers
from dbwright.data.tuples import TupleWriter
from dbwright.sql.names import listed, literal, qualify, quote

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import TupleRow

PORTION = 16_000
"""Rows that are encoded at once: enough to pay for the calls, few enough for the processor's cache."""

ELEMENTS = """\
select c.relname, a.attname, t.typelem::int8 from pg_catalog.pg_attribute a
  join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_type t on t.oid = a.atttypid
 where c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = %s)
   and a.attnum > 0 and t.typcategory = 'A'"""


def load(dataset: Dataset, connection: Connection[TupleRow]) -> None:
    """Write every row in one transaction, set the sequences of identity columns, then vacuum and analyse.

    Where the caller has begun a transaction it all happens inside, and vacuum, which runs in none, is left out. Raises
    psycopg.Error with the constraint's name where the server refuses a row; nothing is left then.
    """
    alone = connection.autocommit and connection.info.transaction_status.name == "IDLE"
    with connection.transaction():
        identifiers = read_identifiers(connection, dataset.schema)
        for group in dataset.groups:
            writers = {name: TupleWriter(name, dataset.tables[name], identifiers) for name in group}
            if len(group) == 1:
                _copy(connection, qualify(dataset.schema, group[0]), writers[group[0]])
            else:
                _copy_together(connection, dataset.schema, writers)
        for name in dataset.tables:
            advance_sequences(connection, dataset, name)
    settle(connection, dataset, vacuum=alone)


def settle(connection: Connection[TupleRow], dataset: Dataset, vacuum: bool) -> None:
    """Leave tables as autovacuum does: fresh statistics, nothing pending in GIN indexes, pages marked as visible."""
    verb = "vacuum analyze" if vacuum else "analyze"
    with nullcontext() if vacuum else connection.transaction():
        for name in dataset.tables:
            connection.execute(f"{verb} {qualify(dataset.schema, name)}".encode())


def read_identifiers(connection: Connection[TupleRow], schema: str) -> Identifiers:
    """Return what only this database knows: the types of the elements of array columns, and search configurations."""
    elements = connection.execute(ELEMENTS, [schema]).fetchall()
    configurations = connection.execute("select cfgname, oid::int8 from pg_catalog.pg_ts_config").fetchall()
    return Identifiers({(table, column): oid for table, column, oid in elements}, dict(configurations))


def _copy(connection: Connection[TupleRow], target: str, writer: TupleWriter) -> None:
    statement = f"copy {target} ({listed(writer.names)}) from stdin with (format binary)"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for portion in writer.portions(PORTION):
            copy.write(portion)


def _copy_together(connection: Connection[TupleRow], schema: str, writers: Mapping[str, TupleWriter]) -> None:
    """Write tables that reference each other in one statement: references are checked when it ends.

    Source: PostgreSQL manual, "Data-Modifying Statements in WITH": all parts run on one snapshot, and triggers, which
    check references, fire after the whole statement.
    """
    parts = []
    stages = [quote(f"dbwright stage {number}") for number in range(len(writers))]
    for number, ((name, writer), stage) in enumerate(zip(writers.items(), stages, strict=True)):
        columns = listed(writer.names)
        target = qualify(schema, name)
        definition = f"create temporary table {stage} as select {columns} from {target} with no data"
        connection.execute(definition.encode())
        _copy(connection, stage, writer)
        parts.append(
            f"part{number} as (insert into {target} ({columns}) overriding system value select {columns} from {stage})"
        )
    connection.execute(f"with {', '.join(parts)} select 1".encode())
    for stage in stages:
        connection.execute(f"drop table {stage}".encode())


def advance_sequences(connection: Connection[TupleRow], dataset: Dataset, name: str) -> None:
    """Let identity and serial columns go on after the rows that are there."""
    plan, target = dataset.plans[name], qualify(dataset.schema, name)
    for column in plan.table.columns:
        if column.name not in plan.kinds or not (column.identity or "serial" in plan.kinds[column.name].name):
            continue
        sequence = f"pg_get_serial_sequence({literal(target)}, {literal(column.name)})"
        connection.execute(
            f"select setval({sequence}, max({quote(column.name)})) from {target} having count(*) > 0".encode()
        )
