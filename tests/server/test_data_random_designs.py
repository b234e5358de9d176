"""Random small designs: whatever their types, keys, circles, checks and partitions, the server takes the rows.

`DBWRIGHT_EXAMPLES=500` tries that many, fresh ones in each run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from dbwright.data import Dataset, GenerationError, generate, load, plan_rows, valid_row
from dbwright.data.filling import fill
from dbwright.data.loading import read_identifiers
from dbwright.data.tuples import TupleWriter
from dbwright.diagnostics import DesignError
from dbwright.emit.postgresql import script, statements
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Table
from dbwright.pipeline import compile_design
from dbwright.server import Database, Server
from dbwright.sql.names import listed, qualify, quote
from random_designs import design_texts

ASKED = os.environ.get("DBWRIGHT_EXAMPLES", "")
ROWS_A_TABLE = 60


@pytest.fixture(scope="module")
def shared(server: Server) -> Iterator[Database]:
    """One database for all designs; each drops the schema of the one before."""
    with server.scratch() as database:
        yield database


def compile_or_reject(text: str) -> Blueprint:
    """Return the blueprint; a design that the compiler refuses is no example."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "random.design.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            return compile_design(load_design(path))
        except DesignError:
            assume(False)
            raise


TRIED = settings(
    max_examples=int(ASKED or 30),
    derandomize=not ASKED,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@TRIED
@given(text=design_texts())
def test_rows_of_any_design_are_accepted(shared: Database, text: str) -> None:
    blueprint = compile_or_reject(text)
    dataset = generate(blueprint, plan_rows(blueprint, ROWS_A_TABLE * len(blueprint.tables)))
    empty(shared)
    shared.run_sql(script(blueprint))
    with shared.connect() as connection:
        load(dataset, connection)
        assert min(rows.count for rows in dataset.tables.values()) > 0
        for table in blueprint.tables:
            try:
                rows = [valid_row(blueprint, dataset, table.name, salt) for salt in range(2)]
            except GenerationError:
                continue  # a key over a domain of some few values is full
            with connection.transaction(force_rollback=True):
                for row in rows:
                    values, target = ", ".join(["%s"] * len(row)), qualify(blueprint.schema, table.name)
                    names = listed(row).replace("%", "%%")
                    written = f"({names}) values ({values})" if row else "default values"
                    statement = f"insert into {target.replace('%', '%%')} {written}"
                    connection.execute(statement.encode(), list(row.values()))
                connection.execute("set constraints all immediate")


@TRIED
@given(text=design_texts())
def test_constraints_of_any_design_are_added_after_the_rows(shared: Database, text: str) -> None:
    blueprint = compile_or_reject(text)
    rows = plan_rows(blueprint, ROWS_A_TABLE * len(blueprint.tables))
    dataset, again = (generate(blueprint, rows, seed=len(text)) for _ in range(2))
    empty(shared)
    shared.run_sql(script(blueprint))
    before = shared.dump()
    empty(shared)
    with shared.connect() as connection:
        fill(connection, dataset, list(statements(blueprint))[1:-1], lambda name, done, total: None)
        for name in dataset.tables:
            assert same_in_any_portions(dataset, again, name, connection)
    assert shared.dump() == before
    assert followers_that_lie(shared, blueprint) == []


def empty(database: Database) -> None:
    """Drop what the design before has left."""
    with database.connect() as connection:
        connection.execute("drop schema if exists random cascade")


def same_in_any_portions(dataset: Dataset, again: Dataset, name: str, connection: Any) -> bool:
    """Whether a table is the same bytes in portions of seven rows, of 23, at once, and made once more."""
    identifiers = read_identifiers(connection, dataset.schema)
    first, second = (TupleWriter(name, made.tables[name], identifiers) for made in (dataset, again))
    return len({b"".join(w.portions(size)) for w, size in ((first, 7), (first, 23), (first, 10**6), (second, 50))}) == 1


def followers_that_lie(database: Database, blueprint: Blueprint) -> list[str]:
    """The columns that count rows and do not say how many there are, asked of the server."""
    counting = [(t, c) for t in blueprint.tables for c in t.columns if c.source is not None and c.source.counts]
    with database.connect() as connection:
        return [
            f"{table.name}.{column.name}"
            for table, column in counting
            if column.source is not None
            and counts_wrong(connection, blueprint, table, column.name, column.source.counts)
        ]


def counts_wrong(connection: Any, blueprint: Blueprint, table: Table, column: str, child: str) -> bool:
    """Whether some row counts wrong."""
    source = blueprint.table(child)
    assert source is not None
    key = next(k for k in source.foreign_keys if k.target == table.name)
    pairs = zip(key.columns, key.target_columns, strict=True)
    where = " and ".join(f"c.{quote(here)} = p.{quote(there)}" for here, there in pairs)
    own, other = qualify(blueprint.schema, table.name), qualify(blueprint.schema, child)
    statement = (
        f"select count(*) from {own} p where p.{quote(column)} <> (select count(*) from {other} c where {where})"
    )
    row = connection.execute(statement.encode()).fetchone()
    return bool(row[0])
