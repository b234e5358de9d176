"""Generated rows loaded into real servers: the server accepts all of them and refuses every row that breaks a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from dbwright.data import Dataset, Violation, generate, load, plan_rows, valid_row, violate
from dbwright.data.judging import Rule, judge_of, unwrapped
from dbwright.data.kinds import Family
from dbwright.emit.postgresql import script
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, Server
from dbwright.sql.names import listed, qualify, quote

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DESIGNS = {
    "odd": Path(__file__).with_name("odd.design.yaml"),
    **{f.name: f for f in sorted(EXAMPLES.glob("*/")) if any(f.glob("*.design.yaml"))},
}
# Families whose Python objects psycopg reads back as they were written.
EXACT = {
    Family.WHOLE,
    Family.DECIMAL,
    Family.BOOLEAN,
    Family.DAY,
    Family.INSTANT,
    Family.CLOCK,
    Family.SPAN,
    Family.UUID,
    Family.TEXT,
    Family.JSON,
    Family.BYTES,
}
BUDGET = 6_000


@cache
def made(name: str, version: int = 18) -> tuple[Blueprint, Dataset]:
    """The blueprint and the rows of a design."""
    blueprint = compile_design(load_design(DESIGNS[name]), version)
    return blueprint, generate(blueprint, plan_rows(blueprint, BUDGET))


def fill(database: Database, blueprint: Blueprint, dataset: Dataset) -> None:
    """Create the tables with all constraints, then load."""
    database.run_sql(script(blueprint))
    with database.connect() as connection:
        load(dataset, connection)


@pytest.fixture(scope="module", params=list(DESIGNS))
def loaded(request: pytest.FixtureRequest, server: Server) -> Iterator[tuple[Blueprint, Dataset, Database]]:
    """Each design, loaded once on the embedded server."""
    blueprint, dataset = made(request.param)
    with server.scratch() as database:
        fill(database, blueprint, dataset)
        yield blueprint, dataset, database


@pytest.fixture
def connection(loaded: tuple[Blueprint, Dataset, Database]) -> Iterator[Connection[Any]]:
    """A superuser's connection to the loaded database."""
    with loaded[2].connect() as opened:
        yield opened


class Undone(Exception):  # noqa: N818
    """Ends a transaction that must leave nothing."""


def insert(connection: Connection[Any], blueprint: Blueprint, into: str, row: dict[str, Any]) -> None:
    """Write one row."""
    values = ", ".join(["%s"] * len(row))
    statement = (
        f"insert into {qualify(blueprint.schema, into)} ({listed(row)}) overriding system value values ({values})"
    )
    connection.execute(statement.encode(), list(row.values()))


def attempt(connection: Connection[Any], blueprint: Blueprint, table: str, broken: Violation) -> psycopg.Error | None:
    """Write a row that breaks a rule and undo everything; return what the server said."""
    assert broken.row is not None
    try:
        with connection.transaction():
            for name in broken.without:
                target = qualify(blueprint.schema, table)
                connection.execute(f"alter table {target} drop constraint {quote(name)} cascade".encode())
            insert(connection, blueprint, broken.into, broken.row)
            connection.execute("set constraints all immediate")
            raise Undone
    except Undone:
        return None
    except psycopg.Error as error:
        return error


def names_the_rule(blueprint: Blueprint, table: str, rule: Rule, broken: Violation, error: psycopg.Error) -> bool:
    """Tell whether an error is about exactly this rule."""
    if error.sqlstate != broken.sqlstate:
        return False
    if rule.kind == "not null":
        # A domain that forbids null speaks before the column does, and names itself.
        return error.diag.column_name == rule.columns[0] or error.diag.datatype_name is not None
    found = blueprint.table(table)
    if rule.kind == "unique" and found is not None and found.partitioning is not None:
        # The server names the index of the partition.
        return str(error.diag.constraint_name).startswith(tuple(p.name for p in found.partitioning.partitions))
    return bool(error.diag.constraint_name == rule.name)


def shown(row: Sequence[Any]) -> str:
    """A row as text; the server sorts the keys of a document and fills decimals up with zeros."""
    plain = [json.dumps(v, sort_keys=True) if isinstance(v, dict) else v for v in row]
    return repr([v.normalize() if isinstance(v, Decimal) else v for v in plain])


def test_every_table_holds_the_generated_rows(loaded: Any, connection: Connection[Any]) -> None:
    blueprint, dataset, _ = loaded
    counts = {}
    for table in blueprint.tables:
        found = connection.execute(f"select count(*) from {qualify(blueprint.schema, table.name)}".encode()).fetchone()
        counts[table.name] = found[0] if found else 0
    assert counts == {n: r.count for n, r in dataset.tables.items()}
    assert min(counts.values()) > 0


def test_every_constraint_is_there_and_valid(loaded: Any, connection: Connection[Any]) -> None:
    blueprint, _, _ = loaded
    found = connection.execute("select conname from pg_constraint where convalidated").fetchall()
    rules = {r.name for t in loaded[1].tables for r in judge_of(loaded[1], t).rules if r.kind != "not null"}
    assert rules - {name for (name,) in found} == set()
    assert len(rules) >= len(blueprint.tables)


def test_every_table_is_analysed(loaded: Any, connection: Connection[Any]) -> None:
    blueprint, _, _ = loaded
    statement = "select distinct tablename from pg_stats where schemaname = %s"
    analysed = {name for (name,) in connection.execute(statement, [blueprint.schema]).fetchall()}
    assert {t.name for t in blueprint.tables} <= analysed


def test_the_server_reads_what_was_generated(loaded: Any, connection: Connection[Any]) -> None:
    blueprint, dataset, _ = loaded
    connection.execute("set timezone to 'UTC'")
    for table in blueprint.tables:
        rows, kinds = dataset.tables[table.name], dataset.plans[table.name].kinds
        exact = [n for n in rows.columns if rows.columns[n].kind.family in EXACT and not kinds[n].checks]
        target = qualify(blueprint.schema, table.name)
        found = connection.execute(f"select {listed(exact)} from {target}".encode()).fetchall()
        expected = [[rows.columns[n][i] for n in exact] for i in range(rows.count)]
        assert sorted(map(shown, found)) == sorted(map(shown, expected)), table.name


def test_new_rows_are_accepted_together(loaded: Any, connection: Connection[Any]) -> None:
    blueprint, dataset, _ = loaded
    for table in blueprint.tables:
        rows = [valid_row(blueprint, dataset, table.name, salt) for salt in range(3)]
        with connection.transaction(force_rollback=True):
            for row in rows:
                insert(connection, blueprint, table.name, row)
            connection.execute("set constraints all immediate")


def test_every_broken_rule_is_refused_by_its_name(loaded: Any, connection: Connection[Any]) -> None:
    blueprint, dataset, _ = loaded
    wrong, judged = [], 0
    for table in blueprint.tables:
        row = valid_row(blueprint, dataset, table.name, 2)
        for rule in judge_of(dataset, table.name).rules:
            broken = violate(blueprint, dataset, table.name, rule.name, row)
            assert broken.row is not None, (rule.name, broken.reason)
            error = attempt(connection, blueprint, table.name, broken)
            judged += 1
            if error is None or not names_the_rule(blueprint, table.name, rule, broken, error):
                wrong.append((rule.name, str(error)))
    assert wrong == []
    assert judged > 3 * len(blueprint.tables)


def test_only_what_is_changed_differs_from_the_valid_row(loaded: Any) -> None:
    blueprint, dataset, _ = loaded
    for table in blueprint.tables:
        row = valid_row(blueprint, dataset, table.name, 1)
        for rule in judge_of(dataset, table.name).rules:
            if rule.kind != "not null":
                continue
            broken = violate(blueprint, dataset, table.name, rule.name, row).row
            assert broken is not None
            before, after = unwrapped(row), unwrapped(broken)
            assert {n for n in after if n not in before or after[n] != before[n]} == {rule.columns[0]}


def test_postgresql_15_accepts_fediflow(server15: Server) -> None:
    blueprint, dataset = made("fediflow", 15)
    with server15.scratch() as database:
        fill(database, blueprint, dataset)
        with database.connect() as connection:
            for table in blueprint.tables:
                row = valid_row(blueprint, dataset, table.name, 1)
                with connection.transaction(force_rollback=True):
                    insert(connection, blueprint, table.name, row)


def test_sequences_go_on_after_the_loaded_rows(server: Server) -> None:
    blueprint, dataset = made("odd")
    with server.scratch() as database:
        fill(database, blueprint, dataset)
        row = valid_row(blueprint, dataset, 'weird "table"', 1)
        assert "id" not in row
        target = qualify(blueprint.schema, 'weird "table"')
        statement = f"insert into {target} ({listed(row)}) values ({', '.join(['%s'] * len(row))}) returning id"
        with database.connect() as connection:
            found = connection.execute(statement.encode(), list(row.values())).fetchone()
        assert found == (dataset.tables['weird "table"'].count + 1,)


def test_rows_can_be_loaded_inside_a_transaction_of_the_caller(database: Database) -> None:
    blueprint, dataset = made("shop" if "shop" in DESIGNS else "fediflow")
    database.run_sql(script(blueprint))
    table = blueprint.tables[-1].name
    with database.connect(autocommit=False) as connection:
        connection.execute("select 1")
        load(dataset, connection)
        connection.rollback()
        found = connection.execute(f"select count(*) from {qualify(blueprint.schema, table)}".encode()).fetchone()
    assert found == (0,)


def test_a_row_that_the_server_refuses_stops_the_load_and_leaves_nothing(database: Database) -> None:
    blueprint, dataset = made("fediflow")
    database.run_sql(script(blueprint))
    with database.connect() as connection:
        target = qualify(blueprint.schema, "courses")
        connection.execute(f"alter table {target} add constraint none check (capacity < 0)".encode())
        with pytest.raises(psycopg.errors.CheckViolation, match='"none"'):
            load(dataset, connection)
        found = connection.execute(f"select count(*) from {qualify(blueprint.schema, 'tenants')}".encode()).fetchone()
    assert found == (0,)
