"""The four example designs with their generated rows: every access pattern as its role, under row-level security."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dbwright.data import generate, load, plan_rows
from dbwright.emit import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.access import AccessPattern
from dbwright.model.blueprint import Blueprint, Statement
from dbwright.pipeline import compile_design
from dbwright.prove.bench import SEED, Bench
from dbwright.prove.samples import parameters_for
from dbwright.server import Database
from fidelity.workload import Asked, Workload

ROOT = Path(__file__).parents[3] / "examples"
NAMES = ("fediflow", "adflow", "shop", "academy")
TENANTS, SALTS = 3, 2


def workloads(rows: float = 60_000, seed: int = SEED) -> list[Workload]:
    """Return one workload an example, each with about so many rows of a seed."""
    return [_workload(name, int(rows), seed) for name in NAMES]


def blueprint_of(name: str) -> Blueprint:
    """Return an example, compiled."""
    folder = ROOT / name
    files = sorted(folder.glob("*.design.yaml"))
    return compile_design(load_design(files[0] if len(files) == 1 else folder))


def _workload(name: str, rows: int, seed: int) -> Workload:
    blueprint = blueprint_of(name)
    files_of = emit(blueprint, "postgresql")

    def fill(database: Database) -> Sequence[Asked]:
        dataset = generate(blueprint, plan_rows(blueprint, rows), seed)
        with database.connect() as connection:
            load(dataset, connection)
            connection.execute("vacuum analyze")
        bench = Bench(blueprint, files_of, database, dataset)
        try:
            return [asked for pattern in blueprint.design.access for asked in _asked(bench, blueprint, pattern)]
        finally:
            bench.close()

    return Workload(name, files_of["ddl/schema.sql"], fill, (name,))


def _asked(bench: Bench, blueprint: Blueprint, pattern: AccessPattern) -> Iterator[Asked]:
    statement = blueprint.statement(str(pattern.name))
    if statement is None:
        return
    for tenant in bench.tenants[:TENANTS] or [None]:
        for role in pattern.by:
            clients = bench.role(str(role)).purpose == "client"
            yield from _for_tenant(bench, statement, pattern, str(role), tenant, clients)


def _for_tenant(
    bench: Bench, statement: Statement, pattern: AccessPattern, role: str, tenant: Any, clients: bool
) -> Iterator[Asked]:
    tenancy = bench.blueprint.design.tenancy
    settings: tuple[tuple[str, str], ...] = ()
    if tenant is not None and tenancy is not None and clients:
        settings = ((tenancy.setting, str(tenant)),)
    texts = [(statement.sql, role)] + ([(statement.inner, statement.inner_role)] if statement.inner else [])
    for sql, actor in texts:
        yield Asked(sql, True, actor, settings)
        types = _parameter_types(bench, sql)
        for salt in range(SALTS):
            values = parameters_for(bench, pattern, tenant, salt)
            told = [values[name] for name in statement.parameters]
            yield Asked(_written_out(sql, told, types), False, actor, settings)


def _parameter_types(bench: Bench, sql: str) -> Sequence[str]:
    """Ask the server which type each parameter has, as it would infer it for a driver."""
    with bench.transaction() as connection:
        connection.execute(f"prepare asked as {sql}".encode())
        row = connection.execute(
            "select parameter_types::text[] from pg_prepared_statements where name = 'asked'"
        ).fetchone()
        connection.execute("deallocate asked")
    assert row is not None
    types: Sequence[str] = row[0]
    return types


def _written_out(sql: str, values: Sequence[Any], types: Sequence[str]) -> str:
    from psycopg.sql import Literal

    def literal(found: re.Match[str]) -> str:
        number = int(found[1]) - 1
        return f"{Literal(values[number]).as_string()}::{types[number]}"

    return re.sub(r"\$(\d+)", literal, sql)
