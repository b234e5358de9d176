"""Sizes of the examples: predicted from facts about their values, against the bytes of really loaded rows.

The rows are written once and their indexes made over them (VACUUM FULL), so that chance in the order of page splits
does not hide an error of a formula; `test_sizes` looks at indexes that grew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dbwright.data import generate, load, plan_rows
from dbwright.emit.postgresql import emit
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.model.table import Index, Table
from dbwright.pipeline import compile_design
from dbwright.planner.counting import count_facts
from dbwright.records import replace
from dbwright.server import Database, Server
from dbwright.sizing.facts import TableFacts
from dbwright.sizing.totals import table_bytes

EXAMPLES = Path(__file__).parents[2] / "examples"
ROWS = 40_000
LEAST = 25 * 8192
"""Bytes from which a page more or less is below a twentieth."""
WITHIN = 0.05
UNEVEN = 0.12
"""What is allowed where keys are distributed in ways that no count tells: inverted and spatial indexes."""
INDEX_BYTES = """
with recursive files as (
  select %s::regclass::oid as file union all select inhrelid from pg_inherits join files on inhparent = file)
select sum(pg_relation_size(file)) from files
"""


@pytest.fixture(scope="module", params=["academy", "shop", "adflow", "fediflow"])
def blueprint(request: pytest.FixtureRequest) -> Blueprint:
    """One of the examples, compiled."""
    return compile_design(load_design(EXAMPLES / request.param))


@pytest.fixture(scope="module")
def loaded(server: Server, blueprint: Blueprint) -> Iterator[Database]:
    """The example with rows."""
    with server.scratch() as database:
        database.run_sql(emit(blueprint)["ddl/schema.sql"])
        with database.connect() as connection:
            load(generate(blueprint, plan_rows(blueprint, ROWS)), connection)
            for table in blueprint.tables:
                connection.execute(f'vacuum full {blueprint.schema}."{table.name}"'.encode())
        yield database
    server.drop_roles([r.name for r in blueprint.roles])


@pytest.fixture(scope="module")
def facts(loaded: Database, blueprint: Blueprint) -> dict[str, TableFacts]:
    """What the server counts of the values."""
    with loaded.connect() as connection:
        return count_facts(connection, blueprint)


def test_every_table_and_index_is_within_a_twentieth(
    loaded: Database, blueprint: Blueprint, facts: dict[str, TableFacts]
) -> None:
    wrong, judged = [], 0
    for name, (said, real, allowed) in compared(loaded, blueprint, facts).items():
        judged += 1
        if abs(said / real - 1) > allowed:
            wrong.append(f"{name}: {said // 8192} pages were predicted, the server has {real // 8192}")
    assert judged > 10
    assert wrong == []


def test_a_wrong_width_is_noticed(loaded: Database, blueprint: Blueprint, facts: dict[str, TableFacts]) -> None:
    wide = {name: with_wider_values(table) for name, table in facts.items()}
    found = compared(loaded, blueprint, wide).values()
    assert any(abs(said / real - 1) > WITHIN for said, real, _ in found)


def with_wider_values(facts: TableFacts) -> TableFacts:
    """Return facts whose values of variable length are a fifth longer than they are."""
    columns = tuple(
        replace(c, value=c.value._replace(bytes=c.value.bytes * 1.2, lengths=())) if c.value.variable else c
        for c in facts.columns
    )
    return replace(facts, columns=columns)


def compared(
    database: Database, blueprint: Blueprint, facts: Mapping[str, TableFacts]
) -> dict[str, tuple[int, int, float]]:
    """Return by file the bytes that are predicted, those that there are, and the error that is allowed."""
    found = {}
    with database.connect() as connection:
        for table in blueprint.tables:
            if table.name not in facts:
                continue
            pieces = [p.name for p in table.partitioning.partitions] if table.partitioning else []
            parts = {name: facts[name] for name in pieces if name in facts}
            for (name, kind), said in table_bytes(table, facts[table.name], "built", parts).items():
                if kind == "toast":
                    continue
                row = connection.execute(INDEX_BYTES, [f'{blueprint.schema}."{name}"']).fetchone()
                assert row is not None
                empty = len(pieces) - len(parts)
                real = int(row[0]) - (8192 * empty if kind == "index" else 0)
                if real >= LEAST * max(1, len(parts)):
                    found[name] = (said, real, WITHIN if kind == "heap" else allowed_for(table, name))
    return found


def allowed_for(table: Table, name: str) -> float:
    """Return the error that is allowed for an index."""
    index: Index | None = next((i for i in table.indexes if i.name == name), None)
    return UNEVEN if index is not None and index.method in ("gin", "gist") else WITHIN
