"""Random small designs: whatever their types, keys, circles, checks and partitions, the server takes the rows.

`DBWRIGHT_EXAMPLES=500` tries that many, fresh ones in each run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from dbwright.data import GenerationError, generate, load, plan_rows, valid_row
from dbwright.diagnostics import DesignError
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, Server
from dbwright.sql.names import listed, qualify
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


@settings(
    max_examples=int(ASKED or 30),
    derandomize=not ASKED,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(text=design_texts())
def test_rows_of_any_design_are_accepted(shared: Database, text: str) -> None:
    blueprint = compile_or_reject(text)
    dataset = generate(blueprint, plan_rows(blueprint, ROWS_A_TABLE * len(blueprint.tables)))
    with shared.connect() as connection:
        connection.execute("drop schema if exists random cascade")
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
                    written = f"({listed(row)}) values ({values})" if row else "default values"
                    statement = f"insert into {target} {written}"
                    connection.execute(statement.encode(), list(row.values()))
                connection.execute("set constraints all immediate")
