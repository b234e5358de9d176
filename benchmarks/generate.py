"""How fast rows are made and loaded: against the limit of COPY, and against a script that uses Faker.

All in one run, on one server, into one table of ten columns without constraints. The limit is COPY of the same bytes,
made before the clock starts. The tries take turns and the best of each counts, because the machine is shared.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

from faker import Faker

from dbwright.data import generate
from dbwright.data.filling import copy_rows, fill
from dbwright.data.loading import PORTION, read_identifiers
from dbwright.data.tuples import TupleWriter
from dbwright.emit.postgresql import statements
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design
from dbwright.server import Database, open_server
from measuring import Promise, report

ROWS = 1_000_000
FAKER_ROWS = 20_000
ROUNDS = 5
SHARE_OF_LIMIT = 0.7
TIMES_FAKER = 50
WHOLE_SECONDS = 4.0
TABLE = "bench.people"
DESIGN = """\
design: bench
target: {engine: postgresql, version: 18}
roles: {web: {}}
entities:
  rooms:
    columns:
      room_id: bigint primary key
      name: text not null
    audit: none
  people:
    columns:
      person_id: bigint primary key
      room_id: bigint not null references rooms
      token: uuid not null
      email: text not null unique
      name: {sql: text not null, personal: name}
      status: {sql: text not null, one of: [new, paid, shipped, cancelled]}
      amount: numeric(12,2) not null check (amount >= 0)
      score: integer not null
      created_at: timestamptz not null
      active: boolean not null
    audit: none
    rows: {now: 1M, skew: {room_id: zipf(1.1)}}
"""


def main() -> int:
    """Measure, report, and return the exit code."""
    with TemporaryDirectory() as folder, open_server() as server:
        path = Path(folder) / "bench.design.yaml"
        path.write_text(DESIGN, encoding="utf-8")
        blueprint = compile_design(load_design(path))
        with server.scratch() as database:
            promises = [*against_copy(database, blueprint), against_faker(database, blueprint)]
        with server.scratch() as database:
            promises.append(whole(database, blueprint))
    return report(promises)


def against_copy(database: Database, blueprint: Blueprint) -> Iterable[Promise]:
    """Rows made, encoded and loaded, over bytes that were there before."""
    with database.connect() as connection:
        connection.execute(table_without_constraints(blueprint).encode())
        made = people(blueprint, ROWS)
        writer = TupleWriter("people", made, read_identifiers(connection, "bench"))
        portions = list(writer.portions(PORTION))

        def limit() -> None:
            columns = ", ".join(writer.names)
            with connection.cursor().copy(f"copy {TABLE} ({columns}) from stdin with (format binary)".encode()) as copy:
                for portion in portions:
                    copy.write(portion)

        def ours() -> None:
            fresh = TupleWriter("people", people(blueprint, ROWS), read_identifiers(connection, "bench"))
            copy_rows(connection, TABLE, fresh, "people", lambda name, done, total: None)

        def empty() -> None:
            connection.execute(f"truncate {TABLE}".encode())

        (limit_wall, _), (our_wall, our_cpu) = best_of(ROUNDS, [limit, ours], empty)
    print(f"        COPY of ready bytes {ROWS / limit_wall:,.0f} rows/s, generated {ROWS / our_wall:,.0f} rows/s")
    yield Promise(
        f"time to generate and load {ROWS:,} rows over COPY of ready bytes",
        our_wall / limit_wall,
        1 / SHARE_OF_LIMIT,
        "times",
    )
    yield Promise(f"client to generate and encode {ROWS:,} rows x 10 columns", our_cpu * 1e6 / ROWS, 1.5, "CPU s")


def against_faker(database: Database, blueprint: Blueprint) -> Promise:
    """Seconds a row, over those of a script that asks Faker for each value and writes rows by COPY."""
    with database.connect() as connection:

        def ours() -> None:
            writer = TupleWriter("people", people(blueprint, ROWS), read_identifiers(connection, "bench"))
            copy_rows(connection, TABLE, writer, "people", lambda name, done, total: None)

        def script() -> None:
            with connection.cursor().copy(f"copy {TABLE} from stdin".encode()) as copy:
                for row in faker_rows(FAKER_ROWS):
                    copy.write_row(row)

        def empty() -> None:
            connection.execute(f"truncate {TABLE}".encode())

        (our_wall, _), (faker_wall, _) = best_of(2, [ours, script], empty)
    ratio = (our_wall / ROWS) / (faker_wall / FAKER_ROWS)
    print(f"        {1 / ratio:,.0f} times as fast as Faker")
    return Promise("time to generate and load a row over that of a Faker script", ratio, 1 / TIMES_FAKER, "times")


def whole(database: Database, blueprint: Blueprint) -> Promise:
    """Everything: tables, rows, primary keys, unique, index, reference, checks, vacuum and analyze."""
    with database.connect() as connection:
        started, used = perf_counter(), process_time()
        dataset = generate(blueprint, {"rooms": 2_000, "people": ROWS})
        fill(connection, dataset, list(statements(blueprint))[1:-1], lambda name, done, total: None)
        wall, cpu = perf_counter() - started, process_time() - used
    print(f"        with all constraints, vacuumed and analysed: {wall:.1f} s wall, {cpu:.1f} CPU s of the client")
    return Promise(f"client to fill a database of {ROWS:,} rows with all constraints", cpu, WHOLE_SECONDS, "CPU s")


def people(blueprint: Blueprint, rows: int) -> Any:
    """The rows of the larger table."""
    return generate(blueprint, {"rooms": 2_000, "people": rows}).tables["people"]


def faker_rows(count: int) -> Iterator[Sequence[object]]:
    """What the usual script does: one call of Faker a value, `unique` where the column is."""
    fake = Faker()
    Faker.seed(1)
    for number in range(count):
        yield (
            number,
            random.randrange(2_000),
            uuid4(),
            fake.unique.email(),
            fake.name(),
            fake.random_element(("new", "paid", "shipped", "cancelled")),
            fake.pydecimal(left_digits=5, right_digits=2, positive=True),
            fake.random_int(0, 1_000),
            fake.date_time_between("-1y"),
            fake.boolean(),
        )


def table_without_constraints(blueprint: Blueprint) -> str:
    """The larger table with its columns and nothing else."""
    table = blueprint.table("people")
    assert table is not None
    return f"create schema bench; create table {TABLE} ({', '.join(f'{c.name} {c.type}' for c in table.columns)})"


def best_of(rounds: int, works: Sequence[Callable[[], None]], before: Callable[[], None]) -> list[tuple[float, float]]:
    """Return the best wall and CPU seconds of each work; they take turns."""
    runs: list[list[tuple[float, float]]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, runs, strict=True):
            before()
            started, used = perf_counter(), process_time()
            work()
            found.append((perf_counter() - started, process_time() - used))
    return [(min(wall for wall, _ in found), min(cpu for _, cpu in found)) for found in runs]


if __name__ == "__main__":
    sys.exit(main())
